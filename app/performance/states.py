"""Closed sets of the scorecard 绩效评级: the life of a row, and what kinds of figures stand beside it. [A4.1]"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

FIRST_YEAR: Final = 2022
LAST_YEAR: Final = 2100
"""Calendar years a scorecard may be asked for; the first is that of the document."""
LINKS_MAX: Final = 20
"""Links of one row."""
TRAINING_SCHOOL, ANY_DEPARTMENT = "training_school", "all_functional"
"""Departments of the standard that are no desk: 进修学校, and 各相关职能科室 whom 教师教育科 names for a year."""


class RowStatus(StrEnum):
    """Where a row of a year stands 自评项状态: 待自评、已自评、已退回、已评分."""

    OPEN = "open"
    ASSESSED = "assessed"
    RETURNED = "returned"
    SCORED = "scored"


class Measure(StrEnum):
    """How a figure reads its records 口径: 数量、比例、逐一达标、扣分人次、两数之比."""

    COUNT = "count"
    SHARE = "share"
    EACH = "each"
    DEDUCTION = "deduction"
    RATIO = "ratio"


class Owing(StrEnum):
    """What somebody still owes a row 待办: 自评、按退回意见重评、评分."""

    ASSESS = "assess"
    ASSESS_AGAIN = "assess_again"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside a requirement 事实数据, read from records that can be listed.

    kind, path: what its records are and where REST shows one. required: the parameter it is held against; ground: why
    a record costs points (the list deduction_grounds says how many). parts: codes of numerator and denominator of a
    ratio, which has no records of its own.
    """

    code: str
    requirement: str
    label: str
    unit: str
    measure: Measure
    kind: str = ""
    path: str = ""
    required: str | None = None
    ground: str | None = None
    parts: tuple[str, str] | None = None
    reading: str | None = None


_S = RowStatus
ROW_LIFECYCLE = Lifecycle(
    name="scorecard_row",
    title="绩效评级自评项",
    moves={
        "assess": Move(frozenset({_S.OPEN, _S.ASSESSED, _S.RETURNED}), _S.ASSESSED, "scorecard.assess", "A4.1"),
        "score": Move(frozenset({_S.ASSESSED}), _S.SCORED, "scorecard.score", "A3.6"),
        "return": Move(frozenset({_S.ASSESSED, _S.SCORED}), _S.RETURNED, "scorecard.score", "A3.6"),
    },
)
