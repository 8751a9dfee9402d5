"""Tables of what others say of a trainer: input to the yearly assessment, reports of grounds. [A7.10] [A7.11]"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from app.core.asked import Asked
from app.core.db import Base, RegionRow, region_reference
from app.trainers.models.applications import one_of
from app.trainers.states import InputGiver, ReportStatus


class TrainerInput(RegionRow, Base):
    """An opinion on a school year for the assessment 考核意见, one of the own unit and one of 进修学校. [A7.10]"""

    __tablename__ = "trainer_inputs"
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    giver: Mapped[str]
    opinion: Mapped[str]
    given_by: Mapped[UUID]

    __table_args__ = (
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "appointment_id", "start_year", "giver", name="uq_trainer_inputs_year"),
        CheckConstraint(one_of("giver", InputGiver), name="giver"),
        CheckConstraint("start_year BETWEEN 2022 AND 9999", name="start_year"),
        CheckConstraint("length(opinion) > 0", name="opinion"),
        Index("ix_trainer_inputs_school", "region_id", "school_id", "id"),
    )


class TrainerReport(Asked, Base):
    """A report of a ground for revocation 反映 by any unit or person; the bureau takes it up or sets it aside. [A7.11]

    revocation_id: the revocation that was asked for when it was taken up.
    """

    __tablename__ = "trainer_reports"
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    ground: Mapped[str]
    reason: Mapped[str]
    revocation_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("revocation_id", "trainer_revocations"),
        CheckConstraint(one_of("status", ReportStatus), name="status"),
        CheckConstraint("ground IN ('conduct_code', 'duties_unmet', 'discipline', 'criminal')", name="ground"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(status = 'asked') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'set_aside') = (answer_reason IS NOT NULL)"
            " AND (status = 'taken_up') = (revocation_id IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index(
            "uq_trainer_reports_open",
            "region_id",
            "appointment_id",
            "asked_by",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
    )
