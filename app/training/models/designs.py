"""Tables of what comes before the training: questionnaires, and course designs with experts' opinions. [A2.3a]"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.training.states import CourseDesignStatus, CourseVerdict, TrainingSurveyStatus


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class TrainingSurvey(RegionRow, Base):
    """A needs questionnaire 需求问卷; its questions stay as they are once it is open. [A2.3a]"""

    __tablename__ = "training_surveys"
    project_id: Mapped[UUID]
    title: Mapped[str]
    questions: Mapped[list[dict[str, Any]]]
    closes_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    made_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint(one_of("status", TrainingSurveyStatus), name="status"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("jsonb_typeof(questions) = 'array' AND jsonb_array_length(questions) > 0", name="questions"),
        Index("ix_training_surveys_project", "region_id", "project_id", "id"),
    )


class TrainingAnswer(RegionRow, Base):
    """What a teacher answers 问卷答复, once: question key → choice, choices, figure or text. [A2.3a]"""

    __tablename__ = "training_answers"
    survey_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]]

    __table_args__ = (
        region_reference("survey_id", "training_surveys"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint("jsonb_typeof(answers) = 'object'", name="answers"),
        UniqueConstraint("region_id", "survey_id", "teacher_id", name="uq_training_answers_once"),
    )


class CourseDesign(RegionRow, Base):
    """A version of the host's course design 课程设计: modules with hours and lecturers; one is accepted. [A2.3a]"""

    __tablename__ = "course_designs"
    project_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    modules: Mapped[list[dict[str, Any]]]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    author_name: Mapped[str]
    author_teacher_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=sql("'submitted'"))
    submitted_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("author_teacher_id", "teachers"),
        CheckConstraint(one_of("status", CourseDesignStatus), name="status"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(text) > 0 AND length(author_name) BETWEEN 1 AND 50",
            name="told",
        ),
        CheckConstraint("jsonb_typeof(modules) = 'array' AND jsonb_array_length(modules) > 0", name="modules"),
        CheckConstraint("hours BETWEEN 0.5 AND 999 AND hours * 2 = trunc(hours * 2)", name="hours"),
        CheckConstraint(
            "(status = 'submitted') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (status <> 'returned' OR length(reason) > 0)",
            name="decided",
        ),
        CheckConstraint("submitted_by <> decided_by", name="two_persons"),
        UniqueConstraint("region_id", "project_id", "number", name="uq_course_designs_number"),
        Index(
            "uq_course_designs_accepted",
            "region_id",
            "project_id",
            unique=True,
            postgresql_where=sql("status = 'accepted'"),
        ),
    )


class CourseReview(RegionRow, Base):
    """What an expert says of a version 专家评审意见; 进修学校 puts it on record. [A2.3a]

    author_name stands beside the expert's, so that nobody reviews a design of their own.
    """

    __tablename__ = "course_reviews"
    design_id: Mapped[UUID]
    expert_name: Mapped[str]
    expert_teacher_id: Mapped[UUID | None]
    author_name: Mapped[str]
    verdict: Mapped[str]
    opinion: Mapped[str]
    reviewed_on: Mapped[date]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("design_id", "course_designs"),
        region_reference("expert_teacher_id", "teachers"),
        CheckConstraint(one_of("verdict", CourseVerdict), name="verdict"),
        CheckConstraint("length(opinion) > 0 AND length(expert_name) BETWEEN 1 AND 50", name="told"),
        CheckConstraint("expert_name <> author_name", name="not_the_author"),
        UniqueConstraint("region_id", "design_id", "expert_name", name="uq_course_reviews_expert"),
    )
