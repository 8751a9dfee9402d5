"""Tables of plans, projects and their phases. [M3.1] [M3.2] [M5.1]"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.projects.states import PhaseKind, ProjectStatus, TrainingPlanKind, TrainingPlanStatus


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class TrainingPlan(RegionRow, Base):
    """A five-year or annual plan 五年规划、年度计划 of the five levels, by joint departments. [M3.1] [M3.2]

    items: what the plan says of each level. first_year, last_year: calendar years, both included.
    """

    __tablename__ = "training_plans"
    kind: Mapped[str]
    parent_id: Mapped[UUID | None]
    first_year: Mapped[int]
    last_year: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    items: Mapped[list[dict[str, Any]]]
    departments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    made_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("parent_id", "training_plans"),
        CheckConstraint(one_of("kind", TrainingPlanKind), name="kind"),
        CheckConstraint(one_of("status", TrainingPlanStatus), name="status"),
        CheckConstraint(
            "first_year BETWEEN 2000 AND 2100 AND last_year BETWEEN first_year AND 2100"
            " AND (kind = 'five_year' OR last_year = first_year)",
            name="years",
        ),
        CheckConstraint("parent_id IS NULL OR kind = 'annual'", name="parent"),
        CheckConstraint("length(title) > 0 AND length(text) > 0", name="told"),
        CheckConstraint("jsonb_typeof(items) = 'array'", name="items"),
        CheckConstraint("submitted_by <> decided_by", name="two_persons"),
        CheckConstraint(
            "(submitted_by IS NULL) = (submitted_at IS NULL) AND (status = 'draft' OR submitted_by IS NOT NULL)",
            name="submitted",
        ),
        CheckConstraint(
            "(status IN ('approved', 'returned')) = (decided_by IS NOT NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR length(return_reason) > 0)",
            name="decided",
        ),
        Index(
            "uq_training_plans_approved",
            "region_id",
            "kind",
            "first_year",
            unique=True,
            postgresql_where=sql("status = 'approved'"),
        ),
    )


class Project(RegionRow, Base):
    """A training project 培训项目 with what it is for, where, when, for how many, and how far it is. [M3.1] [M3.2]

    hours: what a completion credits, in `hours_category`. allotted: the places given to units, never over `quota`.
    host_kind stands beside host_institution_id, so that the reference cannot be to another kind of organisation.
    """

    __tablename__ = "projects"
    plan_id: Mapped[UUID | None]
    level: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    aim: Mapped[str]
    start_year: Mapped[int]
    stage: Mapped[str | None]
    subject: Mapped[str | None]
    quota: Mapped[int]
    allotted: Mapped[int] = mapped_column(server_default=sql("0"))
    host_institution_id: Mapped[UUID | None]
    host_kind: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    nominate_until: Mapped[date | None]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    hours_category: Mapped[str]
    joint_departments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'"))
    is_published: Mapped[bool] = mapped_column(server_default=sql("false"))
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    made_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (
        region_reference("plan_id", "training_plans"),
        ForeignKeyConstraint(
            ["region_id", "host_institution_id", "host_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_projects_host",
        ),
        CheckConstraint(
            "(host_institution_id IS NULL) = (host_kind IS NULL)"
            " AND (host_kind IS NULL OR host_kind = 'host_institution')",
            name="host_kind",
        ),
        CheckConstraint(one_of("status", ProjectStatus), name="status"),
        CheckConstraint("length(name) BETWEEN 1 AND 200 AND length(aim) > 0", name="told"),
        CheckConstraint("start_year BETWEEN 2000 AND 2100", name="start_year"),
        CheckConstraint("quota BETWEEN 1 AND 100000", name="quota"),
        CheckConstraint("allotted BETWEEN 0 AND quota", name="allotted"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("nominate_until <= ends_on", name="nominate_until"),
        CheckConstraint("hours BETWEEN 0.5 AND 999 AND hours * 2 = trunc(hours * 2)", name="hours"),
        CheckConstraint("submitted_by <> approved_by", name="two_persons"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_whole"),
        CheckConstraint(
            "status IN ('draft', 'cancelled') OR submitted_by IS NOT NULL"
            " AND (status = 'submitted' OR approved_by IS NOT NULL)",
            name="approved",
        ),
        CheckConstraint("status <> 'cancelled' OR length(reason) > 0", name="reason"),
        Index("ix_projects_year", "region_id", "start_year", "id"),
        Index("ix_projects_status", "region_id", "status", "id"),
        Index("ix_projects_days", "region_id", "starts_on", "id"),
        Index(
            "uq_projects_name",
            "region_id",
            "start_year",
            "name",
            unique=True,
            postgresql_where=sql("status <> 'cancelled'"),
        ),
    )


class ProjectPhase(RegionRow, Base):
    """A phase of a project 阶段: team building, study, return practice, with its days. [M5.1] [M5.2] [M5.3]"""

    __tablename__ = "project_phases"
    project_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    mode: Mapped[str | None]
    place: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint(one_of("kind", PhaseKind), name="kind"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index("ix_project_phases_project", "region_id", "project_id", "id"),
    )
