"""SQL of the reports over teachers at post: trend by week, five-year cycle, national form. Each is one statement."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursEntry, HoursSummary
from app.hours.queries.completion import at_post
from app.hours.states import HoursCategory
from app.organisations.models import Organisation
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, Teacher

GROUPS_MAX = 2000


def _roster(ctx: Context, day: date) -> Subquery:
    """Teachers at post on a day whom the caller may see, with what reports group by."""
    scope = rows(ctx.principal, Permission.HOURS_COMPLETION_READ, organisation=Employment.school_id)
    return (
        select(
            Teacher.id.label("teacher_id"),
            Employment.school_id,
            Teacher.stage,
            Teacher.subject,
            Teacher.title,
            Teacher.sex,
        )
        .join(Employment, at_post(day))
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged", scope)
        .subquery("who")
    )


Reduce = Callable[[Subquery], AnySelect]
"""Entries (person, activity_date, credited) -> one row a person, its id as teacher_id."""


def _of_persons(ctx: Context, who: Subquery, conditions: Sequence[ColumnElement[bool]], reduce: Reduce) -> Subquery:
    """Entries made into one row a person of the roster, merged records taken in as balances do.

    Almost everybody has one record: those entries come in the order of their index. The few persons with several are
    read apart, or a whole year would be sorted for them.
    """
    region, entry, record = ctx.principal.region_id, HoursEntry, aliased(Teacher)
    merged = (record.region_id == region, record.merged_into_id.is_not(None))
    several = select(record.id).where(*merged).union_all(select(record.merged_into_id).where(*merged))
    columns = (entry.activity_date, entry.credited)
    plain = select(entry.teacher_id.label("person"), *columns).where(
        entry.region_id == region, entry.teacher_id.not_in(several), *conditions
    )
    if reach_of(ctx.principal, Permission.HOURS_COMPLETION_READ) is not Reach.ALL:
        plain = plain.where(entry.teacher_id.in_(select(who.c.teacher_id)))
    own = aliased(Teacher)
    person = func.coalesce(own.merged_into_id, own.id)
    joined = (
        select(person.label("person"), *columns)
        .join(own, and_(own.region_id == entry.region_id, own.id == entry.teacher_id))
        .join(who, who.c.teacher_id == person)
        .where(entry.region_id == region, entry.teacher_id.in_(several), *conditions)
    )
    return reduce(plain.subquery()).union_all(reduce(joined.subquery())).subquery("of_persons")


def _by_group(
    ctx: Context, who: Subquery, group_by: str, figures: Sequence[Any], *, also: Sequence[Any] = (), joined: Any = None
) -> AnySelect:
    """Figures over the roster by group: key, name, then `also` (grouped by as well) and the figures."""
    region = ctx.principal.region_id
    school, above = aliased(Organisation), aliased(Organisation)
    is_under = above.kind == "central_school"
    keys: dict[str, tuple[Any, Any]] = {
        "county": (literal("county"), literal("全区域")),
        "school": (school.id, school.name),
        "central_school": (
            case((is_under, above.id), else_=school.id),
            case((is_under, above.name), else_=school.name),
        ),
    }
    key, name = keys.get(group_by) or (who.c[group_by], who.c[group_by])
    at_school = and_(school.region_id == region, school.id == who.c.school_id)
    is_above = and_(above.region_id == school.region_id, above.id == school.parent_id)
    keyed = (
        select(who.c.teacher_id, key.label("key"), name.label("name"))
        .join(school, at_school)
        .outerjoin(above, is_above)
        .subquery("keyed")
    )
    source = keyed if joined is None else keyed.outerjoin(joined, joined.c.teacher_id == keyed.c.teacher_id)
    more = [one.name for one in also]
    columns = (keyed.c.key, keyed.c.name)
    grouped = select(*columns, *also, *figures).select_from(source).group_by(*columns, *more)
    return grouped.order_by(keyed.c.name, keyed.c.key, *more)


async def trend(
    ctx: Context, year: SchoolYear, group_by: str, target: Decimal, *, monday: date, on: date
) -> Sequence[AnyRow]:
    """Teachers by group and by the week in which they reached the target (None: not yet): key, name, week, teachers.

    monday: the first day of week 1. A reversal bears the day of what it undoes, so the sums never fall again.
    """
    who, entry = _roster(ctx, on), HoursEntry

    def reach(entries: Subquery) -> AnySelect:
        one = entries.c
        so_far = func.sum(func.sum(one.credited)).over(partition_by=one.person, order_by=one.activity_date)
        days = select(one.person, one.activity_date, so_far.label("so_far")).group_by(one.person, one.activity_date)
        day = days.subquery().c
        first = select(day.person.label("teacher_id"), func.min(day.activity_date).label("day"))
        return first.where(day.so_far >= target).group_by(day.person)

    conditions = (
        entry.school_year == year.start,
        entry.category == HoursCategory.SCHOOL_RESEARCH,
        entry.activity_date <= on,
    )
    reached = _of_persons(ctx, who, conditions, reach)
    gone = cast(reached.c.day - literal(monday, Date()), Integer)
    week = (gone // 7 + 1).label("week")
    statement = _by_group(ctx, who, group_by, [func.count().label("teachers")], also=[week], joined=reached)
    return (await ctx.db.execute(statement.limit(GROUPS_MAX * 55))).all()


async def parents(ctx: Context) -> dict[UUID, AnyRow]:
    """The 中心校 above each school that has one: school -> key, name."""
    school, above = aliased(Organisation), aliased(Organisation)
    statement = (
        select(school.id.label("school_id"), above.id.label("key"), above.name)
        .join(above, and_(above.region_id == school.region_id, above.id == school.parent_id))
        .where(school.region_id == ctx.principal.region_id, school.kind == "school", above.kind == "central_school")
        .order_by(school.id)
        .limit(GROUPS_MAX)
    )
    return {row.school_id: row for row in (await ctx.db.execute(statement)).all()}


def _cycle_hours(ctx: Context, first: SchoolYear, last: SchoolYear) -> Subquery:
    one = HoursSummary
    return (
        select(one.teacher_id, func.sum(one.credited).label("credited"))
        .where(one.region_id == ctx.principal.region_id, one.school_year.between(first.start, last.start))
        .group_by(one.teacher_id)
        .subquery("cycle")
    )


async def cycle(
    ctx: Context,
    years: tuple[SchoolYear, SchoolYear],
    group_by: str,
    *,
    on: date,
    total: Decimal,
    expected: Decimal,
) -> Sequence[AnyRow]:
    """Where teachers stand over the school years (first, last) by group: teachers, met, behind, credited."""
    held = _cycle_hours(ctx, *years)
    credited = func.coalesce(held.c.credited, 0)
    figures = (
        func.count().label("teachers"),
        func.count().filter(credited >= total).label("met"),
        func.count().filter(credited < expected, credited < total).label("behind"),
        func.sum(credited).label("credited"),
    )
    statement = _by_group(ctx, _roster(ctx, on), group_by, figures, joined=held)
    return (await ctx.db.execute(statement.limit(GROUPS_MAX))).all()


def cycle_teachers_statement(
    ctx: Context,
    years: tuple[SchoolYear, SchoolYear],
    *,
    on: date,
    total: Decimal,
    expected: Decimal,
) -> AnySelect:
    """Teachers at post with their hours over the cycle and where they stand."""
    one = HoursSummary
    mine = (
        select(func.coalesce(func.sum(one.credited), 0).label("credited"))
        .where(
            one.region_id == ctx.principal.region_id,
            one.teacher_id == Teacher.id,
            one.school_year.between(years[0].start, years[1].start),
        )
        .lateral("mine")
    )
    scope = rows(ctx.principal, Permission.HOURS_COMPLETION_READ, organisation=Employment.school_id)
    standing = case((mine.c.credited >= total, "met"), (mine.c.credited >= expected, "on_track"), else_="behind")
    return (
        select(
            Teacher.id.label("teacher_id"),
            Teacher.staff_no,
            Teacher.name,
            Employment.school_id,
            Teacher.stage,
            Teacher.subject,
            mine.c.credited,
            func.greatest(total - mine.c.credited, 0).label("remaining"),
            standing.label("standing"),
        )
        .join(Employment, at_post(on))
        .join(mine, literal(value=True))
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged", scope)
    )


async def cycle_teachers(
    ctx: Context, request: PageRequest, statement: AnySelect, *, only: tuple[str | None, UUID | None], scope: str
) -> Page[AnyRow]:
    """A page of that list by staff number. only: standing, school; scope: what the cursor belongs to."""
    standing, school_id = only
    if standing:
        statement = statement.where(statement.selected_columns.standing == standing)
    if school_id:
        statement = statement.where(Employment.school_id == school_id)
    return await fetch_page(ctx.db, statement, request, order=(Teacher.staff_no,), scope=scope)


async def statistics(
    ctx: Context, year: SchoolYear, group_by: str, *, on: date, per_day_max: Decimal, lowers: Sequence[int]
) -> Sequence[AnyRow]:
    """Teachers by group and band (0: the first) of their hours, each day counted up to a limit: with `untrained`."""
    who, entry = _roster(ctx, on), HoursEntry

    def add(entries: Subquery) -> AnySelect:
        one = entries.c
        hours = func.least(func.sum(one.credited), per_day_max).label("hours")
        day = select(one.person, hours).group_by(one.person, one.activity_date).subquery().c
        return select(day.person.label("teacher_id"), func.sum(day.hours).label("hours")).group_by(day.person)

    year_hours = _of_persons(ctx, who, (entry.school_year == year.start, entry.activity_date <= on), add)
    hours = func.coalesce(year_hours.c.hours, 0)
    bounds = bindparam("lowers", [Decimal(one) for one in lowers], ARRAY(Numeric()))
    band = func.width_bucket(hours, bounds).label("band")
    untrained: ColumnElement[int] = func.count().filter(hours == 0)
    figures = (func.count().label("teachers"), untrained.label("untrained"))
    statement = _by_group(ctx, who, group_by, figures, also=[band], joined=year_hours)
    return (await ctx.db.execute(statement.limit(GROUPS_MAX * (len(lowers) + 1)))).all()


async def levels(ctx: Context, year: SchoolYear, *, on: date) -> dict[str, AnyRow]:
    """Teachers at post with hours of each category in a school year, and the hours: category -> teachers, hours."""
    one = HoursSummary
    who = _roster(ctx, on)
    statement = (
        select(one.category, func.count().label("teachers"), func.sum(one.credited).label("hours"))
        .join(who, who.c.teacher_id == one.teacher_id)
        .where(one.region_id == ctx.principal.region_id, one.school_year == year.start, one.credited > 0)
        .group_by(one.category)
    )
    return {row.category: row for row in (await ctx.db.execute(statement)).all()}
