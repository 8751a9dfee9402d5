"""Tables of what trainers do: assignments with their fees, and the yearly assessment. [A7.7] [A7.8] [A7.10]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.trainers.models.applications import one_of
from app.trainers.states import AssessmentResult, AssignmentPlace


class TrainerAssignment(RegionRow, Base):
    """A task of a trainer 工作任务 within a term: a duty, where, hours taught and the fee in fen 分. [A7.7] [A7.8]

    place, title: where it is done, in words; workshop_id: which workshop that is. fee_due_on: the day by which the fee
    is to be paid.
    """

    __tablename__ = "trainer_assignments"
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    duty: Mapped[str]
    place: Mapped[str]
    title: Mapped[str]
    workshop_id: Mapped[UUID | None]
    done_on: Mapped[date]
    start_year: Mapped[int]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    fee_fen: Mapped[int]
    fee_due_on: Mapped[date | None]
    fee_paid_on: Mapped[date | None]
    assigned_by: Mapped[UUID]

    __table_args__ = (
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        region_reference("workshop_id", "workshops"),
        CheckConstraint("workshop_id IS NULL OR place = 'workshop'", name="workshop"),
        CheckConstraint(one_of("place", AssignmentPlace), name="place"),
        CheckConstraint("hours >= 0 AND hours * 2 = trunc(hours * 2)", name="hours"),
        CheckConstraint("start_year BETWEEN 2022 AND 9999", name="start_year"),
        CheckConstraint("fee_fen BETWEEN 0 AND 100000000", name="fee_fen"),
        CheckConstraint("(fee_fen > 0) = (fee_due_on IS NOT NULL)", name="fee_due"),
        CheckConstraint("fee_paid_on IS NULL OR fee_fen > 0", name="fee_paid"),
        Index("ix_trainer_assignments_teacher", "region_id", "teacher_id", "id"),
        Index("ix_trainer_assignments_school", "region_id", "school_id", "start_year", "id"),
        Index("ix_trainer_assignments_workshop", "region_id", "workshop_id", "id"),
    )


class TrainerAssessment(RegionRow, Base):
    """The assessment of a school year 年度考核: the computed record, the result, and the person's reply. [A7.10]"""

    __tablename__ = "trainer_assessments"
    appointment_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result: Mapped[str]
    opinion: Mapped[str]
    assessed_by: Mapped[UUID]
    reply: Mapped[str | None]
    replied_by: Mapped[UUID | None]
    replied_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("appointment_id", "trainer_appointments"),
        region_reference("teacher_id", "teachers"),
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "appointment_id", "start_year", name="uq_trainer_assessments_year"),
        CheckConstraint("start_year BETWEEN 2022 AND 9999", name="start_year"),
        CheckConstraint(one_of("result", AssessmentResult), name="result"),
        CheckConstraint("length(opinion) > 0", name="opinion"),
        CheckConstraint(
            "(reply IS NULL) = (replied_by IS NULL) AND (reply IS NULL) = (replied_at IS NULL)", name="reply"
        ),
        CheckConstraint("assessed_by <> replied_by", name="two_persons"),
        Index("ix_trainer_assessments_teacher", "region_id", "teacher_id", "id"),
    )
