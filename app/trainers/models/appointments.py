"""Tables of appointments and of their revocation. [A7.6] [A7.11]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.trainers.models.applications import one_of
from app.trainers.states import AppointmentRoute, AppointmentStatus, RevocationStatus


class TrainerAppointment(RegionRow, Base):
    """A term in the team 聘任: from `starts_on` to the day before `ends_on`, as the letter says. [A7.6]

    until: the first day on which it no longer holds: `ends_on`, or the day it was ended before; terms of one person
    never overlap; withdrawn (put on record by mistake) it never held. holder_name: as on the letter. number: of our
    own letter, or of one on paper (route `recorded`).
    findings, waiver_reason: what was said and waived when it was decided.
    """

    __tablename__ = "trainer_appointments"
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    holder_name: Mapped[str]
    route: Mapped[str]
    source: Mapped[str]
    stage: Mapped[str]
    subject: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    until: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=text("'appointed'"))
    number: Mapped[str | None]
    certificate_id: Mapped[UUID | None]
    application_id: Mapped[UUID | None]
    invitation_id: Mapped[UUID | None]
    renews_id: Mapped[UUID | None]
    findings: Mapped[list[dict[str, Any]]]
    waiver_reason: Mapped[str | None]
    appointed_by: Mapped[UUID]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("certificate_id", "certificates"),
        region_reference("application_id", "trainer_applications"),
        region_reference("invitation_id", "trainer_invitations"),
        region_reference("renews_id", "trainer_appointments"),
        CheckConstraint(one_of("route", AppointmentRoute), name="route"),
        CheckConstraint(one_of("status", AppointmentStatus), name="status"),
        CheckConstraint("ends_on > starts_on AND until BETWEEN starts_on AND ends_on", name="term"),
        CheckConstraint(
            "(route = 'recorded') = (number IS NOT NULL AND certificate_id IS NULL)"
            " AND (number IS NOT NULL OR certificate_id IS NULL)",
            name="letter",
        ),
        CheckConstraint("jsonb_typeof(findings) = 'array'", name="findings"),
        CheckConstraint(
            "(status = 'appointed') = (ended_by IS NULL) AND (ended_by IS NULL) = (end_reason IS NULL)"
            " AND (status <> 'appointed' OR until = ends_on)",
            name="ended_whole",
        ),
        CheckConstraint(
            "(route = 'application') = (application_id IS NOT NULL)"
            " AND (route = 'direct') = (invitation_id IS NOT NULL)"
            " AND (route = 'renewal') = (renews_id IS NOT NULL)",
            name="origin",
        ),
        CheckConstraint("status <> 'withdrawn' OR (route = 'recorded' AND until = starts_on)", name="withdrawn"),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("teacher_id"), "="),
            (func.daterange(text("starts_on"), text("until")), "&&"),
            name="ex_trainer_appointments_one_at_a_time",
            using="gist",
        ),
        Index(
            "uq_trainer_appointments_recorded",
            "region_id",
            "number",
            unique=True,
            postgresql_where=text("route = 'recorded' AND status <> 'withdrawn'"),
        ),
        Index("ix_trainer_appointments_days", "region_id", "until", "starts_on"),
        Index("ix_trainer_appointments_school", "region_id", "school_id", "id"),
    )


class TrainerRevocation(RegionRow, Base):
    """A revocation 撤销资格 on one of the four grounds: asked by one person, confirmed by another. [A7.11]"""

    __tablename__ = "trainer_revocations"
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    ground: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'asked'"))
    asked_by: Mapped[UUID]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        CheckConstraint(one_of("status", RevocationStatus), name="status"),
        CheckConstraint("ground IN ('conduct_code', 'duties_unmet', 'discipline', 'criminal')", name="ground"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(status = 'asked') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'refused') = (answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index(
            "uq_trainer_revocations_open",
            "region_id",
            "appointment_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
        Index("ix_trainer_revocations_teacher", "region_id", "teacher_id", "id"),
    )
