"""Closed sets and lives of training 育. [A2.3a] [A2.3b] [A2.3c]"""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class QuestionKind(StrEnum):
    """Kinds of questions 题型: 单选, 多选, 量表, 问答."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"


class TrainingSurveyStatus(StrEnum):
    """The way of a questionnaire 问卷状态: 草稿 进行中 已结束."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CourseDesignStatus(StrEnum):
    """The way of a version of a course design 课程设计状态: 已提交 已通过 已退回 已被新版本替代."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPLACED = "replaced"


class CourseVerdict(StrEnum):
    """What an expert says of a course design 专家意见: 同意, 修改后同意, 不同意."""

    AGREE = "agree"
    AMEND = "amend"
    DISAGREE = "disagree"


class TrainingDayPart(StrEnum):
    """Which part of the day a session takes 时段: 上午 下午 晚上 全天."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WHOLE = "whole"


class TrainingSessionStatus(StrEnum):
    """The way of a session 课次状态: 已安排, 考勤已登记齐全, 已取消."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class TrainingPresence(StrEnum):
    """Whether a trainee was there 考勤: 出勤 缺勤 请假."""

    PRESENT = "present"
    ABSENT = "absent"
    LEAVE = "leave"


class TrainingAttendanceSource(StrEnum):
    """Where an attendance comes from 考勤来源: 签到码 管理员名单 导入 准假 更正."""

    CODE = "code"
    LIST = "list"
    IMPORT = "import"
    LEAVE = "leave"
    CORRECTION = "correction"


class TrainingLeaveStatus(StrEnum):
    """The way of a leave 请假状态: 已申请 已准假 未准假."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class TrainingCorrectionStatus(StrEnum):
    """The way of a correction of attendance 考勤更正状态: 已提出 已更正 未同意."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class TrainingCompletionStatus(StrEnum):
    """The way of a completion 结业状态: 已推荐 已结业 未结业."""

    RECOMMENDED = "recommended"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class ProjectShortfall(StrEnum):
    """Person-times that cost points 扣分人次, as the code list deduction_grounds has them. [A4.2]"""

    SHORT_NOMINATION = "short_nomination"
    MISSED_TRAINING = "missed_training"
    NOT_COMPLETED = "not_completed"
    NOT_ELIGIBLE = "not_eligible"


_S, _D, _T = TrainingSurveyStatus, CourseDesignStatus, TrainingSessionStatus
_L, _C, _E = TrainingLeaveStatus, TrainingCorrectionStatus, TrainingCompletionStatus
PARTS = ("attendance", "learning", "exchange", "assignments")
"""What the process is assessed on 过程考核: 出勤 学习 交流 作业. [A2.3b]"""

SURVEY_LIFECYCLE = Lifecycle(
    name="training_survey",
    title="需求问卷",
    moves={
        "open": Move(frozenset({_S.DRAFT}), _S.OPEN, "training_survey.write", "A2.3a"),
        "close": Move(frozenset({_S.OPEN}), _S.CLOSED, "training_survey.write", "A2.3a"),
    },
)
DESIGN_LIFECYCLE = Lifecycle(
    name="course_design",
    title="课程设计",
    moves={
        "accept": Move(frozenset({_D.SUBMITTED}), _D.ACCEPTED, "course_design.review", "A2.3a"),
        "return": Move(frozenset({_D.SUBMITTED}), _D.RETURNED, "course_design.review", "A2.3a"),
        "replace": Move(frozenset({_D.ACCEPTED}), _D.REPLACED, "course_design.review", "A2.3a"),
    },
)
TRAINING_SESSION_LIFECYCLE = Lifecycle(
    name="training_session",
    title="培训课次",
    moves={
        "hold": Move(frozenset({_T.PLANNED}), _T.HELD, "training_session.run", "A2.3b"),
        "cancel": Move(frozenset({_T.PLANNED}), _T.CANCELLED, "training_session.run"),
    },
)
LEAVE_LIFECYCLE = Lifecycle(
    name="training_leave",
    title="培训请假",
    moves={
        "grant": Move(frozenset({_L.ASKED}), _L.GRANTED, "training_leave.decide"),
        "refuse": Move(frozenset({_L.ASKED}), _L.REFUSED, "training_leave.decide"),
    },
)
TRAINING_CORRECTION_LIFECYCLE = Lifecycle(
    name="training_correction",
    title="考勤更正",
    moves={
        "approve": Move(frozenset({_C.ASKED}), _C.APPROVED, "training_correction.decide"),
        "refuse": Move(frozenset({_C.ASKED}), _C.REFUSED, "training_correction.decide"),
    },
)
COMPLETION_LIFECYCLE = Lifecycle(
    name="training_completion",
    title="结业",
    moves={
        "complete": Move(frozenset({_E.RECOMMENDED}), _E.COMPLETED, "training_completion.decide", "A4.2"),
        "fail": Move(frozenset({_E.RECOMMENDED}), _E.NOT_COMPLETED, "training_completion.decide", "A4.2"),
    },
)
LIFECYCLES = (
    SURVEY_LIFECYCLE,
    DESIGN_LIFECYCLE,
    TRAINING_SESSION_LIFECYCLE,
    LEAVE_LIFECYCLE,
    TRAINING_CORRECTION_LIFECYCLE,
    COMPLETION_LIFECYCLE,
)
