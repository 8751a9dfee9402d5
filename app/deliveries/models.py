"""Tables of programmes of a year, visits, lessons, and who received them. [M4.3]"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.deliveries.states import DeliveryProgrammeStatus, DeliveryVisitStatus

YEAR = "start_year BETWEEN 2022 AND 9999"
HALVES = "hours BETWEEN 0.5 AND 24 AND hours * 2 = trunc(hours * 2)"


def _one_of(column: str, values: Iterable[StrEnum]) -> str:
    """The CHECK of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class DeliveryProgramme(RegionRow, Base):
    """The programme of a school year for a stage and a subject 送教送培系列; one in force of each. [M4.3]

    project_id: the training project it belongs to, where there is one. visits_planned: how many visits it is to have.
    """

    __tablename__ = "delivery_programmes"
    start_year: Mapped[int]
    stage: Mapped[str]
    subject: Mapped[str]
    title: Mapped[str]
    content: Mapped[str]
    visits_planned: Mapped[int]
    project_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    end_reason: Mapped[str | None]
    made_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        UniqueConstraint("region_id", "id", "start_year"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("visits_planned BETWEEN 1 AND 1000", name="visits_planned"),
        CheckConstraint(_one_of("status", DeliveryProgrammeStatus), name="status"),
        CheckConstraint(
            "(status = 'open') = (ended_by IS NULL) AND (status = 'cancelled') = (end_reason IS NOT NULL)",
            name="ended_whole",
        ),
        Index(
            "uq_delivery_programmes_field",
            "region_id",
            "start_year",
            "stage",
            "subject",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )


class DeliveryVisit(RegionRow, Base):
    """A visit to a school 送教活动 in the school year of its programme; hours: credited to each receiver. [M4.3]"""

    __tablename__ = "delivery_visits"
    programme_id: Mapped[UUID]
    start_year: Mapped[int]
    host_school_id: Mapped[UUID]
    visit_on: Mapped[date]
    title: Mapped[str]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    summary: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    planned_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "programme_id", "start_year"],
            ["delivery_programmes.region_id", "delivery_programmes.id", "delivery_programmes.start_year"],
            name="fk_delivery_visits_programme",
        ),
        region_reference("host_school_id", "organisations"),
        CheckConstraint(
            "visit_on BETWEEN make_date(start_year, 9, 1) AND make_date(start_year + 1, 8, 31)", name="year"
        ),
        CheckConstraint(HALVES, name="hours"),
        CheckConstraint(_one_of("status", DeliveryVisitStatus), name="status"),
        CheckConstraint(
            "(status = 'planned') = (ended_by IS NULL) AND (status = 'held') = (summary IS NOT NULL)"
            " AND (status = 'cancelled') = (cancel_reason IS NOT NULL)",
            name="ended_whole",
        ),
        Index("ix_delivery_visits_programme", "region_id", "programme_id", "id"),
        Index("ix_delivery_visits_school", "region_id", "host_school_id", "start_year", "id"),
    )


class DeliveryLesson(RegionRow, Base):
    """A lesson of a visit 送教课: by one lecturer, a teacher, a trainer by appointment, or an expert. [M4.3] [A7.7]

    assignment_id: the task of the trainer that the lesson was put on record as, once the visit was held.
    """

    __tablename__ = "delivery_lessons"
    visit_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    lecturer_name: Mapped[str]
    teacher_id: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]
    expert_id: Mapped[UUID | None]
    assignment_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("visit_id", "delivery_visits"),
        region_reference("teacher_id", "teachers"),
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("expert_id", "experts"),
        region_reference("assignment_id", "trainer_assignments"),
        UniqueConstraint("region_id", "visit_id", "position", name="uq_delivery_lessons_position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint(HALVES, name="hours"),
        CheckConstraint("num_nonnulls(teacher_id, appointment_id, expert_id) = 1", name="one_lecturer"),
        CheckConstraint("assignment_id IS NULL OR appointment_id IS NOT NULL", name="assignment"),
        Index(
            "ix_delivery_lessons_teacher", "region_id", "teacher_id", postgresql_where=text("teacher_id IS NOT NULL")
        ),
        Index(
            "ix_delivery_lessons_appointment",
            "region_id",
            "appointment_id",
            postgresql_where=text("appointment_id IS NOT NULL"),
        ),
    )


class DeliveryAttendance(RegionRow, Base):
    """That a teacher received a visit 受训出勤; school_id: the school then; entry_id: the entry that counts it."""

    __tablename__ = "delivery_attendances"
    visit_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    recorded_by: Mapped[UUID]
    entry_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("visit_id", "delivery_visits"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("entry_id", "hours_entries"),
        UniqueConstraint("region_id", "visit_id", "teacher_id", name="uq_delivery_attendances_once"),
        Index("ix_delivery_attendances_teacher", "region_id", "teacher_id", "id"),
        Index("ix_delivery_attendances_school", "region_id", "school_id", "id"),
        Index("ix_delivery_attendances_entry", "region_id", "entry_id"),
    )
