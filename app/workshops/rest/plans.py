"""REST of yearly plans, cases and the follow-up of a year."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.organisations.schemas import YearName
from app.workshops import service
from app.workshops.schemas import (
    WorkshopCase,
    WorkshopCaseCreate,
    WorkshopDecision,
    WorkshopFollowUp,
    WorkshopMove,
    WorkshopPlan,
    WorkshopPlanWrite,
)

router = APIRouter(tags=["workshops"])
READ, RUN = permits(Permission.WORKSHOP_READ), permits(Permission.WORKSHOP_RUN)
REGISTER = permits(Permission.WORKSHOP_REGISTER)
PLANS = "/workshops/{workshop_id:uuid}/plans"
PLAN = f"{PLANS}/{{plan_id:uuid}}"
CASES = "/workshops/{workshop_id:uuid}/cases"


@router.get(PLANS, response_model=Listing[WorkshopPlan], **READ)
async def list_workshop_plans(ctx: Ctx, workshop_id: UUID, page: Paged) -> object:
    """The plans of a workshop 学年活动方案 [A6.6a]."""
    return listing(await service.find_plans(ctx, page, workshop_id))


@router.post(PLANS, response_model=WorkshopPlan, **RUN)
async def write_workshop_plan(ctx: Ctx, workshop_id: UUID, new: WorkshopPlanWrite, tag: Tagged) -> object:
    """Write the plan of a school year, new or in place of a draft 填写学年活动方案 [A6.6a]."""
    return tag.seal(await service.write_plan(ctx, workshop_id, new, version=tag.expected(new)))


@router.post(f"{PLAN}:submit", response_model=WorkshopPlan, **RUN)
async def submit_workshop_plan(ctx: Ctx, workshop_id: UUID, plan_id: UUID, move: WorkshopMove, tag: Tagged) -> object:
    """Hand the plan in 提交学年活动方案."""
    return tag.seal(await service.submit_plan(ctx, workshop_id, plan_id, move, version=tag.expected(move)))


@router.post(f"{PLAN}:accept", response_model=WorkshopPlan, **REGISTER)
async def accept_workshop_plan(
    ctx: Ctx, workshop_id: UUID, plan_id: UUID, given: WorkshopDecision, tag: Tagged
) -> object:
    """Accept the plan 审核通过学年活动方案."""
    return tag.seal(await service.accept_plan(ctx, workshop_id, plan_id, given, version=tag.expected(given)))


@router.post(f"{PLAN}:return", response_model=WorkshopPlan, **REGISTER)
async def return_workshop_plan(
    ctx: Ctx, workshop_id: UUID, plan_id: UUID, given: WorkshopDecision, tag: Tagged
) -> object:
    """Send the plan back 退回学年活动方案."""
    return tag.seal(await service.return_plan(ctx, workshop_id, plan_id, given, version=tag.expected(given)))


@router.get(CASES, response_model=Listing[WorkshopCase], **READ)
async def list_workshop_cases(ctx: Ctx, workshop_id: UUID, page: Paged) -> object:
    """Practice cases 教学实践案例 [A6.R]."""
    return listing(await service.find_cases(ctx, page, workshop_id))


@router.post(CASES, response_model=WorkshopCase, status_code=201, **RUN)
async def create_workshop_case(ctx: Ctx, workshop_id: UUID, new: WorkshopCaseCreate) -> object:
    """Put a practice case of a term on record 登记教学实践案例 [A6.R]."""
    return await service.create_case(ctx, workshop_id, new)


@router.get("/workshops/{workshop_id:uuid}/follow-up", response_model=WorkshopFollowUp, **READ)
async def get_workshop_follow_up(ctx: Ctx, workshop_id: UUID, school_year: Annotated[YearName, Query()]) -> object:
    """How a workshop stands in a school year 学年跟踪 [A6.6]."""
    return await service.follow_up(ctx, workshop_id, school_year)
