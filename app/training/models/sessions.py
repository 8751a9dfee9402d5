"""Tables of sessions and who was there: attendance, leave, corrections. [A2.3b] [M6.3.1]"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.training.models.designs import one_of
from app.training.states import (
    TrainingAttendanceSource,
    TrainingCorrectionStatus,
    TrainingDayPart,
    TrainingLeaveStatus,
    TrainingPresence,
    TrainingSessionStatus,
)

ANSWERED = "(status = 'asked') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"


class TrainingSession(RegionRow, Base):
    """A session of a project 课次: day and part of it, hours, place, topic, and one lecturer. [A2.3b]

    mode: code list training_modes. The lecturer is a trainer's term, a teacher, or somebody from outside by name;
    lecturer_name is always told.
    """

    __tablename__ = "training_sessions"
    project_id: Mapped[UUID]
    phase_id: Mapped[UUID | None]
    held_on: Mapped[date]
    part: Mapped[str]
    hours: Mapped[Decimal] = mapped_column(Numeric(4, 1))
    topic: Mapped[str]
    mode: Mapped[str]
    place: Mapped[str | None]
    lecturer_name: Mapped[str]
    lecturer_teacher_id: Mapped[UUID | None]
    lecturer_appointment_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    sign_in_code: Mapped[str | None]
    made_by: Mapped[UUID]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("phase_id", "project_phases"),
        region_reference("lecturer_teacher_id", "teachers"),
        region_reference("lecturer_appointment_id", "trainer_appointments"),
        CheckConstraint(one_of("part", TrainingDayPart), name="part"),
        CheckConstraint(one_of("status", TrainingSessionStatus), name="status"),
        CheckConstraint("hours BETWEEN 0.5 AND 24 AND hours * 2 = trunc(hours * 2)", name="hours"),
        CheckConstraint("length(topic) BETWEEN 1 AND 200 AND length(lecturer_name) BETWEEN 1 AND 50", name="told"),
        CheckConstraint("mode = 'online' OR length(place) > 0", name="place"),
        CheckConstraint("lecturer_teacher_id IS NULL OR lecturer_appointment_id IS NULL", name="one_lecturer"),
        CheckConstraint("sign_in_code ~ '^[0-9]{6}$'", name="sign_in_code"),
        Index("ix_training_sessions_project", "region_id", "project_id", "held_on", "id"),
        Index(
            "ix_training_sessions_lecturer",
            "region_id",
            "lecturer_teacher_id",
            postgresql_where=text("lecturer_teacher_id IS NOT NULL"),
        ),
        Index(
            "ix_training_sessions_appointment",
            "region_id",
            "lecturer_appointment_id",
            postgresql_where=text("lecturer_appointment_id IS NOT NULL"),
        ),
        Index(
            "uq_training_sessions_topic",
            "region_id",
            "project_id",
            "held_on",
            "part",
            "topic",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )


class TrainingAttendance(RegionRow, Base):
    """Whether a trainee was at a session 考勤, one line each; once the session is held only a correction moves it."""

    __tablename__ = "training_attendances"
    session_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    presence: Mapped[str]
    source: Mapped[str]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("session_id", "training_sessions"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("presence", TrainingPresence), name="presence"),
        CheckConstraint(one_of("source", TrainingAttendanceSource), name="source"),
        CheckConstraint("source <> 'code' OR presence = 'present'", name="signed_in"),
        # Who was there is counted from the index alone.
        UniqueConstraint(
            "region_id",
            "session_id",
            "trainee_id",
            name="uq_training_attendances_once",
            postgresql_include=["presence"],
        ),
        Index("ix_training_attendances_trainee", "region_id", "trainee_id"),
    )


class TrainingLeave(RegionRow, Base):
    """A leave of a trainee 请假: asked with a reason, granted by 进修学校 or not. reason: code list leave_reasons."""

    __tablename__ = "training_leaves"
    project_id: Mapped[UUID]
    trainee_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str]
    note: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'asked'"))
    asked_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("trainee_id", "project_trainees"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("status", TrainingLeaveStatus), name="status"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint(f"{ANSWERED} AND (status <> 'refused' OR length(answer) > 0)", name="decided"),
        CheckConstraint("asked_by <> decided_by", name="two_persons"),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("trainee_id"), "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_training_leaves_overlap",
            using="gist",
            where=text("status <> 'refused'"),
        ),
        Index("ix_training_leaves_project", "region_id", "project_id", "id"),
    )


class TrainingCorrection(RegionRow, Base):
    """A correction of attendance 考勤更正: what it was, what it becomes, why, and the second person. It is the history.

    is_contest: asked for by the trainee 学员异议.
    """

    __tablename__ = "training_corrections"
    project_id: Mapped[UUID]
    attendance_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]
    is_contest: Mapped[bool]
    status: Mapped[str] = mapped_column(server_default=text("'asked'"))
    asked_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("attendance_id", "training_attendances"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("before", TrainingPresence), name="before"),
        CheckConstraint(one_of("after", TrainingPresence), name="after"),
        CheckConstraint("before <> after AND length(reason) > 0", name="says_something"),
        CheckConstraint(one_of("status", TrainingCorrectionStatus), name="status"),
        CheckConstraint(f"{ANSWERED} AND (status <> 'refused' OR length(answer) > 0)", name="decided"),
        CheckConstraint("asked_by <> decided_by", name="two_persons"),
        Index(
            "uq_training_corrections_open",
            "region_id",
            "attendance_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
        Index("ix_training_corrections_project", "region_id", "project_id", "id"),
    )
