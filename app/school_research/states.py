"""Closed sets of school-based research 校本研修."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class ResearchActivityStatus(StrEnum):
    """Whether an activity counts 活动状态: open, or cancelled with a reason 已作废."""

    OPEN = "open"
    CANCELLED = "cancelled"


class AttendanceMeans(StrEnum):
    """How attendance came about 签到方式: a list of the school, or the teacher's own sign-in by code."""

    LIST = "list"
    CODE = "code"


class TermAssessmentResult(StrEnum):
    """What a school says of a teacher's term 考核结果: 合格, 不合格."""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


class ArchiveKind(StrEnum):
    """What the archive of a school and year holds 档案种类: 年度方案、活动记录、图片和音像、成果、考核、总结."""

    PLAN = "plan"
    RECORDS = "records"
    MEDIA = "media"
    RESULTS = "results"
    ASSESSMENT = "assessment"
    SUMMARY = "summary"


class SchoolPlanStatus(StrEnum):
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


_P = SchoolPlanStatus
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
            frozenset({ResearchActivityStatus.OPEN}),
            ResearchActivityStatus.CANCELLED,
            "research_activity.record",
            "A5.7.2",
        ),
    },
)


class SampleStatus(StrEnum):
    """Where a random sample stands 抽查状态: the population is frozen and the seed committed, or it is drawn."""

    COMMITTED = "committed"
    DRAWN = "drawn"


class InspectionKind(StrEnum):
    """Which check 检查种类: 期中过程检查, 进修学校的过程抽查, or 期末随机抽查."""

    MIDTERM = "midterm"
    SPOT_CHECK = "spot_check"
    SAMPLE = "sample"


class InspectionStatus(StrEnum):
    """Where a check of a school stands 检查状态: 已抽中、已交材料、已评定、整改中、已报整改、已办结."""

    DRAWN = "drawn"
    HANDED_IN = "handed_in"
    ASSESSED = "assessed"
    CORRECTING = "correcting"
    CORRECTED = "corrected"
    SETTLED = "settled"


_I = InspectionStatus
SAMPLE_LIFECYCLE = Lifecycle(
    name="inspection_sample",
    title="期末随机抽查",
    moves={
        "draw": Move(frozenset({SampleStatus.COMMITTED}), SampleStatus.DRAWN, "inspection_sample.draw", "A5.8.2"),
    },
)
INSPECTION_LIFECYCLE = Lifecycle(
    name="inspection",
    title="校本研修检查",
    moves={
        "hand_in": Move(frozenset({_I.DRAWN}), _I.HANDED_IN, "inspection.answer", "A5.8.2"),
        "assess": Move(frozenset({_I.HANDED_IN}), _I.ASSESSED, "inspection.check", "A5.8.2"),
        "demand": Move(frozenset({_I.HANDED_IN}), _I.CORRECTING, "inspection.check", "A5.8.2"),
        "correct": Move(frozenset({_I.CORRECTING}), _I.CORRECTED, "inspection.answer"),
        "settle": Move(frozenset({_I.CORRECTED}), _I.SETTLED, "inspection.check"),
        "reject": Move(frozenset({_I.CORRECTED}), _I.CORRECTING, "inspection.check"),
    },
)
