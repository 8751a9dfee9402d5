"""Tables of school sheets 学时申报: the sheet, its lines, and every act done on it (which only grows). [A5.6]"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.hours.models.ledger import steps
from app.hours.states import SubmissionStatus

STATUSES = ", ".join(repr(str(status)) for status in SubmissionStatus)


class HoursSubmission(RegionRow, Base):
    """A unit's sheet of one term and category 申报表; submitter, recommender and approver are different persons."""

    __tablename__ = "hours_submissions"
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    term: Mapped[int]
    category: Mapped[str]
    note: Mapped[str | None]
    status: Mapped[str]
    created_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    recommended_by: Mapped[UUID | None]
    recommended_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("category IN ('school_research', 'workshop')", name="category"),
        CheckConstraint("term IN (1, 2)", name="term"),
        CheckConstraint("length(note) BETWEEN 1 AND 2000", name="note"),
        CheckConstraint(
            "submitted_by <> recommended_by AND submitted_by <> approved_by AND recommended_by <> approved_by",
            name="three_persons",
        ),
        CheckConstraint(
            "(submitted_by IS NULL) = (submitted_at IS NULL) AND (recommended_by IS NULL) = (recommended_at IS NULL)"
            " AND (approved_by IS NULL) = (approved_at IS NULL)",
            name="acts_whole",
        ),
        CheckConstraint(
            "(status = 'approved') = (approved_by IS NOT NULL)"
            " AND (status NOT IN ('submitted', 'recommended', 'approved') OR submitted_by IS NOT NULL)"
            " AND (status <> 'recommended' OR recommended_by IS NOT NULL)",
            name="status_whole",
        ),
        Index("ix_hours_submissions_school", "region_id", "school_id", "id"),
        Index("ix_hours_submissions_status", "region_id", "status", "id"),
    )


class HoursSubmissionLine(RegionRow, Base):
    """A teacher's hours for one activity 申报明细.

    entry_id: the entry that approval has posted; import_id: the import that has brought the line.
    """

    __tablename__ = "hours_submission_lines"
    submission_id: Mapped[UUID]
    position: Mapped[int]
    teacher_id: Mapped[UUID]
    activity_title: Mapped[str]
    activity_date: Mapped[date]
    session: Mapped[str | None]
    claimed: Mapped[Decimal] = mapped_column(Numeric())
    entry_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("submission_id", "hours_submissions"),
        region_reference("teacher_id", "teachers"),
        region_reference("entry_id", "hours_entries"),
        UniqueConstraint("region_id", "submission_id", "position", name="uq_hours_submission_lines_position"),
        UniqueConstraint("region_id", "entry_id", name="uq_hours_submission_lines_entry"),
        CheckConstraint(steps("claimed") + " AND claimed > 0", name="claimed"),
        CheckConstraint("position >= 1", name="position"),
        Index("ix_hours_submission_lines_teacher", "region_id", "teacher_id", "activity_date"),
        Index(
            "ix_hours_submission_lines_import",
            "region_id",
            "import_id",
            "submission_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )


class HoursSubmissionAct(Base):
    """An act on a sheet 办理记录: who, when, what, which status came of it, and why. Only grows."""

    __tablename__ = "hours_submission_acts"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    submission_id: Mapped[UUID]
    act: Mapped[str]
    status: Mapped[str]
    account_id: Mapped[UUID]
    acting_role: Mapped[str]
    acting_organisation_id: Mapped[UUID]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        region_reference("submission_id", "hours_submissions"),
        region_reference("acting_organisation_id", "organisations"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("act <> 'return' OR length(note) > 0", name="reason"),
        Index("ix_hours_submission_acts_submission", "region_id", "submission_id", "seq"),
    )
