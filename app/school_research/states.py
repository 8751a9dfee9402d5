"""Closed sets of school-based research 校本研修."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class ActivityStatus(StrEnum):
    """Whether an activity counts 活动状态: open, or cancelled with a reason 已作废."""

    OPEN = "open"
    CANCELLED = "cancelled"


class AttendanceMeans(StrEnum):
    """How attendance came about 签到方式: a list of the school, or the teacher's own sign-in by code."""

    LIST = "list"
    CODE = "code"


class PlanStatus(StrEnum):
    """Where a revision of a yearly plan stands 方案状态.

    草稿、已提交、已退回、已通过、实施中、已结束、已被修订替代、已撤回。
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    RUNNING = "running"
    CLOSED = "closed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


_P = PlanStatus
OPEN_FOR_CONTENT = frozenset({_P.DRAFT, _P.RETURNED})
"""The content changes in these only."""
STANDING = frozenset({_P.APPROVED, _P.RUNNING, _P.CLOSED})
"""What a school works by: at most one revision of a school and year."""
PENDING = OPEN_FOR_CONTENT | {_P.SUBMITTED}
"""What is being worked on: at most one revision of a school and year."""

PLAN_LIFECYCLE = Lifecycle(
    name="school_plan",
    title="年度校本研修方案",
    moves={
        "submit": Move(OPEN_FOR_CONTENT, _P.SUBMITTED, "school_plan.file", "A5.7.3"),
        "approve": Move(frozenset({_P.SUBMITTED}), _P.APPROVED, "school_plan.review", "A5.6"),
        "return": Move(frozenset({_P.SUBMITTED}), _P.RETURNED, "school_plan.review", "A5.6"),
        "start": Move(frozenset({_P.APPROVED}), _P.RUNNING, "school_plan.file", "A5.7.3"),
        "close": Move(frozenset({_P.RUNNING}), _P.CLOSED, "school_plan.file"),
        "supersede": Move(frozenset({_P.APPROVED, _P.RUNNING}), _P.SUPERSEDED, "school_plan.review"),
        "withdraw": Move(PENDING, _P.WITHDRAWN, "school_plan.file"),
    },
)
ACTIVITY_LIFECYCLE = Lifecycle(
    name="research_activity",
    title="校本研修活动",
    moves={
        "cancel": Move(
            frozenset({ActivityStatus.OPEN}), ActivityStatus.CANCELLED, "research_activity.record", "A5.7.2"
        ),
    },
)
