"""Table of what merging two teachers' records moved in campaigns 合并承接. Decision 14."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from app.core.db import Base, RegionRow, region_reference
from app.evaluations.models.rubrics import one_of
from app.evaluations.states import MovedKind


class EvaluationSuccession(RegionRow, Base):
    """A row of campaigns that was `teacher_id`'s own before a merge 合并承接, until the merge is undone.

    One at a time for a row: whoever the record that took it over is merged into later, it is this one's to get back.
    """

    __tablename__ = "evaluation_successions"
    kind: Mapped[str]
    row_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    into_id: Mapped[UUID]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("into_id", "teachers"),
        CheckConstraint(one_of("kind", MovedKind), name="kind"),
        CheckConstraint("teacher_id <> into_id", name="two_records"),
        Index(
            "uq_evaluation_successions_row",
            "region_id",
            "kind",
            "row_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_evaluation_successions_teacher", "region_id", "teacher_id"),
    )
