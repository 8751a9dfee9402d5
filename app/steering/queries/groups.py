"""SQL of the leading group, its offices, and their holders: everybody may read them. [A1] [A3.1]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, insert, or_, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, RegionRow, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.steering.models import LeadingGroup, LeadingGroupHolder
from app.steering.states import HolderStatus, LeadingGroupKind
from app.teachers.models import Teacher

_G, _H = LeadingGroup, LeadingGroupHolder
READ = Permission.STEERING_READ


@dataclass(frozen=True, slots=True)
class LeadingGroupFilter:
    """Which bodies: any part may be None; on: those that stand on a day."""

    kind: LeadingGroupKind | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class HolderFilter:
    """Which holders of a body: any part may be None; on: those in post on a day."""

    post: str | None = None
    on: date | None = None


def _holds(table: type[LeadingGroup] | type[LeadingGroupHolder], day: date) -> Any:
    return and_(table.starts_on <= day, or_(table.until.is_(None), table.until > day))


def _groups(ctx: Context) -> AnySelect:
    held = and_(_H.region_id == _G.region_id, _H.group_id == _G.id, _holds(_H, ctx.clock.today))
    count = cast(select(func.count()).where(held).scalar_subquery(), Integer).label("holders")
    columns: list[Any] = [column for column in _G.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, count, Organisation.name.label("body_name"))
        .join(Organisation, and_(Organisation.region_id == _G.region_id, Organisation.id == _G.body_id))
        .where(_G.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


async def page(ctx: Context, request: PageRequest, only: LeadingGroupFilter) -> Page[AnyRow]:
    """Bodies, newest first."""
    statement = _groups(ctx)
    if only.kind:
        statement = statement.where(_G.kind == only.kind)
    if only.on:
        statement = statement.where(_holds(_G, only.on))
    scope = f"leading-groups|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_G.id,), descending=True, scope=scope)


async def by_id(ctx: Context, group_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One body; `lock` holds it for a change."""
    statement = _groups(ctx).where(_G.id == group_id)
    return (await ctx.db.execute(statement.with_for_update(of=_G) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Bodies (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_groups(ctx).where(_G.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


def _holders(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _H.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, _G.kind.label("kind"))
        .join(_G, and_(_G.region_id == _H.region_id, _G.id == _H.group_id))
        .where(_H.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


async def holder_page(ctx: Context, request: PageRequest, group_id: UUID, only: HolderFilter) -> Page[AnyRow]:
    """Holders of a body, past ones too, newest first."""
    statement = _holders(ctx).where(_H.group_id == group_id)
    if only.post:
        statement = statement.where(_H.post == only.post)
    if only.on:
        statement = statement.where(_holds(_H, only.on))
    scope = f"leading-group-holders|{group_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_H.id,), descending=True, scope=scope)


async def holder(ctx: Context, holder_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One holder; `lock` holds it for a change."""
    statement = _holders(ctx).where(_H.id == holder_id)
    return (await ctx.db.execute(statement.with_for_update(of=_H) if lock else statement)).one_or_none()


async def in_post(ctx: Context, day: date) -> Sequence[AnyRow]:
    """Everybody in post on a day, in any body that stands on it: kind, post, rank, name, teacher_id."""
    statement = _holders(ctx).where(_holds(_H, day), _holds(_G, day)).order_by(_H.starts_on, _H.id).limit(2_000)
    return (await ctx.db.execute(statement)).all()


async def leave_with(ctx: Context, group_id: UUID, day: date, reason: str) -> int:
    """Let everybody leave a body that is dissolved on a day; answers how many left."""
    ended = {"until": func.greatest(_H.starts_on, day), "status": str(HolderStatus.LEFT), "end_reason": reason}
    statement = (
        update(_H)
        .where(_H.region_id == ctx.principal.region_id, _H.group_id == group_id, _H.status == HolderStatus.IN_POST)
        .values(**ended, ended_by=ctx.principal.account_id, **touched(_H))
    )
    return int((await ctx.db.execute(statement)).rowcount)


async def body(ctx: Context, *, kind: str, department: str | None = None) -> AnyRow | None:
    """The one open organisation of a kind, or the department of a code: where a body sits. [A3.1]"""
    place = Organisation
    statement = select(place.id, place.name).where(
        place.region_id == ctx.principal.region_id, place.kind == kind, place.status == "open"
    )
    if department:
        statement = statement.where(place.department_code == department)
    return (await ctx.db.execute(statement.order_by(place.id).limit(1))).one_or_none()


async def person(ctx: Context, teacher_id: UUID) -> AnyRow | None:
    """A teacher of the region who is there: id and name."""
    statement = select(Teacher.id, Teacher.name).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id, Teacher.status == "active"
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def add(ctx: Context, table: type[RegionRow], values: dict[str, Any]) -> None:
    """A new row of a table of this package."""
    await ctx.db.execute(insert(table).values(region_id=ctx.principal.region_id, **values))


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: dict[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    one = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*one).values(**values, **touched(table)))
