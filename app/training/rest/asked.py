"""REST of leave and of corrections of attendance."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.training import service
from app.training.queries.asked import TrainingCorrectionFilter, TrainingLeaveFilter
from app.training.schemas import (
    TrainingCorrection,
    TrainingCorrectionAsk,
    TrainingDecision,
    TrainingLeave,
    TrainingLeaveAsk,
    TrainingReason,
)

router = APIRouter(tags=["training"])
DECIDE_LEAVE, DECIDE = permits(Permission.TRAINING_LEAVE_DECIDE), permits(Permission.TRAINING_CORRECTION_DECIDE)
LEAVES = "/projects/{project_id:uuid}/leaves"
LEAVE = f"{LEAVES}/{{leave_id:uuid}}"
CORRECTIONS = "/projects/{project_id:uuid}/attendance-corrections"
CORRECTION = f"{CORRECTIONS}/{{correction_id:uuid}}"


@router.get(LEAVES, response_model=Listing[TrainingLeave], **permits(Permission.TRAINING_LEAVE_READ))
async def list_training_leaves(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingLeaveFilter, Depends()]
) -> object:
    """Leaves within the scope, newest first 请假列表 [M6.3.1]."""
    return listing(await service.find_leaves(ctx, page, project_id, only))


@router.post(LEAVES, response_model=TrainingLeave, status_code=201, **permits(Permission.TRAINING_LEAVE_ASK))
async def ask_training_leave(ctx: Ctx, project_id: UUID, new: TrainingLeaveAsk, once: Once) -> Response:
    """Ask for leave, for oneself or for a trainee of the own school 申请请假 [M6.3.1]."""
    return await once.answer(ctx, new, lambda: service.ask_leave(ctx, project_id, new), TrainingLeave)


@router.post(f"{LEAVE}:grant", response_model=TrainingLeave, **DECIDE_LEAVE)
async def grant_training_leave(
    ctx: Ctx, project_id: UUID, leave_id: UUID, given: TrainingDecision, tag: Tagged
) -> object:
    """Grant a leave; never who asked for it 准假 [M6.3.1]."""
    return tag.seal(await service.grant_leave(ctx, project_id, leave_id, given, version=tag.expected(given)))


@router.post(f"{LEAVE}:refuse", response_model=TrainingLeave, **DECIDE_LEAVE)
async def refuse_training_leave(
    ctx: Ctx, project_id: UUID, leave_id: UUID, given: TrainingReason, tag: Tagged
) -> object:
    """Refuse a leave with a reason 不准假 [M6.3.1]."""
    return tag.seal(await service.refuse_leave(ctx, project_id, leave_id, given, version=tag.expected(given)))


@router.get(CORRECTIONS, response_model=Listing[TrainingCorrection], **permits(Permission.TRAINING_CORRECTION_READ))
async def list_training_corrections(
    ctx: Ctx, project_id: UUID, page: Paged, only: Annotated[TrainingCorrectionFilter, Depends()]
) -> object:
    """Corrections of attendance within the scope, newest first: the history 考勤更正列表 [A2.3b]."""
    return listing(await service.find_corrections(ctx, page, project_id, only))


@router.post(
    CORRECTIONS, response_model=TrainingCorrection, status_code=201, **permits(Permission.TRAINING_CORRECTION_ASK)
)
async def ask_training_correction(ctx: Ctx, project_id: UUID, new: TrainingCorrectionAsk, once: Once) -> Response:
    """Ask to correct an attendance, or contest the own one 提出考勤更正、异议."""
    return await once.answer(ctx, new, lambda: service.ask_correction(ctx, project_id, new), TrainingCorrection)


@router.post(f"{CORRECTION}:approve", response_model=TrainingCorrection, **DECIDE)
async def approve_training_correction(
    ctx: Ctx, project_id: UUID, correction_id: UUID, given: TrainingDecision, tag: Tagged
) -> object:
    """Correct the attendance; the second person of 进修学校 同意考勤更正 [A2.3b]."""
    version = tag.expected(given)
    return tag.seal(await service.approve_correction(ctx, project_id, correction_id, given, version=version))


@router.post(f"{CORRECTION}:refuse", response_model=TrainingCorrection, **DECIDE)
async def refuse_training_correction(
    ctx: Ctx, project_id: UUID, correction_id: UUID, given: TrainingReason, tag: Tagged
) -> object:
    """Leave the attendance as it is, with a reason 不同意考勤更正."""
    version = tag.expected(given)
    return tag.seal(await service.refuse_correction(ctx, project_id, correction_id, given, version=version))
