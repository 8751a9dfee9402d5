"""Tables of monthly reviews, mentor pairs and subsidies. [M7.1a] [A6.11] [A6.8]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.workshops.models.workshops import YEAR, one_of
from app.workshops.states import PairStatus, ReviewGrade, ReviewStatus, SubsidyStatus


class WorkshopReview(RegionRow, Base):
    """The review of a month 月度评审: what the service counted, the grade and the feedback; closed once. [M7.1a]"""

    __tablename__ = "workshop_reviews"
    workshop_id: Mapped[UUID]
    month: Mapped[date]
    statistics: Mapped[dict[str, Any]] = mapped_column(JSONB)
    grade: Mapped[str]
    feedback: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    reviewed_by: Mapped[UUID]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        UniqueConstraint("region_id", "workshop_id", "month", name="uq_workshop_reviews_month"),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint(one_of("grade", ReviewGrade), name="grade"),
        CheckConstraint(one_of("status", ReviewStatus), name="status"),
        CheckConstraint("length(feedback) > 0", name="feedback"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_whole"),
        Index("ix_workshop_reviews_month", "region_id", "month", "workshop_id"),
    )


class MentorPair(RegionRow, Base):
    """A mentor and an apprentice of a workshop 师徒结对, with the plan and in the end the result. [A6.11] [A4.5]"""

    __tablename__ = "mentor_pairs"
    workshop_id: Mapped[UUID]
    mentor_id: Mapped[UUID]
    apprentice_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    plan: Mapped[str]
    result: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'running'"))
    created_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("mentor_id", "teachers"),
        region_reference("apprentice_id", "teachers"),
        CheckConstraint("mentor_id <> apprentice_id", name="two_persons"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint(one_of("status", PairStatus), name="status"),
        CheckConstraint(
            "(status = 'finished') = (result IS NOT NULL) AND (status = 'finished') = (ends_on IS NOT NULL)",
            name="finished_whole",
        ),
        Index("ix_mentor_pairs_workshop", "region_id", "workshop_id", "id"),
        Index("ix_mentor_pairs_mentor", "region_id", "mentor_id"),
        Index("ix_mentor_pairs_apprentice", "region_id", "apprentice_id"),
        Index(
            "uq_mentor_pairs_running",
            "region_id",
            "workshop_id",
            "mentor_id",
            "apprentice_id",
            unique=True,
            postgresql_where=text("status = 'running'"),
        ),
    )


class WorkshopSubsidy(RegionRow, Base):
    """A subject master's subsidy for a school year 学科名师经费补助; the amount is integer fen 分. [A6.8]"""

    __tablename__ = "workshop_subsidies"
    workshop_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    amount_fen: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'granted'"))
    paid_on: Mapped[date | None]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "workshop_id", "teacher_id", "start_year", name="uq_workshop_subsidies_year"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("amount_fen BETWEEN 1 AND 100000000", name="amount_fen"),
        CheckConstraint(one_of("status", SubsidyStatus), name="status"),
        CheckConstraint("(status = 'paid') = (paid_on IS NOT NULL)", name="paid_whole"),
        Index("ix_workshop_subsidies_teacher", "region_id", "teacher_id"),
    )
