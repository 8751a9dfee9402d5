"""REST of members and of their yearly adjustment."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.schemas import (
    Workshop,
    WorkshopAdjustment,
    WorkshopDecision,
    WorkshopMember,
    WorkshopMemberEnd,
    WorkshopMembersAdjust,
)

router = APIRouter(tags=["workshops"])
READ, RUN = permits(Permission.WORKSHOP_READ), permits(Permission.WORKSHOP_RUN)
REGISTER = permits(Permission.WORKSHOP_REGISTER)
ONE = "/workshops/{workshop_id:uuid}"
ADJUSTMENT = f"{ONE}/adjustments/{{adjustment_id:uuid}}"


@router.get(f"{ONE}/members", response_model=Listing[WorkshopMember], **READ)
async def list_workshop_members(
    ctx: Ctx,
    workshop_id: UUID,
    page: Paged,
    on: Annotated[date | None, Query(description="只列某日的成员；不填列出全部历史")] = None,
) -> object:
    """Members with their history 成员 [A6.4]."""
    return listing(await service.find_members(ctx, page, workshop_id, on))


@router.post(f"{ONE}:adjustMembers", response_model=Workshop, **RUN)
async def adjust_workshop_members(ctx: Ctx, workshop_id: UUID, wanted: WorkshopMembersAdjust, tag: Tagged) -> object:
    """Change members: at once before registration, afterwards once a school year 调整成员 [A6.13a]."""
    return tag.seal(await service.adjust_members(ctx, workshop_id, wanted, version=tag.expected(wanted)))


@router.get(f"{ONE}/adjustments", response_model=Listing[WorkshopAdjustment], **READ)
async def list_workshop_adjustments(ctx: Ctx, workshop_id: UUID, page: Paged) -> object:
    """The yearly changes of members 学年调整 [A6.13a]."""
    return listing(await service.find_adjustments(ctx, page, workshop_id))


@router.post(f"{ADJUSTMENT}:approve", response_model=WorkshopAdjustment, **REGISTER)
async def approve_workshop_adjustment(
    ctx: Ctx, workshop_id: UUID, adjustment_id: UUID, given: WorkshopDecision, tag: Tagged, once: Once
) -> Response:
    """Approve the change of members 核准成员调整 [A6.13a]."""
    version = tag.expected(given)

    async def approve() -> object:
        return await service.approve_adjustment(ctx, workshop_id, adjustment_id, given, version=version)

    return await once.answer(ctx, given, approve, WorkshopAdjustment, status=200)


@router.post(f"{ADJUSTMENT}:return", response_model=WorkshopAdjustment, **REGISTER)
async def return_workshop_adjustment(
    ctx: Ctx, workshop_id: UUID, adjustment_id: UUID, given: WorkshopDecision, tag: Tagged
) -> object:
    """Send the change of members back 退回成员调整."""
    return await service.return_adjustment(ctx, workshop_id, adjustment_id, given, version=tag.expected(given))


@router.post(f"{ONE}/members/{{member_id:uuid}}:end", response_model=WorkshopMember, **RUN)
async def end_workshop_member(ctx: Ctx, workshop_id: UUID, member_id: UUID, given: WorkshopMemberEnd) -> object:
    """A member leaves without an adjustment: transfer, retirement, death 离开登记 [A6.13a]."""
    return await service.end_member(ctx, workshop_id, member_id, given)


@router.post(f"{ONE}:consent", response_model=WorkshopMember, **permits(Permission.WORKSHOP_TAKE_PART))
async def consent_workshop(ctx: Ctx, workshop_id: UUID) -> object:
    """The caller agrees to be a member 同意加入."""
    return await service.consent(ctx, workshop_id)
