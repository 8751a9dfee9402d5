"""SQL of activities and attendance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursSubmission
from app.organisations.models import Organisation
from app.school_research.models import ResearchActivity, ResearchAttendance
from app.school_research.states import AttendanceMeans, ResearchActivityStatus
from app.teachers.models import Teacher

_One, _Att, _Sheet = ResearchActivity, ResearchAttendance, HoursSubmission
_CLAIMED = func.coalesce(_Sheet.status != "withdrawn", False).label("is_claimed")


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which activities: any part may be None."""

    school_id: UUID | None = None
    central_school_id: UUID | None = None
    start_year: int | None = None
    term: int | None = None
    status: str | None = None

    @staticmethod
    def of(
        school_id: UUID | None, central_school_id: UUID | None, term: str | None, status: str | None
    ) -> "ActivityFilter":
        """What a client asks for, by names."""
        year, half = (int(term[:4]), int(term[-1])) if term else (None, None)
        return ActivityFilter(school_id, central_school_id, year, half, status)


def _activities(ctx: Context) -> AnySelect:
    attended = (
        select(func.count())
        .where(_Att.region_id == _One.region_id, _Att.activity_id == _One.id)
        .correlate(_One)
        .scalar_subquery()
    )
    scope = rows(ctx.principal, Permission.RESEARCH_ACTIVITY_READ, organisation=_One.school_id)
    return (
        select(
            *(column for column in _One.__table__.columns if column.key != "sign_in_code"),
            Organisation.name.label("school_name"),
            func.concat(_One.start_year, "-", _One.start_year + 1).label("school_year"),
            func.concat(_One.start_year, "-", _One.start_year + 1, "-", _One.term).label("term_name"),
            attended.label("attended"),
            _CLAIMED,
        )
        .join(Organisation, and_(Organisation.region_id == _One.region_id, Organisation.id == _One.school_id))
        .outerjoin(_Sheet, and_(_Sheet.region_id == _One.region_id, _Sheet.id == _One.submission_id))
        .where(_One.region_id == ctx.principal.region_id, scope)
    )


async def page(ctx: Context, request: PageRequest, only: ActivityFilter) -> Page[AnyRow]:
    """Activities, newest first."""
    statement = _activities(ctx)
    for part in fields(only):
        value = getattr(only, part.name)
        if value is not None:
            column = Organisation.parent_id if part.name == "central_school_id" else getattr(_One, part.name)
            statement = statement.where(column == value)
    return await fetch_page(ctx.db, statement, request, order=(_One.id,), descending=True, scope=f"activities|{only}")


async def by_id(ctx: Context, activity_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One activity the caller may see; `lock` holds it."""
    if lock:
        held = select(_One.id).where(_One.region_id == ctx.principal.region_id, _One.id == activity_id)
        await ctx.db.execute(held.with_for_update())
    return (await ctx.db.execute(_activities(ctx).where(_One.id == activity_id))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Activities (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_activities(ctx).where(_One.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def create(ctx: Context, values: Mapping[str, Any]) -> UUID:
    """Store a new activity."""
    activity_id = new_id()
    own = {"region_id": ctx.principal.region_id, "id": activity_id, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_One).values(**own, status=str(ResearchActivityStatus.OPEN), **values))
    return activity_id


async def change(ctx: Context, activity_ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """Store changes of activities, and their next versions."""
    statement = update(_One).where(_One.region_id == ctx.principal.region_id, _One.id.in_(activity_ids))
    await ctx.db.execute(statement.values(**values, **touched(_One)))


async def with_code(ctx: Context, school_id: UUID, code: str) -> AnyRow | None:
    """The open activity of a school whose sign-in code this is, held."""
    statement = (
        select(_One.id, _One.activity_date, _One.school_id, _One.submission_id)
        .where(
            _One.region_id == ctx.principal.region_id,
            _One.school_id == school_id,
            _One.sign_in_code == code,
            _One.status == str(ResearchActivityStatus.OPEN),
        )
        .with_for_update()
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def attendance_page(ctx: Context, request: PageRequest, activity_id: UUID) -> Page[AnyRow]:
    """Who took part in an activity the caller has been shown; a teacher sees the own line."""
    # OWN of a teacher means the own school, so the own line is asked for by itself.
    statement = _attendance(ctx).where(_Att.activity_id == activity_id)
    if ctx.principal.teacher_id is not None:
        statement = statement.where(_Att.teacher_id == ctx.principal.teacher_id)
    return await fetch_page(ctx.db, statement, request, order=(_Att.id,), scope=f"attendance|{activity_id}")


def _attendance(ctx: Context) -> AnySelect:
    return (
        select(
            _Att.id,
            _Att.activity_id,
            _Att.teacher_id,
            Teacher.name.label("teacher_name"),
            Teacher.staff_no,
            _Att.means,
            func.coalesce(_Att.hours, _One.hours).label("hours"),
        )
        .join(_One, and_(_One.region_id == _Att.region_id, _One.id == _Att.activity_id))
        .join(Teacher, and_(Teacher.region_id == _Att.region_id, Teacher.id == _Att.teacher_id))
        .where(_Att.region_id == ctx.principal.region_id)
    )


async def attend(ctx: Context, activity_id: UUID, people: Sequence[Mapping[str, Any]], means: AttendanceMeans) -> int:
    """Store who took part; who stands there already stays. How many are new."""
    own = {
        "region_id": ctx.principal.region_id,
        "activity_id": activity_id,
        "means": str(means),
        "recorded_by": ctx.principal.account_id,
    }
    values = [{**own, "id": new_id(), **one} for one in people]
    statement = pg_insert(_Att).values(values).on_conflict_do_nothing(constraint="uq_research_attendance_teacher")
    return len((await ctx.db.execute(statement.returning(_Att.id))).all())


async def held_on(ctx: Context, school_id: UUID, days: Sequence[date]) -> Sequence[AnyRow]:
    """Open activities of a school on days, and whether their hours are claimed."""
    columns = (_One.id, _One.activity_date, _One.title, _One.session, _One.content, _One.mode, _One.host, _One.hours)
    statement = (
        select(*columns, _CLAIMED)
        .outerjoin(_Sheet, and_(_Sheet.region_id == _One.region_id, _Sheet.id == _One.submission_id))
        .where(
            _One.region_id == ctx.principal.region_id,
            _One.school_id == school_id,
            _One.activity_date.in_(days),
            _One.status == str(ResearchActivityStatus.OPEN),
        )
    )
    return (await ctx.db.execute(statement)).all()


async def attended(ctx: Context, activity_ids: Sequence[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """Who is on the lists of activities: (activity, teacher)."""
    mine = (_Att.region_id == ctx.principal.region_id, _Att.activity_id.in_(activity_ids))
    found = (await ctx.db.execute(select(_Att.activity_id, _Att.teacher_id).where(*mine))).all()
    return frozenset((row.activity_id, row.teacher_id) for row in found)


async def people(ctx: Context, staff_nos: Sequence[str]) -> Sequence[AnyRow]:
    """Teachers of the region by staff number; whose they are on a day, employment says."""
    mine = (Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged", Teacher.staff_no.in_(staff_nos))
    return (await ctx.db.execute(select(Teacher.id, Teacher.name, Teacher.staff_no).where(*mine))).all()


async def strike(ctx: Context, activity_id: UUID, teacher_id: UUID) -> int:
    """Take a teacher off the list; how many there were."""
    statement = delete(_Att).where(
        _Att.region_id == ctx.principal.region_id, _Att.activity_id == activity_id, _Att.teacher_id == teacher_id
    )
    return (await ctx.db.execute(statement)).rowcount


async def unclaimed(ctx: Context, school_id: UUID, start_year: int, term: int) -> Sequence[AnyRow]:
    """Activities of a term that are on no sheet, held: id and how many took part, by date; none without attendance."""
    # The lock comes first: of two claims at once the second finds nothing left.
    mine = (
        _One.region_id == ctx.principal.region_id,
        _One.school_id == school_id,
        _One.start_year == start_year,
        _One.term == term,
        _One.status == str(ResearchActivityStatus.OPEN),
    )
    await ctx.db.execute(select(_One.id).where(*mine).order_by(_One.id).with_for_update())
    statement = (
        select(_One.id, func.count(_Att.id).label("attended"))
        .join(_Att, and_(_Att.region_id == _One.region_id, _Att.activity_id == _One.id))
        .outerjoin(_Sheet, and_(_Sheet.region_id == _One.region_id, _Sheet.id == _One.submission_id))
        .where(*mine, _One.submission_id.is_(None) | (_Sheet.status == "withdrawn"))
        .group_by(_One.region_id, _One.id)
        .order_by(_One.activity_date, _One.id)
    )
    return (await ctx.db.execute(statement)).all()


async def lines(ctx: Context, activity_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """The attendance of activities as lines of a sheet, in order of date."""
    statement = (
        select(
            _Att.teacher_id,
            _One.title.label("activity_title"),
            _One.activity_date,
            _One.session,
            func.coalesce(_Att.hours, _One.hours).label("claimed"),
        )
        .join(_One, and_(_One.region_id == _Att.region_id, _One.id == _Att.activity_id))
        .where(_Att.region_id == ctx.principal.region_id, _Att.activity_id.in_(activity_ids))
        .order_by(_One.activity_date, _One.id, _Att.id)
    )
    return (await ctx.db.execute(statement)).all()


def whole_attendance(ctx: Context, *, term: str, school_id: UUID | None) -> AnySelect:
    """Who took part in what in a term, for one file: by school, date and staff number; a teacher sees the own lines."""
    scope = rows(ctx.principal, Permission.RESEARCH_ACTIVITY_READ, organisation=_One.school_id)
    statement = (
        select(
            Organisation.name.label("school_name"),
            _One.activity_date,
            _One.title,
            _One.session,
            _One.content,
            _One.mode,
            _One.host,
            _One.leader,
            Teacher.staff_no,
            Teacher.name.label("teacher_name"),
            func.coalesce(_Att.hours, _One.hours).label("hours"),
            _Att.means,
        )
        .join(_One, and_(_One.region_id == _Att.region_id, _One.id == _Att.activity_id))
        .join(Teacher, and_(Teacher.region_id == _Att.region_id, Teacher.id == _Att.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _One.region_id, Organisation.id == _One.school_id))
        .where(
            _Att.region_id == ctx.principal.region_id,
            _One.status == str(ResearchActivityStatus.OPEN),
            _One.start_year == int(term[:4]),
            _One.term == int(term[-1]),
            scope,
        )
        .order_by(Organisation.name, _One.activity_date, _One.id, Teacher.staff_no)
    )
    if ctx.principal.teacher_id is not None:
        statement = statement.where(_Att.teacher_id == ctx.principal.teacher_id)
    return statement.where(_One.school_id == school_id) if school_id else statement
