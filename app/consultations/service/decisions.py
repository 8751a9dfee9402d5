"""Use cases of decisions 议定事项: once the minutes are confirmed, carried out, dropped or opened again. [A3.4]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations.models import ConsultationDecision
from app.consultations.queries import meetings as queries
from app.consultations.queries.meetings import ConsultationDecisionFilter
from app.consultations.queries.rows import change
from app.consultations.schemas import ConsultationDecisionEnd, ConsultationReason
from app.consultations.service import checks
from app.consultations.states import DECISION_LIFECYCLE, ConsultationDecisionStatus, ConsultationMeetingStatus
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

READ, MEET = Permission.CONSULTATION_READ, Permission.CONSULTATION_MEETING_WRITE


async def find_decisions(ctx: Context, request: PageRequest, only: ConsultationDecisionFilter) -> Page[AnyRow]:
    """Decisions of meetings, the first due first; is_overdue: open after that day 议定事项列表 [A3.4]."""
    ctx.require(READ)
    return await queries.decision_page(ctx, request, only)


async def get_decision(ctx: Context, decision_id: UUID) -> AnyRow:
    """One decision; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.decision(ctx, decision_id))


async def get_decisions(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Decisions (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.decisions_by_ids(ctx, ids)


async def complete_decision(
    ctx: Context, decision_id: UUID, given: ConsultationDecisionEnd, *, version: int | None
) -> AnyRow:
    """Say that a decision was carried out, and how 完成议定事项. [A3.4]"""
    row, status = await _held(ctx, decision_id, "complete", version)
    day = given.ended_on or ctx.clock.today
    faults = checks.future("/ended_on", day, ctx.clock.today)
    if day < row.held_on:
        faults.append(FieldFault("/ended_on", "OUT_OF_ORDER", f"完成日期 {day} 早于会议日期 {row.held_on}"))
    checks.refuse(faults)
    return await _ended(ctx, row, {"status": status, "ended_on": day, "outcome": given.outcome}, "completed")


async def drop_decision(ctx: Context, decision_id: UUID, given: ConsultationReason, *, version: int | None) -> AnyRow:
    """Say that a decision will not be carried out, and why 不再办理议定事项."""
    row, status = await _held(ctx, decision_id, "drop", version)
    values = {"status": status, "ended_on": ctx.clock.today, "outcome": given.reason}
    return await _ended(ctx, row, values, "dropped")


async def reopen_decision(ctx: Context, decision_id: UUID, given: ConsultationReason, *, version: int | None) -> AnyRow:
    """Open a decision again, with a reason 重新办理议定事项."""
    row, status = await _held(ctx, decision_id, "reopen", version)
    values = {"status": status, "ended_on": None, "ended_by": None, "outcome": None, "reopen_reason": given.reason}
    await change(ctx, ConsultationDecision, row.id, values)
    return await _told(ctx, row.id, "reopened")


async def _held(ctx: Context, decision_id: UUID, verb: str, version: int | None) -> tuple[AnyRow, str]:
    """The decision of confirmed minutes, held, and the status a step leads to."""
    ctx.require(MEET)
    row = checks.found(await queries.decision(ctx, decision_id, lock=True))
    check_version(row, version)
    if row.meeting_status != ConsultationMeetingStatus.CONFIRMED:
        message = "会议纪要尚未确认或已撤销，不能办理其议定事项。"
        raise Conflict("CONSULTATION_MEETING_UNCONFIRMED", message, status=row.meeting_status)
    return row, str(DECISION_LIFECYCLE.move(ConsultationDecisionStatus(row.status), verb))


async def _ended(ctx: Context, row: AnyRow, values: dict[str, Any], act: str) -> AnyRow:
    by = {"ended_by": ctx.principal.account_id, "reopen_reason": None}
    await change(ctx, ConsultationDecision, row.id, {**values, **by})
    return await _told(ctx, row.id, act)


async def _told(ctx: Context, decision_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.decision(ctx, decision_id))
    facts = {"meeting": str(row.meeting_id), "due_on": str(row.due_on)}
    await ctx.record(f"consultation_decision.{act}", entity="consultation_decision", entity_id=row.id, facts=facts)
    return row
