"""Closed sets and lives of training plans, projects, nominations and trainees 培训项目. [M3.1] [A2.2]"""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class TrainingPlanKind(StrEnum):
    """Plans 规划: for five years, for one. [M3.2]"""

    FIVE_YEAR = "five_year"
    ANNUAL = "annual"


class TrainingPlanStatus(StrEnum):
    """The way of a plan 规划状态: written, submitted, approved by somebody else, returned."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class ProjectStatus(StrEnum):
    """The way of a project 项目状态: 草稿 已提交 已批准 选学员 培训中 返岗实践 评价 已结束 已归档 已取消."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SELECTING = "selecting"
    RUNNING = "running"
    PRACTICE = "practice"
    EVALUATING = "evaluating"
    CLOSED = "closed"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class PhaseKind(StrEnum):
    """What a phase is for 阶段: 组建团队, 研修, 返岗实践. [M5.1] [M5.2] [M5.3]"""

    TEAM_BUILDING = "team_building"
    STUDY = "study"
    PRACTICE = "practice"


class ProjectPersonRole(StrEnum):
    """Who stands by a project 项目人员: 带队跟班, 返岗实践指导组, 跟踪评价小组. [A4.2b] [A2.4] [A2.5a]"""

    MANAGER = "manager"
    GUIDE = "guide"
    TRACKER = "tracker"


class ManagerRank(StrEnum):
    """Who accompanies 跟班人员: 教师教育科领导, 发展中心副校级领导, 专职, 兼职管理人员. [A4.2b] [A2.3b]"""

    DESK_LEADER = "desk_leader"
    VICE_PRINCIPAL = "vice_principal"
    FULL_TIME = "full_time"
    PART_TIME = "part_time"


LEADING_RANKS = frozenset({ManagerRank.DESK_LEADER, ManagerRank.VICE_PRINCIPAL})
"""Whose lead the text asks for 带队. [A4.2b]"""


class Criterion(StrEnum):
    """What a condition of selection is about 遴选条件. [A2.2]"""

    STAGE = "stage"
    SUBJECT = "subject"
    TITLE = "title"
    TITLE_RANK = "title_rank"
    AGE_MIN = "age_min"
    AGE_MAX = "age_max"
    SERVICE_YEARS_MIN = "service_years_min"
    WORKSHOP_LEVEL = "workshop_level"
    HONOUR = "honour"
    POST = "post"
    NOT_IN_ANOTHER = "not_in_another"


class NominationRoute(StrEnum):
    """How somebody came to a nomination 报名渠道: 本人申请, 学校选送, 整建制, 替换."""

    APPLICATION = "application"
    SCHOOL = "school"
    WHOLE_CLASS = "whole_class"
    SUBSTITUTION = "substitution"


class NominationStatus(StrEnum):
    """The way of a nomination 报名状态: 已申请 已选送 已报送 已审核 已录取 未通过 已撤回."""

    APPLIED = "applied"
    NOMINATED = "nominated"
    PASSED = "passed"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class TraineeStatus(StrEnum):
    """What became of a trainee 学员状态: 在训, 退出, 被替换."""

    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


_L, _P, _N, _T = TrainingPlanStatus, ProjectStatus, NominationStatus, TraineeStatus
PLAN_OPEN = frozenset({_L.DRAFT, _L.RETURNED})
TAKES_PLACE = frozenset({_N.NOMINATED, _N.PASSED, _N.CHECKED, _N.CONFIRMED})
"""Nominations that hold one of the places of their unit."""
UNDECIDED = frozenset({_N.APPLIED, _N.NOMINATED, _N.PASSED, _N.CHECKED})
UNDER_WAY = frozenset({_P.SELECTING, _P.RUNNING, _P.PRACTICE, _P.EVALUATING})
"""Projects that have trainees and are not over."""
IN_PREPARATION = frozenset({_P.DRAFT, _P.SUBMITTED, _P.APPROVED})
BEFORE_START = IN_PREPARATION | {_P.SELECTING}

TRAINING_PLAN_LIFECYCLE = Lifecycle(
    name="training_plan",
    title="培训规划",
    moves={
        "submit": Move(PLAN_OPEN, _L.SUBMITTED, "training_plan.write", "M3.2"),
        "approve": Move(frozenset({_L.SUBMITTED}), _L.APPROVED, "training_plan.approve", "M3.2"),
        "return": Move(frozenset({_L.SUBMITTED}), _L.RETURNED, "training_plan.approve", "M3.2"),
    },
)
PROJECT_LIFECYCLE = Lifecycle(
    name="project",
    title="培训项目",
    moves={
        "submit": Move(frozenset({_P.DRAFT}), _P.SUBMITTED, "project.plan", "M3.1"),
        "return": Move(frozenset({_P.SUBMITTED}), _P.DRAFT, "project.approve", "M3.1"),
        "approve": Move(frozenset({_P.SUBMITTED}), _P.APPROVED, "project.approve", "M3.1"),
        "select": Move(frozenset({_P.APPROVED}), _P.SELECTING, "project.run", "A2.2"),
        "start": Move(frozenset({_P.SELECTING}), _P.RUNNING, "project.run", "A2.3b"),
        "practise": Move(frozenset({_P.RUNNING}), _P.PRACTICE, "project.run", "A2.4"),
        "evaluate": Move(frozenset({_P.PRACTICE}), _P.EVALUATING, "project.run", "A2.5a"),
        "close": Move(frozenset({_P.EVALUATING}), _P.CLOSED, "project.run", "M3.1"),
        "archive": Move(frozenset({_P.CLOSED}), _P.ARCHIVED, "project.run", "A4.2b"),
        "cancel": Move(IN_PREPARATION | UNDER_WAY, _P.CANCELLED, "project.plan"),
    },
)
NOMINATION_LIFECYCLE = Lifecycle(
    name="project_nomination",
    title="项目报名",
    moves={
        "nominate": Move(frozenset({_N.APPLIED}), _N.NOMINATED, "project_nomination.make", "M6.3.2"),
        "pass": Move(frozenset({_N.NOMINATED}), _N.PASSED, "project_nomination.pass", "A2.2"),
        "check": Move(frozenset({_N.NOMINATED, _N.PASSED}), _N.CHECKED, "project_nomination.check", "A2.2"),
        "confirm": Move(frozenset({_N.CHECKED}), _N.CONFIRMED, "project_nomination.confirm", "A2.2"),
        "reject": Move(UNDECIDED, _N.REJECTED, "project_nomination.reject", "A2.2"),
        "withdraw": Move(UNDECIDED, _N.WITHDRAWN, "project_nomination.withdraw"),
    },
)
TRAINEE_LIFECYCLE = Lifecycle(
    name="project_trainee",
    title="项目学员",
    moves={
        "withdraw": Move(frozenset({_T.ENROLLED}), _T.WITHDRAWN, "project_trainee.replace"),
        "replace": Move(frozenset({_T.ENROLLED}), _T.REPLACED, "project_trainee.replace"),
    },
)
LIFECYCLES = (TRAINING_PLAN_LIFECYCLE, PROJECT_LIFECYCLE, NOMINATION_LIFECYCLE, TRAINEE_LIFECYCLE)
