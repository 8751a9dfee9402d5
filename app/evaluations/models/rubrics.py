"""Tables of rubrics 评价标准: content is frozen when the row is made, only its standing moves. [A5.R] [A6.R]"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.evaluations.states import EvaluatedKind, RubricSource, RubricStatus


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def halves(column: str) -> str:
    """The CHECK of points in steps of a half; NaN would pass every comparison it stands in."""
    return f"{column} >= 0 AND {column} <> 'NaN' AND {column} * 2 = trunc({column} * 2)"


class Rubric(RegionRow, Base):
    """A version of a rubric 评价标准. content: its sections; digest: SHA-256 over all it says.

    points: what the marks add up to; points_declared: what the headings add up to. findings, accepted_reason: what the
    integrity check said, and why a contradiction was accepted. source printed: frozen from the regulation.
    """

    __tablename__ = "rubrics"
    name: Mapped[str]
    year: Mapped[int]
    source: Mapped[str]
    label: Mapped[str]
    clause: Mapped[str | None]
    subject: Mapped[str]
    reading: Mapped[str | None]
    content: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    points: Mapped[Decimal] = mapped_column(Numeric())
    points_declared: Mapped[Decimal] = mapped_column(Numeric())
    findings: Mapped[list[dict[str, Any]]]
    accepted_reason: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    written_by: Mapped[UUID]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("name ~ '^[a-z][a-z0-9_]{2,49}$'", name="name"),
        CheckConstraint("year BETWEEN 2022 AND 2100", name="year"),
        CheckConstraint(one_of("source", RubricSource), name="source"),
        CheckConstraint(one_of("subject", EvaluatedKind), name="subject"),
        CheckConstraint(one_of("status", RubricStatus), name="status"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint(
            f"{halves('points')} AND points > 0 AND {halves('points_declared')}",
            name="points",
        ),
        CheckConstraint("jsonb_typeof(content) = 'object' AND jsonb_typeof(findings) = 'array'", name="content"),
        CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)"
            " AND (published_at IS NOT NULL AND source = 'own') = (published_by IS NOT NULL)",
            name="published",
        ),
        CheckConstraint("written_by <> published_by", name="two_persons"),
        Index(
            "uq_rubrics_published",
            "region_id",
            "name",
            "year",
            unique=True,
            postgresql_where=text("status = 'published' AND source = 'own'"),
        ),
        Index(
            "uq_rubrics_frozen", "region_id", "name", "digest", unique=True, postgresql_where=text("source = 'printed'")
        ),
    )


class RubricMark(RegionRow, Base):
    """One mark 分值 of a rubric: what a sheet's mark points at, so that no mark exceeds its points. Never changed."""

    __tablename__ = "rubric_marks"
    rubric_id: Mapped[UUID]
    code: Mapped[str]
    place: Mapped[int]
    points: Mapped[Decimal] = mapped_column(Numeric())

    __table_args__ = (
        region_reference("rubric_id", "rubrics"),
        UniqueConstraint("region_id", "rubric_id", "code", "points", name="uq_rubric_marks_points"),
        UniqueConstraint("region_id", "rubric_id", "code", name="uq_rubric_marks_code"),
        CheckConstraint(f"{halves('points')} AND points > 0", name="points"),
    )
