"""SQL of entries and summaries. Entries, summaries and counters are written by database functions only."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, Uuid, and_, any_, bindparam, case, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, scope_values, scoped
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.core.prepared import Prepared, fetch_rows, prepare
from app.hours.models import HoursDispute, HoursEntry, HoursLineAlias, HoursSummary
from app.organisations.models import Organisation
from app.teachers.models import Employment, Teacher

_Reversal = aliased(HoursEntry)

AccountKey = tuple[UUID, int, str]
"""Teacher, school year (start), category: what names a summary row, and the order in which rows are locked."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: any part may be None; `central_school_id` takes the schools under it."""

    teacher_id: UUID | None = None
    school_id: UUID | None = None
    central_school_id: UUID | None = None
    school_year: int | None = None
    category: str | None = None
    source: str | None = None
    date_from: date | None = None
    date_to: date | None = None

    def given(self) -> dict[str, Any]:
        """The parts that are not None, by name."""
        parts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in parts.items() if value is not None}

    @staticmethod
    def kind(name: str) -> TypeEngine[Any]:
        """The SQL type of a part."""
        kind: TypeEngine[Any] = _PARTS[name].type
        return kind


_PARTS: dict[str, Any] = {
    "teacher_id": HoursEntry.teacher_id,
    "school_id": HoursEntry.school_id,
    "central_school_id": HoursEntry.school_id,
    "school_year": HoursEntry.school_year,
    "category": HoursEntry.category,
    "source": HoursEntry.source,
    "date_from": HoursEntry.activity_date,
    "date_to": HoursEntry.activity_date,
}


def entry_columns() -> tuple[Any, ...]:
    """What is read of an entry: the fields clients get, and what services decide by."""
    entry = HoursEntry
    return (
        entry.id,
        entry.seq,
        entry.teacher_id,
        Teacher.name.label("teacher_name"),
        entry.school_id,
        func.concat(entry.school_year, "-", entry.school_year + 1).label("school_year"),
        entry.school_year.label("start_year"),
        entry.category,
        entry.claimed.label("claimed_hours"),
        entry.credited.label("credited_hours"),
        entry.activity_title,
        entry.activity_date,
        entry.session,
        entry.source,
        entry.source_id,
        entry.external_key,
        entry.line_key,
        entry.revision,
        entry.reverses_id,
        _Reversal.id.label("reversed_by_id"),
        entry.reason,
        entry.findings,
        entry.policy_version,
        entry.posted_by,
        entry.approved_by,
        entry.posted_at,
        entry.posted_at.label("created_at"),
        entry.posted_at.label("updated_at"),
        func.array(_dispute_ids(), type_=ARRAY(Uuid())).label("dispute_ids"),
        case((_Reversal.id.is_(None), '"1"'), else_='"2"').label("etag"),
    )


def _dispute_ids() -> Any:
    one = HoursDispute
    about = select(one.id).where(one.region_id == HoursEntry.region_id, one.entry_id == HoursEntry.id)
    return about.correlate(HoursEntry).order_by(one.id).scalar_subquery()


def entry_joins(statement: AnySelect) -> AnySelect:
    """A select over entries with the teacher's name and the reversal."""
    entry = HoursEntry
    return statement.join(
        Teacher, and_(Teacher.region_id == entry.region_id, Teacher.id == entry.teacher_id)
    ).outerjoin(_Reversal, and_(_Reversal.region_id == entry.region_id, _Reversal.reverses_id == entry.id))


def records_of(region: Any, persons: ColumnElement[Any]) -> AnySelect:
    """The records of persons by an equality of ids made of `persons`: their own, and those merged into it."""
    mine = aliased(Teacher)
    return select(mine.id).where(mine.region_id == region, or_(mine.id == persons, mine.merged_into_id == persons))


def entry_scope(region: Any, reach: Reach | None, values: Mapping[str, object] | None = None) -> ColumnElement[bool]:
    """Entries within a reach; a person's reach takes in the records merged into theirs. values: as in `scoped`."""
    if reach is Reach.SELF:
        own = bindparam("scope_teacher", (values or {}).get("scope_teacher"), Uuid())
        return HoursEntry.teacher_id.in_(records_of(region, own))
    return scoped(reach, organisation=HoursEntry.school_id, values=values)


def _entries(ctx: Context) -> AnySelect:
    entry = HoursEntry
    who = ctx.principal
    scope = entry_scope(who.region_id, reach_of(who, Permission.HOURS_READ), scope_values(who))
    return entry_joins(select(*entry_columns())).where(entry.region_id == who.region_id, scope)


async def page(ctx: Context, request: PageRequest, only: EntryFilter) -> Page[AnyRow]:
    """Ledger entries, newest first."""
    statement = _entries(ctx).where(*conditions(ctx.principal.region_id, only.given()))
    return await fetch_page(
        ctx.db, statement, request, order=(HoursEntry.seq,), descending=True, scope=f"hours-entries|{only}"
    )


def conditions(region: Any, only: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The conditions of the parts of a filter; region and parts are values or bound parameters."""
    entry = HoursEntry
    found: list[ColumnElement[bool]] = []
    for name, value in only.items():
        if name == "central_school_id":
            under = select(Organisation.id).where(Organisation.region_id == region, Organisation.parent_id == value)
            found.append(entry.school_id.in_(under) | (entry.school_id == value))
        elif name == "teacher_id":
            found.append(entry.teacher_id.in_(records_of(region, value)))
        elif name == "date_from":
            found.append(entry.activity_date >= value)
        elif name == "date_to":
            found.append(entry.activity_date <= value)
        else:
            found.append(_PARTS[name] == value)
    return found


async def by_id(ctx: Context, entry_id: UUID) -> AnyRow | None:
    """One entry the caller may see."""
    return (await ctx.db.execute(_entries(ctx).where(HoursEntry.id == entry_id))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Entries (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in await _fetched(ctx, _by_ids, {"ids": list(ids)})}
    return [known.get(one) for one in ids]


async def _fetched(ctx: Context, statement: Callable[[Reach | None], Prepared], values: dict[str, Any]) -> list[AnyRow]:
    """Rows of a statement compiled once per reach."""
    who = ctx.principal
    given = {"region": who.region_id, **values, **scope_values(who)}
    return await fetch_rows(ctx.db, statement(reach_of(who, Permission.HOURS_READ)), given)


def _open_entries(reach: Reach | None) -> AnySelect:
    region = bindparam("region", type_=Integer())
    found = entry_joins(select(*entry_columns()))
    return found.where(HoursEntry.region_id == region, entry_scope(region, reach))


@cache
def _by_ids(reach: Reach | None) -> Prepared:
    return prepare(_open_entries(reach).where(HoursEntry.id == any_(bindparam("ids", type_=ARRAY(Uuid())))))


async def placements(
    ctx: Context, places: Sequence[tuple[UUID, date]], permission: Permission = Permission.HOURS_POST
) -> dict[tuple[UUID, date], AnyRow]:
    """Where teachers were on days: (teacher, day) -> school_id, is_on_post (None: not employed); unknown are absent."""
    who = ctx.principal
    values = {
        "region": who.region_id,
        "teachers": [teacher for teacher, _ in places],
        "days": [day for _, day in places],
        **scope_values(who),
    }
    found = await fetch_rows(ctx.db, _placements(reach_of(who, permission)), values)
    return {(row.teacher_id, row.day): row for row in found}


@cache
def _placements(reach: Reach | None) -> Prepared:
    days = ARRAY(Employment.starts_on.type)
    wanted = (
        select(
            func.unnest(bindparam("teachers", type_=ARRAY(Uuid()))).label("teacher_id"),
            func.unnest(bindparam("days", type_=days)).label("day"),
        )
        .distinct()
        .subquery()
    )
    spell = and_(
        Employment.region_id == Teacher.region_id,
        Employment.teacher_id == Teacher.id,
        Employment.starts_on <= wanted.c.day,
        Employment.ends_on.is_(None) | (Employment.ends_on > wanted.c.day),
    )
    return prepare(
        select(wanted.c.teacher_id, wanted.c.day, Employment.school_id, Employment.is_on_post)
        .join(Teacher, Teacher.id == wanted.c.teacher_id)
        .outerjoin(Employment, spell)
        .where(
            Teacher.region_id == bindparam("region", type_=Integer()),
            Teacher.status != "merged",
            scoped(reach, organisation=Teacher.school_id, teacher=Teacher.id),
        )
    )


async def lock_summaries(
    ctx: Context, limits: dict[AccountKey, tuple[Decimal | None, Decimal | None]]
) -> dict[AccountKey, Decimal]:
    """Lock the summary rows in their order, making those that are missing; answers the hours credited so far.

    limits: account -> (cap, target). The lock is the queue in front of every cap.
    """
    found = await _locked(ctx, limits)
    if len(found) < len(limits):
        fresh = [
            {
                "region_id": ctx.principal.region_id,
                "teacher_id": teacher,
                "school_year": year,
                "category": category,
                "cap": limits[teacher, year, category][0],
                "target": limits[teacher, year, category][1],
            }
            for teacher, year, category in sorted(limits.keys() - found.keys())
        ]
        await ctx.db.execute(insert(HoursSummary).values(fresh).on_conflict_do_nothing())
        found = await _locked(ctx, limits)
    return found


async def _locked(ctx: Context, accounts: Sequence[AccountKey] | dict[AccountKey, Any]) -> dict[AccountKey, Decimal]:
    one = HoursSummary
    statement = (
        select(one.teacher_id, one.school_year, one.category, one.credited)
        .where(
            one.region_id == ctx.principal.region_id,
            tuple_(one.teacher_id, one.school_year, one.category).in_(list(accounts)),
        )
        .order_by(one.teacher_id, one.school_year, one.category)
        .with_for_update()
    )
    return {(row[0], row[1], row[2]): row.credited for row in (await ctx.db.execute(statement)).all()}


async def credited_on_days(
    ctx: Context, days: Sequence[tuple[UUID, str, date]]
) -> dict[tuple[UUID, str, date], Decimal]:
    """Hours credited on days, merged records taken in: (teacher, category, day) -> hours; with the summaries locked."""
    entry = HoursEntry
    person = func.coalesce(Teacher.merged_into_id, Teacher.id)
    teachers = {teacher for teacher, _, _ in days}
    statement = (
        select(person, entry.category, entry.activity_date, func.sum(entry.credited).label("credited"))
        .join(entry, and_(entry.region_id == Teacher.region_id, entry.teacher_id == Teacher.id))
        .where(
            Teacher.region_id == ctx.principal.region_id,
            or_(Teacher.id.in_(teachers), Teacher.merged_into_id.in_(teachers)),
            tuple_(person, entry.category, entry.activity_date).in_(list(days)),
        )
        .group_by(person, entry.category, entry.activity_date)
    )
    return {(row[0], row[1], row[2]): row.credited for row in (await ctx.db.execute(statement)).all()}


async def by_line_keys(ctx: Context, keys: Sequence[str]) -> dict[str, AnyRow]:
    """The newest revision of lines already posted, by line key and by the keys of what a re-credit made of them."""
    rows = await _fetched(ctx, _by_line_keys, {"line_keys": list(keys)})
    own = {row.line_key: row for row in rows}
    return own | {alias: row for row in rows for alias in row.called}


@cache
def _by_line_keys(reach: Reach | None) -> Prepared:
    other, texts = HoursLineAlias, ARRAY(Text())
    wanted = bindparam("line_keys", type_=texts)
    mine = (other.region_id == bindparam("region", type_=Integer()), other.alias == any_(wanted))
    # One array for both: an index scan, where an OR over a subquery would read the whole ledger.
    corrected = func.array(select(other.line_key).where(*mine).scalar_subquery(), type_=texts)
    kept = func.array_cat(wanted, corrected, type_=texts)
    of_line = select(other.alias).where(*mine, other.line_key == HoursEntry.line_key).scalar_subquery()
    called = func.array(of_line, type_=texts).label("called")
    lines = _open_entries(reach).add_columns(called).where(HoursEntry.line_key == any_(kept))
    return prepare(lines.order_by(HoursEntry.revision))


async def set_line_alias(ctx: Context, alias: str, line_key: str) -> None:
    """Let a line be found by another key as well."""
    new = insert(HoursLineAlias).values(region_id=ctx.principal.region_id, alias=alias, line_key=line_key)
    known = [HoursLineAlias.region_id, HoursLineAlias.alias]
    await ctx.db.execute(new.on_conflict_do_update(index_elements=known, set_={"line_key": line_key}))


POST_HOURS = text(
    "SELECT post_hours(:region, ARRAY(SELECT line FROM jsonb_populate_recordset(NULL::hours_line,"
    " CAST(:lines AS jsonb)) AS line), :today)"
)
CORRECT_HOURS = text(
    "SELECT post_hours(:region, ARRAY(SELECT line FROM jsonb_populate_recordset(NULL::hours_line,"
    " CAST(:lines AS jsonb)) AS line), :today, true)"
)
_REVERSE = text("SELECT reverse_hours(:region, :original, :new_id, :reason, :policy, :by, :today, :may_correct)")


async def post(ctx: Context, lines: Sequence[dict[str, Any]], *, corrects: bool = False) -> None:
    """Write entries and move their summaries and counters, in one statement; lines are columns of `hours_line`.

    corrects: they correct what stood there, so that the bureau's desk may write them into a closed year.
    """
    may = corrects and ctx.principal.grant(Permission.HOURS_CORRECT_CLOSED) is not None
    body = json.dumps(lines, default=str)
    await ctx.db.execute(
        CORRECT_HOURS if may else POST_HOURS,
        {"region": ctx.principal.region_id, "lines": body, "today": ctx.clock.today},
    )


async def reverse(ctx: Context, original: UUID, new_id: UUID, reason: str) -> None:
    """Write the exact negation of an entry and move its summary and counter; in a closed year, if the caller may."""
    values = {
        "region": ctx.principal.region_id,
        "original": original,
        "new_id": new_id,
        "reason": reason,
        "policy": ctx.regulation.version,
        "by": ctx.principal.account_id,
        "today": ctx.clock.today,
        "may_correct": ctx.principal.grant(Permission.HOURS_CORRECT_CLOSED) is not None,
    }
    await ctx.db.execute(_REVERSE, values)
