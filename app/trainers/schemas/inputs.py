"""Input to assessments and reports of grounds as clients send and get them."""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Moment, Resource
from app.organisations.schemas import YearName
from app.trainers.schemas.applications import EtagGiven, Reason
from app.trainers.states import InputGiver, ReportStatus


class TrainerInputWrite(Input):
    """An opinion on a school year for the yearly assessment 考核意见. [A7.10]"""

    school_year: YearName
    opinion: Reason
    etag: EtagGiven = None


class TrainerInput(Resource):
    """An opinion for the yearly assessment 考核意见."""

    appointment_id: UUID
    teacher_id: UUID
    school_id: UUID
    holder_name: str
    school_year: str
    giver: InputGiver = Field(description="由所在单位或进修学校提出")
    opinion: str
    given_by: UUID


class TrainerReport(Resource):
    """A report of a ground for revocation 反映, and what became of it."""

    appointment_id: UUID
    teacher_id: UUID
    holder_name: str
    ground: str
    reason: str
    status: ReportStatus
    asked_by: UUID = Field(description="反映人")
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None = Field(description="不予处理的理由")
    revocation_id: UUID | None = Field(description="受理后提出的撤销")
