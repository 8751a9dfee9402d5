"""Tables of the hours ledger: append-only entries, summaries kept with them, counters of completion.

The service role cannot write entries, summaries or counters: the function `post_hours` (see the migration) writes all
three in one statement, so that they cannot drift apart.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, Numeric, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, region_reference
from app.core.events import TransactionId
from app.hours.states import HoursCategory, HoursSource

CATEGORIES = ", ".join(repr(str(category)) for category in HoursCategory)
SOURCES = ", ".join(repr(str(source)) for source in HoursSource)


def steps(column: str) -> str:
    """Steps of half an hour within a line's bounds; NaN passes comparisons, so it is named."""
    return f"{column} <> 'NaN' AND abs({column}) <= 400 AND {column} * 2 = trunc({column} * 2)"


class HoursEntry(Base):
    """One credited line 学时记录. Never changed, never deleted; undone by one reversal 红冲 that names its reason."""

    __tablename__ = "hours_entries"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    epoch: Mapped[int] = mapped_column(server_default=text("feed_epoch()"))
    xid: Mapped[int] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    school_year: Mapped[int]
    category: Mapped[str]
    claimed: Mapped[Decimal] = mapped_column(Numeric())
    credited: Mapped[Decimal] = mapped_column(Numeric())
    activity_title: Mapped[str]
    activity_date: Mapped[date]
    session: Mapped[str | None]
    source: Mapped[str]
    source_id: Mapped[UUID | None]
    external_key: Mapped[str | None]
    line_key: Mapped[str | None]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    reverses_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    policy_version: Mapped[str]
    posted_by: Mapped[UUID]
    approved_by: Mapped[UUID | None]
    posted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("reverses_id", "hours_entries"),
        CheckConstraint(f"category IN ({CATEGORIES})", name="category"),
        CheckConstraint(f"source IN ({SOURCES})", name="source"),
        CheckConstraint(steps("claimed") + " AND claimed <> 0", name="claimed"),
        CheckConstraint(steps("credited"), name="credited"),
        CheckConstraint(
            "(reverses_id IS NULL AND claimed > 0 AND credited BETWEEN 0 AND claimed)"
            " OR (reverses_id IS NOT NULL AND claimed < 0 AND credited BETWEEN claimed AND 0)",
            name="signs",
        ),
        CheckConstraint("(reverses_id IS NULL) = (source <> 'reversal')", name="reversal_source"),
        CheckConstraint("reverses_id IS NULL OR length(reason) > 0", name="reversal_reason"),
        CheckConstraint("(reverses_id IS NULL) = (line_key IS NOT NULL)", name="line_key"),
        CheckConstraint(
            "activity_date >= make_date(school_year, 9, 1) AND activity_date < make_date(school_year + 1, 9, 1)",
            name="activity_in_year",
        ),
        CheckConstraint("posted_by <> approved_by", name="two_persons"),
        CheckConstraint("revision BETWEEN 1 AND 99", name="revision"),
        Index("uq_hours_entries_line", "region_id", "line_key", "revision", unique=True),
        Index(
            "uq_hours_entries_reversal",
            "region_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
        Index("ix_hours_entries_newest", "region_id", "seq"),
        Index("ix_hours_entries_position", "region_id", "epoch", "xid", "seq"),
        Index("ix_hours_entries_school", "region_id", "school_id", "seq"),
        Index("ix_hours_entries_teacher", "region_id", "teacher_id", "school_year", "seq"),
        # For the reports of a year: the index alone answers them, in the order in which they add up.
        Index(
            "ix_hours_entries_year",
            "region_id",
            "school_year",
            "teacher_id",
            "activity_date",
            postgresql_include=["category", "credited"],
        ),
    )


class HoursLineAlias(Base):
    """Another key of a line: what it would be called by the content that a re-credit gave it 更正后的标识.

    The line keeps its own key through all revisions; a file or a posting with the corrected content finds it by this.
    """

    __tablename__ = "hours_line_aliases"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    alias: Mapped[str] = mapped_column(Text, primary_key=True)
    line_key: Mapped[str]

    __table_args__ = (
        CheckConstraint("alias <> line_key", name="another"),
        Index("ix_hours_line_aliases_line_key", "region_id", "line_key"),
    )


class HoursSummary(Base):
    """What a teacher has of one category in one school year; the row is the lock, its CHECK is the cap."""

    __tablename__ = "hours_summaries"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    teacher_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_year: Mapped[int] = mapped_column(Integer, primary_key=True)
    category: Mapped[str] = mapped_column(Text, primary_key=True)
    entries: Mapped[int] = mapped_column(server_default=text("0"))
    claimed: Mapped[Decimal] = mapped_column(Numeric(7, 1), server_default=text("0"))
    credited: Mapped[Decimal] = mapped_column(Numeric(7, 1), server_default=text("0"))
    cap: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    target: Mapped[Decimal | None] = mapped_column(Numeric(7, 1))
    locked_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        CheckConstraint(f"category IN ({CATEGORIES})", name="category"),
        CheckConstraint(
            "credited <> 'NaN' AND credited >= 0 AND claimed >= credited AND claimed <> 'NaN'", name="sums"
        ),
        CheckConstraint("cap IS NULL OR credited <= cap", name="cap"),
        CheckConstraint("entries >= 0", name="entries"),
    )


class HoursCompletionCounter(Base):
    """How many of a school's teachers at post have reached the target of school-based research in a year [A5.7.1]."""

    __tablename__ = "hours_completion_counters"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    school_year: Mapped[int] = mapped_column(Integer, primary_key=True)
    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    teachers: Mapped[int] = mapped_column(server_default=text("0"))
    met: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        region_reference("school_id", "organisations"),
        CheckConstraint("teachers >= 0 AND met BETWEEN 0 AND teachers", name="counts"),
    )
