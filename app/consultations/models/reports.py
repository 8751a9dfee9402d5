"""Tables of reports of ten days 十天会商 and of monthly summaries 每月小结. [A3.4]"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.consultations.states import ConsultationReportStatus, ConsultationSummaryStatus
from app.core.db import Base, RegionRow, region_reference


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class ConsultationReport(RegionRow, Base):
    """What the team of a sub-project reports of a window 会商汇报; one for each. [A3.4]

    author: of the team, by name, as the team may change later. submitted_on: the day it was handed in first, by which
    it is late or not; a report put right after a return keeps that day.
    """

    __tablename__ = "consultation_reports"
    sub_project_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    progress: Mapped[str | None]
    experience: Mapped[str | None]
    shortcomings: Mapped[str | None]
    difficulties: Mapped[str | None]
    suggestions: Mapped[str | None]
    author: Mapped[str]
    author_teacher_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    made_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    submitted_on: Mapped[date | None]
    late_days: Mapped[int | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("sub_project_id", "sub_projects"),
        region_reference("author_teacher_id", "teachers"),
        UniqueConstraint("region_id", "sub_project_id", "starts_on", name="uq_consultation_reports_window"),
        CheckConstraint(
            "ends_on >= starts_on AND extract(month FROM starts_on) = extract(month FROM ends_on)"
            " AND extract(year FROM starts_on) = extract(year FROM ends_on)",
            name="window",
        ),
        CheckConstraint("length(author) BETWEEN 1 AND 50", name="author"),
        CheckConstraint(one_of("status", ConsultationReportStatus), name="status"),
        CheckConstraint(
            "status = 'draft' OR least(coalesce(length(progress), 0), coalesce(length(experience), 0),"
            " coalesce(length(shortcomings), 0), coalesce(length(suggestions), 0)) > 0",
            name="told",
        ),
        CheckConstraint(
            "(status = 'draft') = (submitted_by IS NULL) AND (submitted_by IS NULL) = (submitted_on IS NULL)"
            " AND (submitted_by IS NULL) = (late_days IS NULL)",
            name="submitted_whole",
        ),
        CheckConstraint("submitted_on >= starts_on", name="submitted_on"),
        CheckConstraint("late_days = greatest(0, submitted_on - ends_on)", name="late_days"),
        CheckConstraint(
            "(status IN ('returned', 'accepted')) = (decided_by IS NOT NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR return_reason IS NOT NULL)",
            name="decided_whole",
        ),
        CheckConstraint("submitted_by <> decided_by", name="two_persons"),
        Index("ix_consultation_reports_window", "region_id", "starts_on", "id"),
        Index("ix_consultation_reports_author", "region_id", "author_teacher_id"),
    )


class ConsultationSummary(RegionRow, Base):
    """The summary of a month 每月小结; one for each, written by one person and closed by another. [A3.4]

    month: its first day. The counts and findings are those of the moment it was closed.
    """

    __tablename__ = "consultation_summaries"
    month: Mapped[date]
    text: Mapped[str]
    next_steps: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    written_by: Mapped[UUID]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    reports_due: Mapped[int | None]
    reports_in_time: Mapped[int | None]
    reports_late: Mapped[int | None]
    reports_missing: Mapped[int | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(server_default=sql("'[]'"))
    reopen_reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("region_id", "month", name="uq_consultation_summaries_month"),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        CheckConstraint("length(text) > 0", name="text"),
        CheckConstraint(one_of("status", ConsultationSummaryStatus), name="status"),
        CheckConstraint(
            "(status = 'closed') = (closed_by IS NOT NULL) AND (closed_by IS NULL) = (closed_at IS NULL)"
            " AND (closed_by IS NULL) = (reports_due IS NULL)",
            name="closed_whole",
        ),
        CheckConstraint(
            "reports_due = reports_in_time + reports_late + reports_missing AND reports_in_time >= 0"
            " AND reports_late >= 0 AND reports_missing >= 0",
            name="counts",
        ),
        CheckConstraint("jsonb_typeof(findings) = 'array'", name="findings"),
        CheckConstraint("written_by <> closed_by", name="two_persons"),
    )
