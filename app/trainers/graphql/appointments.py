"""GraphQL of appointments and of their revocation."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.trainers import schemas, service
from app.trainers.queries.appointments import AppointmentFilter, RevocationFilter

READ, REVOKE, READ_REVOCATION = (
    Permission.TRAINER_READ,
    Permission.TRAINER_REVOKE,
    Permission.TRAINER_REVOCATION_READ,
)
_T, _R = schemas.TrainerAppointment, schemas.TrainerRevocation


@output(schemas.TrainerAppointment)
class TrainerAppointment(Node):
    """A term in the team 聘任: half-open, from the first day to the day before the last one named."""


@output(schemas.TrainerRevocation)
class TrainerRevocation(Node):
    """A revocation 撤销资格 and its answer."""


async def appointments_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerAppointment | None]:
    """One appointment 培训者聘任详情 [A7.6]."""
    return shown_many(_T, await service.get_appointments(ctx, list(ids)))


async def revocations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerRevocation | None]:
    """One revocation 撤销资格详情 [A7.11]."""
    return shown_many(_R, await service.get_revocations(ctx, list(ids)))


@strawberry.type
class Query:
    """What appointments and revocations answer."""

    trainer_appointment = record(READ, appointments_by_ids, _T)
    trainer_appointments = pages(READ, service.find_appointments, _T, only=AppointmentFilter)
    trainer_revocation = record(READ_REVOCATION, revocations_by_ids, _R)
    trainer_revocations = pages(READ_REVOCATION, service.find_revocations, _R, only=RevocationFilter)
    trainer_revocation_files = pages(READ_REVOCATION, service.revocation_files, File, at=("uuid",))


@strawberry.type
class Mutation:
    """What ends appointments."""

    revoke_trainer_appointment = verb(REVOKE, service.revoke_appointment, schemas.TrainerRevocationAsk, _R, once=True)
    confirm_trainer_revocation = verb(REVOKE, service.confirm_revocation, schemas.TrainerMove, _R)
    refuse_trainer_revocation = verb(REVOKE, service.refuse_revocation, schemas.TrainerReason, _R)


async def _revocations_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TrainerRevocation | None]:
    """The same for global ids: to whom revocations are closed, they are missing like any other's."""
    if ctx.principal.grant(READ_REVOCATION) is None:
        return [None] * len(ids)
    return await revocations_by_ids(ctx, ids)


NODES: dict[str, Batch] = {"TrainerAppointment": appointments_by_ids, "TrainerRevocation": _revocations_of_anybody}
