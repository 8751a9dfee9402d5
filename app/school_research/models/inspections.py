"""Tables of checks 检查: random samples with their frozen population, and the check of each school. [A5.8.1 A5.8.2]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.school_research.states import InspectionKind, InspectionStatus, SampleStatus

HEX = "~ '^[0-9a-f]{64}$'"


def _quoted(kind: Any) -> str:
    return ", ".join(repr(str(one)) for one in kind)


class InspectionSample(RegionRow, Base):
    """A random sample of a term; what decides the draw is written before it and never changes. [A5.8.2]

    seed: shown once drawn; seed_sha256 is published before.
    """

    __tablename__ = "inspection_samples"
    start_year: Mapped[int]
    term: Mapped[int]
    number: Mapped[int]
    percent: Mapped[int]
    by_central_school: Mapped[bool]
    by_stage: Mapped[bool]
    reason: Mapped[str | None]
    population: Mapped[list[dict[str, Any]]]
    population_sha256: Mapped[str]
    seed: Mapped[str]
    seed_sha256: Mapped[str]
    public_value: Mapped[str | None]
    status: Mapped[str]
    created_by: Mapped[UUID]
    drawn_by: Mapped[UUID | None]
    drawn_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("region_id", "start_year", "term", "number", name="uq_inspection_samples_number"),
        CheckConstraint(f"status IN ({_quoted(SampleStatus)})", name="status"),
        CheckConstraint("term IN (1, 2)", name="term"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("number >= 1 AND (number = 1 OR length(reason) > 0)", name="again"),
        CheckConstraint(f"population_sha256 {HEX} AND seed {HEX} AND seed_sha256 {HEX}", name="hashes"),
        CheckConstraint(
            "(status = 'drawn') = (drawn_by IS NOT NULL) AND (drawn_by IS NULL) = (drawn_at IS NULL)"
            " AND (status = 'drawn' OR public_value IS NULL)",
            name="drawn",
        ),
    )


class Inspection(RegionRow, Base):
    """The check of a school in a term: of mid-term by the 中心校, or because the sample has drawn it."""

    __tablename__ = "inspections"
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    term: Mapped[int]
    kind: Mapped[str]
    sample_id: Mapped[UUID | None]
    stratum: Mapped[str | None]
    status: Mapped[str]
    material: Mapped[str | None]
    handed_in_by: Mapped[UUID | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric())
    opinion: Mapped[str | None]
    assessed_by: Mapped[UUID | None]
    assessed_on: Mapped[date | None]
    correction_due_on: Mapped[date | None]
    correction: Mapped[str | None]
    follow_up: Mapped[str | None]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        region_reference("sample_id", "inspection_samples"),
        CheckConstraint(f"status IN ({_quoted(InspectionStatus)})", name="status"),
        CheckConstraint(f"kind IN ({_quoted(InspectionKind)})", name="kind"),
        CheckConstraint("(kind = 'sample') = (sample_id IS NOT NULL)", name="sample"),
        CheckConstraint("term IN (1, 2)", name="term"),
        CheckConstraint("score <> 'NaN' AND score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("handed_in_by <> assessed_by", name="two_persons"),
        CheckConstraint(
            "(status IN ('drawn', 'handed_in')) = (assessed_by IS NULL) AND (assessed_by IS NULL) = (score IS NULL)"
            " AND (assessed_by IS NULL) = (opinion IS NULL) AND (assessed_by IS NULL) = (assessed_on IS NULL)"
            " AND (status IN ('correcting', 'corrected', 'settled')) = (correction_due_on IS NOT NULL)",
            name="status_whole",
        ),
        Index(
            "uq_inspections_midterm",
            "region_id",
            "school_id",
            "start_year",
            "term",
            unique=True,
            postgresql_where=text("kind = 'midterm'"),
        ),
        UniqueConstraint("region_id", "sample_id", "school_id", name="uq_inspections_sample"),
        Index("ix_inspections_term", "region_id", "start_year", "term", "id"),
    )
