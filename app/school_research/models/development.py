"""Tables of three-year development plans 三年发展规划 and of the training budget 培训经费. [A5.R]"""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference


class DevelopmentPlan(RegionRow, Base):
    """A school's plan for its teachers over some school years, three by the text."""

    __tablename__ = "development_plans"
    school_id: Mapped[UUID]
    first_year: Mapped[int]
    last_year: Mapped[int]
    aims: Mapped[str]
    measures: Mapped[str]
    written_by: Mapped[UUID]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "school_id", "first_year", name="uq_development_plans_first_year"),
        CheckConstraint("last_year >= first_year", name="years"),
    )


class TrainingBudget(RegionRow, Base):
    """What a school sets aside for training in a calendar year, out of its public funds, and has used; in fen."""

    __tablename__ = "training_budgets"
    school_id: Mapped[UUID]
    year: Mapped[int]
    public_funds_fen: Mapped[int] = mapped_column(BigInteger)
    training_fen: Mapped[int] = mapped_column(BigInteger)
    used_fen: Mapped[int] = mapped_column(BigInteger)
    written_by: Mapped[UUID]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "school_id", "year", name="uq_training_budgets_year"),
        CheckConstraint("used_fen >= 0 AND training_fen >= 0 AND public_funds_fen > 0", name="amounts"),
        CheckConstraint("training_fen <= public_funds_fen", name="share"),
    )
