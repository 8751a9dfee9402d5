"""Table of corrections 更正申请."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.asked import Asked
from app.core.db import Base, region_reference
from app.corrections.states import CorrectionStatus

STATUSES = ", ".join(repr(str(status)) for status in CorrectionStatus)


class TeacherCorrection(Asked, Base):
    """One request: what shall be changed in a record and why, and its answer; only the answer is ever added.

    facts: field, before and proposed, of the identity number its mask only. The number itself is sealed beside it, with
    the blind index of the one on record, and forgotten with the answer.
    """

    __tablename__ = "teacher_corrections"
    teacher_id: Mapped[UUID]
    facts: Mapped[list[dict[str, Any]]]
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_before: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str]

    __table_args__ = (
        region_reference("teacher_id", "teachers"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("jsonb_typeof(facts) = 'array' AND jsonb_array_length(facts) > 0", name="facts"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("(id_number IS NULL) = (id_number_before IS NULL)", name="id_number"),
        CheckConstraint("status = 'asked' OR id_number IS NULL", name="number_forgotten"),
        CheckConstraint(
            "(status IN ('approved', 'refused')) = (answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'refused') = (answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index(
            "uq_teacher_corrections_open",
            "region_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
        Index("ix_teacher_corrections_teacher", "region_id", "teacher_id", "id"),
    )
