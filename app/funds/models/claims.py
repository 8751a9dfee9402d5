"""Tables of what is owed: fees of experts, and the costs of trainees that schools hand in. [M6.1.2] [M6.3.2]"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.funds.models.lines import one_of
from app.funds.states import FEN_MAX, ExpertFeeStatus, ReimbursementStatus


class ExpertFee(RegionRow, Base):
    """A fee of an expert 专家劳务费: for what, how much, and by when it is to be paid 及时支付. [M6.1.2]

    teacher_id: of an expert who has a record here, who may see it.
    """

    __tablename__ = "expert_fees"
    expert_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None]
    payee: Mapped[str]
    matter: Mapped[str]
    done_on: Mapped[date]
    amount_fen: Mapped[int]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=text("'due'"))
    paid_on: Mapped[date | None]
    withdraw_reason: Mapped[str | None]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("expert_id", "experts"),
        region_reference("teacher_id", "teachers"),
        region_reference("project_id", "projects"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {FEN_MAX}", name="amount_fen"),
        CheckConstraint("due_on >= done_on", name="due_on"),
        CheckConstraint(one_of("status", ExpertFeeStatus), name="status"),
        CheckConstraint(
            "(status = 'paid') = (paid_on IS NOT NULL) AND (status = 'withdrawn') = (withdraw_reason IS NOT NULL)",
            name="status_whole",
        ),
        Index("ix_expert_fees_expert", "region_id", "expert_id", "id"),
        Index("ix_expert_fees_due", "region_id", "due_on", "id", postgresql_where=text("status = 'due'")),
    )


class Reimbursement(RegionRow, Base):
    """Costs of a trainee that the school hands in 参训报销: submitted, checked, paid, by three persons. [M6.3.2]"""

    __tablename__ = "reimbursements"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    payee: Mapped[str]
    matter: Mapped[str]
    spent_on: Mapped[date]
    amount_fen: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'submitted'"))
    submitted_on: Mapped[date]
    submitted_by: Mapped[UUID]
    checked_on: Mapped[date | None]
    checked_by: Mapped[UUID | None]
    paid_on: Mapped[date | None]
    reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(f"amount_fen BETWEEN 1 AND {FEN_MAX}", name="amount_fen"),
        CheckConstraint("submitted_on >= spent_on", name="submitted_on"),
        CheckConstraint(one_of("status", ReimbursementStatus), name="status"),
        CheckConstraint(
            "(status IN ('checked', 'paid')) = (checked_by IS NOT NULL) AND (checked_by IS NULL) = (checked_on IS NULL)"
            " AND (status = 'paid') = (paid_on IS NOT NULL)"
            " AND (status NOT IN ('returned', 'withdrawn') OR reason IS NOT NULL)",
            name="status_whole",
        ),
        CheckConstraint("submitted_by <> checked_by", name="two_persons"),
        Index("ix_reimbursements_project", "region_id", "project_id", "id"),
        Index("ix_reimbursements_school", "region_id", "school_id", "id"),
        Index("ix_reimbursements_teacher", "region_id", "teacher_id", "id"),
    )
