"""SQL of school titles and assistance pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.assistance.models import AssistancePair, SchoolTitle
from app.assistance.states import AssistanceStatus, TitleKind
from app.core.asked import moved
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation

Table = type[SchoolTitle] | type[AssistancePair]
TITLES: Table = SchoolTitle
PAIRS: Table = AssistancePair
PAIRS_MAX = 200


@dataclass(frozen=True, slots=True)
class AssistanceFilter:
    """Which titles or pairs: any part may be None. on: in force on that day. school_id: on either side of a pair."""

    kind: TitleKind | None = None
    status: AssistanceStatus | None = None
    school_id: UUID | None = None
    on: date | None = None


def _visible(ctx: Context, table: Table) -> AnySelect:
    return _titles(ctx) if table is SchoolTitle else _pairs(ctx)


def _titles(ctx: Context) -> AnySelect:
    reach = rows(ctx.principal, Permission.ASSISTANCE_READ, organisation=SchoolTitle.school_id)
    return (
        select(*SchoolTitle.__table__.columns, Organisation.name.label("school_name"))
        .join(
            Organisation,
            and_(Organisation.region_id == SchoolTitle.region_id, Organisation.id == SchoolTitle.school_id),
        )
        .where(SchoolTitle.region_id == ctx.principal.region_id, reach)
    )


def _pairs(ctx: Context) -> AnySelect:
    """Pairs of which either school is in the caller's scope."""
    who, one = ctx.principal, AssistancePair
    helper, helped = aliased(Organisation), aliased(Organisation)
    return (
        select(
            *one.__table__.columns,
            SchoolTitle.kind,
            helper.name.label("helper_name"),
            helped.name.label("helped_name"),
        )
        .join(SchoolTitle, and_(SchoolTitle.region_id == one.region_id, SchoolTitle.id == one.title_id))
        .join(helper, and_(helper.region_id == one.region_id, helper.id == one.helper_id))
        .join(helped, and_(helped.region_id == one.region_id, helped.id == one.helped_id))
        .where(
            one.region_id == who.region_id,
            or_(
                rows(who, Permission.ASSISTANCE_READ, organisation=one.helper_id),
                rows(who, Permission.ASSISTANCE_READ, organisation=one.helped_id),
            ),
        )
    )


async def page(ctx: Context, table: Table, request: PageRequest, only: AssistanceFilter) -> Page[AnyRow]:
    """Titles or pairs the caller may see, newest first."""
    statement = _visible(ctx, table)
    if only.kind:
        statement = statement.where(SchoolTitle.kind == only.kind)
    if only.status:
        statement = statement.where(table.status == only.status)
    if only.school_id:
        schools = (
            [SchoolTitle.school_id] if table is SchoolTitle else [AssistancePair.helper_id, AssistancePair.helped_id]
        )
        statement = statement.where(or_(*(school == only.school_id for school in schools)))
    if only.on:
        statement = statement.where(_in_force(table), table.starts_on <= only.on, _lasts_to(table, only.on))
    scope = f"{table.__tablename__}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(table.id,), descending=True, scope=scope)


async def by_id(ctx: Context, table: Table, one_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One title or pair the caller may see; `lock` holds it for a change."""
    statement = _visible(ctx, table).where(table.id == one_id)
    return (await ctx.db.execute(statement.with_for_update(of=table) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, table: Table, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Titles or pairs (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_visible(ctx, table).where(table.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add(ctx: Context, table: Table, values: dict[str, Any]) -> UUID:
    """Write what was recommended; its id."""
    made = new_id()
    who = {"region_id": ctx.principal.region_id, "id": made, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(table).values({**who, **values}))
    return made


async def change(ctx: Context, table: Table, one_id: UUID, values: dict[str, Any]) -> None:
    """Move a title or a pair to a status."""
    one = and_(table.region_id == ctx.principal.region_id, table.id == one_id)
    await ctx.db.execute(update(table).where(one).values(**moved(table, values)))


async def title_in_force(ctx: Context, school_id: UUID, kind: str, day: date) -> AnyRow | None:
    """The title of a kind that a school holds on a day or later, whoever asks; held for a change."""
    one = SchoolTitle
    mine = (one.region_id == ctx.principal.region_id, one.school_id == school_id, one.kind == kind)
    statement = select(*one.__table__.columns).where(*mine, _in_force(one), _lasts_to(one, day))
    return (await ctx.db.execute(statement.order_by(one.starts_on).limit(1).with_for_update())).one_or_none()


async def pairs_of(ctx: Context, title_id: UUID) -> Sequence[AnyRow]:
    """The days of every pair of a title that is or was in force, whoever asks: the figure counts them all."""
    statement = (
        select(AssistancePair.id, AssistancePair.starts_on, AssistancePair.ends_on)
        .where(
            AssistancePair.region_id == ctx.principal.region_id,
            AssistancePair.title_id == title_id,
            _in_force(AssistancePair),
        )
        .order_by(AssistancePair.starts_on, AssistancePair.id)
        .limit(PAIRS_MAX)
    )
    return (await ctx.db.execute(statement)).all()


def titles_held(ctx: Context, kind: TitleKind, on: date) -> AnySelect:
    """Titles of a kind that schools hold on a day, whoever asks 在期称号. [A4.5]"""
    one = SchoolTitle
    return select(one.id, one.school_id, one.document, one.starts_on).where(
        one.region_id == ctx.principal.region_id,
        one.kind == kind,
        _in_force(one),
        one.starts_on <= on,
        _lasts_to(one, on),
    )


def helping(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Pairs in force on any of the days, whoever asks 帮扶结对. [A4.5] [A5.R]"""
    one = AssistancePair
    return select(one.id, one.title_id, one.helper_id, one.helped_id, one.goal, one.starts_on).where(
        one.region_id == ctx.principal.region_id,
        _in_force(one),
        one.starts_on <= days[1],
        _lasts_to(one, days[0]),
    )


def _in_force(table: Table) -> Any:
    return table.status.in_(["confirmed", "ended"])


def _lasts_to(table: Table, day: date) -> Any:
    return or_(table.ends_on.is_(None), table.ends_on >= day)
