"""SQL of completion: counters kept with the ledger, and the same figures live from the rows. [A5.7.1]"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Subquery,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, rows, scope_values, scoped
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.core.prepared import Prepared, fetch, prepare
from app.hours.models import HoursCompletionCounter, HoursSummary
from app.hours.states import HoursCategory
from app.organisations.models import Organisation
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, Teacher

_REFRESH = text("SELECT refresh_hours_completion(:region, :year, :schools, :today)")


async def years_counted(ctx: Context) -> Sequence[int]:
    """School years whose completion counters are kept."""
    one = HoursCompletionCounter
    statement = select(one.school_year).where(one.region_id == ctx.principal.region_id).distinct()
    return (await ctx.db.scalars(statement.order_by(one.school_year))).all()


async def refresh_completion(ctx: Context, year: int, school_ids: Sequence[UUID] | None) -> None:
    """Count the completion of schools (None: all) afresh."""
    values = {
        "region": ctx.principal.region_id,
        "year": year,
        "schools": None if school_ids is None else list(school_ids),
        "today": ctx.clock.today,
    }
    await ctx.db.execute(_REFRESH.bindparams(bindparam("schools", type_=ARRAY(Uuid()))), values)


def at_post(day: date) -> ColumnElement[bool]:
    """The spell of a teacher at post on a day."""
    return and_(
        Employment.region_id == Teacher.region_id,
        Employment.teacher_id == Teacher.id,
        Employment.is_on_post,
        Employment.starts_on <= day,
        Employment.ends_on.is_(None) | (Employment.ends_on > day),
    )


def held_of(year: SchoolYear) -> ColumnElement[bool]:
    """The summary of school-based research a teacher has in a year."""
    return and_(
        HoursSummary.region_id == Teacher.region_id,
        HoursSummary.teacher_id == Teacher.id,
        HoursSummary.school_year == year.start,
        HoursSummary.category == HoursCategory.SCHOOL_RESEARCH,
    )


def _live_counts(ctx: Context, year: SchoolYear) -> AnySelect:
    """The same figures as the counters, from the rows themselves; for a day the test clock chose."""
    reference = min(ctx.clock.today, year.last_day)
    spell, held = at_post(reference), held_of(year)
    return (
        select(
            Employment.school_id,
            Teacher.stage,
            Teacher.subject,
            func.count().label("teachers"),
            func.count().filter(HoursSummary.credited >= HoursSummary.target).label("met"),
        )
        .join(Employment, spell)
        .outerjoin(HoursSummary, held)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged")
        .group_by(Employment.school_id, Teacher.stage, Teacher.subject)
    )


@cache
def _counted(reach: Reach | None, group_by: str) -> Prepared:
    one = HoursCompletionCounter
    region = bindparam("region", type_=Integer())
    counts = (
        select(one.school_id, one.stage, one.subject, one.teachers, one.met)
        .where(one.region_id == region, one.school_year == bindparam("year", type_=Integer()))
        .subquery()
    )
    return prepare(_grouped(counts, region, scoped(reach, organisation=counts.c.school_id), group_by))


def _grouped(counts: Subquery, region: Any, scope: ColumnElement[bool], group_by: str) -> AnySelect:
    school = aliased(Organisation)
    above = aliased(Organisation)
    is_under = above.kind == "central_school"
    keys: dict[str, tuple[Any, Any]] = {
        "school": (school.id, school.name),
        "central_school": (
            case((is_under, above.id), else_=school.id),
            case((is_under, above.name), else_=school.name),
        ),
        "stage": (counts.c.stage, counts.c.stage),
        "subject": (counts.c.subject, counts.c.subject),
    }
    key, name = keys[group_by]
    return (
        select(
            key.label("key"),
            name.label("name"),
            cast(func.sum(counts.c.teachers), Integer).label("teachers"),
            cast(func.sum(counts.c.met), Integer).label("met"),
        )
        .select_from(counts)
        .join(school, and_(school.region_id == region, school.id == counts.c.school_id))
        .outerjoin(above, and_(above.region_id == school.region_id, above.id == school.parent_id))
        .where(scope)
        .group_by(key, name)
        .having(func.sum(counts.c.teachers) > 0)
        .order_by(name, key)
        .limit(2000)
    )


async def completion(ctx: Context, year: SchoolYear, group_by: str, *, live: bool) -> Sequence[Any]:
    """Completion by group: key, name, teachers, met; from the counters, or live from the rows."""
    region = ctx.principal.region_id
    if live:
        counts = _live_counts(ctx, year).subquery()
        scope = rows(ctx.principal, Permission.HOURS_COMPLETION_READ, organisation=counts.c.school_id)
        return (await ctx.db.execute(_grouped(counts, region, scope, group_by))).mappings().all()
    reach = reach_of(ctx.principal, Permission.HOURS_COMPLETION_READ)
    values = {"region": region, "year": year.start, **scope_values(ctx.principal)}
    return await fetch(ctx.db, _counted(reach, group_by), values)


@cache
def _is_counted() -> Prepared:
    one = HoursCompletionCounter
    region, year = bindparam("region", type_=Integer()), bindparam("year", type_=Integer())
    return prepare(select(exists().where(one.region_id == region, one.school_year == year)))


async def is_counted(ctx: Context, year: SchoolYear) -> bool:
    """Whether the counters of a school year are kept (they are from its first posting on)."""
    found = await fetch(ctx.db, _is_counted(), {"region": ctx.principal.region_id, "year": year.start})
    return bool(found[0][0])


async def teacher_completion(
    ctx: Context,
    request: PageRequest,
    year: SchoolYear,
    target: Decimal,
    *,
    is_met: bool | None,
    school_id: UUID | None,
) -> Page[AnyRow]:
    """Teachers at post with their hours of school-based research, by staff number."""
    reference = min(ctx.clock.today, year.last_day)
    credited = func.coalesce(HoursSummary.credited, 0)
    spell, held = at_post(reference), held_of(year)
    scope = rows(ctx.principal, Permission.HOURS_COMPLETION_READ, organisation=Employment.school_id)
    statement = (
        select(
            Teacher.id.label("teacher_id"),
            Teacher.staff_no,
            Teacher.name,
            Employment.school_id,
            Teacher.stage,
            Teacher.subject,
            credited.label("credited"),
            func.greatest(target - credited, 0).label("remaining"),
            (credited >= target).label("is_met"),
        )
        .join(Employment, spell)
        .outerjoin(HoursSummary, held)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged", scope)
    )
    if is_met is not None:
        statement = statement.where((credited >= target) == is_met)
    if school_id:
        statement = statement.where(Employment.school_id == school_id)
    scope_text = f"hours-completion-teachers|{year}|{is_met}|{school_id}|{reference}"
    return await fetch_page(ctx.db, statement, request, order=(Teacher.staff_no,), scope=scope_text)
