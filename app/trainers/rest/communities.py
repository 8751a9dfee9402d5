"""REST of communities, their sessions and attendance."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.trainers import service
from app.trainers.queries.communities import SessionFilter
from app.trainers.schemas import (
    TrainerAttendance,
    TrainerAttendanceWrite,
    TrainerCommunity,
    TrainerCommunityCreate,
    TrainerMember,
    TrainerMembersWrite,
    TrainerMove,
    TrainerSession,
    TrainerSessionCreate,
)

router = APIRouter(tags=["trainers"])
READ, RUN = permits(Permission.TRAINER_READ), permits(Permission.TRAINER_COMMUNITY_RUN)
COMMUNITY = "/trainer-communities/{community_id:uuid}"
SESSION = "/trainer-sessions/{session_id:uuid}"


@router.get("/trainer-communities", response_model=Listing[TrainerCommunity], **READ)
async def list_trainer_communities(ctx: Ctx, page: Paged) -> object:
    """Communities, newest first 研修共同体列表 [A7.9]."""
    return listing(await service.find_communities(ctx, page))


@router.post("/trainer-communities", response_model=TrainerCommunity, status_code=201, **RUN)
async def make_trainer_community(ctx: Ctx, new: TrainerCommunityCreate, once: Once) -> Response:
    """Make a community of a subject 组建研修共同体 [A7.9]."""
    return await once.answer(ctx, new, lambda: service.make_community(ctx, new), TrainerCommunity)


@router.post(f"{COMMUNITY}:compose", response_model=TrainerCommunity, **RUN)
async def compose_trainer_community(ctx: Ctx, community_id: UUID, given: TrainerMembersWrite, tag: Tagged) -> object:
    """Name the members of a community and who convenes it 确定成员和召集人 [A7.9]."""
    return tag.seal(await service.compose_community(ctx, community_id, given, version=tag.expected(given)))


@router.get(f"{COMMUNITY}/members", response_model=Listing[TrainerMember], **READ)
async def list_trainer_members(ctx: Ctx, community_id: UUID, page: Paged) -> object:
    """Who belongs to a community 研修共同体成员 [A7.9]."""
    return listing(await service.find_members(ctx, page, community_id))


@router.post(f"{COMMUNITY}:close", response_model=TrainerCommunity, **RUN)
async def close_trainer_community(ctx: Ctx, community_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Close a community 解散研修共同体 [A7.9]."""
    return tag.seal(await service.close_community(ctx, community_id, given, version=tag.expected(given)))


@router.get("/trainer-sessions", response_model=Listing[TrainerSession], **READ)
async def list_trainer_sessions(ctx: Ctx, page: Paged, only: Annotated[SessionFilter, Depends()]) -> object:
    """Sessions, newest first; is_concentrated: the yearly study of the whole team 研修活动列表 [M4.4]."""
    return listing(await service.find_sessions(ctx, page, only))


@router.post("/trainer-sessions", response_model=TrainerSession, status_code=201, **RUN)
async def hold_trainer_session(ctx: Ctx, new: TrainerSessionCreate, once: Once) -> Response:
    """Put a session that was held on record 登记研修活动 [A7.9]."""
    return await once.answer(ctx, new, lambda: service.hold_session(ctx, new), TrainerSession)


@router.post(f"{SESSION}:attend", response_model=TrainerSession, **RUN)
async def attend_trainer_session(ctx: Ctx, session_id: UUID, given: TrainerAttendanceWrite, tag: Tagged) -> object:
    """Put on record who attended 登记出勤 [A7.9]."""
    return tag.seal(await service.attend_session(ctx, session_id, given))


@router.get(f"{SESSION}/attendance", response_model=Listing[TrainerAttendance], **READ)
async def list_trainer_attendances(ctx: Ctx, session_id: UUID, page: Paged) -> object:
    """Who attended a session 出勤名单 [A7.9]."""
    return listing(await service.find_attendance(ctx, page, session_id))
