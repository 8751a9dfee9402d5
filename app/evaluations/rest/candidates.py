"""REST of candidates and objections."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.candidates import CandidateFilter, ObjectionFilter
from app.evaluations.rest.campaigns import ONE as CAMPAIGN
from app.evaluations.schemas import (
    CampaignCandidate,
    CampaignObjection,
    CandidateNominate,
    CandidateScores,
    ChairMarkWrite,
    EvaluationReason,
    ObjectionAnswer,
    ObjectionLodge,
)

router = APIRouter(tags=["evaluations"])
READ, NOMINATE = permits(Permission.CANDIDATE_READ), permits(Permission.CANDIDATE_NOMINATE)
READ_OBJECTION = permits(Permission.OBJECTION_READ)
ONE, OBJECTION = "/campaign-candidates/{candidate_id:uuid}", "/campaign-objections/{objection_id:uuid}"


@router.get(f"{CAMPAIGN}/candidates", response_model=Listing[CampaignCandidate], **READ)
async def list_campaign_candidates(
    ctx: Ctx, campaign_id: UUID, page: Paged, only: Annotated[CandidateFilter, Depends()]
) -> object:
    """Candidates within the scope, in the order of nominations 候选对象 [A5.9]."""
    return listing(await service.find_candidates(ctx, page, campaign_id, only))


@router.post(f"{CAMPAIGN}/candidates", response_model=CampaignCandidate, status_code=201, **NOMINATE)
async def nominate_candidate(ctx: Ctx, campaign_id: UUID, new: CandidateNominate, once: Once) -> Response:
    """Nominate within the window and the unit's quota 推荐 [A5.9 A6.7]."""
    return await once.answer(ctx, new, lambda: service.nominate(ctx, campaign_id, new), CampaignCandidate)


@router.get(ONE, response_model=CampaignCandidate, **READ)
async def get_campaign_candidate(ctx: Ctx, candidate_id: UUID, tag: Tagged) -> object:
    """One candidate 候选对象详情 [A5.9]."""
    return tag.seal(await service.get_candidate(ctx, candidate_id))


@router.post(f"{ONE}:withdraw", response_model=CampaignCandidate, **NOMINATE)
async def withdraw_candidate(ctx: Ctx, candidate_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Take a nomination back while nominations run 撤回推荐 [A5.9]."""
    return tag.seal(await service.withdraw_candidate(ctx, candidate_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/scores", response_model=CandidateScores, **READ)
async def get_candidate_scores(ctx: Ctx, candidate_id: UUID) -> object:
    """Marks, mean, spread, share of 100, and the service's own figures beside each standard 得分明细 [A5.R A6.R]."""
    return await service.scores(ctx, candidate_id)


@router.post(f"{ONE}:setMark", response_model=CandidateScores, **permits(Permission.SCORE_SHEET_CHAIR))
async def set_chair_mark(ctx: Ctx, candidate_id: UUID, given: ChairMarkWrite, tag: Tagged) -> object:
    """Set a mark as chair of the panel, with a reason 组长裁定 [A5.R A6.R]."""
    return await service.set_chair_mark(ctx, candidate_id, given, version=tag.expected(given))


@router.get(f"{CAMPAIGN}/objections", response_model=Listing[CampaignObjection], **READ_OBJECTION)
async def list_campaign_objections(
    ctx: Ctx, campaign_id: UUID, page: Paged, only: Annotated[ObjectionFilter, Depends()]
) -> object:
    """Objections within the scope, oldest first 公示异议 [M7.1b]."""
    return listing(await service.find_objections(ctx, page, campaign_id, only))


@router.post(
    f"{CAMPAIGN}/objections",
    response_model=CampaignObjection,
    status_code=201,
    **permits(Permission.OBJECTION_LODGE),
)
async def lodge_objection(ctx: Ctx, campaign_id: UUID, new: ObjectionLodge, once: Once) -> Response:
    """Object to a candidate that is put up 提出异议 [M7.1b]."""
    return await once.answer(ctx, new, lambda: service.lodge_objection(ctx, campaign_id, new), CampaignObjection)


@router.get(OBJECTION, response_model=CampaignObjection, **READ_OBJECTION)
async def get_campaign_objection(ctx: Ctx, objection_id: UUID, tag: Tagged) -> object:
    """One objection 公示异议详情 [M7.1b]."""
    return tag.seal(await service.get_objection(ctx, objection_id))


@router.post(f"{OBJECTION}:answer", response_model=CampaignObjection, **permits(Permission.OBJECTION_ANSWER))
async def answer_objection(ctx: Ctx, objection_id: UUID, given: ObjectionAnswer, tag: Tagged) -> object:
    """Answer an objection; upheld, the candidate is excluded 答复异议 [M7.1b]."""
    return tag.seal(await service.answer_objection(ctx, objection_id, given, version=tag.expected(given)))
