"""SQL of a year's rows: the lock of the year, the rows themselves, and the years there are."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.performance.models import ScorecardRow, ScorecardSnapshot, ScorecardYear

_Y, _R, _S = ScorecardYear, ScorecardRow, ScorecardSnapshot
READ = Permission.SCORECARD_READ
COLUMNS = [column for column in _R.__table__.columns if column.name != "region_id"]


def _rows(ctx: Context) -> AnySelect:
    reach = rows(ctx.principal, READ, organisation=_R.organisation_id)
    return select(*COLUMNS).where(_R.region_id == ctx.principal.region_id, reach)


async def hold_year(ctx: Context, year: int) -> None:
    """Lock the year until the end of the transaction: rows of an indicator share its points, snapshots a number."""
    region = ctx.principal.region_id
    made = insert(_Y).values(region_id=region, id=new_id(), year=year)
    await ctx.db.execute(made.on_conflict_do_nothing(index_elements=["region_id", "year"]))
    held = select(_Y.id).where(_Y.region_id == region, _Y.year == year)
    await ctx.db.execute(held.with_for_update())


async def of_year(ctx: Context, year: int) -> Sequence[AnyRow]:
    """Every row of a year that somebody has touched."""
    return (await ctx.db.execute(_rows(ctx).where(_R.year == year).order_by(_R.requirement))).all()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Rows (n,) -> (n,), same order, None where missing or outside the scope."""
    known = {row.id: row for row in (await ctx.db.execute(_rows(ctx).where(_R.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def at(ctx: Context, year: int, requirement: str) -> AnyRow | None:
    """The row of a requirement in a year."""
    found = _rows(ctx).where(_R.year == year, _R.requirement == requirement)
    return (await ctx.db.execute(found)).one_or_none()


async def begin(ctx: Context, year: int, requirement: str) -> AnyRow:
    """The row of a requirement in a year, made open where there is none; after `hold_year`."""
    who = ctx.principal
    values = {"region_id": who.region_id, "id": new_id(), "year": year, "requirement": requirement}
    made = insert(_R).values(**values, organisation_id=who.organisation_id)
    await ctx.db.execute(made.on_conflict_do_nothing(index_elements=["region_id", "year", "requirement"]))
    found = select(*COLUMNS).where(_R.region_id == who.region_id, _R.year == year, _R.requirement == requirement)
    return (await ctx.db.execute(found)).one()


async def change(ctx: Context, row_id: UUID, values: Mapping[str, Any]) -> AnyRow:
    """Change a row; moments are the database's."""
    given = {
        name: func.clock_timestamp() if name.endswith("_at") and value else value for name, value in values.items()
    }
    statement = update(_R).where(_R.region_id == ctx.principal.region_id, _R.id == row_id)
    return (await ctx.db.execute(statement.values(**given, **touched(_R)).returning(*COLUMNS))).one()


async def years(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Every year with marks or snapshots, newest first: the marks as they stand, and the last snapshot."""
    region = ctx.principal.region_id
    marks = (
        select(
            _R.year,
            func.coalesce(func.sum(_R.points), 0).label("self_assessed"),
            func.coalesce(func.sum(_R.scored_points), 0).label("decided"),
            func.count(_R.points).label("assessed_rows"),
            func.count(_R.scored_points).label("scored_rows"),
        )
        .where(_R.region_id == region)
        .group_by(_R.year)
        .subquery()
    )
    last = (
        select(_S.year, _S.number, _S.self_assessed, _S.decided, _S.created_at)
        .where(_S.region_id == region)
        .ext(distinct_on(_S.year))
        .order_by(_S.year, _S.number.desc())
        .subquery()
    )
    statement = (
        select(
            _Y.year,
            *(func.coalesce(one, 0).label(one.name) for one in marks.c if one.name != "year"),
            last.c.number.label("frozen_number"),
            last.c.self_assessed.label("frozen_self_assessed"),
            last.c.decided.label("frozen_decided"),
            last.c.created_at.label("frozen_at"),
        )
        .select_from(_Y)
        .outerjoin(marks, marks.c.year == _Y.year)
        .outerjoin(last, last.c.year == _Y.year)
        .where(_Y.region_id == region)
    )
    return await fetch_page(ctx.db, statement, request, order=(_Y.year,), descending=True, scope="scorecards")
