"""Table of the two cases that are counted per trainee 学员案例. [A4.5]"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from app.core.asked import Asked
from app.core.db import Base, region_reference
from app.practice.states import PracticeCaseKind, PracticeCaseStatus
from app.projects.models.projects import one_of


class PracticeCase(Asked, Base):
    """That an output or a typical case is a trainee's case of a kind; one at a time of each kind stands. [A4.5]

    Named by the trainee or the school, judged by 进修学校.
    """

    __tablename__ = "practice_cases"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    kind: Mapped[str]
    output_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    note: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        ForeignKeyConstraint(
            ["region_id", "output_id", "trainee_id"],
            ["practice_outputs.region_id", "practice_outputs.id", "practice_outputs.trainee_id"],
            name="fk_practice_cases_output",
        ),
        region_reference("case_id", "typical_cases"),
        CheckConstraint(one_of("kind", PracticeCaseKind), name="kind"),
        CheckConstraint(one_of("status", PracticeCaseStatus), name="status"),
        CheckConstraint("num_nonnulls(output_id, case_id) = 1", name="one_reference"),
        CheckConstraint(
            "(status IN ('accepted', 'declined', 'revoked')) = (answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status NOT IN ('declined', 'revoked') OR answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index(
            "uq_practice_cases_standing",
            "region_id",
            "trainee_id",
            "kind",
            unique=True,
            postgresql_where=text("status IN ('submitted', 'accepted')"),
        ),
        Index("ix_practice_cases_project", "region_id", "project_id", "id"),
        Index("ix_practice_cases_school", "region_id", "school_id", "id"),
        Index("ix_practice_cases_teacher", "region_id", "teacher_id", "id"),
    )
