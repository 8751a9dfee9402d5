"""REST of training plans."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.projects import service
from app.projects.queries.plans import TrainingPlanFilter
from app.projects.schemas import ProjectMove, ProjectReason, TrainingPlan, TrainingPlanCreate, TrainingPlanPatch

router = APIRouter(tags=["projects"])
READ, WRITE = permits(Permission.TRAINING_PLAN_READ), permits(Permission.TRAINING_PLAN_WRITE)
APPROVE = permits(Permission.TRAINING_PLAN_APPROVE)
ONE = "/plans/{plan_id:uuid}"


@router.get("/plans", response_model=Listing[TrainingPlan], **READ)
async def list_training_plans(ctx: Ctx, page: Paged, only: Annotated[TrainingPlanFilter, Depends()]) -> object:
    """Five-year and annual plans, newest first 培训规划与年度计划列表 [M3.2]."""
    return listing(await service.find_plans(ctx, page, only))


@router.post("/plans", response_model=TrainingPlan, status_code=201, **WRITE)
async def create_training_plan(ctx: Ctx, new: TrainingPlanCreate, once: Once) -> Response:
    """Begin a plan 编制规划或年度计划 [M3.2]."""
    return await once.answer(ctx, new, lambda: service.create_plan(ctx, new), TrainingPlan)


@router.get(ONE, response_model=TrainingPlan, **READ)
async def get_training_plan(ctx: Ctx, plan_id: UUID, tag: Tagged) -> object:
    """One plan 培训规划或年度计划 [M3.2]."""
    return tag.seal(await service.get_plan(ctx, plan_id))


@router.patch(ONE, response_model=TrainingPlan, **WRITE)
async def change_training_plan(ctx: Ctx, plan_id: UUID, patch: TrainingPlanPatch, tag: Tagged) -> object:
    """Change a plan that is not submitted 修改规划 [M3.2]."""
    return tag.seal(await service.change_plan(ctx, plan_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:submit", response_model=TrainingPlan, **WRITE)
async def submit_training_plan(ctx: Ctx, plan_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Submit a plan of all five levels 提交规划 [M3.2]."""
    return tag.seal(await service.submit_plan(ctx, plan_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:approve", response_model=TrainingPlan, **APPROVE)
async def approve_training_plan(ctx: Ctx, plan_id: UUID, given: ProjectMove, tag: Tagged) -> object:
    """Approve a plan, never one's own 批准规划 [M3.2]."""
    return tag.seal(await service.approve_plan(ctx, plan_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=TrainingPlan, **APPROVE)
async def return_training_plan(ctx: Ctx, plan_id: UUID, given: ProjectReason, tag: Tagged) -> object:
    """Send a plan back with a reason 退回规划 [M3.2]."""
    return tag.seal(await service.return_plan(ctx, plan_id, given, version=tag.expected(given)))
