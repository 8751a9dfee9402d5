"""SQL of the timeline: who the persons are, and a page of every person's entries in one statement. [M3.5]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, func, literal, select, true, tuple_, union_all

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow
from app.core.pages import open_cursor
from app.organisations.models import Organisation
from app.portfolio.queries.entries import SOURCES, people
from app.portfolio.states import PortfolioKind
from app.teachers.models import Teacher

EARLIEST = date(1, 1, 1)
_HEAD = (
    "id", "staff_no", "name", "sex", "school_id", "stage", "subject", "title", "posts", "is_on_post",
    "joined_profession_on", "status", "merged_into_id",
)  # fmt: skip
ORDER = ("place_on", "kind", "id")
"""In time order; of one day by kind. Entries without a day come first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of some days, of some kinds (None: all); after: the cursor of the page before."""

    first_day: date | None = None
    last_day: date | None = None
    kinds: tuple[PortfolioKind, ...] | None = None
    size: int = 50
    after: str | None = None

    @property
    def scope(self) -> str:
        """What a cursor belongs to."""
        return f"portfolio|{self.first_day}|{self.last_day}|{self.kinds}"


async def head(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Who the persons are, those the caller may see, by id; no numbers of persons are read."""
    school = and_(Organisation.region_id == Teacher.region_id, Organisation.id == Teacher.school_id)
    sees = rows(ctx.principal, Permission.TEACHER_READ, organisation=Teacher.school_id, teacher=Teacher.id)
    statement = (
        select(*(getattr(Teacher, name) for name in _HEAD), Organisation.name.label("school_name"))
        .join(Organisation, school)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(ids), sees)
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


def kinds_hidden(ctx: Context) -> list[PortfolioKind]:
    """Kinds the caller's role sees nothing of."""
    shown = {one.kind for one in SOURCES if ctx.principal.grant(one.permission) is not None}
    return [kind for kind in PortfolioKind if kind not in shown]


async def timelines(ctx: Context, ids: Sequence[UUID], wanted: Wanted) -> dict[UUID, list[AnyRow]]:
    """Persons (n,) -> the next entries of each the caller may see, one more than asked for where there are more.

    total: how many entries there are in all. Persons outside the scope have none.
    """
    who = people(ctx, ids)
    parts = [
        one.records(ctx, who)
        for one in SOURCES
        if (wanted.kinds is None or one.kind in wanted.kinds) and ctx.principal.grant(one.permission) is not None
    ]
    if not parts:
        return {}
    every = union_all(*parts).subquery("every")
    place_on = func.coalesce(every.c.starts_on, literal(EARLIEST, Date)).label("place_on")
    total = func.count().over(partition_by=every.c.person_id).label("total")
    told = select(*every.c, place_on, total).where(*_days(every, wanted)).subquery("told")
    order = tuple(told.c[name] for name in ORDER)
    place = func.row_number().over(partition_by=told.c.person_id, order_by=order).label("place")
    later = told.select().add_columns(place).where(_after(order, wanted)).subquery("later")
    school = and_(Organisation.region_id == ctx.principal.region_id, Organisation.id == later.c.organisation_id)
    statement = (
        select(*later.c, Organisation.name.label("organisation_name"))
        .select_from(later)
        .outerjoin(Organisation, school)
        .where(later.c.place <= wanted.size + 1)
        .order_by(later.c.person_id, later.c.place)
    )
    found: dict[UUID, list[AnyRow]] = {}
    for row in (await ctx.db.execute(statement)).all():
        found.setdefault(row.person_id, []).append(row)
    return found


def _days(every: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Entries that lie in the days asked for, spells that overlap them; without a day only where no first is asked."""
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.first_day:
        conditions.append(every.c.until >= wanted.first_day)
    if wanted.last_day:
        conditions.append(func.coalesce(every.c.starts_on, literal(EARLIEST, Date)) <= wanted.last_day)
    return conditions


def _after(order: Sequence[ColumnElement[Any]], wanted: Wanted) -> ColumnElement[bool]:
    if not wanted.after:
        return true()
    return tuple_(*order) > tuple_(*open_cursor(wanted.after, wanted.scope, order))
