"""What every statement of this package shares: writing rows, the moment of a step, who issues certificates."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.access.context import Context
from app.core.db import AnyRow, RegionRow, touched
from app.core.ids import new_id
from app.organisations.models import Organisation, Region

NOW = func.clock_timestamp()
"""The moment of a step, as the database sees it."""


async def add(ctx: Context, table: type[RegionRow], values: Mapping[str, Any]) -> None:
    """A new row of a table of this package."""
    await ctx.db.execute(insert(table).values(region_id=ctx.principal.region_id, **values))


async def add_many(ctx: Context, table: type[RegionRow], rows: Sequence[Mapping[str, Any]]) -> None:
    """New rows with ids of their own, in one statement."""
    if rows:
        own = {"region_id": ctx.principal.region_id}
        await ctx.db.execute(insert(table).values([{**own, "id": new_id(), **row} for row in rows]))


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: Mapping[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    one = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*one).values(**values, **touched(table)))


async def issuing_body(ctx: Context) -> AnyRow:
    """Name of the region (`region`) and of the bureau that awards (`name`)."""
    region, place = Region, Organisation
    statement = (
        select(region.name.label("region"), place.name)
        .join(place, place.region_id == region.id)
        .where(region.id == ctx.principal.region_id, place.kind == "bureau", place.status == "open")
        .order_by(place.id)
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one()
