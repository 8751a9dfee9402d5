"""SQL of budget lines and payments: the finance desk's, 教师教育科's and 项目办's to read. [M6.2.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, RegionRow, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.funds.models import BudgetLine, Payment
from app.funds.states import PaymentStatus
from app.projects.models import Project

_L, _P = BudgetLine, Payment
READ = Permission.FUND_READ
NOW = func.clock_timestamp()
"""The moment of a step, as the database sees it."""


@dataclass(frozen=True, slots=True)
class BudgetLineFilter:
    """Which lines: any part may be None; is_county: of no project."""

    year: int | None = None
    purpose: str | None = None
    project_id: UUID | None = None
    is_county: bool | None = None


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments: any part may be None; since, until: days of payment, both included."""

    year: int | None = None
    purpose: str | None = None
    project_id: UUID | None = None
    line_id: UUID | None = None
    status: PaymentStatus | None = None
    since: date | None = None
    until: date | None = None


def _lines(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _L.__table__.columns if column.name != "region_id"]
    left = (_L.amount_fen - _L.spent_fen).label("left_fen")
    return (
        select(*columns, left, Project.name.label("project_name"))
        .outerjoin(Project, and_(Project.region_id == _L.region_id, Project.id == _L.project_id))
        .where(_L.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


async def line_page(ctx: Context, request: PageRequest, only: BudgetLineFilter) -> Page[AnyRow]:
    """Budget lines, newest first."""
    named = [(getattr(_L, name), getattr(only, name)) for name in ("year", "purpose", "project_id")]
    statement = _lines(ctx).where(*(column == value for column, value in named if value is not None))
    if only.is_county is not None:
        statement = statement.where(_L.project_id.is_(None).is_(only.is_county))
    return await fetch_page(ctx.db, statement, request, order=(_L.id,), descending=True, scope=f"budget-lines|{only}")


async def line(ctx: Context, line_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One budget line; `lock` holds it for a change."""
    statement = _lines(ctx).where(_L.id == line_id)
    return (await ctx.db.execute(statement.with_for_update(of=_L) if lock else statement)).one_or_none()


async def lines_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Budget lines (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_lines(ctx).where(_L.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def spend(ctx: Context, line_id: UUID, fen: int) -> None:
    """Count a payment on a line that is held; negative where one is reversed."""
    one = (_L.region_id == ctx.principal.region_id, _L.id == line_id)
    await ctx.db.execute(update(_L).where(*one).values(spent_fen=_L.spent_fen + fen, **touched(_L)))


def _payments(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _P.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, _L.project_id, _L.year, _L.purpose)
        .join(_L, and_(_L.region_id == _P.region_id, _L.id == _P.line_id))
        .where(_P.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


def _wanted(ctx: Context, only: PaymentFilter) -> AnySelect:
    of_line = [(getattr(_L, name), getattr(only, name)) for name in ("year", "purpose", "project_id")]
    named = [*of_line, (_P.line_id, only.line_id), (_P.status, only.status)]
    statement = _payments(ctx).where(*(column == value for column, value in named if value is not None))
    if only.since:
        statement = statement.where(_P.paid_on >= only.since)
    if only.until:
        statement = statement.where(_P.paid_on <= only.until)
    return statement


async def payment_page(ctx: Context, request: PageRequest, only: PaymentFilter) -> Page[AnyRow]:
    """Payments, newest first."""
    statement, scope = _wanted(ctx, only), f"payments|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), descending=True, scope=scope)


def whole(ctx: Context, only: PaymentFilter) -> AnySelect:
    """All of a list with the line's title and the project's name, by day of payment."""
    project = and_(Project.region_id == _L.region_id, Project.id == _L.project_id)
    told = (_L.title.label("line_title"), Project.name.label("project_name"))
    return _wanted(ctx, only).add_columns(*told).outerjoin(Project, project).order_by(_P.paid_on, _P.id)


async def payment(ctx: Context, payment_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One payment; `lock` holds it for a step."""
    statement = _payments(ctx).where(_P.id == payment_id)
    return (await ctx.db.execute(statement.with_for_update(of=_P) if lock else statement)).one_or_none()


async def payments_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Payments (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_payments(ctx).where(_P.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add(ctx: Context, table: type[RegionRow], values: dict[str, Any]) -> None:
    """A new row of a table of this package."""
    await ctx.db.execute(insert(table).values(region_id=ctx.principal.region_id, **values))


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: dict[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    one = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*one).values(**values, **touched(table)))
