"""REST of tasks, workload, assessments, renewal, dismissal and the team's read-out."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.trainers import service
from app.trainers.queries.work import AssessmentFilter, AssignmentFilter, WorkloadFilter
from app.trainers.schemas import (
    TrainerAppoint,
    TrainerAppointment,
    TrainerAssessment,
    TrainerAssessmentWrite,
    TrainerAssignment,
    TrainerAssignmentCreate,
    TrainerFeePay,
    TrainerReason,
    TrainerReply,
    TrainerTeam,
    TrainerWorkload,
)
from app.trainers.states import READ_OUT_DAYS

router = APIRouter(tags=["trainers"])
READ, RENEW = permits(Permission.TRAINER_WORK_READ), permits(Permission.TRAINER_RENEW)
ONE = "/trainer-appointments/{appointment_id:uuid}"
Day = Annotated[date, Query(ge=READ_OUT_DAYS[0], le=READ_OUT_DAYS[1], description="读数的日期")]


@router.get("/trainer-assignments", response_model=Listing[TrainerAssignment], **READ)
async def list_trainer_assignments(ctx: Ctx, page: Paged, only: Annotated[AssignmentFilter, Depends()]) -> object:
    """Tasks, newest first; is_overdue: whose fee is overdue 工作任务列表 [A7.7]."""
    return listing(await service.find_assignments(ctx, page, only))


@router.post(
    "/trainer-assignments",
    response_model=TrainerAssignment,
    status_code=201,
    **permits(Permission.TRAINER_ASSIGN),
)
async def assign_trainer(ctx: Ctx, new: TrainerAssignmentCreate, once: Once) -> Response:
    """Put a task of a trainer on record 登记工作任务 [A7.7]."""
    return await once.answer(ctx, new, lambda: service.assign(ctx, new), TrainerAssignment)


@router.post(
    "/trainer-assignments/{assignment_id:uuid}:pay",
    response_model=TrainerAssignment,
    **permits(Permission.TRAINER_PAY),
)
async def pay_trainer_fee(ctx: Ctx, assignment_id: UUID, given: TrainerFeePay, tag: Tagged) -> object:
    """Put the payment of a fee on record 登记报酬发放 [A7.8]."""
    return tag.seal(await service.pay_fee(ctx, assignment_id, given, version=tag.expected(given)))


@router.get("/trainer-workloads", response_model=Listing[TrainerWorkload], **READ)
async def list_trainer_workloads(ctx: Ctx, page: Paged, only: Annotated[WorkloadFilter, Depends()]) -> object:
    """What each trainer did in a school year 工作量说明 [A7.8]."""
    return listing(await service.find_workloads(ctx, page, only))


@router.get(
    "/trainer-assessments",
    response_model=Listing[TrainerAssessment],
    **permits(Permission.TRAINER_ASSESSMENT_READ),
)
async def list_trainer_assessments(ctx: Ctx, page: Paged, only: Annotated[AssessmentFilter, Depends()]) -> object:
    """Assessments, newest first 年度考核列表 [A7.10]."""
    return listing(await service.find_assessments(ctx, page, only))


@router.post(f"{ONE}:assess", response_model=TrainerAssessment, **permits(Permission.TRAINER_ASSESS))
async def assess_trainer(ctx: Ctx, appointment_id: UUID, given: TrainerAssessmentWrite, tag: Tagged) -> object:
    """Assess a school year, with the computed record beside it 年度考核 [A7.10]."""
    return tag.seal(await service.assess(ctx, appointment_id, given, version=tag.expected(given)))


@router.post(
    "/trainer-assessments/{assessment_id:uuid}:reply",
    response_model=TrainerAssessment,
    **permits(Permission.TRAINER_REPLY),
)
async def reply_trainer_assessment(ctx: Ctx, assessment_id: UUID, given: TrainerReply, tag: Tagged) -> object:
    """Say something to the own assessment 本人陈述意见 [A7.10]."""
    return tag.seal(await service.reply_assessment(ctx, assessment_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:renew", response_model=TrainerAppointment, **RENEW)
async def renew_trainer_appointment(ctx: Ctx, appointment_id: UUID, given: TrainerAppoint, tag: Tagged) -> object:
    """Appoint for another term; answers the new appointment 续聘 [A7.10]."""
    return tag.seal(await service.renew(ctx, appointment_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:dismiss", response_model=TrainerAppointment, **RENEW)
async def dismiss_trainer(ctx: Ctx, appointment_id: UUID, given: TrainerReason, tag: Tagged) -> object:
    """Dismiss whom an assessment found wanting 解聘 [A7.10]."""
    return tag.seal(await service.dismiss(ctx, appointment_id, given, version=tag.expected(given)))


@router.get("/trainer-team", response_model=TrainerTeam, **permits(Permission.TRAINER_TEAM_READ))
async def get_trainer_team(ctx: Ctx, on: Day) -> object:
    """The team on a day 团队读数 [M3.3]."""
    return await service.team(ctx, on)
