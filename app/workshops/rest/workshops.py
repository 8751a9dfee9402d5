"""REST of workshops: declaration, registration, and what is to be said of their people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.queries.workshops import WorkshopFilter
from app.workshops.schemas import (
    Workshop,
    WorkshopAct,
    WorkshopComposition,
    WorkshopCreate,
    WorkshopMove,
    WorkshopPatch,
    WorkshopProposal,
    WorkshopReason,
    WorkshopTermConfirm,
)

router = APIRouter(tags=["workshops"])
READ, DECLARE = permits(Permission.WORKSHOP_READ), permits(Permission.WORKSHOP_DECLARE)
REGISTER = permits(Permission.WORKSHOP_REGISTER)
ONE = "/workshops/{workshop_id:uuid}"


@router.get("/workshops", response_model=Listing[Workshop], **READ)
async def list_workshops(ctx: Ctx, page: Paged, only: Annotated[WorkshopFilter, Depends()]) -> object:
    """Workshops and studios, newest first 工作坊（室）列表."""
    return listing(await service.find_workshops(ctx, page, only))


@router.post("/workshops", response_model=Workshop, status_code=201, **DECLARE)
async def create_workshop(ctx: Ctx, new: WorkshopCreate, tag: Tagged) -> object:
    """Begin a declaration 申报工作坊（室） [A6.13a]."""
    return tag.seal(await service.create_workshop(ctx, new))


@router.post("/workshops:checkComposition", response_model=WorkshopComposition, **DECLARE)
async def check_workshop_proposal(ctx: Ctx, proposal: WorkshopProposal) -> object:
    """What is to be said of people who are not stored 人员组成试算（不保存） [A6.4] [A6.5]."""
    return await service.check_proposal(ctx, proposal)


@router.get(ONE, response_model=Workshop, **READ)
async def get_workshop(ctx: Ctx, workshop_id: UUID, tag: Tagged) -> object:
    """One workshop or studio 工作坊（室）."""
    return tag.seal(await service.get_workshop(ctx, workshop_id))


@router.patch(ONE, response_model=Workshop, **DECLARE)
async def change_workshop(ctx: Ctx, workshop_id: UUID, patch: WorkshopPatch, tag: Tagged) -> object:
    """Correct a declaration 修改申报."""
    return tag.seal(await service.change_workshop(ctx, workshop_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:checkComposition", response_model=WorkshopComposition, **READ)
async def check_workshop(ctx: Ctx, workshop_id: UUID) -> object:
    """What is to be said of the people of a workshop now 人员组成核对 [A6.4] [A6.5]."""
    return await service.check_workshop(ctx, workshop_id)


@router.post(f"{ONE}:submit", response_model=Workshop, **DECLARE)
async def submit_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopMove, tag: Tagged) -> object:
    """Hand a declaration in 提交申报."""
    return tag.seal(await service.submit_workshop(ctx, workshop_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:recommend", response_model=Workshop, **permits(Permission.WORKSHOP_RECOMMEND))
async def recommend_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopMove, tag: Tagged) -> object:
    """The unit recommends its leader's workshop 单位推荐 [A6.10]."""
    return tag.seal(await service.recommend_workshop(ctx, workshop_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:return", response_model=Workshop, **REGISTER)
async def return_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopReason, tag: Tagged) -> object:
    """Send a declaration back 退回."""
    return tag.seal(await service.return_workshop(ctx, workshop_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:register", response_model=Workshop, **REGISTER)
async def register_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopMove, tag: Tagged, once: Once) -> Response:
    """Register for two school years 注册 [A6.13a]."""
    version = tag.expected(move)

    async def register() -> object:
        return await service.register_workshop(ctx, workshop_id, move, version=version)

    return await once.answer(ctx, move, register, Workshop, status=200)


@router.post(f"{ONE}:confirmTerm", response_model=Workshop, **REGISTER)
async def confirm_workshop_term(ctx: Ctx, workshop_id: UUID, given: WorkshopTermConfirm, tag: Tagged) -> object:
    """Confirm that a workshop lives in a term 学期注册 [M6.2.3b]."""
    return tag.seal(await service.confirm_term(ctx, workshop_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:renew", response_model=Workshop, **REGISTER)
async def renew_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopMove, tag: Tagged) -> object:
    """Register for the two school years that follow 续期 [A6.13a]."""
    return tag.seal(await service.renew_workshop(ctx, workshop_id, move, version=tag.expected(move)))


@router.post(f"{ONE}:close", response_model=Workshop, **REGISTER)
async def close_workshop(ctx: Ctx, workshop_id: UUID, move: WorkshopReason, tag: Tagged) -> object:
    """End a workshop 结束."""
    return tag.seal(await service.close_workshop(ctx, workshop_id, move, version=tag.expected(move)))


@router.get(f"{ONE}/acts", response_model=Listing[WorkshopAct], **READ)
async def list_workshop_acts(ctx: Ctx, workshop_id: UUID, page: Paged) -> object:
    """Who did what, when and why 办理记录."""
    return listing(await service.workshop_acts(ctx, page, workshop_id))
