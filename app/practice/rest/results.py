"""REST of tracking visits, weights, results, and the list of excellent trainees."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.practice import service
from app.practice.queries.results import ResultFilter, TrackingFilter
from app.practice.schemas import (
    PracticeMove,
    PracticeProposal,
    PracticePublished,
    PracticeReason,
    PracticeRecorded,
    PracticeResult,
    PracticeResultsWrite,
    PracticeWeights,
    PracticeWeightsWrite,
    TrackingFollowUp,
    TrackingVisit,
    TrackingVisitCreate,
)

router = APIRouter(tags=["practice"])
RECORD, PUBLISH = permits(Permission.TRACKING_RECORD), permits(Permission.PRACTICE_PUBLISH)
PROJECT, ONE = "/projects/{project_id:uuid}", "/practice-results/{result_id:uuid}"


@router.get("/tracking-visits", response_model=Listing[TrackingVisit], **permits(Permission.TRACKING_READ))
async def list_tracking_visits(ctx: Ctx, page: Paged, only: Annotated[TrackingFilter, Depends()]) -> object:
    """Visits of the tracking group, newest first; is_open: something is still to be done 跟踪评价记录 [A2.5a]."""
    return listing(await service.find_tracking_visits(ctx, page, only))


@router.post("/tracking-visits", response_model=TrackingVisit, status_code=201, **RECORD)
async def record_tracking_visit(ctx: Ctx, new: TrackingVisitCreate, once: Once) -> Response:
    """Put a tracking visit on record 登记跟踪评价 [A2.5a]."""
    return await once.answer(ctx, new, lambda: service.record_tracking_visit(ctx, new), TrackingVisit)


@router.post("/tracking-visits/{visit_id:uuid}:followUp", response_model=TrackingVisit, **RECORD)
async def follow_up_tracking_visit(ctx: Ctx, visit_id: UUID, given: TrackingFollowUp, tag: Tagged) -> object:
    """Put on record what came of the follow-up 登记跟进结果 [A2.5a]."""
    return tag.seal(await service.follow_up(ctx, visit_id, given, version=tag.expected(given)))


@router.get(f"{PROJECT}/practice-weights", response_model=PracticeWeights, **permits(Permission.PRACTICE_PLAN_READ))
async def get_practice_weights(ctx: Ctx, project_id: UUID, tag: Tagged) -> object:
    """What the three parts weigh 三部分权重 [A2.5a]."""
    return tag.seal(await service.get_weights(ctx, project_id))


@router.put(f"{PROJECT}/practice-weights", response_model=PracticeWeights, **permits(Permission.PRACTICE_PLAN_SET))
async def set_practice_weights(ctx: Ctx, project_id: UUID, given: PracticeWeightsWrite, tag: Tagged) -> object:
    """Publish what the three parts weigh 公布三部分权重 [A2.5a]."""
    return tag.seal(await service.set_weights(ctx, project_id, given, version=tag.expected(given)))


@router.get(f"{PROJECT}/practice-results", response_model=Listing[PracticeResult], **permits(Permission.PRACTICE_READ))
async def list_practice_results(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[ResultFilter, Depends()]
) -> object:
    """Results of a project; is_proposed: the list of excellent trainees 学员考核结果 [A2.5a] [A2.5b]."""
    return listing(await service.find_results(ctx, page, project_id, only))


@router.post(
    f"{PROJECT}/practice-results",
    response_model=PracticeRecorded,
    status_code=201,
    **permits(Permission.PRACTICE_ASSESS),
)
async def record_practice_results(ctx: Ctx, project_id: UUID, given: PracticeResultsWrite, once: Once) -> Response:
    """Record the three parts of trainees, all lines or none 登记考核结果 [A2.5a]."""
    return await once.answer(ctx, given, lambda: service.record_results(ctx, project_id, given), PracticeRecorded)


@router.post(f"{PROJECT}/practice-results:publish", response_model=PracticePublished, **PUBLISH)
async def publish_practice_results(ctx: Ctx, project_id: UUID, given: PracticeMove) -> object:
    """Publish what others have recorded 公布考核结果 [A2.5a]."""
    return await service.publish_results(ctx, project_id, given)


@router.post(f"{ONE}:reopen", response_model=PracticeResult, **PUBLISH)
async def reopen_practice_result(ctx: Ctx, result_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Take a published result back to be recorded anew 撤回已公布的结果."""
    return tag.seal(await service.reopen_result(ctx, result_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:propose", response_model=PracticeResult, **PUBLISH)
async def propose_excellent_trainee(ctx: Ctx, result_id: UUID, given: PracticeProposal, tag: Tagged) -> object:
    """Put a trainee on the list of excellent trainees 提出优秀学员 [A2.5b]."""
    return tag.seal(await service.propose_excellent(ctx, result_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdrawProposal", response_model=PracticeResult, **PUBLISH)
async def withdraw_excellent_trainee(ctx: Ctx, result_id: UUID, given: PracticeReason, tag: Tagged) -> object:
    """Take a trainee off the list of excellent trainees 撤回提出 [A2.5b]."""
    return tag.seal(await service.withdraw_proposal(ctx, result_id, given, version=tag.expected(given)))
