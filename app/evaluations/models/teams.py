"""Table of the evaluation of sub-project teams 子项目团队综合评价. [A3.6]"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.evaluations.models.rubrics import halves, one_of
from app.evaluations.states import TeamEvaluationStatus


class TeamEvaluation(RegionRow, Base):
    """How a sub-project's team did in a year: a mark for each content of A3.6; scored by one, confirmed by another."""

    __tablename__ = "team_evaluations"
    sub_project_id: Mapped[UUID]
    year: Mapped[int]
    rubric_id: Mapped[UUID]
    marks: Mapped[list[dict[str, Any]]]
    points: Mapped[Decimal] = mapped_column(Numeric())
    opinion: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'scored'"))
    scored_by: Mapped[UUID]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("sub_project_id", "sub_projects"),
        region_reference("rubric_id", "rubrics"),
        UniqueConstraint("region_id", "sub_project_id", "year", name="uq_team_evaluations_year"),
        CheckConstraint("year BETWEEN 2022 AND 2100", name="year"),
        CheckConstraint("jsonb_typeof(marks) = 'array'", name="marks"),
        CheckConstraint(halves("points"), name="points"),
        CheckConstraint("length(opinion) > 0", name="opinion"),
        CheckConstraint(one_of("status", TeamEvaluationStatus), name="status"),
        CheckConstraint(
            "(status = 'confirmed') = (confirmed_by IS NOT NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name="confirmed",
        ),
        CheckConstraint("scored_by <> confirmed_by", name="two_persons"),
    )
