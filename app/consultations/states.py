"""Closed sets and lives of consultation reports, monthly summaries, meetings and briefings 会商. [A3.4]"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

LAST_DAY: Final = date(2100, 12, 31)
"""The last day somebody may ask about."""
HEADINGS: Final = ("progress", "experience", "shortcomings", "suggestions")
"""What a report says, as the code list consultation_headings has it; difficulties may stand in a field of their own."""
REPORT_WRITE, REPORT_DECIDE = "consultation_report.write", "consultation_report.decide"
SUMMARISE, MEET, BRIEF = "consultation.summarise", "consultation_meeting.write", "briefing.write"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A window of consultation 旬: its first and last day, both included; name: as people call it."""

    starts_on: date
    ends_on: date
    name: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Reports of some windows: due, handed in in time, handed in late, missing; undecided: handed in, not answered."""

    due: int
    in_time: int
    late: int
    missing: int
    undecided: int = 0


class ConsultationReportStatus(StrEnum):
    """The way of a report 汇报状态: 草稿 已提交 已退回 已接收."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ConsultationSummaryStatus(StrEnum):
    """Where the summary of a month stands 小结状态: 草稿 已结."""

    DRAFT = "draft"
    CLOSED = "closed"


class ConsultationMeetingStatus(StrEnum):
    """Where the minutes of a meeting stand 会议纪要状态: 草稿 已确认 已撤销."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class ConsultationDecisionStatus(StrEnum):
    """What became of a decision of a meeting 议定事项状态: 待办 已完成 不再办理."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class BriefingStatus(StrEnum):
    """The way of a briefing 简报状态: 草稿 已发布 已撤回."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


REPORT_OPEN: Final = frozenset({ConsultationReportStatus.DRAFT, ConsultationReportStatus.RETURNED})
"""Reports whose text may change."""
_R, _S, _M, _D, _B = (
    ConsultationReportStatus,
    ConsultationSummaryStatus,
    ConsultationMeetingStatus,
    ConsultationDecisionStatus,
    BriefingStatus,
)
REPORT_LIFECYCLE = Lifecycle(
    name="consultation_report",
    title="会商汇报",
    moves={
        "submit": Move(frozenset({_R.DRAFT, _R.RETURNED}), _R.SUBMITTED, REPORT_WRITE, "A3.4"),
        "accept": Move(frozenset({_R.SUBMITTED}), _R.ACCEPTED, REPORT_DECIDE, "A3.4"),
        "return": Move(frozenset({_R.SUBMITTED, _R.ACCEPTED}), _R.RETURNED, REPORT_DECIDE, "A3.4"),
    },
)
SUMMARY_LIFECYCLE = Lifecycle(
    name="consultation_summary",
    title="每月小结",
    moves={
        "close": Move(frozenset({_S.DRAFT}), _S.CLOSED, SUMMARISE, "A3.4"),
        "reopen": Move(frozenset({_S.CLOSED}), _S.DRAFT, SUMMARISE),
    },
)
MEETING_LIFECYCLE = Lifecycle(
    name="consultation_meeting",
    title="会商会议",
    moves={
        "confirm": Move(frozenset({_M.DRAFT}), _M.CONFIRMED, MEET, "A3.4"),
        "withdraw": Move(frozenset({_M.DRAFT, _M.CONFIRMED}), _M.WITHDRAWN, MEET),
    },
)
DECISION_LIFECYCLE = Lifecycle(
    name="consultation_decision",
    title="议定事项",
    moves={
        "complete": Move(frozenset({_D.OPEN}), _D.DONE, MEET, "A3.4"),
        "drop": Move(frozenset({_D.OPEN}), _D.DROPPED, MEET),
        "reopen": Move(frozenset({_D.DONE, _D.DROPPED}), _D.OPEN, MEET),
    },
)
BRIEFING_LIFECYCLE = Lifecycle(
    name="briefing",
    title="会商简报",
    moves={
        "publish": Move(frozenset({_B.DRAFT}), _B.PUBLISHED, BRIEF, "A3.4"),
        "withdraw": Move(frozenset({_B.DRAFT, _B.PUBLISHED}), _B.WITHDRAWN, BRIEF),
    },
)
LIFECYCLES = (REPORT_LIFECYCLE, SUMMARY_LIFECYCLE, MEETING_LIFECYCLE, DECISION_LIFECYCLE, BRIEFING_LIFECYCLE)
