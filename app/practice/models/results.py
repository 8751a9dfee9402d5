"""Tables of tracking visits, of the weights of the three parts, and of trainees' results 跟踪评价. [A2.5a]"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.practice.models.work import MARK
from app.practice.states import PracticeResultStatus
from app.projects.models.projects import one_of


class TrackingVisit(RegionRow, Base):
    """A visit of the tracking-evaluation group to a school 跟踪评价记录: what was found, what follows. [A2.5a]

    tracker_id: who of the group came. follow_up: what the school is to do by follow_up_due_on, and what came of it.
    """

    __tablename__ = "tracking_visits"
    project_id: Mapped[UUID]
    school_id: Mapped[UUID]
    workshop_id: Mapped[UUID | None]
    tracker_id: Mapped[UUID | None]
    visited_on: Mapped[date]
    found: Mapped[str]
    follow_up: Mapped[str | None]
    follow_up_due_on: Mapped[date | None]
    followed_up_on: Mapped[date | None]
    follow_up_result: Mapped[str | None]
    recorded_by: Mapped[UUID]
    followed_up_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("school_id", "organisations"),
        region_reference("workshop_id", "workshops"),
        region_reference("tracker_id", "teachers"),
        CheckConstraint("length(found) > 0", name="found"),
        CheckConstraint(
            "(follow_up IS NULL) = (follow_up_due_on IS NULL) AND follow_up_due_on >= visited_on", name="follow_up"
        ),
        CheckConstraint(
            "(followed_up_on IS NULL) = (follow_up_result IS NULL)"
            " AND (followed_up_on IS NULL) = (followed_up_by IS NULL)"
            " AND (followed_up_on IS NULL OR follow_up IS NOT NULL) AND followed_up_on >= visited_on",
            name="followed_up",
        ),
        Index("ix_tracking_visits_project", "region_id", "project_id", "id"),
        Index("ix_tracking_visits_school", "region_id", "school_id", "id"),
    )


class PracticeWeights(RegionRow, Base):
    """What the three parts weigh in a project 三部分权重 参加培训、校本研修、示范带动; a hundred together. [A2.5a]"""

    __tablename__ = "practice_weights"
    project_id: Mapped[UUID]
    training: Mapped[int]
    school_research: Mapped[int]
    demonstration: Mapped[int]
    published_on: Mapped[date]
    set_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        UniqueConstraint("region_id", "project_id", name="uq_practice_weights_project"),
        CheckConstraint("training >= 0 AND school_research >= 0 AND demonstration >= 0", name="parts"),
        CheckConstraint("training + school_research + demonstration = 100", name="hundred"),
    )


class PracticeResult(RegionRow, Base):
    """A trainee's result 学员考核结果 over the three parts, each of a hundred points; the sum is computed. [A2.5a]

    proposed_on: since when the person stands on the list of excellent trainees 优秀学员 that is proposed. [A2.5b]
    """

    __tablename__ = "practice_results"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    training: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    school_research: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    demonstration: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    opinion: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'recorded'"))
    recorded_by: Mapped[UUID]
    published_by: Mapped[UUID | None]
    published_on: Mapped[date | None]
    reopen_reason: Mapped[str | None]
    proposed_by: Mapped[UUID | None]
    proposed_on: Mapped[date | None]
    proposal_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "trainee_id", name="uq_practice_results_trainee"),
        CheckConstraint(one_of("status", PracticeResultStatus), name="status"),
        CheckConstraint(MARK.format("training"), name="training"),
        CheckConstraint(MARK.format("school_research"), name="school_research"),
        CheckConstraint(MARK.format("demonstration"), name="demonstration"),
        CheckConstraint(
            "(status = 'published') = (published_by IS NOT NULL) AND (published_by IS NULL) = (published_on IS NULL)",
            name="published",
        ),
        CheckConstraint("recorded_by <> published_by", name="two_persons"),
        CheckConstraint(
            "(proposed_by IS NULL) = (proposed_on IS NULL) AND (proposed_by IS NULL) = (proposal_reason IS NULL)"
            " AND (proposed_by IS NULL OR status = 'published')",
            name="proposed",
        ),
        Index("ix_practice_results_project", "region_id", "project_id", "id"),
        Index("ix_practice_results_school", "region_id", "school_id", "id"),
        Index("ix_practice_results_teacher", "region_id", "teacher_id", "id"),
    )
