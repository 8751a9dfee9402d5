"""Tables of the selection 选: quotas, conditions, nominations, trainees. [A2.2] [A6.7]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.projects.models.projects import one_of
from app.projects.states import Criterion, NominationRoute, NominationStatus, TraineeStatus


class ProjectQuota(RegionRow, Base):
    """The places of a unit 名额分配 (中心校 or 市直学校), and how many are taken: never more. [A2.2]"""

    __tablename__ = "project_quotas"
    project_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("unit_id", "organisations"),
        UniqueConstraint("region_id", "project_id", "unit_id", name="uq_project_quotas_unit"),
        CheckConstraint("places BETWEEN 0 AND 100000", name="places"),
        CheckConstraint("taken BETWEEN 0 AND places", name="taken"),
        Index("ix_project_quotas_unit", "region_id", "unit_id"),
    )


class ProjectCriterion(RegionRow, Base):
    """A condition of selection as data 遴选条件; not required means that it is only pointed out. [A2.2]"""

    __tablename__ = "project_criteria"
    project_id: Mapped[UUID]
    criterion: Mapped[str]
    codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    number: Mapped[int | None]
    is_required: Mapped[bool]

    __table_args__ = (
        region_reference("project_id", "projects"),
        UniqueConstraint("region_id", "project_id", "criterion", name="uq_project_criteria_once"),
        CheckConstraint(one_of("criterion", Criterion), name="criterion"),
        CheckConstraint(
            "(criterion IN ('age_min', 'age_max', 'service_years_min')) = (number IS NOT NULL)", name="number"
        ),
        CheckConstraint("number BETWEEN 0 AND 100", name="number_range"),
        CheckConstraint(
            "(cardinality(codes) > 0)"
            " = (criterion IN ('stage', 'subject', 'title', 'title_rank', 'workshop_level', 'honour', 'post'))",
            name="codes",
        ),
    )


class ProjectNomination(RegionRow, Base):
    """A nomination 报名、选送 and its way: school, 中心校, 进修学校, 教体局, each another person. [A2.2] [M6.3.2]

    unit_id: the 中心校, or the 市直学校 itself. nominated_on: the day that 选送率 counts. priority: 0 city workshops,
    1 town and school ones, 2 none [A6.7]. replaces_id: the trainee whose place it takes, from effective_on.
    """

    __tablename__ = "project_nominations"
    project_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    route: Mapped[str]
    workshop_id: Mapped[UUID | None]
    status: Mapped[str]
    findings: Mapped[list[dict[str, Any]]]
    priority: Mapped[int]
    statement: Mapped[str | None]
    applied_by: Mapped[UUID | None]
    nominated_by: Mapped[UUID | None]
    nominated_on: Mapped[date | None]
    passed_by: Mapped[UUID | None]
    checked_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    effective_on: Mapped[date | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("unit_id", "organisations"),
        region_reference("workshop_id", "workshops"),
        ForeignKeyConstraint(
            ["region_id", "replaces_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name="fk_project_nominations_replaces",
            use_alter=True,
        ),
        CheckConstraint(one_of("route", NominationRoute), name="route"),
        CheckConstraint(one_of("status", NominationStatus), name="status"),
        CheckConstraint("jsonb_typeof(findings) = 'array'", name="findings"),
        CheckConstraint("priority BETWEEN 0 AND 2", name="priority"),
        CheckConstraint("(route = 'application') = (applied_by IS NOT NULL)", name="application"),
        CheckConstraint("(route = 'whole_class') = (workshop_id IS NOT NULL)", name="whole_class"),
        CheckConstraint(
            "(route = 'substitution') = (replaces_id IS NOT NULL) AND (replaces_id IS NULL) = (effective_on IS NULL)",
            name="substitution",
        ),
        CheckConstraint(
            "(nominated_by IS NULL) = (nominated_on IS NULL)"
            " AND (status NOT IN ('nominated', 'passed', 'checked', 'confirmed') OR nominated_by IS NOT NULL)",
            name="nominated",
        ),
        CheckConstraint("status <> 'passed' OR passed_by IS NOT NULL", name="passed"),
        CheckConstraint("status NOT IN ('checked', 'confirmed') OR checked_by IS NOT NULL", name="checked"),
        CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (status NOT IN ('confirmed', 'rejected', 'withdrawn') OR decided_by IS NOT NULL)"
            " AND (status <> 'rejected' OR length(reason) > 0)",
            name="decided",
        ),
        CheckConstraint(
            "applied_by <> nominated_by AND nominated_by <> passed_by AND applied_by <> passed_by"
            " AND checked_by <> applied_by AND checked_by <> passed_by"
            " AND (checked_by <> nominated_by OR route = 'substitution')",
            name="other_persons",
        ),
        CheckConstraint(
            "status <> 'confirmed' OR decided_by <> checked_by AND decided_by <> nominated_by"
            " AND decided_by IS DISTINCT FROM passed_by AND decided_by IS DISTINCT FROM applied_by",
            name="confirmed_by_another",
        ),
        Index(
            "uq_project_nominations_open",
            "region_id",
            "project_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("status NOT IN ('rejected', 'withdrawn')"),
        ),
        Index(
            "uq_project_nominations_substitute",
            "region_id",
            "replaces_id",
            unique=True,
            postgresql_where=text("status NOT IN ('rejected', 'withdrawn')"),
        ),
        Index("ix_project_nominations_project", "region_id", "project_id", "id"),
        Index("ix_project_nominations_school", "region_id", "school_id", "id"),
        Index("ix_project_nominations_unit", "region_id", "project_id", "unit_id"),
        Index("ix_project_nominations_teacher", "region_id", "teacher_id", "id"),
    )


class ProjectTrainee(RegionRow, Base):
    """A trainee 学员: from joined_on; who drops out leaves on left_on, and another may take the place. [A2.2]

    asked_by, asked_reason: who of the person's side has asked to withdraw, until it is decided.
    """

    __tablename__ = "project_trainees"
    project_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    workshop_id: Mapped[UUID | None]
    nomination_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(server_default=text("'enrolled'"))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    asked_by: Mapped[UUID | None]
    asked_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("unit_id", "organisations"),
        region_reference("workshop_id", "workshops"),
        region_reference("nomination_id", "project_nominations"),
        region_reference("replaces_id", "project_trainees"),
        CheckConstraint(one_of("status", TraineeStatus), name="status"),
        CheckConstraint(
            "(status = 'enrolled') = (left_on IS NULL) AND (left_on IS NULL) = (left_reason IS NULL)"
            " AND left_on >= joined_on",
            name="left_whole",
        ),
        CheckConstraint("(asked_by IS NULL) = (asked_reason IS NULL)", name="asked_whole"),
        UniqueConstraint("region_id", "nomination_id", name="uq_project_trainees_nomination"),
        UniqueConstraint("region_id", "replaces_id", name="uq_project_trainees_replaces"),
        Index(
            "uq_project_trainees_enrolled",
            "region_id",
            "project_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("status = 'enrolled'"),
        ),
        Index("ix_project_trainees_project", "region_id", "project_id", "id"),
        Index("ix_project_trainees_school", "region_id", "school_id", "id"),
        Index("ix_project_trainees_teacher", "region_id", "teacher_id", "id"),
    )
