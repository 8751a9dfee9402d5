"""REST of sessions and attendance."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.queries.sessions import TrainingAttendanceFilter, TrainingSessionFilter
from app.training.schemas import (
    TrainingAttendance,
    TrainingAttendanceWrite,
    TrainingMove,
    TrainingSession,
    TrainingSessionCreate,
    TrainingSessionPatch,
    TrainingSignIn,
    TrainingSignInCode,
)

router = APIRouter(tags=["training"])
READ, RUN = permits(Permission.TRAINING_SESSION_READ), permits(Permission.TRAINING_SESSION_RUN)
ALL = "/projects/{project_id:uuid}/sessions"
ONE = f"{ALL}/{{session_id:uuid}}"


@router.get(ALL, response_model=Listing[TrainingSession], **READ)
async def list_training_sessions(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingSessionFilter, Depends()]
) -> object:
    """Sessions of a project, by day 培训课次列表 [A2.3b]."""
    return listing(await service.find_sessions(ctx, page, project_id, only))


@router.post(ALL, response_model=TrainingSession, status_code=201, **RUN)
async def create_training_session(ctx: Ctx, project_id: UUID, new: TrainingSessionCreate, tag: Tagged) -> object:
    """Plan a session 安排培训课次 [A2.3b]."""
    return tag.seal(await service.create_session(ctx, project_id, new))


@router.get(ONE, response_model=TrainingSession, **READ)
async def get_training_session(ctx: Ctx, project_id: UUID, session_id: UUID, tag: Tagged) -> object:
    """One session 培训课次详情 [A2.3b]."""
    return tag.seal(await service.get_session(ctx, project_id, session_id))


@router.patch(ONE, response_model=TrainingSession, **RUN)
async def change_training_session(
    ctx: Ctx, project_id: UUID, session_id: UUID, patch: TrainingSessionPatch, tag: Tagged
) -> object:
    """Change a planned session 修改培训课次 [A2.3b]."""
    return tag.seal(await service.change_session(ctx, project_id, session_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:cancel", response_model=TrainingSession, **RUN)
async def cancel_training_session(
    ctx: Ctx, project_id: UUID, session_id: UUID, given: TrainingMove, tag: Tagged
) -> object:
    """Call a planned session off 取消培训课次."""
    return tag.seal(await service.cancel_session(ctx, project_id, session_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:hold", response_model=TrainingSession, **RUN)
async def hold_training_session(
    ctx: Ctx, project_id: UUID, session_id: UUID, given: TrainingMove, tag: Tagged
) -> object:
    """Say that the attendance of a session is complete; it is published to schools 考勤登记齐全 [A2.3b]."""
    return tag.seal(await service.hold_session(ctx, project_id, session_id, given, version=tag.expected(given)))


@router.get(
    f"{ONE}/attendance",
    response_model=Listing[TrainingAttendance],
    **permits(Permission.TRAINING_ATTENDANCE_READ),
)
async def list_training_attendance(
    ctx: Ctx, project_id: UUID, session_id: UUID, page: Paged, only: Annotated[TrainingAttendanceFilter, Depends()]
) -> object:
    """Attendance of a session within the scope 考勤 [A2.3b]."""
    return listing(await service.find_attendance(ctx, page, project_id, session_id, only))


@router.post(f"{ONE}/attendance", response_model=TrainingSession, **RUN)
async def record_training_attendance(
    ctx: Ctx, project_id: UUID, session_id: UUID, given: TrainingAttendanceWrite
) -> object:
    """Put a list of attendance on record; what stood is corrected by it 批量登记考勤 [A2.3b]."""
    return await service.record_attendance(ctx, project_id, session_id, given)


@router.post(f"{ONE}:openSignIn", response_model=TrainingSignInCode, **RUN)
async def open_training_sign_in(ctx: Ctx, project_id: UUID, session_id: UUID) -> object:
    """Give out a new code to sign in with 发布签到码 [A2.3b]."""
    return await service.open_sign_in(ctx, project_id, session_id)


@router.post(f"{ONE}:signIn", response_model=TrainingAttendance, **permits(Permission.TRAINING_SIGN_IN))
async def sign_in_training(ctx: Ctx, project_id: UUID, session_id: UUID, given: TrainingSignIn) -> object:
    """The caller signs in today 本人签到 [M6.3.1]."""
    return await service.sign_in(ctx, project_id, session_id, given)
