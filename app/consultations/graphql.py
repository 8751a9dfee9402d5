"""GraphQL of consultations."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.consultations import schemas, service
from app.consultations.queries.briefings import BriefingFilter
from app.consultations.queries.dues import ConsultationDueFilter
from app.consultations.queries.meetings import ConsultationDecisionFilter, ConsultationMeetingFilter
from app.consultations.queries.reports import ConsultationReportFilter
from app.consultations.queries.summaries import ConsultationSummaryFilter

READ, SUMMARISE, MEET = (
    Permission.CONSULTATION_READ,
    Permission.CONSULTATION_SUMMARISE,
    Permission.CONSULTATION_MEETING_WRITE,
)
READ_REPORT, WRITE, DECIDE = (
    Permission.CONSULTATION_REPORT_READ,
    Permission.CONSULTATION_REPORT_WRITE,
    Permission.CONSULTATION_REPORT_DECIDE,
)
READ_BRIEFING, BRIEF = Permission.BRIEFING_READ, Permission.BRIEFING_WRITE
Move, Reason = schemas.ConsultationMove, schemas.ConsultationReason
_R, _S, _M, _D, _B = (
    schemas.ConsultationReport,
    schemas.ConsultationSummary,
    schemas.ConsultationMeeting,
    schemas.ConsultationDecision,
    schemas.Briefing,
)


@output(schemas.ConsultationReport)
class ConsultationReport(Node):
    """What the team of a sub-project reports of a window 会商汇报."""


@output(schemas.ConsultationSummary)
class ConsultationSummary(Node):
    """The summary of a month 每月小结."""


@output(schemas.ConsultationMeeting)
class ConsultationMeeting(Node):
    """A meeting of consultation 会商会议."""


@output(schemas.ConsultationDecision)
class ConsultationDecision(Node):
    """What a meeting decided 议定事项."""


@output(schemas.Briefing)
class Briefing(Node):
    """A briefing 会商简报."""


async def reports_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ConsultationReport | None]:
    """One report 会商汇报详情 [A3.4]."""
    return shown_many(_R, await service.get_reports(ctx, list(ids)))


async def summaries_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ConsultationSummary | None]:
    """One summary 每月小结详情 [A3.4]."""
    return shown_many(_S, await service.get_summaries(ctx, list(ids)))


async def meetings_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ConsultationMeeting | None]:
    """One meeting 会商会议详情 [A3.4]."""
    return shown_many(_M, await service.get_meetings(ctx, list(ids)))


async def decisions_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ConsultationDecision | None]:
    """One decision 议定事项详情 [A3.4]."""
    return shown_many(_D, await service.get_decisions(ctx, list(ids)))


async def briefings_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Briefing | None]:
    """One briefing 会商简报详情 [A3.4]."""
    return shown_many(_B, await service.get_briefings(ctx, list(ids)))


@strawberry.type
class Query:
    """What consultations answer."""

    consultation_report = record(READ_REPORT, reports_by_ids, _R)
    consultation_reports = pages(READ_REPORT, service.find_reports, _R, only=ConsultationReportFilter)
    consultation_report_files = pages(READ_REPORT, service.report_files, File, at=("uuid",))
    consultation_dues = pages(READ_REPORT, service.find_dues, schemas.ConsultationDue, only=ConsultationDueFilter)
    consultation_reminders = pages(READ_REPORT, service.find_reminders, schemas.ConsultationDue)
    consultation_month = reading(
        READ, service.month, schemas.ConsultationMonth, at=(), more={"month": schemas.ConsultationMonthName}
    )
    consultation_summary = record(READ, summaries_by_ids, _S)
    consultation_summaries = pages(READ, service.find_summaries, _S, only=ConsultationSummaryFilter)
    consultation_meeting = record(READ, meetings_by_ids, _M)
    consultation_meetings = pages(READ, service.find_meetings, _M, only=ConsultationMeetingFilter)
    consultation_meeting_files = pages(READ, service.meeting_files, File, at=("uuid",))
    consultation_decision = record(READ, decisions_by_ids, _D)
    consultation_decisions = pages(READ, service.find_decisions, _D, only=ConsultationDecisionFilter)
    briefing = record(READ_BRIEFING, briefings_by_ids, _B)
    briefings = pages(READ_BRIEFING, service.find_briefings, _B, only=BriefingFilter)


@strawberry.type
class Mutation:
    """What writes, hands in, answers, sums up, meets, decides and publishes."""

    write_consultation_report = verb(
        WRITE, service.write_report, schemas.ConsultationReportCreate, _R, at=(), once=True
    )
    change_consultation_report = verb(WRITE, service.change_report, schemas.ConsultationReportPatch, _R)
    submit_consultation_report = verb(WRITE, service.submit_report, Move, _R)
    accept_consultation_report = verb(DECIDE, service.accept_report, Move, _R)
    return_consultation_report = verb(DECIDE, service.return_report, Reason, _R)
    write_consultation_summary = verb(
        SUMMARISE, service.write_summary, schemas.ConsultationSummaryCreate, _S, at=(), once=True
    )
    change_consultation_summary = verb(SUMMARISE, service.change_summary, schemas.ConsultationSummaryPatch, _S)
    close_consultation_summary = verb(SUMMARISE, service.close_summary, Move, _S)
    reopen_consultation_summary = verb(SUMMARISE, service.reopen_summary, Reason, _S)
    record_consultation_meeting = verb(
        MEET, service.record_meeting, schemas.ConsultationMeetingCreate, _M, at=(), once=True
    )
    change_consultation_meeting = verb(MEET, service.change_meeting, schemas.ConsultationMeetingPatch, _M)
    confirm_consultation_meeting = verb(MEET, service.confirm_meeting, Move, _M)
    withdraw_consultation_meeting = verb(MEET, service.withdraw_meeting, Reason, _M)
    complete_consultation_decision = verb(MEET, service.complete_decision, schemas.ConsultationDecisionEnd, _D)
    drop_consultation_decision = verb(MEET, service.drop_decision, Reason, _D)
    reopen_consultation_decision = verb(MEET, service.reopen_decision, Reason, _D)
    draft_briefing = verb(BRIEF, service.draft_briefing, schemas.BriefingCreate, _B, at=(), once=True)
    change_briefing = verb(BRIEF, service.change_briefing, schemas.BriefingPatch, _B)
    publish_briefing = verb(BRIEF, service.publish_briefing, Move, _B)
    withdraw_briefing = verb(BRIEF, service.withdraw_briefing, Reason, _B)


def _of_anybody(permission: Permission, batch: Batch) -> Batch:
    """The same for global ids: to whom a kind is closed, its records are missing like any other's."""

    async def asked(ctx: Context, ids: Sequence[UUID]) -> Sequence[object | None]:
        if ctx.principal.grant(permission) is None:
            return [None] * len(ids)
        return await batch(ctx, ids)

    return asked


NODES: dict[str, Batch] = {
    "ConsultationReport": _of_anybody(READ_REPORT, reports_by_ids),
    "ConsultationSummary": _of_anybody(READ, summaries_by_ids),
    "ConsultationMeeting": _of_anybody(READ, meetings_by_ids),
    "ConsultationDecision": _of_anybody(READ, decisions_by_ids),
    "Briefing": briefings_by_ids,
}
