"""REST of activities, attendance and the month that becomes hours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.queries.activities import ActivityFilter
from app.workshops.schemas import (
    WorkshopActivity,
    WorkshopActivityCreate,
    WorkshopActivityHold,
    WorkshopActivityPatch,
    WorkshopAttendance,
    WorkshopAttendanceRecorded,
    WorkshopAttendanceWrite,
    WorkshopHours,
    WorkshopHoursConfirm,
    WorkshopMove,
    WorkshopSignIn,
    WorkshopSignInCode,
)

router = APIRouter(tags=["workshops"])
READ, RUN = permits(Permission.WORKSHOP_READ), permits(Permission.WORKSHOP_RUN)
ALL = "/workshops/{workshop_id:uuid}/activities"
ONE = f"{ALL}/{{activity_id:uuid}}"


@router.get(ALL, response_model=Listing[WorkshopActivity], **READ)
async def list_workshop_activities(
    ctx: Ctx, workshop_id: UUID, page: Paged, only: Annotated[ActivityFilter, Depends()]
) -> object:
    """Activities, newest first 研修活动 [A6.6]."""
    return listing(await service.find_activities(ctx, page, workshop_id, only))


@router.post(ALL, response_model=WorkshopActivity, status_code=201, **RUN)
async def create_workshop_activity(ctx: Ctx, workshop_id: UUID, new: WorkshopActivityCreate, tag: Tagged) -> object:
    """Plan an activity 安排研修活动 [A6.6]."""
    return tag.seal(await service.create_activity(ctx, workshop_id, new))


@router.get(ONE, response_model=WorkshopActivity, **READ)
async def get_workshop_activity(ctx: Ctx, workshop_id: UUID, activity_id: UUID, tag: Tagged) -> object:
    """One activity 研修活动."""
    return tag.seal(await service.get_activity(ctx, workshop_id, activity_id))


@router.patch(ONE, response_model=WorkshopActivity, **RUN)
async def change_workshop_activity(
    ctx: Ctx, workshop_id: UUID, activity_id: UUID, patch: WorkshopActivityPatch, tag: Tagged
) -> object:
    """Change a planned activity 修改活动安排."""
    version = tag.expected(patch)
    return tag.seal(await service.change_activity(ctx, workshop_id, activity_id, patch, version=version))


@router.post(f"{ONE}:hold", response_model=WorkshopActivity, **RUN)
async def hold_workshop_activity(
    ctx: Ctx, workshop_id: UUID, activity_id: UUID, given: WorkshopActivityHold, tag: Tagged
) -> object:
    """Put an activity on record as held 登记活动 [A6.6b]."""
    version = tag.expected(given)
    return tag.seal(await service.hold_activity(ctx, workshop_id, activity_id, given, version=version))


@router.post(f"{ONE}:cancel", response_model=WorkshopActivity, **RUN)
async def cancel_workshop_activity(
    ctx: Ctx, workshop_id: UUID, activity_id: UUID, move: WorkshopMove, tag: Tagged
) -> object:
    """Call a planned activity off 取消活动."""
    version = tag.expected(move)
    return tag.seal(await service.cancel_activity(ctx, workshop_id, activity_id, move, version=version))


@router.get(f"{ONE}/attendance", response_model=Listing[WorkshopAttendance], **READ)
async def list_workshop_attendance(ctx: Ctx, workshop_id: UUID, activity_id: UUID, page: Paged) -> object:
    """Who was there, day by day 出勤."""
    return listing(await service.find_attendance(ctx, page, workshop_id, activity_id))


@router.post(f"{ONE}/attendance", response_model=WorkshopAttendanceRecorded, **RUN)
async def record_workshop_attendance(
    ctx: Ctx, workshop_id: UUID, activity_id: UUID, given: WorkshopAttendanceWrite
) -> object:
    """Record who was there on a day 批量登记出勤."""
    return await service.record_attendance(ctx, workshop_id, activity_id, given)


@router.post(f"{ONE}:openSignIn", response_model=WorkshopSignInCode, **RUN)
async def open_workshop_sign_in(ctx: Ctx, workshop_id: UUID, activity_id: UUID) -> object:
    """Give out a new code to sign in with 发布签到码."""
    return await service.open_sign_in(ctx, workshop_id, activity_id)


@router.post(f"{ONE}:signIn", response_model=WorkshopAttendance, **permits(Permission.WORKSHOP_TAKE_PART))
async def sign_in_workshop(ctx: Ctx, workshop_id: UUID, activity_id: UUID, given: WorkshopSignIn) -> object:
    """The caller signs in for today 本人签到."""
    return await service.sign_in(ctx, workshop_id, activity_id, given)


@router.post(
    "/workshops/{workshop_id:uuid}:confirmHours", response_model=WorkshopHours, **permits(Permission.HOURS_POST)
)
async def confirm_workshop_hours(ctx: Ctx, workshop_id: UUID, given: WorkshopHoursConfirm, once: Once) -> Response:
    """Confirm a month: attendance becomes hours 月度学时确认 [A6.13c]."""

    async def confirm() -> object:
        return await service.confirm_hours(ctx, workshop_id, given)

    return await once.answer(ctx, given, confirm, WorkshopHours, status=200)
