"""REST of input to assessments and of reports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.trainers import service
from app.trainers.queries.inputs import InputFilter, ReportFilter
from app.trainers.schemas import (
    TrainerInput,
    TrainerInputWrite,
    TrainerMove,
    TrainerReason,
    TrainerReport,
    TrainerRevocationAsk,
)

router = APIRouter(tags=["trainers"])
REVOKE = permits(Permission.TRAINER_REVOKE)
ONE, REPORT = "/trainer-appointments/{appointment_id:uuid}", "/trainer-reports/{report_id:uuid}"


@router.get("/trainer-inputs", response_model=Listing[TrainerInput], **permits(Permission.TRAINER_INPUT_READ))
async def list_trainer_inputs(ctx: Ctx, page: Paged, only: Annotated[InputFilter, Depends()]) -> object:
    """Opinions for the yearly assessment, newest first 考核意见列表 [A7.10]."""
    return listing(await service.find_inputs(ctx, page, only))


@router.get("/trainer-inputs/{input_id:uuid}", response_model=TrainerInput, **permits(Permission.TRAINER_INPUT_READ))
async def get_trainer_input(ctx: Ctx, input_id: UUID, tag: Tagged) -> object:
    """One opinion for the yearly assessment 考核意见详情 [A7.10]."""
    return tag.seal(await service.get_input(ctx, input_id))


@router.post(
    f"{ONE}:give-input", response_model=TrainerInput, status_code=201, **permits(Permission.TRAINER_INPUT_GIVE)
)
async def give_trainer_input(
    ctx: Ctx, appointment_id: UUID, given: TrainerInputWrite, tag: Tagged, once: Once
) -> Response:
    """Say for the assessment how a school year went 提出考核意见 [A7.10]."""
    expected = tag.expected(given)
    act = lambda: service.give_input(ctx, appointment_id, given, version=expected)  # noqa: E731
    return await once.answer(ctx, given, act, TrainerInput)


@router.get("/trainer-reports", response_model=Listing[TrainerReport], **permits(Permission.TRAINER_REPORT_READ))
async def list_trainer_reports(ctx: Ctx, page: Paged, only: Annotated[ReportFilter, Depends()]) -> object:
    """Reports of grounds for revocation, newest first 反映列表 [A7.11]."""
    return listing(await service.find_reports(ctx, page, only))


@router.get(REPORT, response_model=TrainerReport, **permits(Permission.TRAINER_REPORT_READ))
async def get_trainer_report(ctx: Ctx, report_id: UUID, tag: Tagged) -> object:
    """One report of a ground for revocation 反映详情 [A7.11]."""
    return tag.seal(await service.get_report(ctx, report_id))


@router.post(f"{ONE}:report", response_model=TrainerReport, status_code=201, **permits(Permission.TRAINER_REPORT))
async def report_trainer(
    ctx: Ctx, appointment_id: UUID, given: TrainerRevocationAsk, tag: Tagged, once: Once
) -> Response:
    """Report one of the four grounds to the bureau 反映情况 [A7.11]."""
    expected = tag.expected(given)
    act = lambda: service.report(ctx, appointment_id, given, version=expected)  # noqa: E731
    return await once.answer(ctx, given, act, TrainerReport)


@router.post(f"{REPORT}:take-up", response_model=TrainerReport, **REVOKE)
async def take_up_trainer_report(ctx: Ctx, report_id: UUID, given: TrainerMove, tag: Tagged) -> object:
    """Ask for the revocation that a report gives ground for 受理 [A7.11]."""
    return tag.seal(await service.take_up_report(ctx, report_id, given, version=tag.expected(given)))


@router.post(f"{REPORT}:set-aside", response_model=TrainerReport, **REVOKE)
async def set_trainer_report_aside(ctx: Ctx, report_id: UUID, given: TrainerReason, tag: Tagged) -> object:
    """Do nothing about a report, with a reason 不予处理 [A7.11]."""
    return tag.seal(await service.set_report_aside(ctx, report_id, given, version=tag.expected(given)))
