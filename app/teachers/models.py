"""Tables of teachers, their identity numbers across the nation, and their employments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference


class IdentityNumber(Base):
    """Which teacher of which region holds an identity number; unique in the nation, by blind index only."""

    __tablename__ = "identity_numbers"
    number_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    region_id: Mapped[int] = mapped_column(Integer)
    teacher_id: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("region_id", "teacher_id"),
        CheckConstraint("octet_length(number_index) = 32", name="index_length"),
    )


class Teacher(RegionRow, Base):
    """A teacher 教师 with the present school; where they were on other days stands in `employments`."""

    __tablename__ = "teachers"
    staff_no: Mapped[str]
    name: Mapped[str]
    sex: Mapped[str]
    birth_date: Mapped[date]
    id_type: Mapped[str] = mapped_column(server_default=text("'resident'"))
    id_number: Mapped[bytes] = mapped_column(LargeBinary)
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_number_masked: Mapped[str]
    mobile: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_masked: Mapped[str | None]
    school_id: Mapped[UUID]
    is_on_post: Mapped[bool]
    stage: Mapped[str]
    subject: Mapped[str]
    title: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    honours: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    joined_profession_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    merged_into_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("region_id", "staff_no"),
        UniqueConstraint("region_id", "id_number_index"),
        region_reference("school_id", "organisations"),
        region_reference("merged_into_id", "teachers"),
        CheckConstraint("sex IN ('male', 'female')", name="sex"),
        CheckConstraint("id_type IN ('resident', 'passport', 'hmt_permit')", name="id_type"),
        CheckConstraint("status IN ('active', 'left', 'merged')", name="status"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_whole"),
        CheckConstraint("status = 'active' OR NOT is_on_post", name="on_post_is_active"),
        CheckConstraint("length(name) BETWEEN 1 AND 50", name="name"),
        CheckConstraint("jsonb_typeof(honours) = 'array'", name="honours"),
        Index("ix_teachers_school", "region_id", "school_id", "id"),
        Index("ix_teachers_name", "region_id", "name"),
        Index("ix_teachers_merged", "region_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )


class Employment(RegionRow, Base):
    """A spell at one organisation 任职经历: from `starts_on` to the day before `ends_on`; spells never overlap."""

    __tablename__ = "employments"
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    is_on_post: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="spell"),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("teacher_id"), "="),
            (func.daterange(text("starts_on"), text("ends_on")), "&&"),
            name="ex_employments_one_at_a_time",
            using="gist",
        ),
        Index("ix_employments_school", "region_id", "school_id", "teacher_id"),
        Index("ix_employments_teacher", "region_id", "teacher_id", "starts_on"),
    )


class TeacherHonour(RegionRow, Base):
    """An honour 荣誉 that an award gave 评选所得荣誉; withdrawn with the award, never deleted. [M7.1b] [A5.9]

    One for an award, and of nobody but the holder of the award: where the award changes hands because records are
    merged or parted, the database lets the honour follow.
    """

    __tablename__ = "teacher_honours"
    teacher_id: Mapped[UUID]
    award_id: Mapped[UUID]
    code: Mapped[str]
    level: Mapped[str]
    awarded_on: Mapped[date]
    number: Mapped[str]
    granted_by: Mapped[UUID]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        ForeignKeyConstraint(
            ["region_id", "award_id", "teacher_id"],
            ["awards.region_id", "awards.id", "awards.teacher_id"],
            name="fk_teacher_honours_award",
            onupdate="CASCADE",
        ),
        UniqueConstraint("region_id", "award_id", name="uq_teacher_honours_award"),
        CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawn_reason IS NULL)",
            name="withdrawn_whole",
        ),
        Index("ix_teacher_honours_teacher", "region_id", "teacher_id", "awarded_on"),
    )


class TeacherSuccession(RegionRow, Base):
    """A row that named `teacher_id` before a merge and names another record since 合并承接, until parted. Decision 14.

    kind: table and column that name the person. One at a time for a row: whoever the record that took it over is merged
    into later, it is this one's to get back.
    """

    __tablename__ = "teacher_successions"
    kind: Mapped[str]
    row_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    into_id: Mapped[UUID]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("into_id", "teachers"),
        CheckConstraint("kind ~ '^[a-z_]+[.][a-z_]+$'", name="kind"),
        CheckConstraint("teacher_id <> into_id", name="two_records"),
        Index(
            "uq_teacher_successions_row",
            "region_id",
            "kind",
            "row_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_teacher_successions_teacher", "region_id", "teacher_id"),
    )
