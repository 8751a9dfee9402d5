"""Use cases of meetings: put on record with minutes and decisions, confirmed by another, followed up. [A3.4]"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations.models import ConsultationDecision, ConsultationMeeting
from app.consultations.queries import meetings as queries
from app.consultations.queries.meetings import ConsultationMeetingFilter
from app.consultations.queries.rows import NOW, add, change, clear
from app.consultations.schemas import (
    ConsultationMeetingCreate,
    ConsultationMeetingPatch,
    ConsultationMove,
    ConsultationReason,
)
from app.consultations.service import checks
from app.consultations.states import MEETING_LIFECYCLE, ConsultationMeetingStatus
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects import service as projects

READ, MEET = Permission.CONSULTATION_READ, Permission.CONSULTATION_MEETING_WRITE
REFERENCES = {"teacher_id": "教师", "expert_id": "专家", "organisation_id": "单位"}


async def find_meetings(ctx: Context, request: PageRequest, only: ConsultationMeetingFilter) -> Page[AnyRow]:
    """Meetings of consultation, the last held first 会商会议列表 [A3.4]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_meeting(ctx: Context, meeting_id: UUID) -> AnyRow:
    """One meeting; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.meeting(ctx, meeting_id))


async def get_meetings(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Meetings (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def record_meeting(ctx: Context, new: ConsultationMeetingCreate) -> AnyRow:
    """Put a meeting with its minutes on record 登记会商会议. [A3.4]"""
    ctx.require(MEET)
    given = new.model_dump()
    decisions = given.pop("decisions")
    attendees, faults = await _attendees(ctx, given.pop("attendees"))
    faults += checks.future("/held_on", new.held_on, ctx.clock.today)
    faults += await _project_faults(ctx, new.project_id) + _early(decisions, new.held_on)
    checks.refuse(faults)
    made = new_id()
    by = {"id": made, "written_by": ctx.principal.account_id}
    await add(ctx, ConsultationMeeting, {**by, **given, "attendees": attendees})
    await add(ctx, ConsultationDecision, *_placed(made, decisions))
    return await _told(ctx, made, "recorded")


async def change_meeting(
    ctx: Context, meeting_id: UUID, patch: ConsultationMeetingPatch, *, version: int | None
) -> AnyRow:
    """Change minutes that are not confirmed 修改会议纪要. [A3.4]"""
    row = await _held(ctx, meeting_id, version)
    checks.require_open(row, {ConsultationMeetingStatus.DRAFT}, MEETING_LIFECYCLE.title)
    changes = patch.changes()
    if not changes:
        return row
    decisions: list[dict[str, Any]] | None = changes.pop("decisions", None)
    held_on: date = changes.get("held_on", row.held_on)
    faults: list[FieldFault] = []
    if "attendees" in changes:
        changes["attendees"], faults = await _attendees(ctx, changes["attendees"])
    faults += checks.future("/held_on", held_on, ctx.clock.today) + _early(decisions or [], held_on)
    checks.refuse(faults)
    if decisions is not None:
        await clear(ctx, ConsultationDecision, ConsultationDecision.meeting_id, row.id)
        await add(ctx, ConsultationDecision, *_placed(row.id, decisions))
    await change(ctx, ConsultationMeeting, row.id, {**changes, "written_by": ctx.principal.account_id})
    return await _told(ctx, row.id, "changed")


async def confirm_meeting(ctx: Context, meeting_id: UUID, given: ConsultationMove, *, version: int | None) -> AnyRow:
    """Confirm the minutes as another person than who wrote them 确认会议纪要. [A3.4]"""
    del given
    row = await _held(ctx, meeting_id, version)
    checks.other_person(ctx, MEET, row.written_by)
    status = MEETING_LIFECYCLE.move(ConsultationMeetingStatus(row.status), "confirm")
    if not row.minutes:
        message = "会议纪要还没有正文，请先补充再确认。"
        raise Conflict("CONSULTATION_MINUTES_MISSING", message, status=row.status)
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": NOW}
    await change(ctx, ConsultationMeeting, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "confirmed")


async def withdraw_meeting(ctx: Context, meeting_id: UUID, given: ConsultationReason, *, version: int | None) -> AnyRow:
    """Withdraw a meeting that was put on record wrongly, with a reason 撤销会议纪要; its decisions lapse."""
    row = await _held(ctx, meeting_id, version)
    status = MEETING_LIFECYCLE.move(ConsultationMeetingStatus(row.status), "withdraw")
    await change(ctx, ConsultationMeeting, row.id, {"status": str(status), "withdraw_reason": given.reason})
    return await _told(ctx, row.id, "withdrawn")


async def _attendees(ctx: Context, given: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[FieldFault]]:
    """Who was there, as it is stored: names of those who have a record are filled in."""
    faults, people = [], []
    known = {kind: await queries.names(ctx, kind, [one[kind] for one in given if one[kind]]) for kind in REFERENCES}
    for at, one in enumerate(given):
        named = [kind for kind in REFERENCES if one[kind]]
        unknown = [kind for kind in named if one[kind] not in known[kind]]
        faults += [
            FieldFault(f"/attendees/{at}/{kind}", "REFERENCE_UNKNOWN", f"第 {at + 1} 项没有这一{REFERENCES[kind]}")
            for kind in unknown
        ]
        found = next((known[kind][one[kind]] for kind in named if kind not in unknown), None)
        if not one["name"] and not named:
            message = f"第 {at + 1} 项请填姓名，或填教师、专家、单位"
            faults.append(FieldFault(f"/attendees/{at}/name", "NAME_MISSING", message))
        ids = {kind: str(one[kind]) if one[kind] else None for kind in REFERENCES}
        people.append({"name": one["name"] or found, **ids})
    return people, faults


async def _project_faults(ctx: Context, project_id: UUID | None) -> list[FieldFault]:
    if project_id is None or (await projects.get_projects(ctx, [project_id]))[0] is not None:
        return []
    return [FieldFault("/project_id", "REFERENCE_UNKNOWN", "没有这个培训项目")]


def _early(decisions: Sequence[Mapping[str, Any]], held_on: date) -> list[FieldFault]:
    return [
        FieldFault(f"/decisions/{at}/due_on", "OUT_OF_ORDER", f"完成期限 {one['due_on']} 早于会议日期 {held_on}")
        for at, one in enumerate(decisions)
        if one["due_on"] < held_on
    ]


def _placed(meeting_id: UUID, decisions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": new_id(), "meeting_id": meeting_id, "position": n, **one} for n, one in enumerate(decisions, 1)]


async def _held(ctx: Context, meeting_id: UUID, version: int | None) -> AnyRow:
    ctx.require(MEET)
    row = checks.found(await queries.meeting(ctx, meeting_id, lock=True))
    check_version(row, version)
    return row


async def _told(ctx: Context, meeting_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the meeting as it is now."""
    row = checks.found(await queries.meeting(ctx, meeting_id))
    facts = {"held_on": str(row.held_on), "decisions": row.decisions}
    await ctx.record(f"consultation_meeting.{act}", entity="consultation_meeting", entity_id=row.id, facts=facts)
    return row
