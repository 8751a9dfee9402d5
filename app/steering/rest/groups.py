"""REST of the leading group, its two offices and their holders."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.steering import service
from app.steering.queries.groups import HolderFilter, LeadingGroupFilter
from app.steering.schemas import (
    LeadingGroup,
    LeadingGroupCreate,
    LeadingGroupEnding,
    LeadingGroupHolder,
    LeadingGroupHolderCreate,
    LeadingGroupStanding,
)
from app.steering.states import READ_OUT_DAYS

router = APIRouter(tags=["steering"])
READ, SET = permits(Permission.STEERING_READ), permits(Permission.STEERING_SET)
ONE = "/leading-groups/{group_id:uuid}"
HOLDER = "/leading-group-holders/{holder_id:uuid}"
Day = Annotated[date, Query(ge=READ_OUT_DAYS[0], le=READ_OUT_DAYS[1], description="读数的日期")]


@router.get("/leading-groups", response_model=Listing[LeadingGroup], **READ)
async def list_leading_groups(ctx: Ctx, page: Paged, only: Annotated[LeadingGroupFilter, Depends()]) -> object:
    """The leading group and its offices, past ones too, newest first 领导小组与办公室列表 [A1]."""
    return listing(await service.find_groups(ctx, page, only))


@router.post("/leading-groups", response_model=LeadingGroup, status_code=201, **SET)
async def found_leading_group(ctx: Ctx, new: LeadingGroupCreate, once: Once) -> Response:
    """Set up the leading group or an office 成立机构 [M6.1.1]."""
    return await once.answer(ctx, new, lambda: service.found_group(ctx, new), LeadingGroup)


@router.get(ONE, response_model=LeadingGroup, **READ)
async def get_leading_group(ctx: Ctx, group_id: UUID, tag: Tagged) -> object:
    """One body 机构详情 [A1]."""
    return tag.seal(await service.get_group(ctx, group_id))


@router.post(f"{ONE}:dissolve", response_model=LeadingGroup, **SET)
async def dissolve_leading_group(ctx: Ctx, group_id: UUID, given: LeadingGroupEnding, tag: Tagged) -> object:
    """Dissolve a body; whoever is in post leaves with it 撤销机构 [M6.1.1]."""
    return tag.seal(await service.dissolve_group(ctx, group_id, given, version=tag.expected(given)))


@router.get(f"{ONE}/holders", response_model=Listing[LeadingGroupHolder], **READ)
async def list_leading_group_holders(
    ctx: Ctx, group_id: UUID, page: Paged, only: Annotated[HolderFilter, Depends()]
) -> object:
    """Who holds and held the posts of a body, newest first 任职名单 [A1]."""
    return listing(await service.find_holders(ctx, page, group_id, only))


@router.post(f"{ONE}/holders", response_model=LeadingGroupHolder, status_code=201, **SET)
async def appoint_leading_group_holder(ctx: Ctx, group_id: UUID, new: LeadingGroupHolderCreate, once: Once) -> Response:
    """Appoint somebody to a post 任职 [A1]."""
    return await once.answer(ctx, new, lambda: service.appoint_holder(ctx, group_id, new), LeadingGroupHolder)


@router.post(f"{HOLDER}:end", response_model=LeadingGroupHolder, **SET)
async def end_leading_group_holder(ctx: Ctx, holder_id: UUID, given: LeadingGroupEnding, tag: Tagged) -> object:
    """Let a holder leave a post 卸任 [A1]."""
    return tag.seal(await service.end_holder(ctx, holder_id, given, version=tag.expected(given)))


@router.get("/leading-group-standing", response_model=LeadingGroupStanding, **READ)
async def get_leading_group_standing(ctx: Ctx, on: Day) -> object:
    """The leading group and its offices on a day, with what they lack 组织领导情况 [A4.1]."""
    return await service.standing(ctx, on)
