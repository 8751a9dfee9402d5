"""REST of development plans and training budgets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.school_research import service
from app.school_research.schemas import (
    DevelopmentPlan,
    DevelopmentPlanCreate,
    DevelopmentPlanPatch,
    TrainingBudget,
    TrainingBudgetSet,
)

router = APIRouter(tags=["school_research"])
READ = permits(Permission.DEVELOPMENT_READ)
WRITE = permits(Permission.DEVELOPMENT_WRITE)
ONE = "/development-plans/{development_plan_id:uuid}"


@router.get("/development-plans", response_model=Listing[DevelopmentPlan], **READ)
async def list_development_plans(ctx: Ctx, page: Paged, school_id: UUID | None = None) -> object:
    """Three-year development plans, newest first 三年教师发展规划列表."""
    return listing(await service.find_development_plans(ctx, page, school_id))


@router.post("/development-plans", response_model=DevelopmentPlan, status_code=201, **WRITE)
async def create_development_plan(ctx: Ctx, new: DevelopmentPlanCreate, tag: Tagged) -> object:
    """Write down the plan of three school years 新建规划."""
    return tag.seal(await service.create_development_plan(ctx, new))


@router.get(ONE, response_model=DevelopmentPlan, **READ)
async def get_development_plan(ctx: Ctx, development_plan_id: UUID, tag: Tagged) -> object:
    """One development plan 规划."""
    return tag.seal(await service.get_development_plan(ctx, development_plan_id))


@router.patch(ONE, response_model=DevelopmentPlan, **WRITE)
async def change_development_plan(
    ctx: Ctx, development_plan_id: UUID, patch: DevelopmentPlanPatch, tag: Tagged
) -> object:
    """Change aims or measures 修改规划."""
    version = tag.expected(patch)
    return tag.seal(await service.change_development_plan(ctx, development_plan_id, patch, version=version))


@router.get("/training-budgets", response_model=Listing[TrainingBudget], **READ)
async def list_training_budgets(
    ctx: Ctx,
    page: Paged,
    school_id: UUID | None = None,
    year: Annotated[int | None, Query(ge=2023, le=2100)] = None,
) -> object:
    """Training budgets with what falls short of 5% and 90% 培训经费."""
    return listing(await service.find_training_budgets(ctx, page, school_id, year))


@router.post("/training-budgets:set", response_model=TrainingBudget, **WRITE)
async def set_training_budget(ctx: Ctx, new: TrainingBudgetSet) -> object:
    """Say what is set aside for training in a year, and used 登记培训经费 [A5.R]."""
    return await service.set_training_budget(ctx, new)
