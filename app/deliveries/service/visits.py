"""Use cases of visits: planned, put off, held, cancelled; lessons of trainers become their tasks. [M4.3] [A7.7]"""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.deliveries.models import DeliveryLesson, DeliveryVisit
from app.deliveries.queries import visits as queries
from app.deliveries.queries.visits import DeliveryVisitFilter
from app.deliveries.schemas import DeliveryHeld, DeliveryReason, DeliveryReschedule, DeliveryVisitCreate
from app.deliveries.service import checks
from app.deliveries.states import VISIT_LIFECYCLE, DeliveryProgrammeStatus, DeliveryVisitStatus
from app.trainers import service as trainers
from app.trainers.schemas import TrainerAssignmentCreate
from app.trainers.states import AssignmentPlace

READ, PLAN = Permission.DELIVERY_READ, Permission.DELIVERY_PLAN
DUTY = "delivery"
"""The duty of a trainer that a lesson is put on record as, in the code list trainer_duties. [A7.7]"""


async def find_visits(ctx: Context, request: PageRequest, only: DeliveryVisitFilter) -> Page[AnyRow]:
    """Visits with their lessons, newest first 送教活动列表 [M4.3]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_visit(ctx: Context, visit_id: UUID) -> AnyRow:
    """One visit; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, visit_id))


async def get_visits(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Visits (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def plan_visit(ctx: Context, new: DeliveryVisitCreate) -> AnyRow:
    """Plan a visit to a school, with its lessons and lecturers 安排送教活动. [M4.3]"""
    ctx.require(PLAN)
    programme = await queries.programme(ctx, new.programme_id, lock=True)
    faults = await checks.school_faults(ctx, new.host_school_id)
    if programme is None or programme.status != DeliveryProgrammeStatus.OPEN:
        faults.append(FieldFault("/programme_id", "REFERENCE_UNKNOWN", "没有这个系列，或已结束、已取消"))
    else:
        faults += checks.day_faults(programme, new.visit_on)
    names = await checks.lecturers(ctx, new.lessons, new.visit_on, faults)
    checks.refuse(faults)
    start_year: int = checks.found(programme).start_year
    made, who = new_id(), ctx.principal.account_id
    values = {**new.model_dump(exclude={"lessons"}), "start_year": start_year, "planned_by": who}
    await queries.add(ctx, DeliveryVisit, {"id": made, **values})
    lessons = zip(new.lessons, names, strict=True)
    await queries.add_lessons(ctx, made, [{**one.model_dump(), "lecturer_name": name} for one, name in lessons])
    return await _told(ctx, made, "planned")


async def reschedule_visit(ctx: Context, visit_id: UUID, given: DeliveryReschedule, *, version: int | None) -> AnyRow:
    """Put a planned visit on another day of its school year 改期; the lecturers must be engaged on it too."""
    ctx.require(PLAN)
    row, _ = await _held(ctx, visit_id, "reschedule", version)
    faults = checks.day_faults(row, given.visit_on)
    await checks.lecturers(ctx, await queries.lessons_of(ctx, row.id), given.visit_on, faults)
    checks.refuse(faults)
    await queries.change(ctx, DeliveryVisit, row.id, {"visit_on": given.visit_on})
    return await _told(ctx, row.id, "rescheduled")


async def hold_visit(ctx: Context, visit_id: UUID, given: DeliveryHeld, *, version: int | None) -> AnyRow:
    """Say that a visit was held, and what came of it 登记已送教; lessons of trainers become their tasks. [A7.7]"""
    ctx.require(PLAN)
    row, status = await _held(ctx, visit_id, "hold", version)
    if row.visit_on > ctx.clock.today:
        raise Conflict("DELIVERY_NOT_YET", f"送教日期 {row.visit_on} 还没有到。", visit_on=str(row.visit_on))
    for lesson in await queries.lessons_of(ctx, row.id):
        if lesson.appointment_id:
            task = await trainers.assign(ctx, _task(row, lesson))
            await queries.change(ctx, DeliveryLesson, lesson.id, {"assignment_id": task.id})
    ended = {"status": str(status), "summary": given.summary, "ended_by": ctx.principal.account_id}
    await queries.change(ctx, DeliveryVisit, row.id, ended)
    return await _told(ctx, row.id, "held")


async def cancel_visit(ctx: Context, visit_id: UUID, given: DeliveryReason, *, version: int | None) -> AnyRow:
    """Cancel a planned visit, with a reason 取消送教活动; attendance must not stand on it."""
    ctx.require(PLAN)
    row, status = await _held(ctx, visit_id, "cancel", version)
    if row.receivers:
        raise Conflict("DELIVERY_ATTENDED", "已有受训出勤的活动不能取消，请登记为已送教。", receivers=row.receivers)
    ended = {"status": str(status), "cancel_reason": given.reason, "ended_by": ctx.principal.account_id}
    await queries.change(ctx, DeliveryVisit, row.id, ended)
    return await _told(ctx, row.id, "cancelled")


def _task(visit: AnyRow, lesson: AnyRow) -> TrainerAssignmentCreate:
    title = f"送教送培（{visit.host_school_name}）：{lesson.title}"[:200]
    given = {"appointment_id": lesson.appointment_id, "duty": DUTY, "place": AssignmentPlace.PROJECT, "title": title}
    return TrainerAssignmentCreate.model_validate({**given, "done_on": visit.visit_on, "hours": lesson.hours})


async def _held(ctx: Context, visit_id: UUID, verb: str, version: int | None) -> tuple[AnyRow, DeliveryVisitStatus]:
    """The visit, locked, and the status the verb leads to."""
    row = checks.found(await queries.by_id(ctx, visit_id, lock=True))
    check_version(row, version)
    return row, VISIT_LIFECYCLE.move(DeliveryVisitStatus(row.status), verb)


async def _told(ctx: Context, visit_id: UUID, act: str) -> AnyRow:
    """Put a change of a visit on record; the visit as it is now."""
    row = checks.found(await queries.by_id(ctx, visit_id))
    facts, place = {"visit_on": str(row.visit_on)}, checks.place_of(row)
    await ctx.record(f"delivery_visit.{act}", entity="delivery_visit", entity_id=row.id, place=place, facts=facts)
    return row
