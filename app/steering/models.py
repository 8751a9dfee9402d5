"""Tables of the leading group, its offices, their holders by date, and of the experts with their reviews. [A1] [A3.1]

Every span is half-open: from starts_on to the day before until; until None: not ended.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.steering.states import (
    ExpertReviewResult,
    ExpertStatus,
    HolderRank,
    HolderStatus,
    LeadingGroupKind,
    LeadingGroupStatus,
)

DAYS = "until >= starts_on"


def _one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _one_at_a_time(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    return ExcludeConstraint(
        *((text(column), "=") for column in ("region_id", *columns)),
        (func.daterange(text("starts_on"), text("until")), "&&"),
        name=name,
        using="gist",
        where=text(where) if where else None,
    )


class LeadingGroup(RegionRow, Base):
    """A body that steers the project county 领导小组、办公室、项目办; one of a kind at a time. [A1] [A3.1]

    body_id: the organisation it is set up in. document: number of the paper that sets it up 文号.
    """

    __tablename__ = "leading_groups"
    kind: Mapped[str]
    name: Mapped[str]
    body_id: Mapped[UUID]
    document: Mapped[str | None]
    starts_on: Mapped[date]
    until: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=text("'standing'"))
    end_reason: Mapped[str | None]
    made_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("body_id", "organisations"),
        CheckConstraint(_one_of("kind", LeadingGroupKind), name="kind"),
        CheckConstraint(_one_of("status", LeadingGroupStatus), name="status"),
        CheckConstraint(DAYS, name="days"),
        CheckConstraint(
            "(status = 'dissolved') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL)"
            " AND (ended_by IS NULL) = (until IS NULL)",
            name="ended_whole",
        ),
        _one_at_a_time("ex_leading_groups_one_of_a_kind", "kind"),
    )


class LeadingGroupHolder(RegionRow, Base):
    """Who holds a post in a body, from a day to a day 任职; is_single: a post for one person at a time. [A1]

    rank: what the holder is in the own unit; duty: in words 职务; teacher_id: where there is a record of the person.
    """

    __tablename__ = "leading_group_holders"
    group_id: Mapped[UUID]
    post: Mapped[str]
    is_single: Mapped[bool]
    name: Mapped[str]
    duty: Mapped[str]
    rank: Mapped[str]
    teacher_id: Mapped[UUID | None]
    starts_on: Mapped[date]
    until: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=text("'in_post'"))
    end_reason: Mapped[str | None]
    appointed_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("group_id", "leading_groups"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint(_one_of("rank", HolderRank), name="rank"),
        CheckConstraint(_one_of("status", HolderStatus), name="status"),
        CheckConstraint(DAYS, name="days"),
        CheckConstraint(
            "(status = 'left') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL)"
            " AND (ended_by IS NULL) = (until IS NULL)",
            name="ended_whole",
        ),
        _one_at_a_time("ex_leading_group_holders_single", "group_id", "post", where="is_single"),
        _one_at_a_time("ex_leading_group_holders_teacher", "group_id", "teacher_id"),
        Index("ix_leading_group_holders_group", "region_id", "group_id", "id"),
    )


class Expert(RegionRow, Base):
    """An expert engaged for a stage and, unless for the stage as a whole, a subject 指导专家. [M6.1.2] [A4.1]

    is_local: of this region; teacher_id: where there is a record of the person. institution: the own unit in words.
    """

    __tablename__ = "experts"
    name: Mapped[str]
    teacher_id: Mapped[UUID | None]
    institution: Mapped[str]
    source: Mapped[str]
    is_local: Mapped[bool]
    stage: Mapped[str]
    subject: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    until: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=text("'engaged'"))
    end_reason: Mapped[str | None]
    engaged_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        CheckConstraint(_one_of("status", ExpertStatus), name="status"),
        CheckConstraint("ends_on > starts_on AND until BETWEEN starts_on AND ends_on", name="days"),
        CheckConstraint("teacher_id IS NULL OR is_local", name="local"),
        CheckConstraint(
            "(status = 'ended') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL)"
            " AND (status = 'ended' OR until = ends_on)",
            name="ended_whole",
        ),
        ExcludeConstraint(
            *((text(column), "=") for column in ("region_id", "name", "institution", "stage")),
            (func.coalesce(text("subject"), text("''")), "="),
            (func.daterange(text("starts_on"), text("until")), "&&"),
            name="ex_experts_one_at_a_time",
            using="gist",
        ),
        Index("ix_experts_days", "region_id", "until", "starts_on"),
    )


class ExpertReview(RegionRow, Base):
    """What was found of an expert's work in a school year 专家评议. [M6.1.2]"""

    __tablename__ = "expert_reviews"
    expert_id: Mapped[UUID]
    start_year: Mapped[int]
    result: Mapped[str]
    opinion: Mapped[str]
    reviewed_by: Mapped[UUID]

    __table_args__ = (
        region_reference("expert_id", "experts"),
        UniqueConstraint("region_id", "expert_id", "start_year", name="uq_expert_reviews_year"),
        CheckConstraint("start_year BETWEEN 2022 AND 9999", name="start_year"),
        CheckConstraint(_one_of("result", ExpertReviewResult), name="result"),
        CheckConstraint("length(opinion) > 0", name="opinion"),
    )
