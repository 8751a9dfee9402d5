"""Tables of activities 校本研修活动 and who took part. [A5.7.2]"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.hours.models.ledger import steps
from app.school_research.states import AttendanceMeans, ResearchActivityStatus

STATUSES = ", ".join(repr(str(status)) for status in ResearchActivityStatus)
MEANS = ", ".join(repr(str(means)) for means in AttendanceMeans)


class ResearchActivity(RegionRow, Base):
    """An activity of a school; submission_id: the hours sheet its attendance has become lines of."""

    __tablename__ = "research_activities"
    school_id: Mapped[UUID]
    plan_id: Mapped[UUID | None]
    start_year: Mapped[int]
    term: Mapped[int]
    title: Mapped[str]
    activity_date: Mapped[date]
    session: Mapped[str | None]
    content: Mapped[str]
    mode: Mapped[str]
    team: Mapped[str | None]
    host: Mapped[str]
    leader: Mapped[str | None]
    hours: Mapped[Decimal] = mapped_column(Numeric())
    record: Mapped[str | None]
    status: Mapped[str]
    cancel_reason: Mapped[str | None]
    sign_in_code: Mapped[str | None]
    submission_id: Mapped[UUID | None]
    created_by: Mapped[UUID]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        region_reference("plan_id", "school_plans"),
        region_reference("submission_id", "hours_submissions"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancel_reason"),
        CheckConstraint("term IN (1, 2)", name="term"),
        CheckConstraint(steps("hours") + " AND hours > 0", name="hours"),
        Index("ix_research_activities_school", "region_id", "school_id", "id"),
        Index("ix_research_activities_term", "region_id", "school_id", "start_year", "term", "activity_date"),
        Index(
            "uq_research_activities_held",
            "region_id",
            "school_id",
            "activity_date",
            "title",
            "session",
            unique=True,
            postgresql_where=text("status = 'open'"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_research_activities_code",
            "region_id",
            "sign_in_code",
            unique=True,
            postgresql_where=text("sign_in_code IS NOT NULL"),
        ),
    )


class ResearchAttendance(RegionRow, Base):
    """That a teacher took part 出席; hours: where they differ from the activity's."""

    __tablename__ = "research_attendance"
    activity_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    means: Mapped[str]
    hours: Mapped[Decimal | None] = mapped_column(Numeric())
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("activity_id", "research_activities"),
        region_reference("teacher_id", "teachers"),
        UniqueConstraint("region_id", "activity_id", "teacher_id", name="uq_research_attendance_teacher"),
        CheckConstraint(f"means IN ({MEANS})", name="means"),
        CheckConstraint("hours IS NULL OR (" + steps("hours") + " AND hours > 0)", name="hours"),
        Index("ix_research_attendance_teacher", "region_id", "teacher_id"),
    )
