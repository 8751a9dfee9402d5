"""Tables of tasks, outputs and what was said of them 任务、成果、意见. [M5.3] [A2.4]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.practice.states import OpinionKind, PracticeOutputStatus, PracticeTaskStatus
from app.projects.models.projects import one_of

MARK: Final = "{0} BETWEEN 0 AND 100 AND {0} * 2 = trunc({0} * 2)"
"""The CHECK of points of a hundred in halves."""


class PracticeTask(RegionRow, Base):
    """A task of the return practice 返岗实践任务, for everybody of a project or for one workshop. [M5.3]

    kind: a code of practice_tasks. workshop_id: None is every trainee of the project.
    """

    __tablename__ = "practice_tasks"
    project_id: Mapped[UUID]
    workshop_id: Mapped[UUID | None]
    kind: Mapped[str]
    title: Mapped[str]
    requirement: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=sql("'draft'"))
    findings: Mapped[list[dict[str, Any]]]
    made_by: Mapped[UUID]
    published_by: Mapped[UUID | None]
    published_on: Mapped[date | None]
    reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("workshop_id", "workshops"),
        UniqueConstraint("region_id", "id", "project_id", name="uq_practice_tasks_project"),
        CheckConstraint(one_of("status", PracticeTaskStatus), name="status"),
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(requirement) > 0", name="told"),
        CheckConstraint("jsonb_typeof(findings) = 'array'", name="findings"),
        CheckConstraint(
            "(published_by IS NULL) = (published_on IS NULL)"
            " AND (status <> 'published' OR published_on IS NOT NULL)"
            " AND (status <> 'draft' OR published_on IS NULL)",
            name="published",
        ),
        CheckConstraint("(status = 'withdrawn') = (reason IS NOT NULL)", name="reason"),
        Index("ix_practice_tasks_project", "region_id", "project_id", "id"),
        Index("ix_practice_tasks_workshop", "region_id", "workshop_id"),
    )


class PracticeOutput(RegionRow, Base):
    """What a trainee has made of a task 成果, handed in by the person or the school; one at a time a task. [A2.4]

    handed_in: how often it was handed in. submitted_by: who did so last.
    """

    __tablename__ = "practice_outputs"
    task_id: Mapped[UUID]
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    title: Mapped[str]
    text: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=sql("'submitted'"))
    handed_in: Mapped[int] = mapped_column(server_default=sql("1"))
    submitted_by: Mapped[UUID]
    submitted_on: Mapped[date]
    mark: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]
    published_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "task_id", "project_id"],
            ["practice_tasks.region_id", "practice_tasks.id", "practice_tasks.project_id"],
            name="fk_practice_outputs_task",
        ),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "id", "trainee_id", name="uq_practice_outputs_trainee"),
        CheckConstraint(one_of("status", PracticeOutputStatus), name="status"),
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(text) > 0", name="told"),
        CheckConstraint("handed_in BETWEEN 1 AND 100", name="handed_in"),
        CheckConstraint(MARK.format("mark"), name="mark"),
        CheckConstraint(
            "(status IN ('marked', 'published')) = (marked_by IS NOT NULL)"
            " AND (marked_by IS NULL) = (mark IS NULL) AND (marked_by IS NULL) = (marked_at IS NULL)",
            name="marked",
        ),
        CheckConstraint(
            "(status = 'published') = (published_by IS NOT NULL) AND (published_by IS NULL) = (published_on IS NULL)",
            name="published",
        ),
        CheckConstraint("submitted_by <> marked_by", name="two_persons"),
        Index(
            "uq_practice_outputs_open",
            "region_id",
            "task_id",
            "trainee_id",
            unique=True,
            postgresql_where=sql("status <> 'withdrawn'"),
        ),
        Index("ix_practice_outputs_project", "region_id", "project_id", "id"),
        Index("ix_practice_outputs_trainee", "region_id", "trainee_id", "id"),
        Index("ix_practice_outputs_school", "region_id", "school_id", "id"),
        Index("ix_practice_outputs_teacher", "region_id", "teacher_id", "id"),
    )


class PracticeOpinion(RegionRow, Base):
    """What was said of an output 意见: guidance, a return, a mark with its reason. Only grows. [A2.4] [A2.5a]"""

    __tablename__ = "practice_opinions"
    output_id: Mapped[UUID]
    kind: Mapped[str]
    opinion: Mapped[str]
    mark: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    given_by: Mapped[UUID]
    giver_name: Mapped[str]

    __table_args__ = (
        region_reference("output_id", "practice_outputs"),
        CheckConstraint(one_of("kind", OpinionKind), name="kind"),
        CheckConstraint("length(opinion) > 0 AND length(giver_name) > 0", name="told"),
        CheckConstraint("(kind = 'mark') = (mark IS NOT NULL)", name="mark_of_kind"),
        CheckConstraint(MARK.format("mark"), name="mark"),
        Index("ix_practice_opinions_output", "region_id", "output_id", "id"),
    )
