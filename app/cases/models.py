"""Tables of typical cases 典型案例 and of where they were used again 推广应用."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.states import CaseStatus
from app.core.asked import Asked
from app.core.db import Base, RegionRow, region_reference
from app.publications.models import KINDS

STATUSES = ", ".join(repr(str(status)) for status in CaseStatus)


class TypicalCase(Asked, Base):
    """One case of a term: whose it is, what it tells of, and how far it has come. subject: as of a publication."""

    __tablename__ = "typical_cases"
    organisation_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    term: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    recommended_to: Mapped[str | None]
    recommended_on: Mapped[date | None]
    recommended_by: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'submitted'"), sort_order=90)

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(f"subject_kind IN ({KINDS})", name="subject_kind"),
        CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        CheckConstraint("term ~ '^[0-9]{4}-[0-9]{4}-[12]$'", name="term"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint(
            "(status IN ('accepted', 'declined', 'recommended')) = (answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status <> 'declined' OR answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint(
            "(status = 'recommended') = (recommended_to IS NOT NULL)"
            " AND (recommended_to IS NULL) = (recommended_on IS NULL)"
            " AND (recommended_to IS NULL) = (recommended_by IS NULL)",
            name="recommended",
        ),
        CheckConstraint("asked_by <> answered_by AND asked_by <> recommended_by", name="two_persons"),
        Index("ix_typical_cases_organisation", "region_id", "organisation_id", "term", "id"),
        Index("ix_typical_cases_teacher", "region_id", "teacher_id", "id"),
        Index(
            "ix_typical_cases_answered",
            "region_id",
            "answered_at",
            postgresql_where=text("status IN ('accepted', 'recommended')"),
        ),
        Index("ix_typical_cases_subject", "region_id", "subject_id", "term", "id"),
    )


class CaseUse(RegionRow, Base):
    """An organisation has used a case on a day; never changed."""

    __tablename__ = "case_uses"
    case_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    used_on: Mapped[date]
    note: Mapped[str]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("case_id", "typical_cases"),
        region_reference("organisation_id", "organisations"),
        UniqueConstraint("region_id", "case_id", "organisation_id", "used_on"),
    )
