"""Tables of closed school years 学年封账: one row per year, and the acts that moved it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class HoursClosing(Base):
    """Whether a school year takes postings; a year without a row is open.

    The writers of the ledger (see the migration) read it under the lock of the year, which a closing holds alone.
    """

    __tablename__ = "hours_closings"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    school_year: Mapped[int] = mapped_column(Integer, primary_key=True)
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))

    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        CheckConstraint("school_year BETWEEN 2000 AND 2100", name="school_year"),
    )


class HoursClosingAct(Base):
    """One closing or reopening 封账、解封: by whom, why, and what was still open then. Only grows."""

    __tablename__ = "hours_closing_acts"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_year: Mapped[int]
    act: Mapped[str]
    reason: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    account_id: Mapped[UUID]
    acting_role: Mapped[str]
    acted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(["region_id", "school_year"], ["hours_closings.region_id", "hours_closings.school_year"]),
        CheckConstraint("act IN ('close', 'reopen')", name="act"),
        CheckConstraint("act = 'close' OR length(reason) > 0", name="reopening_reason"),
        Index("ix_hours_closing_acts_year", "region_id", "school_year", "acted_at"),
    )
