"""What every query of this package shares: adding and changing rows, and the columns of a table."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, update

from app.access.context import Context
from app.core.db import RegionRow, touched

NOW = func.clock_timestamp()
"""The moment of a step, as the database sees it."""


def columns_of(table: type[RegionRow]) -> list[Any]:
    """The columns of a table that clients may see."""
    mapped: Any = table
    return [column for column in mapped.__table__.columns if column.name != "region_id"]


async def add(ctx: Context, table: type[RegionRow], *lines: dict[str, Any]) -> None:
    """New rows of a table of this package."""
    if lines:
        await ctx.db.execute(insert(table), [{"region_id": ctx.principal.region_id, **line} for line in lines])


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: dict[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    own = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*own).values(**values, **touched(table)))


async def clear(ctx: Context, table: type[RegionRow], column: Any, whose: UUID) -> None:
    """Take away the parts of a draft, before others take their place."""
    await ctx.db.execute(delete(table).where(table.region_id == ctx.principal.region_id, column == whose))
