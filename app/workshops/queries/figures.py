"""The figures of workshops 工作坊数据, one function each: months, years, score sheets and the scorecard all read these.

A function answers the records themselves, one row each, so that a number cannot differ from its list; whose: one
workshop, or a SELECT of many; days: both included. docs/decisions/0004-one-set-of-figures.md says who reads which.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.core.db import AnySelect
from app.policy.load import Regulation
from app.teachers.models import Teacher
from app.workshops.models import (
    MentorPair,
    Workshop,
    WorkshopActivity,
    WorkshopAttendance,
    WorkshopCase,
    WorkshopMember,
    WorkshopReview,
)
from app.workshops.queries.workshops import present
from app.workshops.states import ActivityStatus, ReviewStatus, WorkshopStatus

Days = tuple[date, date]
Whose = UUID | Select[Any]
_W, _A, _Att, _M, _C, _R, _P = (
    Workshop, WorkshopActivity, WorkshopAttendance, WorkshopMember, WorkshopCase, WorkshopReview, MentorPair,
)  # fmt: skip
_PERSON = func.coalesce(Teacher.merged_into_id, Teacher.id)


def _of(column: Any, whose: Whose) -> ColumnElement[bool]:
    return column == whose if isinstance(whose, UUID) else column.in_(whose)  # type: ignore[no-any-return]


def studio_codes(regulation: Regulation) -> tuple[frozenset[str], frozenset[str]]:
    """Kinds and families of workshops that are studios “三名”. [M3.4]"""
    kinds, families = (
        frozenset(one.code for one in regulation.codes(name) if one.facts.get("is_studio"))
        for name in ("workshop_kinds", "workshop_families")
    )
    return kinds, families


def is_studio(ctx: Context, part: str | None = None) -> ColumnElement[bool]:
    """Whether a workshop is one of the studios “三名”, by kind or family; part: one of the three. [M3.4]"""
    kinds, families = studio_codes(ctx.regulation)
    parts = {"master": _W.kind.in_(kinds), "principal": _W.family == "principal_studio"}
    parts["homeroom"] = _W.family == "homeroom_studio"
    return parts[part] if part else or_(parts["master"], _W.family.in_(families))


def registered(ctx: Context, on: date, *only: ColumnElement[bool]) -> AnySelect:
    """Workshops whose registration holds on a day: id, name, leader_id, unit_id, first_day."""
    return select(
        _W.id, _W.name, _W.leader_id, _W.unit_id, func.make_date(_W.start_year, 9, 1).label("first_day")
    ).where(
        _W.region_id == ctx.principal.region_id,
        or_(_W.status == WorkshopStatus.REGISTERED, _W.closed_on > on),
        _W.registered_by.is_not(None),
        func.make_date(_W.start_year, 9, 1) <= on,
        func.make_date(_W.end_year + 1, 8, 31) >= on,
        *only,
    )


def of_level(level: str) -> ColumnElement[bool]:
    """Whether a workshop is of a level 级别."""
    return _W.level == level


def studios(ctx: Context, on: date, part: str | None = None) -> AnySelect:
    """Studios “三名” on a day. [A4.3] [A4.5]"""
    return registered(ctx, on, is_studio(ctx, part))


def ids(found: AnySelect) -> AnySelect:
    """The ids of workshops found, for `whose`."""
    return found.with_only_columns(_W.id)


def activities(ctx: Context, whose: Whose, days: Days) -> AnySelect:
    """Activities held that begin within the days 集中研修活动. [A6.6a] [M7.1a]

    workshop_id, activity_id, title, starts_on, ends_on, host_school_id, is_reading_forum.
    """
    return select(
        _A.workshop_id,
        _A.id.label("activity_id"),
        _A.title,
        _A.starts_on,
        _A.ends_on,
        _A.host_school_id,
        _A.is_reading_forum,
    ).where(
        _A.region_id == ctx.principal.region_id,
        _of(_A.workshop_id, whose),
        _A.status == ActivityStatus.HELD,
        _A.starts_on.between(*days),
    )


def came(ctx: Context, held: CTE) -> AnySelect:
    """Who signed in at activities, by the record of the person: activity_id, day, person_id, entry_id."""
    of = and_(_Att.region_id == ctx.principal.region_id, _Att.activity_id == held.c.activity_id)
    who = and_(Teacher.region_id == _Att.region_id, Teacher.id == _Att.teacher_id)
    return (
        select(_Att.activity_id, _Att.day, _PERSON.label("person_id"), _Att.entry_id)
        .select_from(held)
        .join(_Att, of)
        .join(Teacher, who)
    )


def attendance(ctx: Context, whose: Whose, days: Days) -> AnySelect:
    """Members due at these activities 出勤, a row for an activity, a day and a person; those count that came. [M7.1a]

    Persons are counted, not records: two merged records on one day are one (decision 14).
    workshop_id, activity_id, title, starts_on, day, person_id, is_present.
    """
    held = activities(ctx, whose, days).cte("held")
    every_day = func.generate_series(held.c.starts_on, held.c.ends_on, text("interval '1 day'"))
    on_days = select(
        held.c.workshop_id, held.c.activity_id, held.c.title, held.c.starts_on, cast(every_day, Date).label("day")
    ).subquery()
    is_due = and_(
        _M.region_id == ctx.principal.region_id,
        _M.workshop_id == on_days.c.workshop_id,
        _M.joined_on <= on_days.c.day,
        present(_M, on_days.c.day),
    )
    due = (
        select(*on_days.c, _PERSON.label("person_id"))
        .select_from(on_days)
        .join(_M, is_due)
        .join(Teacher, and_(Teacher.region_id == _M.region_id, Teacher.id == _M.teacher_id))
        .distinct()
        .subquery()
    )
    there = came(ctx, held).subquery()
    found = select(there.c.activity_id, there.c.day, there.c.person_id).distinct().subquery()
    same = and_(
        found.c.activity_id == due.c.activity_id, found.c.day == due.c.day, found.c.person_id == due.c.person_id
    )
    return select(*due.c, found.c.person_id.is_not(None).label("is_present")).outerjoin(found, same)


def cases(ctx: Context, whose: Whose, days: Days | None = None) -> AnySelect:
    """Practice cases 教学实践案例; days: put on record on one of them, days of China. [A6.R] [M7.1a]

    workshop_id, case_id, title, author_id, start_year, term, day.
    """
    day = func.date(func.timezone("Asia/Shanghai", _C.created_at)).label("day")
    found = select(_C.workshop_id, _C.id.label("case_id"), _C.title, _C.author_id, _C.start_year, _C.term, day).where(
        _C.region_id == ctx.principal.region_id, _of(_C.workshop_id, whose)
    )
    return found if days is None else found.where(day.between(*days))


def led(ctx: Context, whose: Whose, days: Days) -> AnySelect:
    """People whom a workshop leads on any of the days 引领的教师, each once by the first pair. [A4.5] [A6.11]

    Merged records are one person. workshop_id, person_id, pair_id, starts_on.
    """
    who = and_(Teacher.region_id == _P.region_id, Teacher.id == _P.apprentice_id)
    return (
        select(_P.workshop_id, _PERSON.label("person_id"), _P.id.label("pair_id"), _P.starts_on)
        .join(Teacher, who)
        .where(
            _P.region_id == ctx.principal.region_id,
            _of(_P.workshop_id, whose),
            _P.starts_on <= days[1],
            or_(_P.ends_on.is_(None), _P.ends_on >= days[0]),
        )
        .ext(distinct_on(_P.workshop_id, _PERSON))
        .order_by(_P.workshop_id, _PERSON, _P.starts_on, cast(_P.id, String))
    )


def reviews(ctx: Context, whose: Whose, days: Days) -> AnySelect:
    """Months that are over and owe a review 应评月份, with the review there is; those count that are closed. [M7.1a]

    A month is owed that begins within the days, of a workshop whose registration holds in it and that was not closed
    by its end. workshop_id, month, review_id, is_closed.
    """
    month = func.generate_series(
        cast(literal(days[0].replace(day=1)), Date), cast(literal(days[1]), Date), text("interval '1 month'")
    )
    months = select(cast(month, Date).label("month")).subquery()
    first = months.c.month
    after = cast(first + text("interval '1 month'"), Date)
    holds = and_(
        _W.region_id == ctx.principal.region_id,
        _of(_W.id, whose),
        _W.registered_by.is_not(None),
        or_(_W.status == WorkshopStatus.REGISTERED, _W.closed_on >= after),
        first.between(func.make_date(_W.start_year, 9, 1), func.make_date(_W.end_year + 1, 8, 31)),
    )
    of = and_(_R.region_id == _W.region_id, _R.workshop_id == _W.id, _R.month == first)
    is_closed = case((_R.status == ReviewStatus.CLOSED, True), else_=False)
    return (
        select(_W.id.label("workshop_id"), first, _R.id.label("review_id"), is_closed.label("is_closed"))
        .select_from(months)
        .join(_W, holds)
        .outerjoin(_R, of)
        .where(first >= days[0], after <= ctx.clock.today)
    )
