"""Corrections as clients send and get them 更正申请."""

from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Input, Moment, Output, Resource
from app.corrections.states import CorrectionStatus
from app.teachers.schemas import Reason, TeacherFacts


class TeacherCorrectionCreate(TeacherFacts):
    """Ask for a correction of the own record 申请更正: what it should say, and why.

    The etag is that of the record. The mobile number is not among the facts: teachers change it themselves.
    """

    reason: Reason

    @model_validator(mode="after")
    def _something_is_named(self) -> Self:
        if not self.changes():
            message = "请至少填写一项要更正的内容"
            raise ValueError(message)
        return self

    def changes(self) -> dict[str, Any]:
        """The facts that the teacher named."""
        return {name: value for name, value in super().changes().items() if name != "reason"}


class TeacherCorrectionRefusal(Input):
    """Why a correction is refused 不予更正的理由."""

    reason: Reason
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class CorrectedFact(Output):
    """One fact as the record said when the correction was asked for, and as it should say; numbers are masked."""

    field: str = Field(description="字段名，与教师档案相同")
    before: object | None = Field(description="申请时档案的内容")
    proposed: object | None = Field(description="申请改为的内容")


class TeacherCorrection(Resource):
    """A correction 更正申请: what a teacher asks to be changed in the own record, and the answer."""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID = Field(description="教师现任职单位")
    facts: list[CorrectedFact]
    reason: str
    status: CorrectionStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None
