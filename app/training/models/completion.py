"""Tables of the process score and of completion. [A2.3b] [A4.2]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.training.models.designs import one_of
from app.training.states import PARTS, TrainingCompletionStatus

WEIGHTS = " + ".join(f"{part}_weight" for part in PARTS)


def points(column: str) -> str:
    """Points from 0 to 100 in tenths."""
    return f"{column} BETWEEN 0 AND 100"


class TrainingScheme(RegionRow, Base):
    """How the process of a project is assessed 过程考核办法: four weights that sum to 100, and what completion asks.

    attendance_min, score_min: in percent and points; null asks for nothing. published_at: from then on it stands.
    """

    __tablename__ = "training_schemes"
    project_id: Mapped[UUID]
    attendance_weight: Mapped[int]
    learning_weight: Mapped[int]
    exchange_weight: Mapped[int]
    assignments_weight: Mapped[int]
    attendance_min: Mapped[int | None]
    score_min: Mapped[int | None]
    publications: Mapped[int] = mapped_column(server_default=text("0"))
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    written_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        UniqueConstraint("region_id", "project_id", name="uq_training_schemes_project"),
        CheckConstraint(
            f"least({', '.join(f'{part}_weight' for part in PARTS)}) >= 0 AND {WEIGHTS} = 100", name="weights"
        ),
        CheckConstraint("attendance_min BETWEEN 0 AND 100 AND score_min BETWEEN 0 AND 100", name="least"),
        CheckConstraint(
            "(published_by IS NULL) = (published_at IS NULL) AND (published_by IS NULL) = (publications = 0)",
            name="published",
        ),
    )


class TrainingGrade(RegionRow, Base):
    """What 进修学校 gives a trainee for learning and exchange 学习、交流考核; published with the next publication."""

    __tablename__ = "training_grades"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    learning: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    exchange: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    graded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        CheckConstraint(points("learning"), name="learning"),
        CheckConstraint(points("exchange"), name="exchange"),
        UniqueConstraint("region_id", "trainee_id", name="uq_training_grades_trainee"),
    )


class TrainingScore(RegionRow, Base):
    """The process score of a trainee as published 过程考核成绩: the four parts and their weighted sum. It stays."""

    __tablename__ = "training_scores"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    publication: Mapped[int]
    due: Mapped[int]
    present: Mapped[int]
    on_leave: Mapped[int]
    attendance: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    learning: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    exchange: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    assignments: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    total: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    published_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        *(CheckConstraint(points(name), name=name) for name in (*PARTS, "total")),
        CheckConstraint("publication > 0 AND due >= 0 AND present BETWEEN 0 AND due", name="figures"),
        CheckConstraint("on_leave BETWEEN 0 AND due - present", name="on_leave"),
        UniqueConstraint("region_id", "trainee_id", "publication", name="uq_training_scores_publication"),
        Index("ix_training_scores_project", "region_id", "project_id", "publication", "id"),
    )


class TrainingCompletion(RegionRow, Base):
    """The completion of a trainee 结业: recommended by 进修学校, decided by 教师教育科, certified, hours posted. [A4.2]

    project_hours: of the project, which `hours` never passes. figures: what the recommendation stands on.
    """

    __tablename__ = "training_completions"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    is_recommended: Mapped[bool]
    opinion: Mapped[str | None]
    figures: Mapped[dict[str, Any]]
    findings: Mapped[list[dict[str, Any]]]
    status: Mapped[str] = mapped_column(server_default=text("'recommended'"))
    recommended_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_on: Mapped[date | None]
    reason: Mapped[str | None]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    project_hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    certificate_id: Mapped[UUID | None]
    number: Mapped[str | None]
    entry_id: Mapped[UUID | None]
    credited: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("certificate_id", "certificates"),
        region_reference("entry_id", "hours_entries"),
        CheckConstraint(one_of("status", TrainingCompletionStatus), name="status"),
        CheckConstraint("jsonb_typeof(findings) = 'array' AND jsonb_typeof(figures) = 'object'", name="told"),
        CheckConstraint(
            "(status = 'recommended') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL)"
            " AND (status <> 'not_completed' OR length(reason) > 0)",
            name="decided",
        ),
        CheckConstraint("recommended_by <> decided_by", name="two_persons"),
        CheckConstraint("hours BETWEEN 0.5 AND project_hours AND hours * 2 = trunc(hours * 2)", name="hours"),
        CheckConstraint("(certificate_id IS NULL) = (number IS NULL)", name="certificate"),
        CheckConstraint("certificate_id IS NULL OR status = 'completed'", name="certified"),
        CheckConstraint(
            "(entry_id IS NULL) = (credited IS NULL) AND (entry_id IS NULL OR status = 'completed')"
            " AND credited BETWEEN 0 AND hours",
            name="posted",
        ),
        UniqueConstraint("region_id", "trainee_id", name="uq_training_completions_trainee"),
        UniqueConstraint("region_id", "entry_id", name="uq_training_completions_entry"),
        Index("ix_training_completions_project", "region_id", "project_id", "id"),
    )
