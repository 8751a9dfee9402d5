"""Tables of briefings 会商简报: issues numbered without gaps in a year, and the reports they are made from. [A3.4]"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.consultations.models.reports import one_of
from app.consultations.states import BriefingStatus
from app.core.db import Base, RegionRow, region_reference


class Briefing(RegionRow, Base):
    """A briefing 会商简报 of a period: written by one person, published under a number by another. [A3.4]

    year, number: given when it is published and kept for good, also by one that is withdrawn.
    """

    __tablename__ = "briefings"
    title: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    foreword: Mapped[str | None]
    progress: Mapped[str | None]
    experience: Mapped[str | None]
    shortcomings: Mapped[str | None]
    suggestions: Mapped[str | None]
    report_to: Mapped[str | None]
    copy_to: Mapped[str | None]
    year: Mapped[int | None]
    number: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    written_by: Mapped[UUID]
    published_by: Mapped[UUID | None]
    published_on: Mapped[date | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("region_id", "year", "number", name="uq_briefings_number"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint(one_of("status", BriefingStatus), name="status"),
        CheckConstraint(
            "(published_by IS NULL) = (published_on IS NULL) AND (published_by IS NULL) = (number IS NULL)"
            " AND (number IS NULL) = (year IS NULL) AND (status <> 'published' OR number IS NOT NULL)"
            " AND (status <> 'draft' OR number IS NULL)",
            name="published_whole",
        ),
        CheckConstraint("year = extract(year FROM published_on) AND number >= 1", name="number"),
        CheckConstraint(
            "status <> 'published' OR least(coalesce(length(progress), 0), coalesce(length(experience), 0),"
            " coalesce(length(shortcomings), 0), coalesce(length(suggestions), 0)) > 0",
            name="told",
        ),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)"
            " AND (withdrawn_by IS NULL) = (withdraw_reason IS NULL)",
            name="withdrawn_whole",
        ),
        CheckConstraint("written_by <> published_by", name="two_persons"),
        Index("ix_briefings_status", "region_id", "status", "id"),
    )


class BriefingReport(RegionRow, Base):
    """A report that a briefing is made from 选取的汇报."""

    __tablename__ = "briefing_reports"
    briefing_id: Mapped[UUID]
    report_id: Mapped[UUID]

    __table_args__ = (
        region_reference("briefing_id", "briefings"),
        region_reference("report_id", "consultation_reports"),
        UniqueConstraint("region_id", "briefing_id", "report_id", name="uq_briefing_reports_once"),
        Index("ix_briefing_reports_report", "region_id", "report_id"),
    )


class BriefingCounter(Base):
    """The last number given out in a year; its row lock is the queue in front of the next one."""

    __tablename__ = "briefing_counters"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int]

    __table_args__ = (CheckConstraint("last >= 1", name="last"),)
