"""Closed sets and lifecycles of workshops 教师工作坊与“三名”工作室."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class WorkshopFamily(StrEnum):
    """Families 类型: workshops of teachers, and studios of principals, homeroom and chief rural teachers. [M4.2]"""

    TEACHER_WORKSHOP = "teacher_workshop"
    PRINCIPAL_STUDIO = "principal_studio"
    HOMEROOM_STUDIO = "homeroom_studio"
    RURAL_CHIEF_STUDIO = "rural_chief_studio"


class WorkshopKind(StrEnum):
    """The three kinds of teacher workshops 三类工作坊. [A6.3]"""

    MASTER_STUDIO = "master_studio"
    GRADE_SUBJECT = "grade_subject"
    CROSS_STAGE = "cross_stage"


class WorkshopLevel(StrEnum):
    """Levels 级别: 省、市、镇、校. [M4.2]"""

    PROVINCIAL = "provincial"
    CITY = "city"
    TOWN = "town"
    SCHOOL = "school"


class WorkshopStatus(StrEnum):
    """Where a workshop stands 状态: 草稿、已申报、已推荐、已注册、已退回、已结束."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECOMMENDED = "recommended"
    REGISTERED = "registered"
    RETURNED = "returned"
    CLOSED = "closed"


class MemberRole(StrEnum):
    """Core members carry the workshop, the others joined by application 核心成员、申报成员. [A6.4]"""

    CORE = "core"
    APPLICANT = "applicant"


class AdjustmentStatus(StrEnum):
    """The one change of members a school year 学年调整: proposed, approved or returned. [A6.13a]"""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"


class PlanStatus(StrEnum):
    """A yearly plan 学年活动方案: 草稿、已提交、已审核、已退回. [A6.6a]"""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class ActivityStatus(StrEnum):
    """An activity 研修活动: planned, held, or cancelled."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ActivityMode(StrEnum):
    """Where people meet 线下、线上. [M6.2.3b]"""

    OFFLINE = "offline"
    ONLINE = "online"


class TalkKind(StrEnum):
    """What follows the lessons 议课、讲座. [A6.6b]"""

    DISCUSSION = "discussion"
    LECTURE = "lecture"


class SignInMeans(StrEnum):
    """How attendance came on record 登记方式: by the workshop, or by the member with the code of the day."""

    RECORDED = "recorded"
    SELF = "self"


class ReviewStatus(StrEnum):
    """A month under review 月度评审: open, then closed for good. [M7.1a]"""

    OPEN = "open"
    CLOSED = "closed"


class ReviewGrade(StrEnum):
    """The reviewer's grade of a month 评审等次."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASSED = "passed"
    FAILED = "failed"


class PairStatus(StrEnum):
    """A mentor pair 师徒结对: running, or finished with its result. [A6.11]"""

    RUNNING = "running"
    FINISHED = "finished"


class WorkshopPairStatus(StrEnum):
    """A studio that helps a town workshop 协作帮扶: 待审定、已审定、未同意、已结束. [M7.2b]"""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    FINISHED = "finished"


class SubsidyStatus(StrEnum):
    """A subsidy 经费补助: granted, then paid. [A6.8]"""

    GRANTED = "granted"
    PAID = "paid"


_S = WorkshopStatus
OPEN_FOR_CHANGE = frozenset({_S.DRAFT, _S.RETURNED})
"""Facts and members change freely in these only; afterwards members change by adjustment."""
_WAITING = frozenset({_S.SUBMITTED, _S.RECOMMENDED})
_LIVE = frozenset({_S.REGISTERED})

WORKSHOP_LIFECYCLE = Lifecycle(
    name="workshop",
    title="工作坊（室）",
    moves={
        "submit": Move(OPEN_FOR_CHANGE, _S.SUBMITTED, "workshop.declare", "A6.13a"),
        "recommend": Move(frozenset({_S.SUBMITTED}), _S.RECOMMENDED, "workshop.recommend", "A6.10"),
        "return": Move(_WAITING, _S.RETURNED, "workshop.register", "A6.13a"),
        "register": Move(_WAITING, _S.REGISTERED, "workshop.register", "A6.13a"),
        "confirmTerm": Move(_LIVE, _S.REGISTERED, "workshop.register", "M6.2.3b"),
        "adjustMembers": Move(_LIVE, _S.REGISTERED, "workshop.run", "A6.13a"),
        "renew": Move(_LIVE, _S.REGISTERED, "workshop.register", "A6.13a"),
        "close": Move(_LIVE | _WAITING | OPEN_FOR_CHANGE, _S.CLOSED, "workshop.register", "A6.13a"),
    },
)
ADJUSTMENT_LIFECYCLE = Lifecycle(
    name="workshop_adjustment",
    title="成员调整",
    moves={
        "approve": Move(
            frozenset({AdjustmentStatus.PROPOSED}), AdjustmentStatus.APPROVED, "workshop.register", "A6.13a"
        ),
        "return": Move(
            frozenset({AdjustmentStatus.PROPOSED}), AdjustmentStatus.RETURNED, "workshop.register", "A6.13a"
        ),
    },
)
PLAN_OPEN = frozenset({PlanStatus.DRAFT, PlanStatus.RETURNED})
PLAN_LIFECYCLE = Lifecycle(
    name="workshop_plan",
    title="学年活动方案",
    moves={
        "submit": Move(PLAN_OPEN, PlanStatus.SUBMITTED, "workshop.run", "A6.6a"),
        "accept": Move(frozenset({PlanStatus.SUBMITTED}), PlanStatus.ACCEPTED, "workshop.register", "A6.6a"),
        "return": Move(frozenset({PlanStatus.SUBMITTED}), PlanStatus.RETURNED, "workshop.register", "A6.6a"),
    },
)
_PLANNED = frozenset({ActivityStatus.PLANNED})
ACTIVITY_LIFECYCLE = Lifecycle(
    name="workshop_activity",
    title="研修活动",
    moves={
        "hold": Move(_PLANNED, ActivityStatus.HELD, "workshop.run", "A6.6a"),
        "cancel": Move(_PLANNED, ActivityStatus.CANCELLED, "workshop.run"),
    },
)
REVIEW_LIFECYCLE = Lifecycle(
    name="workshop_review",
    title="月度评审",
    moves={"close": Move(frozenset({ReviewStatus.OPEN}), ReviewStatus.CLOSED, "workshop.review", "M7.1a")},
)
PAIR_LIFECYCLE = Lifecycle(
    name="mentor_pair",
    title="师徒结对",
    moves={"finish": Move(frozenset({PairStatus.RUNNING}), PairStatus.FINISHED, "workshop.run", "A6.11")},
)
_PROPOSED = frozenset({WorkshopPairStatus.PROPOSED})
WORKSHOP_PAIR_LIFECYCLE = Lifecycle(
    name="workshop_pair",
    title="市名师工作室与镇工作坊协作",
    moves={
        "confirm": Move(_PROPOSED, WorkshopPairStatus.CONFIRMED, "assistance.set", "M7.2b"),
        "refuse": Move(_PROPOSED, WorkshopPairStatus.REFUSED, "assistance.set"),
        "finish": Move(frozenset({WorkshopPairStatus.CONFIRMED}), WorkshopPairStatus.FINISHED, "workshop.run", "M7.2b"),
    },
)
SUBSIDY_LIFECYCLE = Lifecycle(
    name="workshop_subsidy",
    title="经费补助",
    moves={"pay": Move(frozenset({SubsidyStatus.GRANTED}), SubsidyStatus.PAID, "workshop_subsidy.record", "A6.8")},
)
LIFECYCLES = (
    WORKSHOP_LIFECYCLE,
    ADJUSTMENT_LIFECYCLE,
    PLAN_LIFECYCLE,
    ACTIVITY_LIFECYCLE,
    REVIEW_LIFECYCLE,
    PAIR_LIFECYCLE,
    WORKSHOP_PAIR_LIFECYCLE,
    SUBSIDY_LIFECYCLE,
)
