"""Use cases of development plans 三年发展规划 and of the training budget 培训经费. [A5.R]"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import development as queries
from app.school_research.schemas import (
    DevelopmentPlanCreate,
    DevelopmentPlanPatch,
    TrainingBudget,
    TrainingBudgetSet,
)
from app.school_research.service.plan_checks import found, own_school

WRITE = Permission.DEVELOPMENT_WRITE


async def find_development_plans(ctx: Context, request: PageRequest, school_id: UUID | None) -> Page[AnyRow]:
    """A page of development plans, newest first."""
    ctx.require(Permission.DEVELOPMENT_READ)
    return await queries.plan_page(ctx, request, school_id)


async def get_development_plan(ctx: Context, plan_id: UUID) -> AnyRow:
    """One development plan; NotFound outside the scope."""
    ctx.require(Permission.DEVELOPMENT_READ)
    return found(await queries.plan(ctx, plan_id))


async def get_development_plans(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Development plans (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.DEVELOPMENT_READ)
    return await queries.plans_by_ids(ctx, ids)


async def create_development_plan(ctx: Context, new: DevelopmentPlanCreate) -> AnyRow:
    """Write down the plan of three school years 新建规划; years of two plans do not overlap."""
    ctx.require(WRITE)
    school = await own_school(ctx, new.school_id, WRITE)
    first = SchoolYear.parse(new.first_year)
    years = ctx.regulation.whole("school_research.development_plan_years", on=ctx.clock.today)
    last = rules.last_year_of(first.start, years=years)
    texts = new.model_dump(include={"aims", "measures"})
    values = {"school_id": school.id, "first_year": first.start, "last_year": last, **texts}
    plan_id = await queries.add_plan(ctx, values)
    if plan_id is None:
        raise Conflict("DEVELOPMENT_PLAN_OVERLAPS", f"本校在 {first} 起的 {years} 个学年内已有规划，请修改原规划。")
    await _record(ctx, "development_plan.created", plan_id, school.id, {"first_year": first.name})
    return await get_development_plan(ctx, plan_id)


async def change_development_plan(
    ctx: Context, plan_id: UUID, patch: DevelopmentPlanPatch, *, version: int | None
) -> AnyRow:
    """Change aims or measures 修改规划."""
    ctx.require(WRITE)
    ctx.require(Permission.DEVELOPMENT_READ)
    row = found(await queries.plan(ctx, plan_id, lock=True))
    ctx.require(WRITE, on=Place(row.school_id))
    check_version(row, version)
    changes = patch.changes()
    if not changes:
        return row
    await queries.change_plan(ctx, plan_id, changes)
    await _record(ctx, "development_plan.changed", plan_id, row.school_id, {"fields": sorted(changes)})
    return await get_development_plan(ctx, plan_id)


async def find_training_budgets(
    ctx: Context, request: PageRequest, school_id: UUID | None, year: int | None
) -> Page[Any]:
    """A page of training budgets with what falls short, newest first."""
    ctx.require(Permission.DEVELOPMENT_READ)
    page = await queries.budget_page(ctx, request, school_id, year)
    return Page([_judged(ctx, row) for row in page.items], page.cursors, page.has_more, page.total)


async def set_training_budget(ctx: Context, new: TrainingBudgetSet) -> TrainingBudget:
    """Say what is set aside and used 登记培训经费; what falls short is said, not refused."""
    ctx.require(WRITE)
    school = await own_school(ctx, new.school_id, WRITE)
    if new.training_fen > new.public_funds_fen:
        message = "培训经费不能超过公用经费预算总额。"
        raise Invalid("INVALID", message, errors=[FieldFault("/training_fen", "TOO_LARGE", message)])
    row = await queries.put_budget(ctx, new.model_dump(exclude={"school_id"}) | {"school_id": school.id})
    await _record(ctx, "training_budget.set", row.id, school.id, {"year": new.year})
    return _judged(ctx, row)


def _judged(ctx: Context, row: AnyRow) -> TrainingBudget:
    day = date(row.year, 12, 31)
    findings = rules.check_budget(
        row.public_funds_fen,
        row.training_fen,
        row.used_fen,
        share_min=ctx.regulation.decimal("school_research.training_budget_share_min", on=day),
        used_min=ctx.regulation.decimal("school_research.training_budget_used_share_min", on=day),
    )
    said = [finding.as_json() for finding in findings]
    return TrainingBudget.model_validate({**row._mapping, "findings": said})  # noqa: SLF001 - public by name


async def _record(ctx: Context, kind: str, entity_id: UUID, school_id: UUID, facts: dict[str, Any]) -> None:
    entity = kind.partition(".")[0]
    await ctx.record(kind, entity=entity, entity_id=entity_id, place=Place(school_id), facts=facts)
