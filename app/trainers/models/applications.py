"""Tables of the two ways into the team: applications and direct appointments. [A7.3] [A7.4]"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.trainers.states import ApplicationStatus, InvitationStatus


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class TrainerApplication(RegionRow, Base):
    """An own application 申请 with the unit's opinion and the decision, by three different persons. [A7.3]

    statements: what the person says on each condition of A7.2. school_id: the unit at the time.
    """

    __tablename__ = "trainer_applications"
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    source: Mapped[str]
    stage: Mapped[str]
    subject: Mapped[str]
    statements: Mapped[list[dict[str, Any]]]
    status: Mapped[str] = mapped_column(server_default=text("'submitted'"))
    submitted_by: Mapped[UUID]
    submitted_at: Mapped[datetime]
    recommended_by: Mapped[UUID | None]
    recommended_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    return_reason: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("status", ApplicationStatus), name="status"),
        CheckConstraint("jsonb_typeof(statements) = 'array'", name="statements"),
        CheckConstraint("status <> 'returned' OR length(return_reason) > 0", name="return_reason"),
        CheckConstraint(
            "(recommended_by IS NULL) = (recommended_at IS NULL) AND (recommended_by IS NULL) = (opinion IS NULL)"
            " AND (status NOT IN ('recommended', 'appointed', 'rejected') OR recommended_by IS NOT NULL)",
            name="recommendation",
        ),
        CheckConstraint(
            "(status IN ('appointed', 'rejected')) = (decided_by IS NOT NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (status <> 'rejected' OR length(decision_reason) > 0)",
            name="decision",
        ),
        CheckConstraint(
            "submitted_by <> recommended_by AND recommended_by <> decided_by AND submitted_by <> decided_by",
            name="three_persons",
        ),
        Index(
            "uq_trainer_applications_open",
            "region_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'recommended', 'returned')"),
        ),
        Index("ix_trainer_applications_school", "region_id", "school_id", "id"),
    )


class TrainerInvitation(RegionRow, Base):
    """A direct appointment 直接聘任: the bureau asks, the person's consent is stored before anything else. [A7.4]"""

    __tablename__ = "trainer_invitations"
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    source: Mapped[str]
    stage: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'asked'"))
    asked_by: Mapped[UUID]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("status", InvitationStatus), name="status"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status NOT IN ('consented', 'declined', 'appointed') OR answered_by IS NOT NULL)",
            name="consent",
        ),
        CheckConstraint(
            "(status = 'appointed') = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decision",
        ),
        CheckConstraint("asked_by <> answered_by AND answered_by <> decided_by", name="two_persons"),
        Index(
            "uq_trainer_invitations_open",
            "region_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("status IN ('asked', 'consented')"),
        ),
    )
