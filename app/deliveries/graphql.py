"""GraphQL of 送教送培."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.deliveries import schemas, service
from app.deliveries.queries.visits import DeliveryProgrammeFilter, DeliveryVisitFilter
from app.organisations.schemas import YearName

READ, PLAN = Permission.DELIVERY_READ, Permission.DELIVERY_PLAN
_P, _V, _A = schemas.DeliveryProgramme, schemas.DeliveryVisit, schemas.DeliveryAttendance


@output(schemas.DeliveryProgramme)
class DeliveryProgramme(Node):
    """A programme of a school year 送教送培系列."""


@output(schemas.DeliveryVisit)
class DeliveryVisit(Node):
    """A visit to a school 送教活动 with its lessons."""


async def programmes_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.DeliveryProgramme | None]:
    """One programme 送教送培系列详情 [M4.3]."""
    return shown_many(_P, await service.get_programmes(ctx, list(ids)))


async def visits_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.DeliveryVisit | None]:
    """One visit 送教活动详情 [M4.3]."""
    return shown_many(_V, await service.get_visits(ctx, list(ids)))


@strawberry.type
class Query:
    """What programmes and visits answer."""

    delivery_programme = record(READ, programmes_by_ids, _P)
    delivery_programmes = pages(READ, service.find_programmes, _P, only=DeliveryProgrammeFilter)
    delivery_visit = record(READ, visits_by_ids, _V)
    delivery_visits = pages(READ, service.find_visits, _V, only=DeliveryVisitFilter)
    delivery_attendances = pages(Permission.DELIVERY_ATTENDANCE_READ, service.find_attendance, _A, at=("uuid",))
    delivery_year = reading(READ, service.year, schemas.DeliveryYear, at=(), more={"school_year": YearName})


@strawberry.type
class Mutation:
    """What plans and holds visits, records who received them, and confirms their hours."""

    open_delivery_programme = verb(PLAN, service.open_programme, schemas.DeliveryProgrammeCreate, _P, at=(), once=True)
    close_delivery_programme = verb(PLAN, service.close_programme, schemas.DeliveryMove, _P)
    cancel_delivery_programme = verb(PLAN, service.cancel_programme, schemas.DeliveryReason, _P)
    plan_delivery_visit = verb(PLAN, service.plan_visit, schemas.DeliveryVisitCreate, _V, at=(), once=True)
    reschedule_delivery_visit = verb(PLAN, service.reschedule_visit, schemas.DeliveryReschedule, _V)
    hold_delivery_visit = verb(PLAN, service.hold_visit, schemas.DeliveryHeld, _V)
    cancel_delivery_visit = verb(PLAN, service.cancel_visit, schemas.DeliveryReason, _V)
    attend_delivery_visit = verb(Permission.DELIVERY_RECORD, service.attend, schemas.DeliveryAttendanceWrite, _V)
    confirm_delivery_hours = verb(
        Permission.HOURS_POST, service.confirm_hours, schemas.DeliveryMove, schemas.DeliveryHours, once=True
    )


NODES: dict[str, Batch] = {"DeliveryProgramme": programmes_by_ids, "DeliveryVisit": visits_by_ids}
