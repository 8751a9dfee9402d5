"""Tables of assignments, what trainees hand in, and its marks. [A2.3b] [A2.3c] [M6.3.1]"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference

MARK = "mark BETWEEN 0 AND 100 AND mark * 2 = trunc(mark * 2)"


class TrainingAssignment(RegionRow, Base):
    """An assignment 作业 with the day it is due."""

    __tablename__ = "training_assignments"
    project_id: Mapped[UUID]
    title: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date]
    made_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(text) > 0", name="told"),
        UniqueConstraint("region_id", "project_id", "title", name="uq_training_assignments_title"),
    )


class TrainingSubmission(RegionRow, Base):
    """What a trainee handed in 作业提交, until it is marked; text may be null where only a mark was recorded.

    is_excellent: the trainee's school sees it as an excellent work 优秀作业 [A2.3c].
    """

    __tablename__ = "training_submissions"
    project_id: Mapped[UUID]
    assignment_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    text: Mapped[str | None]
    handed_in_on: Mapped[date | None]
    is_late: Mapped[bool]
    mark: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    comment: Mapped[str | None]
    is_excellent: Mapped[bool]
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("assignment_id", "training_assignments"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(MARK, name="mark"),
        CheckConstraint("(text IS NULL) = (handed_in_on IS NULL) AND (text IS NOT NULL OR NOT is_late)", name="handed"),
        CheckConstraint("(mark IS NULL) = (marked_by IS NULL) AND (mark IS NULL) = (marked_at IS NULL)", name="marked"),
        CheckConstraint("text IS NOT NULL OR mark IS NOT NULL", name="something"),
        CheckConstraint("NOT is_excellent OR mark IS NOT NULL AND text IS NOT NULL", name="excellent"),
        UniqueConstraint("region_id", "assignment_id", "trainee_id", name="uq_training_submissions_once"),
        Index("ix_training_submissions_project", "region_id", "project_id", "id"),
        Index("ix_training_submissions_trainee", "region_id", "trainee_id"),
    )
