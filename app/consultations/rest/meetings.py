"""REST of meetings and their decisions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.consultations import service
from app.consultations.queries.meetings import ConsultationDecisionFilter, ConsultationMeetingFilter
from app.consultations.schemas import (
    ConsultationDecision,
    ConsultationDecisionEnd,
    ConsultationMeeting,
    ConsultationMeetingCreate,
    ConsultationMeetingPatch,
    ConsultationMove,
    ConsultationReason,
)
from app.core.schemas import Listing

router = APIRouter(tags=["consultations"])
READ, MEET = permits(Permission.CONSULTATION_READ), permits(Permission.CONSULTATION_MEETING_WRITE)
ONE = "/consultation-meetings/{meeting_id:uuid}"
DECISION = "/consultation-decisions/{decision_id:uuid}"


@router.get("/consultation-meetings", response_model=Listing[ConsultationMeeting], **READ)
async def list_consultation_meetings(
    ctx: Ctx, page: Paged, only: Annotated[ConsultationMeetingFilter, Depends()]
) -> object:
    """Meetings of consultation, the last held first 会商会议列表 [A3.4]."""
    return listing(await service.find_meetings(ctx, page, only))


@router.post("/consultation-meetings", response_model=ConsultationMeeting, status_code=201, **MEET)
async def record_consultation_meeting(ctx: Ctx, new: ConsultationMeetingCreate, once: Once) -> Response:
    """Put a meeting with its minutes on record 登记会商会议 [A3.4]."""
    return await once.answer(ctx, new, lambda: service.record_meeting(ctx, new), ConsultationMeeting)


@router.get(ONE, response_model=ConsultationMeeting, **READ)
async def get_consultation_meeting(ctx: Ctx, meeting_id: UUID, tag: Tagged) -> object:
    """One meeting 会商会议详情 [A3.4]."""
    return tag.seal(await service.get_meeting(ctx, meeting_id))


@router.patch(ONE, response_model=ConsultationMeeting, **MEET)
async def change_consultation_meeting(
    ctx: Ctx, meeting_id: UUID, patch: ConsultationMeetingPatch, tag: Tagged
) -> object:
    """Change minutes that are not confirmed 修改会议纪要 [A3.4]."""
    return tag.seal(await service.change_meeting(ctx, meeting_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:confirm", response_model=ConsultationMeeting, **MEET)
async def confirm_consultation_meeting(ctx: Ctx, meeting_id: UUID, given: ConsultationMove, tag: Tagged) -> object:
    """Confirm the minutes, as another person than who wrote them 确认会议纪要 [A3.4]."""
    return tag.seal(await service.confirm_meeting(ctx, meeting_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=ConsultationMeeting, **MEET)
async def withdraw_consultation_meeting(ctx: Ctx, meeting_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Withdraw a meeting, with a reason; its decisions lapse 撤销会议纪要."""
    return tag.seal(await service.withdraw_meeting(ctx, meeting_id, given, version=tag.expected(given)))


@router.post(f"{ONE}/files", **uploads(Permission.CONSULTATION_MEETING_WRITE))
async def attach_consultation_meeting_file(arrived: Arrival, ctx: Ctx, meeting_id: UUID) -> Response:
    """Upload material of a meeting 上传会商会议材料 [A3.4]."""
    return arrived.answer(await service.attach_meeting_file(ctx, meeting_id, arrived.draft, arrived.shelf.limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_consultation_meeting_files(ctx: Ctx, meeting_id: UUID, page: Paged) -> object:
    """Material of a meeting, oldest first 会商会议材料列表 [A3.4]."""
    return listing(await service.meeting_files(ctx, page, meeting_id))


@router.get("/consultation-decisions", response_model=Listing[ConsultationDecision], **READ)
async def list_consultation_decisions(
    ctx: Ctx, page: Paged, only: Annotated[ConsultationDecisionFilter, Depends()]
) -> object:
    """Decisions of meetings, the first due first; is_overdue: open after that day 议定事项列表 [A3.4]."""
    return listing(await service.find_decisions(ctx, page, only))


@router.get(DECISION, response_model=ConsultationDecision, **READ)
async def get_consultation_decision(ctx: Ctx, decision_id: UUID, tag: Tagged) -> object:
    """One decision 议定事项详情 [A3.4]."""
    return tag.seal(await service.get_decision(ctx, decision_id))


@router.post(f"{DECISION}:complete", response_model=ConsultationDecision, **MEET)
async def complete_consultation_decision(
    ctx: Ctx, decision_id: UUID, given: ConsultationDecisionEnd, tag: Tagged
) -> object:
    """Say that a decision was carried out, and how 完成议定事项 [A3.4]."""
    return tag.seal(await service.complete_decision(ctx, decision_id, given, version=tag.expected(given)))


@router.post(f"{DECISION}:drop", response_model=ConsultationDecision, **MEET)
async def drop_consultation_decision(ctx: Ctx, decision_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Say that a decision will not be carried out, and why 不再办理议定事项."""
    return tag.seal(await service.drop_decision(ctx, decision_id, given, version=tag.expected(given)))


@router.post(f"{DECISION}:reopen", response_model=ConsultationDecision, **MEET)
async def reopen_consultation_decision(ctx: Ctx, decision_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Open a decision again, with a reason 重新办理议定事项."""
    return tag.seal(await service.reopen_decision(ctx, decision_id, given, version=tag.expected(given)))
