"""SQL of closed school years."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.access.context import Context
from app.core.db import AnyRow
from app.core.ids import new_id
from app.hours.models import HoursClosing, HoursClosingAct
from app.policy.school_year import SchoolYear

YEARS_MAX, ACTS_MAX = 100, 500
_HOLD_ALONE = text("SELECT hold_hours_year_alone(:region, :year)")


async def hold_year_alone(ctx: Context, year: SchoolYear) -> None:
    """Wait until no posting into the year is under way and keep new ones waiting until the transaction ends."""
    await ctx.db.execute(_HOLD_ALONE, {"region": ctx.principal.region_id, "year": year.start})


async def closings(ctx: Context, year: SchoolYear | None = None) -> Sequence[AnyRow]:
    """Years that were ever closed, newest first, or the one asked for; call `hold_year_alone` before deciding by it."""
    one = HoursClosing
    statement = select(one.school_year, one.status, one.version).where(one.region_id == ctx.principal.region_id)
    if year:
        statement = statement.where(one.school_year == year.start)
    return (await ctx.db.execute(statement.order_by(one.school_year.desc()).limit(YEARS_MAX))).all()


async def acts(ctx: Context, years: Sequence[int]) -> Sequence[AnyRow]:
    """Closings and reopenings of years, first to last."""
    one = HoursClosingAct
    statement = (
        select(one.school_year, one.act, one.reason, one.findings, one.account_id, one.acting_role, one.acted_at)
        .where(one.region_id == ctx.principal.region_id, one.school_year.in_(years))
        .order_by(one.acted_at, one.id)
        .limit(ACTS_MAX)
    )
    return (await ctx.db.execute(statement)).all()


async def set_closing(ctx: Context, year: SchoolYear, status: str, act: dict[str, Any]) -> None:
    """Move a year to a status and write the act down; act: its name, reason and findings."""
    key = {"region_id": ctx.principal.region_id, "school_year": year.start}
    await ctx.db.execute(insert(HoursClosing).values(**key).on_conflict_do_nothing())
    one = HoursClosing
    await ctx.db.execute(
        update(one)
        .where(one.region_id == ctx.principal.region_id, one.school_year == year.start)
        .values(status=status, version=one.version + literal(1), updated_at=func.clock_timestamp())
    )
    who = {"account_id": ctx.principal.account_id, "acting_role": str(ctx.principal.role)}
    await ctx.db.execute(insert(HoursClosingAct).values(id=new_id(), **key, **act, **who))
