"""Tables of budget lines 预算 and payments 支出; amounts are integer fen 分. [M6.2.2]

spent_fen is the sum of the payments that are not reversed, kept in their transaction: the CHECK lets no payment pass
that the line does not cover, however many come at the same moment.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.funds.states import FEN_MAX, YEARS, PaymentStatus


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class BudgetLine(RegionRow, Base):
    """A line of the budget of a year 预算: for a purpose, of a project or of the county as a whole. [M6.2.2]"""

    __tablename__ = "budget_lines"
    project_id: Mapped[UUID | None]
    year: Mapped[int]
    purpose: Mapped[str]
    title: Mapped[str]
    amount_fen: Mapped[int]
    spent_fen: Mapped[int] = mapped_column(server_default=text("0"))
    adjust_reason: Mapped[str | None]
    made_by: Mapped[UUID]
    adjusted_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint(f"year BETWEEN {YEARS[0]} AND {YEARS[1]}", name="year"),
        CheckConstraint(f"amount_fen BETWEEN 0 AND {FEN_MAX}", name="amount_fen"),
        CheckConstraint("spent_fen BETWEEN 0 AND amount_fen", name="covered"),
        CheckConstraint("(adjusted_by IS NULL) = (adjust_reason IS NULL)", name="adjusted_whole"),
        Index(
            "uq_budget_lines_project",
            "region_id",
            "project_id",
            "year",
            "purpose",
            "title",
            unique=True,
            postgresql_where=text("project_id IS NOT NULL"),
        ),
        Index(
            "uq_budget_lines_county",
            "region_id",
            "year",
            "purpose",
            "title",
            unique=True,
            postgresql_where=text("project_id IS NULL"),
        ),
    )


class Payment(RegionRow, Base):
    """A payment from a line 支出: recorded by one person, confirmed on evidence or reversed by another. [M6.2.2]

    fee_id, reimbursement_id: what it pays, where it is one of these; each is paid once.
    """

    __tablename__ = "payments"
    line_id: Mapped[UUID]
    payee: Mapped[str]
    matter: Mapped[str]
    amount_fen: Mapped[int]
    paid_on: Mapped[date]
    voucher: Mapped[str | None]
    fee_id: Mapped[UUID | None]
    reimbursement_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'recorded'"))
    recorded_by: Mapped[UUID]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    reversed_by: Mapped[UUID | None]
    reversed_at: Mapped[datetime | None]
    reverse_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("line_id", "budget_lines"),
        region_reference("fee_id", "expert_fees"),
        region_reference("reimbursement_id", "reimbursements"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {FEN_MAX}", name="amount_fen"),
        CheckConstraint("fee_id IS NULL OR reimbursement_id IS NULL", name="one_claim"),
        CheckConstraint(one_of("status", PaymentStatus), name="status"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)"
            " AND (status <> 'confirmed' OR confirmed_by IS NOT NULL)"
            " AND (status <> 'recorded' OR confirmed_by IS NULL)",
            name="confirmed_whole",
        ),
        CheckConstraint(
            "(status = 'reversed') = (reversed_by IS NOT NULL) AND (reversed_by IS NULL) = (reversed_at IS NULL)"
            " AND (reversed_by IS NULL) = (reverse_reason IS NULL)",
            name="reversed_whole",
        ),
        CheckConstraint("recorded_by <> confirmed_by AND recorded_by <> reversed_by", name="two_persons"),
        Index(
            "uq_payments_fee",
            "region_id",
            "fee_id",
            unique=True,
            postgresql_where=text("status <> 'reversed'"),
        ),
        Index(
            "uq_payments_reimbursement",
            "region_id",
            "reimbursement_id",
            unique=True,
            postgresql_where=text("status <> 'reversed'"),
        ),
        Index("ix_payments_line", "region_id", "line_id", "id"),
        Index("ix_payments_day", "region_id", "paid_on", "id", postgresql_where=text("status = 'confirmed'")),
    )
