"""REST of rubrics."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.rubrics import RubricFilter
from app.evaluations.schemas import EvaluationMove, EvaluationReason, Rubric, RubricWrite

router = APIRouter(tags=["evaluations"])
READ, WRITE = permits(Permission.RUBRIC_READ), permits(Permission.RUBRIC_WRITE)
ONE = "/rubrics/{rubric_id:uuid}"


@router.get("/rubrics", response_model=Listing[Rubric], **READ)
async def list_rubrics(ctx: Ctx, page: Paged, only: Annotated[RubricFilter, Depends()]) -> object:
    """Rubrics: as printed, and the region's own 评价标准列表 [A5.R A6.R A3.6]."""
    return listing(await service.find_rubrics(ctx, page, only))


@router.post("/rubrics", response_model=Rubric, status_code=201, **WRITE)
async def write_rubric(ctx: Ctx, new: RubricWrite, once: Once) -> Response:
    """Write a rubric of the region's own, checked for contradictions 拟定评价标准 [M6.2.3b]."""
    return await once.answer(ctx, new, lambda: service.write_rubric(ctx, new), Rubric)


@router.get(ONE, response_model=Rubric, **READ)
async def get_rubric(ctx: Ctx, rubric_id: UUID, tag: Tagged) -> object:
    """One rubric, headings and item sums beside each other 评价标准详情 [A5.R A6.R]."""
    return tag.seal(await service.get_rubric(ctx, rubric_id))


@router.post(f"{ONE}:publish", response_model=Rubric, **permits(Permission.RUBRIC_PUBLISH))
async def publish_rubric(ctx: Ctx, rubric_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Publish a rubric, as another person than who wrote it 公布评价标准 [M6.2.3b]."""
    return tag.seal(await service.publish_rubric(ctx, rubric_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=Rubric, **WRITE)
async def withdraw_rubric(ctx: Ctx, rubric_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Take back a rubric that is not published 撤回评价标准 [M6.2.3b]."""
    return tag.seal(await service.withdraw_rubric(ctx, rubric_id, given, version=tag.expected(given)))
