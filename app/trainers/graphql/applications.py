"""GraphQL of applications and of direct appointments."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.trainers import schemas, service
from app.trainers.graphql.appointments import TrainerAppointment  # noqa: F401 - its type comes first
from app.trainers.queries.applications import ApplicationFilter, InvitationFilter

READ, APPLY, DECIDE = Permission.TRAINER_APPLICATION_READ, Permission.TRAINER_APPLY, Permission.TRAINER_DECIDE
READ_INVITATION, INVITE = Permission.TRAINER_INVITATION_READ, Permission.TRAINER_INVITE
_A, _I = schemas.TrainerApplication, schemas.TrainerInvitation


@output(schemas.TrainerApplication)
class TrainerApplication(Node):
    """An application 培训者申请 with the unit's opinion and the decision."""


@output(schemas.TrainerInvitation)
class TrainerInvitation(Node):
    """A direct appointment under way 直接聘任."""


async def applications_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerApplication | None]:
    """One application 培训者申请详情 [A7.3]."""
    return shown_many(_A, await service.get_applications(ctx, list(ids)))


async def invitations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerInvitation | None]:
    """One direct appointment under way 直接聘任详情 [A7.4]."""
    return shown_many(_I, await service.get_invitations(ctx, list(ids)))


@strawberry.type
class Query:
    """What applications and direct appointments answer."""

    trainer_application = record(READ, applications_by_ids, _A)
    trainer_applications = pages(READ, service.find_applications, _A, only=ApplicationFilter)
    trainer_invitation = record(READ_INVITATION, invitations_by_ids, _I)
    trainer_invitations = pages(READ_INVITATION, service.find_invitations, _I, only=InvitationFilter)


@strawberry.type
class Mutation:
    """What moves applications and direct appointments."""

    apply_as_trainer = verb(APPLY, service.apply, schemas.TrainerApplicationWrite, _A, at=(), once=True)
    submit_trainer_application = verb(APPLY, service.submit_application, schemas.TrainerApplicationWrite, _A)
    recommend_trainer_application = verb(
        Permission.TRAINER_RECOMMEND, service.recommend_application, schemas.TrainerOpinion, _A
    )
    return_trainer_application = verb(
        Permission.TRAINER_RETURN_APPLICATION, service.return_application, schemas.TrainerReason, _A
    )
    appoint_trainer_applicant = verb(
        DECIDE, service.appoint_applicant, schemas.TrainerAppoint, schemas.TrainerAppointment
    )
    reject_trainer_application = verb(DECIDE, service.reject_application, schemas.TrainerReason, _A)
    withdraw_trainer_application = verb(APPLY, service.withdraw_application, schemas.TrainerMove, _A)
    invite_trainer = verb(INVITE, service.invite, schemas.TrainerInvitationCreate, _I, at=(), once=True)
    consent_trainer_invitation = verb(Permission.TRAINER_CONSENT, service.consent_invitation, schemas.TrainerMove, _I)
    decline_trainer_invitation = verb(Permission.TRAINER_CONSENT, service.decline_invitation, schemas.TrainerMove, _I)
    withdraw_trainer_invitation = verb(INVITE, service.withdraw_invitation, schemas.TrainerMove, _I)
    appoint_invited_trainer = verb(INVITE, service.appoint_invited, schemas.TrainerAppoint, schemas.TrainerAppointment)


async def _invitations_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerInvitation | None]:
    """The same for global ids: to whom invitations are closed, they are missing like any other's."""
    if ctx.principal.grant(READ_INVITATION) is None:
        return [None] * len(ids)
    return await invitations_by_ids(ctx, ids)


NODES: dict[str, Batch] = {"TrainerApplication": applications_by_ids, "TrainerInvitation": _invitations_of_anybody}
