"""REST of monthly reviews, ranking, reminders, mentor pairs and subsidies."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.queries.pairs import PairFilter, SubsidyFilter
from app.workshops.schemas import (
    MentorPair,
    MentorPairCreate,
    MentorPairFinish,
    MonthName,
    WorkshopMove,
    WorkshopRank,
    WorkshopReminder,
    WorkshopReview,
    WorkshopReviewWrite,
    WorkshopSubsidy,
    WorkshopSubsidyCreate,
    WorkshopSubsidyPay,
)
from app.workshops.states import WorkshopLevel

router = APIRouter(tags=["workshops"])
READ, RUN = permits(Permission.WORKSHOP_READ), permits(Permission.WORKSHOP_RUN)
REVIEW, RECORD = permits(Permission.WORKSHOP_REVIEW), permits(Permission.WORKSHOP_SUBSIDY_RECORD)
REVIEWS = "/workshops/{workshop_id:uuid}/monthly-reviews"


@router.get(REVIEWS, response_model=Listing[WorkshopReview], **READ)
async def list_workshop_reviews(ctx: Ctx, workshop_id: UUID, page: Paged) -> object:
    """Monthly reviews, newest first; open ones for reviewers only 月度评审 [M7.1a]."""
    return listing(await service.find_reviews(ctx, page, workshop_id))


@router.post(REVIEWS, response_model=WorkshopReview, **REVIEW)
async def write_workshop_review(ctx: Ctx, workshop_id: UUID, given: WorkshopReviewWrite, tag: Tagged) -> object:
    """Grade a month with feedback 评审某月 [M7.1a]."""
    return tag.seal(await service.review_month(ctx, workshop_id, given, version=tag.expected(given)))


@router.post(f"{REVIEWS}/{{review_id:uuid}}:close", response_model=WorkshopReview, **REVIEW)
async def close_workshop_review(
    ctx: Ctx, workshop_id: UUID, review_id: UUID, move: WorkshopMove, tag: Tagged
) -> object:
    """Close a month: statistics are final, the feedback goes out 关闭月度评审 [M7.1a]."""
    return tag.seal(await service.close_review(ctx, workshop_id, review_id, move, version=tag.expected(move)))


@router.get("/workshop-rankings", response_model=Listing[WorkshopRank], **READ)
async def list_workshop_rankings(
    ctx: Ctx, page: Paged, month: Annotated[MonthName, Query()], level: WorkshopLevel | None = None
) -> object:
    """Places of a closed month among the workshops of a level 月度排名 [M7.1a]."""
    return listing(await service.ranking(ctx, page, month, level))


@router.get("/workshop-reminders", response_model=Listing[WorkshopReminder], **READ)
async def list_workshop_reminders(ctx: Ctx, page: Paged) -> object:
    """Workshops with something due today 待办提醒."""
    return listing(await service.reminders(ctx, page))


@router.get("/mentor-pairs", response_model=Listing[MentorPair], **READ)
async def list_mentor_pairs(ctx: Ctx, page: Paged, only: Annotated[PairFilter, Depends()]) -> object:
    """Mentor pairs 师徒结对 [A6.11]."""
    return listing(await service.find_pairs(ctx, page, only))


@router.post("/mentor-pairs", response_model=MentorPair, status_code=201, **RUN)
async def create_mentor_pair(ctx: Ctx, new: MentorPairCreate, tag: Tagged) -> object:
    """A member takes on an apprentice 登记师徒结对 [A6.11]."""
    return tag.seal(await service.create_pair(ctx, new))


@router.post("/mentor-pairs/{pair_id:uuid}:finish", response_model=MentorPair, **RUN)
async def finish_mentor_pair(ctx: Ctx, pair_id: UUID, given: MentorPairFinish, tag: Tagged) -> object:
    """Put what came of a pair on record 登记结对成效 [A6.11]."""
    return tag.seal(await service.finish_pair(ctx, pair_id, given, version=tag.expected(given)))


@router.get("/workshop-subsidies", response_model=Listing[WorkshopSubsidy], **permits(Permission.WORKSHOP_SUBSIDY_READ))
async def list_workshop_subsidies(ctx: Ctx, page: Paged, only: Annotated[SubsidyFilter, Depends()]) -> object:
    """Subsidies of subject masters 学科名师经费补助 [A6.8]."""
    return listing(await service.find_subsidies(ctx, page, only))


@router.post("/workshop-subsidies", response_model=WorkshopSubsidy, status_code=201, **RECORD)
async def grant_workshop_subsidy(ctx: Ctx, new: WorkshopSubsidyCreate, once: Once) -> Response:
    """Grant a subsidy for a school year, in fen 登记经费补助 [A6.8]."""
    return await once.answer(ctx, new, lambda: service.grant_subsidy(ctx, new), WorkshopSubsidy)


@router.post("/workshop-subsidies/{subsidy_id:uuid}:pay", response_model=WorkshopSubsidy, **RECORD)
async def pay_workshop_subsidy(ctx: Ctx, subsidy_id: UUID, given: WorkshopSubsidyPay, tag: Tagged) -> object:
    """Put the payment of a subsidy on record 登记发放 [A6.8]."""
    return tag.seal(await service.pay_subsidy(ctx, subsidy_id, given, version=tag.expected(given)))
