"""SQL of the hot reads: compiled once per reach and set of filters; pages come as JSON made by PostgreSQL."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, and_, any_, bindparam, cast, func, literal_column, or_, select, true

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, scope_values, scoped
from app.core.db import AnyRow
from app.core.pages import PageRequest, open_cursor, seal
from app.core.prepared import Prepared, fetch, fetch_rows, prepare
from app.hours.models import HoursEntry, HoursSummary
from app.hours.queries.ledger import EntryFilter, conditions, entry_columns, entry_joins, entry_scope
from app.hours.schemas import HoursEntry as HoursEntryOut
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher

R = TypeVar("R")
_FIELDS = tuple(HoursEntryOut.model_fields)
_MOMENTS = ("posted_at", "created_at", "updated_at")
_MOMENT = "to_char({0} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+08:00\"')"


@cache
def _balances(reach: Reach | None) -> Prepared:
    one = HoursSummary
    held = and_(
        one.region_id == Teacher.region_id,
        one.teacher_id == Teacher.id,
        one.school_year.between(bindparam("first", type_=Integer()), bindparam("last", type_=Integer())),
    )
    statement = (
        select(Teacher.id.label("teacher_id"), one.school_year, one.category, one.claimed, one.credited)
        .outerjoin(one, held)
        .where(
            Teacher.region_id == bindparam("region", type_=Integer()),
            Teacher.id == any_(bindparam("teachers", type_=ARRAY(Uuid()))),
            scoped(reach, organisation=Teacher.school_id, teacher=Teacher.id),
        )
    )
    return prepare(statement)


async def balances(ctx: Context, teacher_ids: Sequence[UUID], first: SchoolYear, last: SchoolYear) -> Sequence[Any]:
    """Summary rows of teachers the caller may see, over school years; a teacher without any has one row of NULLs."""
    values = {
        "region": ctx.principal.region_id,
        "teachers": list(teacher_ids),
        "first": first.start,
        "last": last.start,
        **scope_values(ctx.principal),
    }
    return await fetch(ctx.db, _balances(reach_of(ctx.principal, Permission.HOURS_READ)), values)


@cache
def _page(reach: Reach | None, filters: tuple[str, ...], *, follows: bool) -> Prepared:
    entry = HoursEntry
    region = bindparam("region", type_=Integer())
    only = {name: bindparam(name, type_=EntryFilter.kind(name)) for name in filters}
    statement = entry_joins(select(*entry_columns())).where(
        entry.region_id == region,
        entry_scope(region, reach),
        *conditions(region, only),
    )
    if follows:
        statement = statement.where(entry.seq < bindparam("after", type_=HoursEntry.seq.type))
    size = bindparam("size", type_=Integer())
    found = statement.order_by(entry.seq.desc()).limit(size + 1).cte("found")
    shown = [
        literal_column(_MOMENT.format(name)).label(name) if name in _MOMENTS else found.c[name] for name in _FIELDS
    ]
    items = select(*shown).order_by(found.c.seq.desc()).limit(size).subquery("item")
    last = select(found.c.seq).order_by(found.c.seq.desc()).limit(size).subquery("last")
    return prepare(
        select(
            select(func.coalesce(cast(func.json_agg(literal_column("item")), Text), literal_column("'[]'")))
            .select_from(items)
            .scalar_subquery()
            .label("items"),
            select(func.count()).select_from(found).scalar_subquery().label("found"),
            select(func.min(last.c.seq)).scalar_subquery().label("last"),
        )
    )


async def page(ctx: Context, request: PageRequest, only: EntryFilter) -> tuple[str, str | None]:
    """A page of the ledger, newest first: its items as JSON text, and the cursor of the next page."""
    given = only.given()
    scope = f"hours-entries|{only}"
    values = {"region": ctx.principal.region_id, "size": request.size, **given, **scope_values(ctx.principal)}
    if request.cursor:
        values["after"] = open_cursor(request.cursor, scope, (HoursEntry.seq,))[0]
    reach = reach_of(ctx.principal, Permission.HOURS_READ)
    row = (await fetch(ctx.db, _page(reach, tuple(given), follows=bool(request.cursor)), values))[0]
    return row["items"], seal([row["last"]], scope) if row["found"] > request.size else None


PLAIN = frozenset(
    {"id", "teacher_id", "school_id", "school_year", "category", "claimed_hours", "credited_hours", "activity_title"}
    | {"activity_date", "session", "source", "external_key", "revision", "reverses_id", "reason", "policy_version"}
    | {"posted_by", "posted_at", "created_at", "updated_at"}
)
"""Columns of an entry that need no other table."""


@lru_cache(maxsize=64)
def _newest(reach: Reach | None, names: tuple[str, ...] | None) -> Prepared:
    """names: of the columns wanted; None for all of them, with what stands in other tables."""
    entry, region = HoursEntry, bindparam("region", type_=Integer())
    ids = any_(bindparam("teachers", type_=ARRAY(Uuid())))
    wanted = (
        select(Teacher.id, func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id"))
        .where(
            Teacher.region_id == region,
            or_(and_(Teacher.id == ids, Teacher.merged_into_id.is_(None)), Teacher.merged_into_id == ids),
        )
        .subquery()
    )
    columns = [one for one in entry_columns() if names is None or one.key in names]
    found = select(wanted.c.person_id, entry.seq.label("place"), *columns)
    newest = (
        (entry_joins(found) if names is None else found)
        .where(entry.region_id == region, entry.teacher_id == wanted.c.id, entry_scope(region, reach))
        .order_by(entry.seq.desc())
        .limit(bindparam("size", type_=Integer()))
        .lateral("newest")
    )
    return prepare(select(newest).select_from(wanted.join(newest, true())).order_by(newest.c.place.desc()))


async def newest(ctx: Context, teacher_ids: Sequence[UUID], limit: int, names: tuple[str, ...]) -> list[list[Any]]:
    """Teachers (n,) -> their newest entries (n lists of at most `limit`), with the columns `names` of `PLAIN`."""
    prepared = _newest(reach_of(ctx.principal, Permission.HOURS_READ), names)
    rows = await fetch(ctx.db, prepared, _newest_values(ctx, teacher_ids, limit))
    found = _first_of(teacher_ids, limit, ((row["person_id"], row) for row in rows))
    return [found[one] for one in teacher_ids]


async def newest_of_teachers(ctx: Context, teacher_ids: Sequence[UUID], limit: int) -> dict[UUID, list[AnyRow]]:
    """The newest entries of each teacher with merged records taken in, at most `limit` each, in one statement."""
    prepared = _newest(reach_of(ctx.principal, Permission.HOURS_READ), None)
    rows = await fetch_rows(ctx.db, prepared, _newest_values(ctx, teacher_ids, limit))
    return _first_of(teacher_ids, limit, ((row.person_id, row) for row in rows))


def _newest_values(ctx: Context, teacher_ids: Sequence[UUID], limit: int) -> dict[str, Any]:
    who = ctx.principal
    return {"region": who.region_id, "teachers": list(teacher_ids), "size": limit, **scope_values(who)}


def _first_of(persons: Sequence[UUID], limit: int, rows: Iterable[tuple[UUID, R]]) -> dict[UUID, list[R]]:
    """The first rows of each person: those of merged records come together, newest first."""
    found: dict[UUID, list[R]] = {one: [] for one in persons}
    for person, row in rows:
        if len(found[person]) < limit:
            found[person].append(row)
    return found
