"""REST of the experts 专家智库."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.steering import service
from app.steering.queries.experts import ExpertFilter
from app.steering.rest.groups import Day
from app.steering.schemas import (
    Expert,
    ExpertCoverage,
    ExpertCreate,
    ExpertEnding,
    ExpertReview,
    ExpertReviewCreate,
)

router = APIRouter(tags=["steering"])
READ, ENGAGE, REVIEW = (
    permits(Permission.EXPERT_READ),
    permits(Permission.EXPERT_ENGAGE),
    permits(Permission.EXPERT_REVIEW),
)
ONE = "/experts/{expert_id:uuid}"


@router.get("/experts", response_model=Listing[Expert], **READ)
async def list_experts(ctx: Ctx, page: Paged, only: Annotated[ExpertFilter, Depends()]) -> object:
    """Experts, past ones too, newest first; active_on: engaged on that day 专家列表 [M6.1.2]."""
    return listing(await service.find_experts(ctx, page, only))


@router.post("/experts", response_model=Expert, status_code=201, **ENGAGE)
async def engage_expert(ctx: Ctx, new: ExpertCreate, once: Once) -> Response:
    """Engage an expert for a stage and subject 聘请指导专家 [M6.1.2]."""
    return await once.answer(ctx, new, lambda: service.engage(ctx, new), Expert)


@router.get(ONE, response_model=Expert, **READ)
async def get_expert(ctx: Ctx, expert_id: UUID, tag: Tagged) -> object:
    """One expert 专家详情 [M6.1.2]."""
    return tag.seal(await service.get_expert(ctx, expert_id))


@router.post(f"{ONE}:end", response_model=Expert, **ENGAGE)
async def end_expert(ctx: Ctx, expert_id: UUID, given: ExpertEnding, tag: Tagged) -> object:
    """End an engagement before its time 提前终止聘请 [M6.1.2]."""
    return tag.seal(await service.end_expert(ctx, expert_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/reviews", response_model=Listing[ExpertReview], **REVIEW)
async def list_expert_reviews(ctx: Ctx, expert_id: UUID, page: Paged) -> object:
    """Reviews of an expert, newest first 专家评议列表 [M6.1.2]."""
    return listing(await service.find_reviews(ctx, page, expert_id))


@router.post(f"{ONE}/reviews", response_model=ExpertReview, status_code=201, **REVIEW)
async def review_expert(ctx: Ctx, expert_id: UUID, new: ExpertReviewCreate, once: Once) -> Response:
    """Say what was found of an expert's work in a school year 专家评议 [M6.1.2]."""
    return await once.answer(ctx, new, lambda: service.review_expert(ctx, expert_id, new), ExpertReview)


@router.get("/expert-coverage", response_model=ExpertCoverage, **READ)
async def get_expert_coverage(ctx: Ctx, on: Day) -> object:
    """The experts on a day: sources, stages and subjects with and without one 专家智库情况 [M6.1.2]."""
    return await service.expert_coverage(ctx, on)
