"""Tables of yearly plans 年度校本研修方案: a row per revision, and every act on it with what was handed in. [A5.7.3]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.school_research.states import PENDING, STANDING, SchoolPlanStatus


def _quoted(statuses: frozenset[SchoolPlanStatus] | type[SchoolPlanStatus]) -> str:
    return ", ".join(repr(str(status)) for status in SchoolPlanStatus if status in statuses)


STATUSES = _quoted(SchoolPlanStatus)


class SchoolPlan(RegionRow, Base):
    """One revision of a school's plan of a school year; content is frozen once it is handed in.

    due_on, handed_in_on, is_late: of the first handing-in; an amendment has none. [A5.7.3]
    """

    __tablename__ = "school_plans"
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    revision: Mapped[int]
    status: Mapped[str]
    content: Mapped[dict[str, Any]]
    amend_reason: Mapped[str | None]
    due_on: Mapped[date | None]
    handed_in_on: Mapped[date | None]
    is_late: Mapped[bool | None]
    late_reason: Mapped[str | None]
    created_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    opinion: Mapped[str | None]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "school_id", "start_year", "revision", name="uq_school_plans_revision"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("revision >= 1 AND (revision = 1) = (amend_reason IS NULL)", name="revision"),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content"),
        CheckConstraint("is_late IS NOT TRUE OR length(late_reason) > 0", name="late_reason"),
        CheckConstraint(
            "(due_on IS NULL) = (handed_in_on IS NULL) AND is_late IS NOT DISTINCT FROM (handed_in_on > due_on)",
            name="due",
        ),
        CheckConstraint("submitted_by <> decided_by", name="two_persons"),
        CheckConstraint(
            "(submitted_by IS NULL) = (submitted_at IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="acts_whole",
        ),
        CheckConstraint(
            "(status NOT IN ('submitted', 'approved', 'running', 'closed') OR submitted_by IS NOT NULL)"
            " AND (status NOT IN ('returned', 'approved', 'running', 'closed') OR decided_by IS NOT NULL)"
            " AND (status <> 'returned' OR length(opinion) > 0)",
            name="status_whole",
        ),
        Index(
            "uq_school_plans_pending",
            "region_id",
            "school_id",
            "start_year",
            unique=True,
            postgresql_where=text(f"status IN ({_quoted(PENDING)})"),
        ),
        Index(
            "uq_school_plans_standing",
            "region_id",
            "school_id",
            "start_year",
            unique=True,
            postgresql_where=text(f"status IN ({_quoted(STANDING)})"),
        ),
        Index("ix_school_plans_year", "region_id", "start_year", "id"),
    )


class SchoolPlanAct(Base):
    """An act on a revision 办理记录: who, when, what, and the content as it was handed in. Only grows."""

    __tablename__ = "school_plan_acts"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    plan_id: Mapped[UUID]
    act: Mapped[str]
    status: Mapped[str]
    account_id: Mapped[UUID]
    acting_role: Mapped[str]
    acting_organisation_id: Mapped[UUID]
    note: Mapped[str | None]
    content: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        region_reference("plan_id", "school_plans"),
        region_reference("acting_organisation_id", "organisations"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("(act = 'submit') = (content IS NOT NULL)", name="content"),
        Index("ix_school_plan_acts_plan", "region_id", "plan_id", "seq"),
    )
