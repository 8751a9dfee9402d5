"""Table of awards 奖项: numbered, with a certificate; revoked by two persons, never deleted. [M7.1b]"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.evaluations.models.rubrics import one_of
from app.evaluations.states import AwardRoute, AwardStatus, EvaluatedKind


class Award(RegionRow, Base):
    """An award 奖项 of a kind in a year. number: of our own certificate, or of one on paper (route `recorded`)."""

    __tablename__ = "awards"
    kind: Mapped[str]
    year: Mapped[int]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    holder_name: Mapped[str]
    unit_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    workshop_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    route: Mapped[str]
    campaign_id: Mapped[UUID | None]
    candidate_id: Mapped[UUID | None]
    place: Mapped[int | None]
    number: Mapped[str | None]
    certificate_id: Mapped[UUID | None]
    awarded_on: Mapped[date]
    granted_by: Mapped[UUID]
    status: Mapped[str] = mapped_column(server_default=text("'granted'"))
    revocation_asked_by: Mapped[UUID | None]
    revocation_reason: Mapped[str | None]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("unit_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        region_reference("workshop_id", "workshops"),
        region_reference("case_id", "typical_cases"),
        region_reference("campaign_id", "campaigns"),
        region_reference("candidate_id", "campaign_candidates"),
        region_reference("certificate_id", "certificates"),
        UniqueConstraint("region_id", "candidate_id", name="uq_awards_candidate"),
        UniqueConstraint("region_id", "id", "teacher_id", name="uq_awards_holder"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint(one_of("subject", EvaluatedKind), name="subject"),
        CheckConstraint(one_of("route", AwardRoute), name="route"),
        CheckConstraint(one_of("status", AwardStatus), name="status"),
        CheckConstraint(
            "(subject <> 'teacher' OR subject_id IS NOT DISTINCT FROM teacher_id)"
            " AND (subject <> 'workshop' OR subject_id IS NOT DISTINCT FROM workshop_id)"
            " AND (subject <> 'case' OR subject_id IS NOT DISTINCT FROM case_id)"
            " AND (subject IN ('teacher', 'workshop', 'case') OR subject_id = unit_id)"
            " AND (subject = 'workshop') = (workshop_id IS NOT NULL) AND (subject = 'case') = (case_id IS NOT NULL)",
            name="subject_whole",
        ),
        CheckConstraint(
            "(route = 'campaign') = (candidate_id IS NOT NULL) AND (candidate_id IS NULL) = (campaign_id IS NULL)"
            " AND (route = 'recorded') = (number IS NOT NULL AND certificate_id IS NULL)"
            " AND (number IS NOT NULL OR certificate_id IS NULL)",
            name="origin",
        ),
        CheckConstraint(
            "(status IN ('revoking', 'revoked')) = (revocation_asked_by IS NOT NULL)"
            " AND (status = 'granted') = (revocation_reason IS NULL)"
            " AND (status IN ('revoked', 'withdrawn')) = (revoked_by IS NOT NULL)"
            " AND (revoked_by IS NULL) = (revoked_at IS NULL) AND (status <> 'withdrawn' OR route = 'recorded')",
            name="revocation",
        ),
        CheckConstraint("revocation_asked_by <> revoked_by", name="two_persons"),
        Index(
            "uq_awards_yearly",
            "region_id",
            "kind",
            "year",
            "subject_id",
            unique=True,
            postgresql_where=text("status NOT IN ('revoked', 'withdrawn')"),
        ),
        Index(
            "uq_awards_recorded",
            "region_id",
            "number",
            unique=True,
            postgresql_where=text("route = 'recorded' AND status <> 'withdrawn'"),
        ),
        Index("ix_awards_unit", "region_id", "unit_id", "id"),
        Index("ix_awards_teacher", "region_id", "teacher_id", "id"),
        Index("ix_awards_day", "region_id", "awarded_on", "id"),
    )
