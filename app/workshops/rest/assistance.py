"""REST of city studios that help town workshops."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.queries.assistance import UnpairedFilter, WorkshopPairFilter
from app.workshops.schemas import (
    UnpairedStudio,
    WorkshopMove,
    WorkshopPair,
    WorkshopPairCreate,
    WorkshopPairFinish,
    WorkshopReason,
)

router = APIRouter(tags=["workshops"])
READ, SET = permits(Permission.WORKSHOP_READ), permits(Permission.ASSISTANCE_SET)
PAIRS = "/workshop-pairs"
PAIR = "/workshop-pairs/{pair_id:uuid}"


@router.get(PAIRS, response_model=Listing[WorkshopPair], **READ)
async def list_workshop_pairs(ctx: Ctx, page: Paged, only: Annotated[WorkshopPairFilter, Depends()]) -> object:
    """City studios that help town workshops, past ones too 市名师工作室与镇工作坊协作 [M7.2b]."""
    return listing(await service.find_workshop_pairs(ctx, page, only))


@router.get("/unpaired-studios", response_model=Listing[UnpairedStudio], **READ)
async def list_unpaired_studios(ctx: Ctx, page: Paged, only: Annotated[UnpairedFilter, Depends()]) -> object:
    """Registered city studios that help no town workshop on a day 尚无协作的市名师工作室 [M7.2b]."""
    return listing(await service.find_unpaired_studios(ctx, page, only))


@router.post(PAIRS, response_model=WorkshopPair, status_code=201, **permits(Permission.ASSISTANCE_RECOMMEND))
async def propose_workshop_pair(ctx: Ctx, new: WorkshopPairCreate, tag: Tagged) -> object:
    """Propose that a city studio helps a town workshop 提出协作帮扶 [M7.2b]."""
    return tag.seal(await service.propose_workshop_pair(ctx, new))


@router.get(PAIR, response_model=WorkshopPair, **READ)
async def get_workshop_pair(ctx: Ctx, pair_id: UUID, tag: Tagged) -> object:
    """One city studio with the town workshop it helps 协作帮扶详情 [M7.2b]."""
    return tag.seal(await service.get_workshop_pair(ctx, pair_id))


@router.post(f"{PAIR}:confirm", response_model=WorkshopPair, **SET)
async def confirm_workshop_pair(ctx: Ctx, pair_id: UUID, move: WorkshopMove, tag: Tagged) -> object:
    """Set a pair that somebody else proposed 审定协作帮扶 [M7.2b]."""
    return tag.seal(await service.confirm_workshop_pair(ctx, pair_id, move, version=tag.expected(move)))


@router.post(f"{PAIR}:refuse", response_model=WorkshopPair, **SET)
async def refuse_workshop_pair(ctx: Ctx, pair_id: UUID, why: WorkshopReason, tag: Tagged) -> object:
    """Do not set a pair, with a reason 不予审定."""
    return tag.seal(await service.refuse_workshop_pair(ctx, pair_id, why, version=tag.expected(why)))


@router.post(f"{PAIR}:finish", response_model=WorkshopPair, **permits(Permission.WORKSHOP_RUN))
async def finish_workshop_pair(ctx: Ctx, pair_id: UUID, given: WorkshopPairFinish, tag: Tagged) -> object:
    """The studio puts on record what came of it 登记协作成效 [M7.2b]."""
    return tag.seal(await service.finish_workshop_pair(ctx, pair_id, given, version=tag.expected(given)))
