"""SQL of frozen years; they only grow."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from app.access.context import Context
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest, fetch_page
from app.performance.models import ScorecardSnapshot

_S = ScorecardSnapshot
FACTS = [column for column in _S.__table__.columns if column.name not in {"region_id", "content"}]


async def page(ctx: Context, request: PageRequest, year: int) -> Page[AnyRow]:
    """Snapshots of a year without their content, newest first."""
    statement = select(*FACTS).where(_S.region_id == ctx.principal.region_id, _S.year == year)
    scope = f"scorecard-snapshots|{year}"
    return await fetch_page(ctx.db, statement, request, order=(_S.number,), descending=True, scope=scope)


async def last(ctx: Context, year: int) -> AnyRow | None:
    """The newest snapshot of a year without its content."""
    statement = select(*FACTS).where(_S.region_id == ctx.principal.region_id, _S.year == year)
    return (await ctx.db.execute(statement.order_by(_S.number.desc()).limit(1))).one_or_none()


async def at(ctx: Context, year: int, number: int) -> AnyRow | None:
    """One snapshot with its content."""
    statement = select(*FACTS, _S.content).where(
        _S.region_id == ctx.principal.region_id, _S.year == year, _S.number == number
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def add(ctx: Context, values: Mapping[str, Any]) -> AnyRow:
    """Store a snapshot; its id is that of its lists."""
    made = insert(_S).values(region_id=ctx.principal.region_id, **values)
    return (await ctx.db.execute(made.returning(*FACTS))).one()
