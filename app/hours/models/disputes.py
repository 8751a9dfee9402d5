"""Table of disputes 申诉: about an entry, or about one that is missing."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.hours.models.ledger import CATEGORIES
from app.hours.states import DisputeStatus

STATUSES = ", ".join(repr(str(status)) for status in DisputeStatus)


class HoursDispute(RegionRow, Base):
    """One dispute: what is asked and why, and its answer with the entries it made; only the answer is ever added."""

    __tablename__ = "hours_disputes"
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    school_year: Mapped[int]
    entry_id: Mapped[UUID | None]
    category: Mapped[str | None]
    claimed: Mapped[Decimal | None] = mapped_column(Numeric())
    activity_title: Mapped[str | None]
    activity_date: Mapped[date | None]
    session: Mapped[str | None]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    asked_by: Mapped[UUID]
    asked_role: Mapped[str]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None]
    reversal_id: Mapped[UUID | None]
    recredit_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("entry_id", "hours_entries"),
        region_reference("reversal_id", "hours_entries"),
        region_reference("recredit_id", "hours_entries"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(f"category IN ({CATEGORIES})", name="category"),
        CheckConstraint(
            "claimed IS NULL OR (claimed <> 'NaN' AND claimed > 0 AND claimed <= 400"
            " AND claimed * 2 = trunc(claimed * 2))",
            name="claimed",
        ),
        CheckConstraint(
            "entry_id IS NOT NULL OR (category IS NOT NULL AND claimed IS NOT NULL AND activity_title IS NOT NULL"
            " AND activity_date IS NOT NULL)",
            name="subject",
        ),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(status IN ('upheld', 'rejected')) = (answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer_reason IS NULL)",
            name="answer",
        ),
        CheckConstraint("(status = 'upheld') = (reversal_id IS NOT NULL OR recredit_id IS NOT NULL)", name="effect"),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index("ix_hours_disputes_entry", "region_id", "entry_id"),
        Index("ix_hours_disputes_teacher", "region_id", "teacher_id", "id"),
        Index("ix_hours_disputes_school", "region_id", "school_id", "id"),
        Index(
            "uq_hours_disputes_open_entry",
            "region_id",
            "entry_id",
            "asked_by",
            unique=True,
            postgresql_where=text("status = 'open' AND entry_id IS NOT NULL"),
        ),
        Index(
            "uq_hours_disputes_open_missing",
            "region_id",
            "teacher_id",
            "category",
            "activity_date",
            "activity_title",
            unique=True,
            postgresql_where=text("status = 'open' AND entry_id IS NULL"),
        ),
    )
