"""SQL about the people a trainer record is about, and about who issues letters."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, insert, null, select, update

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of
from app.core.db import AnyRow, RegionRow, touched
from app.organisations.models import Organisation, Region
from app.teachers.models import Teacher

NOW = func.clock_timestamp()
"""The moment of a step, as the database sees it."""
_COLUMNS = (
    Teacher.id,
    Teacher.name,
    Teacher.school_id,
    Teacher.birth_date,
    Teacher.title,
    Teacher.stage,
    Teacher.subject,
    Teacher.status,
)


async def person(ctx: Context, teacher_id: UUID) -> AnyRow | None:
    """A teacher of the region who is there, whoever asks: the acts ask for their own permission."""
    statement = select(*_COLUMNS).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id, Teacher.status == "active"
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def issuing_body(ctx: Context) -> AnyRow:
    """Name of the region (`region`) and of the bureau that issues letters (`name`). [A7.6]"""
    region, place = Region, Organisation
    statement = (
        select(region.name.label("region"), place.name)
        .join(place, place.region_id == region.id)
        .where(region.id == ctx.principal.region_id, place.kind == "bureau", place.status == "open")
        .order_by(place.id)
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one()


def private(ctx: Context, permission: Permission, teacher: Any, column: Any, *, otherwise: Any = None) -> Any:
    """A column for the bureau and the person only, null (or `otherwise`) for everybody else."""
    reach, who = reach_of(ctx.principal, permission), ctx.principal
    empty = null() if otherwise is None else otherwise
    if who.role == "bureau" or reach is Reach.SELF:
        return column.label(column.key)
    if who.teacher_id is None:
        return empty.label(column.key)
    return case((teacher == who.teacher_id, column), else_=empty).label(column.key)


async def add(ctx: Context, table: type[RegionRow], values: dict[str, Any]) -> None:
    """A new row of a table of this package."""
    await ctx.db.execute(insert(table).values(region_id=ctx.principal.region_id, **values))


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: dict[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    one = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*one).values(**values, **touched(table)))
