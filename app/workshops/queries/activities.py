"""SQL of plans, activities, attendance and cases; the workshop has been shown to the caller before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursEntry
from app.organisations.models import Organisation
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher
from app.workshops.models import (
    Workshop,
    WorkshopActivity,
    WorkshopAttendance,
    WorkshopCase,
    WorkshopMember,
    WorkshopPlan,
)
from app.workshops.queries import figures, workshops
from app.workshops.queries.workshops import present, visible
from app.workshops.states import ActivityStatus, SignInMeans

_A, _Att, _P, _C = WorkshopActivity, WorkshopAttendance, WorkshopPlan, WorkshopCase


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which activities: any part may be None."""

    starts_on_gte: date | None = None
    starts_on_lte: date | None = None
    status: ActivityStatus | None = None


def _plans(ctx: Context, *workshop_ids: UUID) -> AnySelect:
    name = func.concat(_P.start_year, "-", _P.start_year + 1).label("school_year")
    own = (_P.region_id == ctx.principal.region_id, _P.workshop_id.in_(workshop_ids))
    return select(*_P.__table__.columns.values(), name).where(*own)


async def plan_page(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """Plans, newest first."""
    scope = f"workshop-plans|{workshop_id}"
    order = (_P.id,)
    return await fetch_page(ctx.db, _plans(ctx, workshop_id), request, order=order, descending=True, scope=scope)


async def plan(ctx: Context, workshop_id: UUID, plan_id: UUID) -> AnyRow | None:
    """One plan; its workshop is locked for a change."""
    return (await ctx.db.execute(_plans(ctx, workshop_id).where(_P.id == plan_id))).one_or_none()


async def plan_of_year(ctx: Context, workshop_id: UUID, start_year: int) -> AnyRow | None:
    """The plan of a school year."""
    return (await ctx.db.execute(_plans(ctx, workshop_id).where(_P.start_year == start_year))).one_or_none()


async def plans_under(ctx: Context, workshop_ids: Sequence[UUID], start_year: int) -> list[AnyRow | None]:
    """The plan of a school year of each workshop (n,) -> (n,), None where there is none."""
    statement = _plans(ctx, *workshop_ids).where(_P.start_year == start_year)
    found = await workshops.under(ctx, statement, _P.workshop_id, workshop_ids, order=_P.id, limit=1)
    return [rows[0] if rows else None for rows in found]


async def add_plan(ctx: Context, workshop_id: UUID, values: dict[str, Any]) -> UUID:
    """Store a new plan."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "workshop_id": workshop_id}
    await ctx.db.execute(insert(_P).values(**own, **values))
    return made


async def change_plan(ctx: Context, plan_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a plan, and its next version."""
    statement = update(_P).where(_P.region_id == ctx.principal.region_id, _P.id == plan_id)
    await ctx.db.execute(statement.values(**values, **touched(_P)))


def _activities(ctx: Context, *workshop_ids: UUID) -> AnySelect:
    people = (
        select(func.count(_Att.teacher_id.distinct()))
        .where(_Att.region_id == _A.region_id, _Att.activity_id == _A.id)
        .correlate(_A)
        .scalar_subquery()
    )
    host = and_(Organisation.region_id == _A.region_id, Organisation.id == _A.host_school_id)
    return (
        select(
            *_A.__table__.columns.values(),
            Organisation.name.label("host_school_name"),
            people.label("present_count"),
        )
        .join(Organisation, host)
        .where(_A.region_id == ctx.principal.region_id, _A.workshop_id.in_(workshop_ids))
    )


async def page(ctx: Context, request: PageRequest, workshop_id: UUID, only: ActivityFilter) -> Page[AnyRow]:
    """Activities of a workshop, newest first."""
    statement = _activities(ctx, workshop_id)
    if only.starts_on_gte:
        statement = statement.where(_A.starts_on >= only.starts_on_gte)
    if only.starts_on_lte:
        statement = statement.where(_A.starts_on <= only.starts_on_lte)
    if only.status:
        statement = statement.where(_A.status == only.status)
    scope = f"workshop-activities|{workshop_id}|{only}"
    order = (_A.starts_on, _A.id)
    return await fetch_page(ctx.db, statement, request, order=order, descending=True, scope=scope)


async def by_id(ctx: Context, workshop_id: UUID, activity_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One activity of a workshop; `lock` holds it for a change."""
    statement = _activities(ctx, workshop_id).where(_A.id == activity_id)
    return (await ctx.db.execute(statement.with_for_update(of=_A) if lock else statement)).one_or_none()


async def under(ctx: Context, workshop_ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The newest activities of each workshop (n,) -> (n,)."""
    order = (_A.starts_on.desc(), _A.id.desc())
    statement = _activities(ctx, *workshop_ids)
    return await workshops.under(ctx, statement, _A.workshop_id, workshop_ids, order=order, limit=limit)


async def seen(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Activities (n,) -> rows (n,) of workshops within the scope, None where missing or not visible."""
    own = and_(Workshop.region_id == _A.region_id, Workshop.id == _A.workshop_id)
    statement = select(_A.id, _A.workshop_id).join(Workshop, own)
    statement = statement.where(_A.region_id == ctx.principal.region_id, _A.id.in_(ids), visible(ctx))
    known = {row.id: row for row in (await ctx.db.execute(statement)).all()}
    return [known.get(one) for one in ids]


async def create(ctx: Context, workshop_id: UUID, values: dict[str, Any]) -> UUID:
    """Store a new activity."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_A).values(**own, workshop_id=workshop_id, **values))
    return made


async def change(ctx: Context, activity_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of an activity, and its next version."""
    statement = update(_A).where(_A.region_id == ctx.principal.region_id, _A.id == activity_id)
    await ctx.db.execute(statement.values(**values, **touched(_A)))


def _attendance(ctx: Context) -> AnySelect:
    who = and_(Teacher.region_id == _Att.region_id, Teacher.id == _Att.teacher_id)
    return (
        select(*_Att.__table__.columns.values(), Teacher.name.label("teacher_name"))
        .join(Teacher, who)
        .where(_Att.region_id == ctx.principal.region_id)
    )


async def attendance_page(ctx: Context, request: PageRequest, activity_id: UUID) -> Page[AnyRow]:
    """Attendance of an activity, in the order it was recorded."""
    statement = _attendance(ctx).where(_Att.activity_id == activity_id)
    return await fetch_page(ctx.db, statement, request, order=(_Att.id,), scope=f"workshop-attendance|{activity_id}")


async def attendance_of(ctx: Context, activity_id: UUID, teacher_id: UUID, day: date) -> AnyRow:
    """A teacher's attendance on a day, which stands."""
    statement = _attendance(ctx).where(_Att.activity_id == activity_id, _Att.teacher_id == teacher_id, _Att.day == day)
    return (await ctx.db.execute(statement)).one()


async def attend(ctx: Context, activity_id: UUID, teacher_ids: Sequence[UUID], day: date, means: SignInMeans) -> int:
    """Record attendance of a day; what stands already stays. Answers how many are new."""
    if not teacher_ids:
        return 0
    own = {"region_id": ctx.principal.region_id, "activity_id": activity_id, "day": day, "means": str(means)}
    rows = [{**own, "id": new_id(), "teacher_id": one, "recorded_by": ctx.principal.account_id} for one in teacher_ids]
    statement = upsert(_Att).values(rows).on_conflict_do_nothing(constraint="uq_workshop_attendances_day")
    return len((await ctx.db.execute(statement.returning(_Att.id))).all())


async def not_there(ctx: Context, activity_id: UUID, day: date, but: Sequence[UUID]) -> int:
    """Take attendance of a day that has given no hours off, except for some teachers. Answers how many."""
    statement = delete(_Att).where(
        _Att.region_id == ctx.principal.region_id,
        _Att.activity_id == activity_id,
        _Att.day == day,
        _Att.entry_id.is_(None),
        _Att.teacher_id.not_in(but),
    )
    return len((await ctx.db.execute(statement.returning(_Att.id))).all())


async def uncredited(ctx: Context, workshop_id: UUID, first: date, last: date) -> Sequence[AnyRow]:
    """Attendance at held activities on days of a span that has given no hours yet, in order of day.

    person_id: the record that stands for the teacher, whose hours they are.
    """
    statement = (
        _attendance(ctx)
        .add_columns(_A.title, func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id"))
        .join(_A, and_(_A.region_id == _Att.region_id, _A.id == _Att.activity_id))
        .where(
            _A.workshop_id == workshop_id,
            _A.status == ActivityStatus.HELD,
            _Att.day.between(first, last),
            _Att.entry_id.is_(None),
        )
        .order_by(_Att.day, _Att.id)
    )
    return (await ctx.db.execute(statement)).all()


async def unconfirmed(ctx: Context, first: date, last: date) -> int:
    """How many days of attendance in a span have given no hours yet, of every workshop of the region."""
    statement = select(func.count()).where(
        _Att.region_id == ctx.principal.region_id, _Att.day.between(first, last), _Att.entry_id.is_(None)
    )
    return int(await ctx.db.scalar(statement) or 0)


_LINK = text(
    "UPDATE workshop_attendances a SET entry_id = e.entry_id, version = a.version + 1, updated_at = clock_timestamp()"
    " FROM unnest(CAST(:attendances AS uuid[]), CAST(:entries AS uuid[])) AS e (attendance_id, entry_id)"
    " WHERE a.region_id = :region AND a.id = e.attendance_id"
)


async def link_entries(ctx: Context, attendance_ids: Sequence[UUID], entry_ids: Sequence[UUID]) -> None:
    """Say which entry each attendance has become: attendance (n,), entries (n,)."""
    values = {"region": ctx.principal.region_id, "attendances": list(attendance_ids), "entries": list(entry_ids)}
    await ctx.db.execute(_LINK, values)


def _cases(ctx: Context, workshop_id: UUID) -> AnySelect:
    author = and_(Teacher.region_id == _C.region_id, Teacher.id == _C.author_id)
    name = func.concat(_C.start_year, "-", _C.start_year + 1, "-", _C.term).label("term_name")
    return (
        select(*_C.__table__.columns.values(), name, Teacher.name.label("author_name"))
        .join(Teacher, author)
        .where(_C.region_id == ctx.principal.region_id, _C.workshop_id == workshop_id)
    )


async def case_page(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """Cases of a workshop, newest first."""
    scope = f"workshop-cases|{workshop_id}"
    order = (_C.id,)
    return await fetch_page(ctx.db, _cases(ctx, workshop_id), request, order=order, descending=True, scope=scope)


async def add_case(ctx: Context, workshop_id: UUID, values: dict[str, Any]) -> AnyRow:
    """Store a case."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_C).values(**own, workshop_id=workshop_id, **values))
    return (await ctx.db.execute(_cases(ctx, workshop_id).where(_C.id == made))).one()


async def held_in(ctx: Context, workshop_id: UUID, first: date, last: date) -> Sequence[AnyRow]:
    """Held activities that begin within a span, in order: starts_on, ends_on, host_school_id, is_reading_forum."""
    statement = figures.activities(ctx, workshop_id, (first, last)).order_by(_A.starts_on, _A.id)
    return (await ctx.db.execute(statement)).all()


async def cases_by_term(ctx: Context, workshop_id: UUID, start_year: int) -> dict[int, int]:
    """How many cases each term of a school year has."""
    found = figures.cases(ctx, workshop_id).subquery()
    statement = select(found.c.term, func.count().label("cases")).where(found.c.start_year == start_year)
    return {row.term: int(row.cases) for row in (await ctx.db.execute(statement.group_by(found.c.term))).all()}


async def presence(ctx: Context, workshop_id: UUID, first: date, last: date) -> AnyRow:
    """Attendance at held activities of a span: present, expected (members of each day), hours claimed and credited."""
    days = (first, last)
    due = figures.attendance(ctx, workshop_id, days).subquery()
    held = figures.activities(ctx, workshop_id, days).cte("held_days")
    found = figures.came(ctx, held).subquery()
    entries = (HoursEntry.region_id == ctx.principal.region_id, HoursEntry.id.in_(select(found.c.entry_id)))
    statement = select(
        select(func.count()).select_from(due).where(due.c.is_present).scalar_subquery().label("present"),
        select(func.count()).select_from(due).scalar_subquery().label("expected"),
        *(
            select(func.coalesce(func.sum(column), 0)).where(*entries).scalar_subquery().label(name)
            for name, column in (("claimed", HoursEntry.claimed), ("credited", HoursEntry.credited))
        ),
    )
    return (await ctx.db.execute(statement)).one()


async def core_units(ctx: Context, workshop_id: UUID, year: SchoolYear) -> dict[UUID, str]:
    """The present units of those who were core members in a school year: id -> name."""
    member = WorkshopMember
    statement = (
        select(Organisation.id, Organisation.name)
        .join(Teacher, and_(Teacher.region_id == Organisation.region_id, Teacher.school_id == Organisation.id))
        .join(member, and_(member.region_id == Teacher.region_id, member.teacher_id == Teacher.id))
        .where(
            member.region_id == ctx.principal.region_id,
            member.workshop_id == workshop_id,
            member.role == "core",
            member.joined_on <= year.last_day,
            present(member, year.first_day),
        )
        .distinct()
        .order_by(Organisation.name)
    )
    return {row.id: row.name for row in (await ctx.db.execute(statement)).all()}


async def people_led(ctx: Context, workshop_id: UUID, days: tuple[date, date]) -> int:
    """How many teachers a workshop leads on days of a span. [A4.5]"""
    statement = select(func.count()).select_from(figures.led(ctx, workshop_id, days).subquery())
    return int(await ctx.db.scalar(statement) or 0)
