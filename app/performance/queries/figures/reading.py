"""How figures are read: every source is one SELECT of records; counts and lists are made from the same text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, cast, func, literal, null, select, text, true, union_all

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.performance.states import Figure
from app.teachers.models import Teacher


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a calendar year that is read: its first day, and today or its last day."""

    year: int
    first: date
    on: date


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records a source has, and how many of them count."""

    all: int
    counts: int


@dataclass(frozen=True, slots=True)
class Source:
    """A figure with its records; None for a ratio, which is read from two other figures.

    tally: the same numbers read cheaper, one row (all, counts). rest_of: the share whose records that do not count are
    this figure's, so that one reading answers both.
    """

    figure: Figure
    records: Callable[[Context, Span], AnySelect] | None = None
    tally: Callable[[Context, Span], AnySelect] | None = None
    rest_of: str | None = None


def record(  # noqa: PLR0913 - the columns of a record
    one: Any,
    label: Any,
    *,
    teacher: Any = None,
    organisation: Any = None,
    on: Any = None,
    detail: Any = None,
    counts: Any = None,
    path: Any = None,
) -> list[Any]:
    """The columns of a source: its record's id, a label without people's names, whose it is, when, if it counts.

    path: where REST shows it, if that is not the path of the figure with the id in it.
    """
    return [
        cast(one, Uuid()).label("id"),
        cast(label, Text).label("label"),
        cast(null() if teacher is None else teacher, Uuid()).label("teacher_id"),
        cast(null() if organisation is None else organisation, Uuid()).label("organisation_id"),
        cast(null() if on is None else on, Date).label("happened_on"),
        cast(null() if detail is None else detail, Text).label("detail"),
        (true() if counts is None else counts).label("is_counted"),
        cast(null() if path is None else path, Text).label("path"),
    ]


_PLANNED_AFRESH = text("SET LOCAL plan_cache_mode = force_custom_plan")
"""The sixth time a connection runs a statement PostgreSQL may keep a plan that knows no year: minutes in a province."""


async def counted(ctx: Context, span: Span, sources: Sequence[Source]) -> Mapping[str, Counted]:
    """Every figure's count by code, in one statement whatever the number of figures or teachers."""
    asked = {one.figure.code: one for one in sources if one.records is not None}
    rests = {code: one.rest_of for code, one in asked.items() if one.rest_of in asked}
    parts = []
    for code, one in asked.items():
        if code not in rests and one.records is not None:
            found = (one.tally(ctx, span) if one.tally else tally_of(one.records(ctx, span))).subquery()
            parts.append(select(literal(code, Text).label("code"), found.c.all, found.c.counts))
    if not parts:
        return {}
    await ctx.db.execute(_PLANNED_AFRESH)
    answered = (await ctx.db.execute(union_all(*parts))).all()
    tallies = {row.code: Counted(int(row.all), int(row.counts)) for row in answered}
    left = {code: tallies[whole].all - tallies[whole].counts for code, whole in rests.items() if whole}
    return tallies | {code: Counted(rest, rest) for code, rest in left.items()}


def tally_of(records: AnySelect) -> AnySelect:
    """How many records there are, and how many of them count."""
    found = records.subquery()
    return select(func.count().label("all"), func.count().filter(found.c.is_counted).label("counts")).select_from(found)


def address(source: Source, found: Any) -> Any:
    """Where REST shows a record of a source."""
    path = source.figure.path
    own = func.replace(f"/v1/{path}", "{id}", cast(found.id, Text)) if path else null()
    return func.coalesce(found.path, own)


def named(ctx: Context, found: Any, columns: Sequence[Any]) -> AnySelect:
    """Records with the name of a person only where the reader may see that person's record, and the organisation's."""
    region = ctx.principal.region_id
    sees = rows(ctx.principal, Permission.TEACHER_READ, organisation=Teacher.school_id, teacher=Teacher.id)
    person = and_(Teacher.region_id == region, Teacher.id == found.c.teacher_id, sees)
    place = and_(Organisation.region_id == region, Organisation.id == found.c.organisation_id)
    return (
        select(*columns, Teacher.name.label("teacher_name"), Organisation.name.label("organisation_name"))
        .select_from(found)
        .outerjoin(Teacher, person)
        .outerjoin(Organisation, place)
    )


async def page(
    ctx: Context, request: PageRequest, source: Source, span: Span, *, is_counted: bool | None
) -> Page[AnyRow]:
    """The records behind a figure, with their names."""
    statement, found = _listed(ctx, source, span)
    if is_counted is not None:
        statement = statement.where(found.c.is_counted.is_(is_counted))
    scope = f"scorecard-records|{source.figure.code}|{span.year}|{span.on}|{is_counted}"
    await ctx.db.execute(_PLANNED_AFRESH)
    return await fetch_page(ctx.db, statement, request, order=(found.c.id,), scope=scope)


async def one(ctx: Context, source: Source, span: Span, record_id: UUID) -> AnyRow | None:
    """One of the records behind a figure; None where it is not among them."""
    statement, found = _listed(ctx, source, span)
    return (await ctx.db.execute(statement.where(found.c.id == record_id).limit(1))).one_or_none()


def _listed(ctx: Context, source: Source, span: Span) -> tuple[AnySelect, Any]:
    assert source.records is not None  # noqa: S101 - the service has refused ratios
    found = source.records(ctx, span).subquery()
    about = (literal(source.figure.kind, Text).label("kind"), address(source, found.c).label("href"))
    return named(ctx, found, (*found.c, *about)), found
