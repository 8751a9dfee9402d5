"""SQL of who received visits, of what gives hours, and of the read-out of a school year. [M4.3]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.deliveries.models import DeliveryAttendance, DeliveryLesson, DeliveryProgramme, DeliveryVisit
from app.deliveries.states import DeliveryProgrammeStatus, DeliveryVisitStatus
from app.hours.models import HoursEntry
from app.organisations.models import Organisation
from app.teachers.models import Teacher

_P, _V, _L, _A = DeliveryProgramme, DeliveryVisit, DeliveryLesson, DeliveryAttendance
_Undone = aliased(HoursEntry)
READ = Permission.DELIVERY_ATTENDANCE_READ


def _attendance(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _A.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, Teacher.name.label("teacher_name"))
        .join(Teacher, and_(Teacher.region_id == _A.region_id, Teacher.id == _A.teacher_id))
        .where(_A.region_id == ctx.principal.region_id)
    )


async def page(ctx: Context, request: PageRequest, visit_id: UUID) -> Page[AnyRow]:
    """Who received a visit, of those the caller may see."""
    reach = rows(ctx.principal, READ, organisation=_A.school_id, teacher=_A.teacher_id)
    statement, scope = _attendance(ctx).where(_A.visit_id == visit_id, reach), f"delivery-attendance|{visit_id}"
    return await fetch_page(ctx.db, statement, request, order=(_A.id,), scope=scope)


async def receivers(ctx: Context, teacher_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Those of some teachers whom the caller may record, each with the school."""
    reach = rows(ctx.principal, Permission.DELIVERY_RECORD, organisation=Teacher.school_id)
    statement = select(Teacher.id, Teacher.school_id).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(teacher_ids), Teacher.status == "active", reach
    )
    return {row.id: row.school_id for row in (await ctx.db.execute(statement)).all()}


async def attend(ctx: Context, visit_id: UUID, schools: dict[UUID, UUID]) -> int:
    """Put attendance on record; what stands already stays. Answers how many are new."""
    own = {"region_id": ctx.principal.region_id, "visit_id": visit_id, "recorded_by": ctx.principal.account_id}
    lines = [{**own, "id": new_id(), "teacher_id": one, "school_id": school} for one, school in schools.items()]
    statement = upsert(_A).values(lines).on_conflict_do_nothing(constraint="uq_delivery_attendances_once")
    return len((await ctx.db.execute(statement.returning(_A.id))).all())


async def not_there(ctx: Context, visit_id: UUID, but: Sequence[UUID]) -> int:
    """Take attendance within the reach that has given no hours off, except for some teachers. Answers how many."""
    statement = delete(_A).where(
        _A.region_id == ctx.principal.region_id,
        _A.visit_id == visit_id,
        _A.entry_id.is_(None),
        _A.teacher_id.not_in(but),
        rows(ctx.principal, Permission.DELIVERY_RECORD, organisation=_A.school_id),
    )
    return len((await ctx.db.execute(statement.returning(_A.id))).all())


async def uncredited(ctx: Context, visit_id: UUID) -> Sequence[AnyRow]:
    """Attendance of a visit that has given no hours yet; person_id: the record that stands for the teacher."""
    statement = (
        _attendance(ctx)
        .add_columns(func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id"))
        .where(_A.visit_id == visit_id, _A.entry_id.is_(None))
        .order_by(_A.id)
    )
    return (await ctx.db.execute(statement)).all()


_LINK = text(
    "UPDATE delivery_attendances a SET entry_id = e.entry_id, version = a.version + 1, updated_at = clock_timestamp()"
    " FROM unnest(CAST(:attendances AS uuid[]), CAST(:entries AS uuid[])) AS e (attendance_id, entry_id)"
    " WHERE a.region_id = :region AND a.id = e.attendance_id"
)


async def link_entries(ctx: Context, attendance_ids: Sequence[UUID], entry_ids: Sequence[UUID]) -> None:
    """Say which entry each attendance has become: attendance (n,), entries (n,)."""
    values = {"region": ctx.principal.region_id, "attendances": list(attendance_ids), "entries": list(entry_ids)}
    await ctx.db.execute(_LINK, values)


async def unconfirmed(ctx: Context, start_year: int) -> int:
    """How many attendances at held visits of a school year have given no hours yet."""
    statement = (
        select(func.count())
        .select_from(_A)
        .join(_V, and_(_V.region_id == _A.region_id, _V.id == _A.visit_id))
        .where(_A.region_id == ctx.principal.region_id, _V.start_year == start_year, _A.entry_id.is_(None))
        .where(_V.status == DeliveryVisitStatus.HELD)
    )
    return int(await ctx.db.scalar(statement) or 0)


def _count(column: Any = None) -> Any:
    return cast(func.count(column) if column is not None else func.count(), Integer)


async def programmes_of(ctx: Context, start_year: int) -> Sequence[AnyRow]:
    """Programmes of a school year that are not cancelled, by stage: how many, and the visits they plan."""
    statement = (
        select(_P.stage, _count().label("programmes"), cast(func.sum(_P.visits_planned), Integer).label("planned"))
        .where(_P.region_id == ctx.principal.region_id, _P.start_year == start_year)
        .where(_P.status != DeliveryProgrammeStatus.CANCELLED)
        .group_by(_P.stage)
    )
    return (await ctx.db.execute(statement)).all()


def _of_year(statement: AnySelect, ctx: Context, start_year: int) -> AnySelect:
    """A statement over visits that were held in a school year, with their programmes."""
    own = and_(_P.region_id == _V.region_id, _P.id == _V.programme_id)
    return statement.join(_P, own).where(
        _V.region_id == ctx.principal.region_id,
        _V.start_year == start_year,
        _V.status == DeliveryVisitStatus.HELD,
    )


async def visits_of(ctx: Context, start_year: int) -> Sequence[AnyRow]:
    """Held visits of a school year: stage and town, in order of day."""
    place = and_(Organisation.region_id == _V.region_id, Organisation.id == _V.host_school_id)
    statement = select(_P.stage, Organisation.town).select_from(_V).join(Organisation, place)
    return (await ctx.db.execute(_of_year(statement, ctx, start_year).order_by(_V.visit_on, _V.id))).all()


async def lessons_by_stage(ctx: Context, start_year: int) -> dict[str, int]:
    """How many lessons the held visits of a school year had, by stage."""
    lesson = and_(_L.region_id == _V.region_id, _L.visit_id == _V.id)
    statement = select(_P.stage, _count().label("lessons")).select_from(_V).join(_L, lesson)
    found = await ctx.db.execute(_of_year(statement, ctx, start_year).group_by(_P.stage))
    return {row.stage: row.lessons for row in found.all()}


async def receivers_by_stage(ctx: Context, start_year: int) -> dict[str | None, AnyRow]:
    """Receivers of the held visits of a school year: persons, attendances and hours, by stage and (None) in all."""
    own = and_(_A.region_id == _V.region_id, _A.visit_id == _V.id)
    undone = and_(_Undone.region_id == HoursEntry.region_id, _Undone.reverses_id == HoursEntry.id)
    is_undone = exists(select(_Undone.id).where(undone).correlate(HoursEntry))
    entry = and_(HoursEntry.region_id == _A.region_id, HoursEntry.id == _A.entry_id, ~is_undone)
    hours = func.coalesce(func.sum(HoursEntry.credited), 0).label("hours")
    people = _count(func.distinct(_A.teacher_id)).label("people")
    statement = (
        select(_P.stage, people, _count(_A.id).label("attendances"), hours)
        .select_from(_V)
        .join(_A, own)
        .outerjoin(HoursEntry, entry)
    )
    grouped = _of_year(statement, ctx, start_year).group_by(func.grouping_sets(_P.stage, text("()")))
    return {row.stage: row for row in (await ctx.db.execute(grouped)).all()}


async def cancelled_of(ctx: Context, start_year: int) -> int:
    """How many visits of a school year were cancelled."""
    statement = select(func.count()).where(
        _V.region_id == ctx.principal.region_id,
        _V.start_year == start_year,
        _V.status == DeliveryVisitStatus.CANCELLED,
    )
    return int(await ctx.db.scalar(statement) or 0)


async def towns(ctx: Context) -> list[str]:
    """The towns of the region, by the schools and 中心校 that stand in them."""
    place = Organisation
    statement = (
        select(place.town)
        .where(place.region_id == ctx.principal.region_id, place.status == "open", place.town.is_not(None))
        .distinct()
        .order_by(place.town)
        .limit(500)
    )
    return [str(town) for town in (await ctx.db.execute(statement)).scalars()]
