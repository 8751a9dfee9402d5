"""REST of campaigns: window, quotas, panel, publicity, decision."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.campaigns import CampaignFilter
from app.evaluations.schemas import (
    Campaign,
    CampaignCreate,
    CampaignPanelist,
    CampaignPanelWrite,
    CampaignPublicise,
    CampaignQuota,
    CampaignQuotasWrite,
    EvaluationMove,
    EvaluationReason,
    PublicisedCandidate,
)

router = APIRouter(tags=["evaluations"])
READ, RUN = permits(Permission.CAMPAIGN_READ), permits(Permission.CAMPAIGN_RUN)
PUBLICISE = permits(Permission.CAMPAIGN_PUBLICISE)
ONE = "/campaigns/{campaign_id:uuid}"


@router.get("/campaigns", response_model=Listing[Campaign], **READ)
async def list_campaigns(ctx: Ctx, page: Paged, only: Annotated[CampaignFilter, Depends()]) -> object:
    """Campaigns, newest first 评选列表 [M7.1b A5.9]."""
    return listing(await service.find_campaigns(ctx, page, only))


@router.post("/campaigns", response_model=Campaign, status_code=201, **RUN)
async def create_campaign(ctx: Ctx, new: CampaignCreate, once: Once) -> Response:
    """Prepare a campaign; its rubric is frozen with it 发起评选 [M7.1b]."""
    return await once.answer(ctx, new, lambda: service.create_campaign(ctx, new), Campaign)


@router.get(ONE, response_model=Campaign, **READ)
async def get_campaign(ctx: Ctx, campaign_id: UUID, tag: Tagged) -> object:
    """One campaign 评选详情 [M7.1b]."""
    return tag.seal(await service.get_campaign(ctx, campaign_id))


@router.post(f"{ONE}:open", response_model=Campaign, **RUN)
async def open_campaign(ctx: Ctx, campaign_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Open a campaign for nominations 开始推荐 [M7.1b]."""
    return tag.seal(await service.open_campaign(ctx, campaign_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:setQuotas", response_model=Campaign, **RUN)
async def set_campaign_quotas(ctx: Ctx, campaign_id: UUID, given: CampaignQuotasWrite, tag: Tagged) -> object:
    """Set how many units may nominate 设定推荐名额 [A5.9]."""
    return tag.seal(await service.set_quotas(ctx, campaign_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/quotas", response_model=Listing[CampaignQuota], **READ)
async def list_campaign_quotas(ctx: Ctx, campaign_id: UUID, page: Paged) -> object:
    """Quotas of units, and how much of each is used 推荐名额 [A5.9]."""
    return listing(await service.find_quotas(ctx, page, campaign_id))


@router.post(f"{ONE}:setPanel", response_model=Campaign, **RUN)
async def set_campaign_panel(ctx: Ctx, campaign_id: UUID, given: CampaignPanelWrite, tag: Tagged) -> object:
    """Name the panel 组建评审组 [A5.6]."""
    return tag.seal(await service.set_panel(ctx, campaign_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/panel", response_model=Listing[CampaignPanelist], **permits(Permission.SCORE_SHEET_CONFIRM))
async def list_campaign_panelists(ctx: Ctx, campaign_id: UUID, page: Paged) -> object:
    """The panel of a campaign 评审组 [A5.6]."""
    return listing(await service.find_panel(ctx, page, campaign_id))


@router.post(f"{ONE}:score", response_model=Campaign, **RUN)
async def start_campaign_scoring(ctx: Ctx, campaign_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """End nominations; every candidate gets its evaluators, without those who stand back 开始评审 [M7.1b]."""
    return tag.seal(await service.start_scoring(ctx, campaign_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:publicise", response_model=Campaign, **PUBLICISE)
async def publicise_campaign(ctx: Ctx, campaign_id: UUID, given: CampaignPublicise, tag: Tagged) -> object:
    """Put the result up for objections 公示 [M7.1b]."""
    return tag.seal(await service.publicise(ctx, campaign_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/publicity", response_model=Listing[PublicisedCandidate], **READ)
async def list_publicised_candidates(ctx: Ctx, campaign_id: UUID, page: Paged) -> object:
    """Who is put up, by place: everybody may read it 公示名单 [M7.1b]."""
    return listing(await service.find_publicised(ctx, page, campaign_id))


@router.post(f"{ONE}:reopen", response_model=Campaign, **PUBLICISE)
async def reopen_campaign(ctx: Ctx, campaign_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Take the publicity back and score again 撤回公示 [M7.1b]."""
    return tag.seal(await service.reopen(ctx, campaign_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:decide", response_model=Campaign, **permits(Permission.CAMPAIGN_DECIDE))
async def decide_campaign(ctx: Ctx, campaign_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Decide after publicity, as another person; awards get numbers and certificates 审定 [M7.1b]."""
    return tag.seal(await service.decide(ctx, campaign_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:cancel", response_model=Campaign, **RUN)
async def cancel_campaign(ctx: Ctx, campaign_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Cancel a campaign that is not decided 取消评选 [M7.1b]."""
    return tag.seal(await service.cancel_campaign(ctx, campaign_id, given, version=tag.expected(given)))
