"""GraphQL of nominations and trainees."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.projects import schemas, service
from app.projects.queries.nominations import NominationFilter
from app.projects.queries.trainees import TraineeFilter

READ, MAKE = Permission.NOMINATION_READ, Permission.NOMINATION_MAKE
TRAINEES, REPLACE = Permission.TRAINEE_READ, Permission.TRAINEE_REPLACE


@output(schemas.ProjectNomination)
class ProjectNomination(Node):
    """One nomination 报名详情 [A2.2]."""


@output(schemas.ProjectTrainee)
class ProjectTrainee(Node):
    """One trainee 项目学员 [A2.2]."""


async def nominations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ProjectNomination | None]:
    """One nomination 报名详情 [A2.2]."""
    return shown_many(schemas.ProjectNomination, await service.get_nominations(ctx, ids))


async def trainees_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ProjectTrainee | None]:
    """One trainee 项目学员 [A2.2]."""
    return shown_many(schemas.ProjectTrainee, await service.get_trainees(ctx, ids))


@strawberry.type
class Query:
    """What nominations and trainees answer."""

    project_nominations = pages(
        READ, service.find_nominations, schemas.ProjectNomination, only=NominationFilter, at=("uuid",)
    )
    project_nomination = record(READ, nominations_by_ids, schemas.ProjectNomination)
    project_trainees = pages(TRAINEES, service.find_trainees, schemas.ProjectTrainee, only=TraineeFilter, at=("uuid",))
    project_trainee = record(TRAINEES, trainees_by_ids, schemas.ProjectTrainee)


@strawberry.type
class Mutation:
    """What changes nominations and trainees."""

    nominate_for_project = verb(MAKE, service.nominate, schemas.ProjectNominate, schemas.ProjectNomination, once=True)
    apply_to_project = verb(
        Permission.NOMINATION_APPLY,
        service.apply_to_project,
        schemas.ProjectApply,
        schemas.ProjectNomination,
        once=True,
    )
    nominate_project_applicant = verb(
        MAKE, service.nominate_applicant, schemas.ProjectMove, schemas.ProjectNomination, at=("uuid", "nomination_id")
    )
    pass_project_nomination = verb(
        Permission.NOMINATION_PASS,
        service.pass_nomination,
        schemas.ProjectMove,
        schemas.ProjectNomination,
        at=("uuid", "nomination_id"),
    )
    check_project_nomination = verb(
        Permission.NOMINATION_CHECK,
        service.check_nomination,
        schemas.ProjectMove,
        schemas.ProjectNomination,
        at=("uuid", "nomination_id"),
    )
    confirm_project_nomination = verb(
        Permission.NOMINATION_CONFIRM,
        service.confirm_nomination,
        schemas.ProjectMove,
        schemas.ProjectNomination,
        at=("uuid", "nomination_id"),
        once=True,
    )
    reject_project_nomination = verb(
        Permission.NOMINATION_REJECT,
        service.reject_nomination,
        schemas.ProjectReason,
        schemas.ProjectNomination,
        at=("uuid", "nomination_id"),
    )
    withdraw_project_nomination = verb(
        Permission.NOMINATION_WITHDRAW,
        service.withdraw_nomination,
        schemas.ProjectReason,
        schemas.ProjectNomination,
        at=("uuid", "nomination_id"),
    )
    substitute_project_trainee = verb(
        REPLACE, service.substitute, schemas.ProjectSubstitute, schemas.ProjectNomination, at=("uuid", "nomination_id")
    )
    ask_project_withdrawal = verb(
        Permission.TRAINEE_ASK_WITHDRAWAL,
        service.ask_withdrawal,
        schemas.ProjectReason,
        schemas.ProjectTrainee,
        at=("uuid", "trainee_id"),
    )
    withdraw_project_trainee = verb(
        REPLACE, service.withdraw_trainee, schemas.ProjectReason, schemas.ProjectTrainee, at=("uuid", "trainee_id")
    )


NODES: dict[str, Batch] = {"ProjectNomination": nominations_by_ids, "ProjectTrainee": trainees_by_ids}
