"""SQL of development plans and training budgets."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.school_research.models import DevelopmentPlan, TrainingBudget

_Plan, _Budget = DevelopmentPlan, TrainingBudget


def _of_schools(ctx: Context, table: Any, *more: Any) -> AnySelect:
    scope = rows(ctx.principal, Permission.DEVELOPMENT_READ, organisation=table.school_id)
    return (
        select(*table.__table__.columns.values(), Organisation.name.label("school_name"), *more)
        .join(Organisation, and_(Organisation.region_id == table.region_id, Organisation.id == table.school_id))
        .where(table.region_id == ctx.principal.region_id, scope)
    )


def _plans(ctx: Context) -> AnySelect:
    first = func.concat(_Plan.first_year, "-", _Plan.first_year + 1).label("first_name")
    last = func.concat(_Plan.last_year, "-", _Plan.last_year + 1).label("last_name")
    return _of_schools(ctx, _Plan, first, last)


async def plan_page(ctx: Context, request: PageRequest, school_id: UUID | None) -> Page[AnyRow]:
    """Development plans, newest first."""
    statement = _plans(ctx)
    if school_id:
        statement = statement.where(_Plan.school_id == school_id)
    name = f"development-plans|{school_id}"
    return await fetch_page(ctx.db, statement, request, order=(_Plan.id,), descending=True, scope=name)


async def plan(ctx: Context, plan_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One development plan the caller may see; `lock` holds it."""
    statement = _plans(ctx).where(_Plan.id == plan_id)
    return (await ctx.db.execute(statement.with_for_update(of=_Plan) if lock else statement)).one_or_none()


async def plans_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Development plans (n,) -> rows (n,), None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_plans(ctx).where(_Plan.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add_plan(ctx: Context, values: Mapping[str, Any]) -> UUID | None:
    """Store a development plan; None where one of these years stands already."""
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "written_by": ctx.principal.account_id}
    # The school's row is the lock of two at once.
    school = and_(Organisation.region_id == ctx.principal.region_id, Organisation.id == values["school_id"])
    await ctx.db.execute(select(Organisation.id).where(school).with_for_update())
    overlap = select(_Plan.id).where(
        _Plan.region_id == ctx.principal.region_id,
        _Plan.school_id == values["school_id"],
        _Plan.first_year <= values["last_year"],
        _Plan.last_year >= values["first_year"],
    )
    if (await ctx.db.execute(overlap.limit(1))).one_or_none():
        return None
    return UUID(str(await ctx.db.scalar(insert(_Plan).values(**own, **values).returning(_Plan.id))))


async def change_plan(ctx: Context, plan_id: UUID, values: Mapping[str, Any]) -> None:
    """Store changes of a development plan, and its next version."""
    statement = update(_Plan).where(_Plan.region_id == ctx.principal.region_id, _Plan.id == plan_id)
    await ctx.db.execute(statement.values(**values, **touched(_Plan)))


async def budget_page(ctx: Context, request: PageRequest, school_id: UUID | None, year: int | None) -> Page[AnyRow]:
    """Training budgets, newest first."""
    statement = _of_schools(ctx, _Budget)
    if school_id:
        statement = statement.where(_Budget.school_id == school_id)
    if year:
        statement = statement.where(_Budget.year == year)
    name = f"training-budgets|{school_id}|{year}"
    return await fetch_page(ctx.db, statement, request, order=(_Budget.id,), descending=True, scope=name)


async def put_budget(ctx: Context, values: Mapping[str, Any]) -> AnyRow:
    """Store the budget of a school and year, or replace it; the row."""
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "written_by": ctx.principal.account_id}
    statement = insert(_Budget).values(**own, **values)
    amounts = ("public_funds_fen", "training_fen", "used_fen", "written_by")
    said = {name: statement.excluded[name] for name in amounts}
    await ctx.db.execute(
        statement.on_conflict_do_update(constraint="uq_training_budgets_year", set_=said | touched(_Budget))
    )
    mine = (_Budget.school_id == values["school_id"], _Budget.year == values["year"])
    return (await ctx.db.execute(_of_schools(ctx, _Budget).where(*mine))).one()
