"""Tables of the scorecard: its years, the rows' self-assessments and marks, and frozen snapshots. [A4.1]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.performance.states import FIRST_YEAR, LAST_YEAR, RowStatus

STATUSES = ", ".join(repr(str(status)) for status in RowStatus)
YEAR = f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
HALVES = "{0} >= 0 AND {0} <= 100 AND {0} * 2 = trunc({0} * 2)"


class ScorecardYear(RegionRow, Base):
    """A calendar year of the scorecard 评级年度; its row is the lock of everything written in the year."""

    __tablename__ = "scorecard_years"
    year: Mapped[int]

    __table_args__ = (
        UniqueConstraint("region_id", "year", name="uq_scorecard_years_year"),
        CheckConstraint(YEAR, name="year"),
    )


class ScorecardRow(RegionRow, Base):
    """A requirement in a year 自评项: what its department says of it, and what 教师教育科 gives it. [A4.1]

    designated: departments named for the year where the standard says 各相关职能科室. department: whose desk assessed;
    points, scored_points: in halves. links: evidence elsewhere, label and address.
    """

    __tablename__ = "scorecard_rows"
    year: Mapped[int]
    requirement: Mapped[str]
    organisation_id: Mapped[UUID]
    designated: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    department: Mapped[str | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    note: Mapped[str | None]
    links: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    assessed_by: Mapped[UUID | None]
    assessed_at: Mapped[datetime | None]
    scored_points: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    score_note: Mapped[str | None]
    scored_by: Mapped[UUID | None]
    scored_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None]
    returned_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        UniqueConstraint("region_id", "year", "requirement", name="uq_scorecard_rows_requirement"),
        CheckConstraint(YEAR, name="year"),
        CheckConstraint("requirement ~ '^[a-z_]+(\\.[a-z_]+){2}$'", name="requirement"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(HALVES.format("points"), name="points"),
        CheckConstraint(HALVES.format("scored_points"), name="scored_points"),
        CheckConstraint("jsonb_typeof(links) = 'array'", name="links"),
        CheckConstraint(
            "(status = 'open') = (points IS NULL) AND (points IS NULL) = (note IS NULL)"
            " AND (points IS NULL) = (department IS NULL) AND (points IS NULL) = (assessed_by IS NULL)"
            " AND (points IS NULL) = (assessed_at IS NULL)",
            name="assessed_whole",
        ),
        CheckConstraint(
            "(status = 'scored') = (scored_points IS NOT NULL) AND (scored_points IS NULL) = (scored_by IS NULL)"
            " AND (scored_points IS NULL) = (scored_at IS NULL)",
            name="scored_whole",
        ),
        CheckConstraint(
            "(status = 'returned') = (returned_reason IS NOT NULL)"
            " AND (returned_reason IS NULL) = (returned_by IS NULL)",
            name="returned_whole",
        ),
        CheckConstraint("assessed_by <> scored_by AND assessed_by <> returned_by", name="two_persons"),
    )


class ScorecardSnapshot(RegionRow, Base):
    """A year as it was frozen and sent to the province 冻结上报; never changed, the next one gives its reason.

    content: canonical JSON of the scorecard; sha256: of these bytes, in hex, and the database checks it.
    """

    __tablename__ = "scorecard_snapshots"
    year: Mapped[int]
    number: Mapped[int]
    content: Mapped[str]
    sha256: Mapped[str]
    self_assessed: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    decided: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    reason: Mapped[str | None]
    frozen_by: Mapped[UUID]

    __table_args__ = (
        UniqueConstraint("region_id", "year", "number", name="uq_scorecard_snapshots_number"),
        CheckConstraint(YEAR, name="year"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("number = 1 OR length(reason) > 0", name="reason"),
        CheckConstraint("sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')", name="sha256"),
        CheckConstraint("self_assessed >= 0 AND decided >= 0", name="totals"),
    )


class ScorecardListed(Base):
    """A record behind a number of a frozen year, as it was 冻结名单; only grows. place: within the figure, from 1 on.

    Persons by id, never by name. Records are of many kinds and are kept as they stood, so that their ids bear no
    reference: what is merged or moved later changes nothing here. The snapshot is written after its lists, whose
    hashes it holds: hence the deferred reference.
    """

    __tablename__ = "scorecard_records"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    snapshot_id: Mapped[UUID] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[UUID]
    kind: Mapped[str]
    label: Mapped[str | None]
    teacher_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    happened_on: Mapped[date | None]
    detail: Mapped[str | None]
    is_counted: Mapped[bool]
    href: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "snapshot_id"],
            ["scorecard_snapshots.region_id", "scorecard_snapshots.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("place >= 1", name="place"),
    )
