"""A valid request for every operation of consultations, about the records at a place."""

from typing import Any
from uuid import UUID

import asyncpg

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.consultations import SAID, put_consultations
from tests.factories.uploads import PDF

READ, READ_REPORT, READ_BRIEFING = (
    Permission.CONSULTATION_READ,
    Permission.CONSULTATION_REPORT_READ,
    Permission.BRIEFING_READ,
)
REASON = {"reason": "内容有误，予以更正"}
MEETING: dict[str, Any] = {
    "title": "十月会商",
    "held_on": "2026-11-02",
    "place": "进修学校会议室",
    "attendees": [{"name": "项目办"}],
    "agenda": ["通报进度"],
    "minutes": "通报了各子项目进度。",
    "decisions": [{"matter": "补报汇报", "responsible": "语文子项目组", "due_on": "2026-11-10"}],
}


def _about(key: str, sees: Permission, body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees, **more)


def _report(at: Objects) -> dict[str, Any]:
    return {"sub_project_id": str(at.entry), "on": "2026-11-05", **SAID}


def _draft(at: Objects) -> dict[str, Any]:
    days = {"starts_on": "2026-10-01", "ends_on": "2026-10-31"}
    return {"title": "十月会商简报", **days, "report_ids": [str(at.entry)]}


EXAMPLES: dict[str, Example] = {
    "listConsultationReports": Example(),
    "writeConsultationReport": Example(body=_report, placed=True),
    "listConsultationDues": Example(query=lambda _: {"on": "2026-10-05"}),
    "listConsultationReminders": Example(),
    "getConsultationMonth": Example(query=lambda _: {"month": "2026-10"}),
    "getConsultationReport": _about("report_id", READ_REPORT),
    "changeConsultationReport": _about("report_id", READ_REPORT, {"progress": "进度已更新"}),
    "submitConsultationReport": _about("report_id", READ_REPORT, {}),
    "acceptConsultationReport": _about("report_id", READ_REPORT, {}),
    "returnConsultationReport": _about("report_id", READ_REPORT, REASON),
    "attachConsultationReportFile": _about("report_id", READ_REPORT, {}, file=PDF),
    "listConsultationReportFiles": _about("report_id", READ_REPORT),
    "listConsultationSummaries": Example(),
    "writeConsultationSummary": Example(body=lambda _: {"month": "2026-10", "text": "十月小结"}),
    "getConsultationSummary": _about("summary_id", READ),
    "changeConsultationSummary": _about("summary_id", READ, {"text": "修改后的小结"}),
    "closeConsultationSummary": _about("summary_id", READ, {}),
    "reopenConsultationSummary": _about("summary_id", READ, REASON),
    "listConsultationMeetings": Example(),
    "recordConsultationMeeting": Example(body=lambda _: MEETING),
    "getConsultationMeeting": _about("meeting_id", READ),
    "changeConsultationMeeting": _about("meeting_id", READ, {"place": "教体局会议室"}),
    "confirmConsultationMeeting": _about("meeting_id", READ, {}),
    "withdrawConsultationMeeting": _about("meeting_id", READ, REASON),
    "attachConsultationMeetingFile": _about("meeting_id", READ, {}, file=PDF),
    "listConsultationMeetingFiles": _about("meeting_id", READ),
    "listConsultationDecisions": Example(),
    "getConsultationDecision": _about("decision_id", READ),
    "completeConsultationDecision": _about("decision_id", READ, {"outcome": "已补报"}),
    "dropConsultationDecision": _about("decision_id", READ, REASON),
    "reopenConsultationDecision": _about("decision_id", READ, REASON),
    "listBriefings": Example(),
    "draftBriefing": Example(body=_draft, placed=True),
    "getBriefing": _about("briefing_id", READ_BRIEFING),
    "changeBriefing": _about("briefing_id", READ_BRIEFING, {"title": "改后的标题"}),
    "publishBriefing": _about("briefing_id", READ_BRIEFING, {}),
    "withdrawBriefing": _about("briefing_id", READ_BRIEFING, REASON),
    "getBriefingPdf": _about("briefing_id", READ_BRIEFING),
    "getBriefingDocx": _about("briefing_id", READ_BRIEFING),
    "getBriefingTxt": _about("briefing_id", READ_BRIEFING),
}


async def put(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """The records of a place; its sub-project is there."""
    del school
    await put_consultations(connection, region, one, teacher)
