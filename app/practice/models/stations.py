"""Tables of base schools, and of trainers paired with workshops and base schools 对接. [M5.3]"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from app.core.db import Base, RegionRow, region_reference


class BaseSchool(RegionRow, Base):
    """A base school 校本研修基地学校 of a town, which its 中心校 stands for. [M5.3]

    slot: which of the town's places it takes, of the `slots` that the regulation gave a town on that day: no two open
    base schools of a town share one, so that there are never more. ended_on: the first day it no longer is one.
    """

    __tablename__ = "base_schools"
    school_id: Mapped[UUID]
    central_school_id: Mapped[UUID]
    central_kind: Mapped[str]
    slot: Mapped[int]
    slots: Mapped[int]
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    named_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        ForeignKeyConstraint(
            ["region_id", "central_school_id", "central_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_base_schools_town",
        ),
        CheckConstraint("central_kind = 'central_school'", name="central_kind"),
        CheckConstraint("slot BETWEEN 1 AND slots", name="slot"),
        CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL)"
            " AND ended_on >= starts_on",
            name="ended_whole",
        ),
        Index(
            "uq_base_schools_slot",
            "region_id",
            "central_school_id",
            "slot",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index(
            "uq_base_schools_school",
            "region_id",
            "school_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )


class PracticePairing(RegionRow, Base):
    """A trainer paired with a workshop or a base school for the practice of a project 培训者对接. [M5.3] [A2.4]

    teacher_id: who the trainer is. ended_on: the first day it no longer holds.
    """

    __tablename__ = "practice_pairings"
    project_id: Mapped[UUID]
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    workshop_id: Mapped[UUID | None]
    base_school_id: Mapped[UUID | None]
    duty: Mapped[str]
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    made_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("workshop_id", "workshops"),
        region_reference("base_school_id", "base_schools"),
        CheckConstraint("num_nonnulls(workshop_id, base_school_id) = 1", name="one_target"),
        CheckConstraint("length(duty) > 0", name="duty"),
        CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL)"
            " AND ended_on >= starts_on",
            name="ended_whole",
        ),
        Index("ix_practice_pairings_project", "region_id", "project_id", "id"),
        Index("ix_practice_pairings_teacher", "region_id", "teacher_id"),
        Index(
            "uq_practice_pairings_workshop",
            "region_id",
            "project_id",
            "appointment_id",
            "workshop_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL AND workshop_id IS NOT NULL"),
        ),
        Index(
            "uq_practice_pairings_base_school",
            "region_id",
            "project_id",
            "appointment_id",
            "base_school_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL AND base_school_id IS NOT NULL"),
        ),
    )


class PairingVisit(RegionRow, Base):
    """A visit of a paired trainer 对接指导记录; one a day. Only grows. [M5.3]"""

    __tablename__ = "pairing_visits"
    pairing_id: Mapped[UUID]
    visited_on: Mapped[date]
    content: Mapped[str]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("pairing_id", "practice_pairings"),
        UniqueConstraint("region_id", "pairing_id", "visited_on", name="uq_pairing_visits_day"),
        CheckConstraint("length(content) > 0", name="content"),
    )
