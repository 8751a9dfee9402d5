"""Closed sets and lives of tasks, outputs, cases and results of the return practice 返岗实践. [M5.3] [A2.4] [A2.5a]"""

from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

YEARS: Final = (2022, 2100)
"""The first and the last calendar year that shares can be read out for."""


class PracticeTaskStatus(StrEnum):
    """The way of a task 任务状态: 草稿, 已发布, 已撤回. [M5.3]"""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PracticeOutputStatus(StrEnum):
    """The way of an output 成果状态: 已提交, 已退回, 已评定, 已发布, 已撤回. [A2.4]"""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    MARKED = "marked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class PracticeDutyState(StrEnum):
    """What a trainee still has to do for a task 任务完成情况: 未交, 退回待修改, 已交, 已评定."""

    OWED = "owed"
    RETURNED = "returned"
    HANDED_IN = "handed_in"
    MARKED = "marked"


class OpinionKind(StrEnum):
    """What was said of an output 意见类别: 指导, 退回, 评定. [A2.4]"""

    GUIDANCE = "guidance"
    RETURN = "return"
    MARK = "mark"


class PracticeCaseKind(StrEnum):
    """The two cases that are counted per trainee 案例类别: 成果转化实践案例, 引领工作案例. [A4.5]"""

    TRANSFER = "transfer"
    LEADING = "leading"


class PracticeCaseStatus(StrEnum):
    """The way of a trainee's case 案例认定状态: 待认定, 已认定, 未认定, 已撤回, 认定已撤销. [A4.5]"""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class PracticeResultStatus(StrEnum):
    """The way of a trainee's result 考核结果状态: 已登记, 已公布. [A2.5a]"""

    RECORDED = "recorded"
    PUBLISHED = "published"


class StationTarget(StrEnum):
    """What a trainer is paired with 对接对象: 工作坊（室）, 校本研修基地学校. [M5.3]"""

    WORKSHOP = "workshop"
    BASE_SCHOOL = "base_school"


_K, _O, _C, _R = PracticeTaskStatus, PracticeOutputStatus, PracticeCaseStatus, PracticeResultStatus
OUTPUT_OPEN: Final = frozenset({_O.SUBMITTED, _O.RETURNED})
"""Outputs that still change."""
OUTPUT_JUDGED: Final = frozenset({_O.MARKED, _O.PUBLISHED})
CASES_COUNTED: Final = frozenset({_C.SUBMITTED, _C.ACCEPTED})
"""Cases that stand: waiting or accepted."""

PRACTICE_TASK_LIFECYCLE = Lifecycle(
    name="practice_task",
    title="返岗实践任务",
    moves={
        "publish": Move(frozenset({_K.DRAFT}), _K.PUBLISHED, "practice_plan.set", "M5.3"),
        "withdraw": Move(frozenset({_K.DRAFT, _K.PUBLISHED}), _K.WITHDRAWN, "practice_plan.set"),
    },
)
PRACTICE_OUTPUT_LIFECYCLE = Lifecycle(
    name="practice_output",
    title="返岗实践成果",
    moves={
        "resubmit": Move(OUTPUT_OPEN, _O.SUBMITTED, "practice.submit", "A2.4"),
        "return": Move(frozenset({_O.SUBMITTED}), _O.RETURNED, "practice.guide", "A2.4"),
        "mark": Move(frozenset({_O.SUBMITTED}), _O.MARKED, "practice.assess", "A2.5a"),
        "publish": Move(frozenset({_O.MARKED}), _O.PUBLISHED, "practice.publish", "A2.3c"),
        "unpublish": Move(frozenset({_O.PUBLISHED}), _O.MARKED, "practice.publish"),
        "withdraw": Move(OUTPUT_OPEN, _O.WITHDRAWN, "practice.submit"),
    },
)
PRACTICE_CASE_LIFECYCLE = Lifecycle(
    name="practice_case",
    title="学员案例",
    moves={
        "accept": Move(frozenset({_C.SUBMITTED}), _C.ACCEPTED, "practice.judge", "A4.5"),
        "decline": Move(frozenset({_C.SUBMITTED}), _C.DECLINED, "practice.judge", "A4.5"),
        "withdraw": Move(frozenset({_C.SUBMITTED}), _C.WITHDRAWN, "practice.submit"),
        "revoke": Move(frozenset({_C.ACCEPTED}), _C.REVOKED, "practice.judge", "A4.5"),
    },
)
PRACTICE_RESULT_LIFECYCLE = Lifecycle(
    name="practice_result",
    title="学员考核结果",
    moves={
        "publish": Move(frozenset({_R.RECORDED}), _R.PUBLISHED, "practice.publish", "A2.5a"),
        "reopen": Move(frozenset({_R.PUBLISHED}), _R.RECORDED, "practice.publish"),
    },
)
LIFECYCLES = (
    PRACTICE_TASK_LIFECYCLE,
    PRACTICE_OUTPUT_LIFECYCLE,
    PRACTICE_CASE_LIFECYCLE,
    PRACTICE_RESULT_LIFECYCLE,
)
