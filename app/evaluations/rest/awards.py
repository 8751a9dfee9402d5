"""REST of awards, and of what follows from them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.awards import AwardFilter
from app.evaluations.schemas import Award, BackboneClaim, EvaluationMove, EvaluationReason

router = APIRouter(tags=["evaluations"])
READ, REVOKE = permits(Permission.AWARD_READ), permits(Permission.AWARD_REVOKE)
ONE = "/awards/{award_id:uuid}"


@router.get("/awards", response_model=Listing[Award], **READ)
async def list_awards(ctx: Ctx, page: Paged, only: Annotated[AwardFilter, Depends()]) -> object:
    """Awards, newest first 奖项列表 [M7.1b A5.9]."""
    return listing(await service.find_awards(ctx, page, only))


@router.get(ONE, response_model=Award, **READ)
async def get_award(ctx: Ctx, award_id: UUID, tag: Tagged) -> object:
    """One award 奖项详情 [M7.1b]."""
    return tag.seal(await service.get_award(ctx, award_id))


@router.post(f"{ONE}:askRevocation", response_model=Award, **REVOKE)
async def ask_award_revocation(ctx: Ctx, award_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Ask that an award be revoked; another person confirms it 提出撤销奖项 [M7.1b]."""
    return tag.seal(await service.ask_revocation(ctx, award_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:confirmRevocation", response_model=Award, **REVOKE)
async def confirm_award_revocation(ctx: Ctx, award_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Revoke an award, as a second person 撤销奖项 [M7.1b]."""
    return tag.seal(await service.confirm_revocation(ctx, award_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:refuseRevocation", response_model=Award, **REVOKE)
async def refuse_award_revocation(ctx: Ctx, award_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Leave an award as it is, as a second person 不予撤销 [M7.1b]."""
    return tag.seal(await service.refuse_revocation(ctx, award_id, given, version=tag.expected(given)))


@router.get("/backbone-claims", response_model=Listing[BackboneClaim], **permits(Permission.BACKBONE_READ))
async def list_backbone_claims(ctx: Ctx) -> object:
    """Who may be recommended as backbone teacher today, from workshops' awards 骨干教师推荐资格 [A6.13b]."""
    return {"items": await service.backbone_claims(ctx), "next_cursor": None, "total": None}
