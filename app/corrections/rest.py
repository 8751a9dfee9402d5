"""REST of corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.corrections import service
from app.corrections.queries import CorrectionFilter
from app.corrections.schemas import TeacherCorrection, TeacherCorrectionCreate, TeacherCorrectionRefusal

router = APIRouter(tags=["teachers"])
READ, ASK = permits(Permission.TEACHER_CORRECTION_READ), permits(Permission.TEACHER_CORRECTION_ASK)
ANSWER = permits(Permission.TEACHER_CHANGE)


@router.get("/teacher-corrections", response_model=Listing[TeacherCorrection], **READ)
async def list_teacher_corrections(ctx: Ctx, page: Paged, only: Annotated[CorrectionFilter, Depends()]) -> object:
    """Corrections asked for, newest first 更正申请列表."""
    return listing(await service.find(ctx, page, only))


@router.post("/teacher-corrections", response_model=TeacherCorrection, status_code=201, **ASK)
async def ask_teacher_correction(ctx: Ctx, new: TeacherCorrectionCreate, tag: Tagged) -> object:
    """Ask for a correction of the own record 申请更正."""
    return tag.seal(await service.ask(ctx, new, version=tag.expected(new)))


@router.get("/teacher-corrections/{correction_id:uuid}", response_model=TeacherCorrection, **READ)
async def get_teacher_correction(ctx: Ctx, correction_id: UUID, tag: Tagged) -> object:
    """One correction with its answer 更正申请详情."""
    return tag.seal(await service.get(ctx, correction_id))


@router.post("/teacher-corrections/{correction_id:uuid}:approve", response_model=TeacherCorrection, **ANSWER)
async def approve_teacher_correction(ctx: Ctx, correction_id: UUID, tag: Tagged) -> object:
    """Change the record as asked 同意更正; never by the person who asked."""
    return tag.seal(await service.approve(ctx, correction_id, version=tag.expected()))


@router.post("/teacher-corrections/{correction_id:uuid}:refuse", response_model=TeacherCorrection, **ANSWER)
async def refuse_teacher_correction(
    ctx: Ctx, correction_id: UUID, refusal: TeacherCorrectionRefusal, tag: Tagged
) -> object:
    """Leave the record as it is, with a reason 不同意更正."""
    return tag.seal(await service.refuse(ctx, correction_id, refusal, version=tag.expected(refusal)))


@router.post("/teacher-corrections/{correction_id:uuid}:withdraw", response_model=TeacherCorrection, **ASK)
async def withdraw_teacher_correction(ctx: Ctx, correction_id: UUID, tag: Tagged) -> object:
    """Take an own correction back before it is answered 撤回更正申请."""
    return tag.seal(await service.withdraw(ctx, correction_id, version=tag.expected()))
