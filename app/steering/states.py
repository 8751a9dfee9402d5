"""Closed sets and lives of the leading group 领导小组, its two offices, and the experts 专家智库. [A1] [A3.1]"""

from datetime import date
from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

READ_OUT_DAYS: Final = (date(2022, 8, 1), date(2100, 12, 31))
"""The first and the last day the bodies can be read out for."""


class LeadingGroupKind(StrEnum):
    """The three bodies 领导小组、领导小组办公室、项目办. [A1] [A3.1]"""

    LEADING_GROUP = "leading_group"
    LEADING_GROUP_OFFICE = "leading_group_office"
    PROJECT_OFFICE = "project_office"


class LeadingGroupStatus(StrEnum):
    """Whether a body stands, or was dissolved 存续状态."""

    STANDING = "standing"
    DISSOLVED = "dissolved"


class OfficePost(StrEnum):
    """Posts of an office 办公室职务: director 主任, staff 工作人员."""

    DIRECTOR = "director"
    STAFF = "staff"


class HolderRank(StrEnum):
    """What a holder is in the own unit 在本单位的职务层级: its head 主要负责人, of its leaders 班子成员, other 其他."""

    PRINCIPAL = "principal"
    DEPUTY = "deputy"
    OTHER = "other"


class HolderStatus(StrEnum):
    """Whether a holder is in post, or has left it 任职状态."""

    IN_POST = "in_post"
    LEFT = "left"


class ExpertStatus(StrEnum):
    """Whether an expert is engaged, or the engagement was ended 聘请状态; that a term is over follows from its days."""

    ENGAGED = "engaged"
    ENDED = "ended"


class ExpertReviewResult(StrEnum):
    """What a review of an expert's work says 评议结果: continue, or do not engage again."""

    CONTINUE = "continue"
    NOT_AGAIN = "not_again"


_STANDING = frozenset({LeadingGroupStatus.STANDING})
LEADING_GROUP_LIFECYCLE = Lifecycle(
    name="leading_group",
    title="领导小组及办公室",
    moves={"dissolve": Move(_STANDING, LeadingGroupStatus.DISSOLVED, "steering.set", "M6.1.1")},
)
HOLDER_LIFECYCLE = Lifecycle(
    name="leading_group_holder",
    title="领导小组任职",
    moves={"end": Move(frozenset({HolderStatus.IN_POST}), HolderStatus.LEFT, "steering.set", "A1")},
)
EXPERT_LIFECYCLE = Lifecycle(
    name="expert",
    title="专家聘请",
    moves={"end": Move(frozenset({ExpertStatus.ENGAGED}), ExpertStatus.ENDED, "expert.engage", "M6.1.2")},
)
LIFECYCLES = (LEADING_GROUP_LIFECYCLE, HOLDER_LIFECYCLE, EXPERT_LIFECYCLE)
