"""Appointments and revocations as clients send and get them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Moment, Resource
from app.hours.schemas import FindingOut
from app.trainers.schemas.applications import Code, EtagGiven, TrainerReason
from app.trainers.states import AppointmentRoute, AppointmentStanding, RevocationStatus


class TrainerRevocationAsk(TrainerReason):
    """Ask for a revocation 提出撤销资格: one of the four grounds, and what happened. [A7.11]"""

    ground: Code = Field(description="情形，见 /v1/reference-data/revocation_grounds")
    etag: EtagGiven = None


class TrainerAppointment(Resource):
    """A term in the team 聘任: half-open, from `starts_on` to the day before `ends_on`."""

    teacher_id: UUID
    holder_name: str = Field(description="聘书所载姓名")
    school_id: UUID = Field(description="聘任时所在单位")
    route: AppointmentRoute
    source: str
    stage: str
    subject: str
    number: str | None = Field(description="聘书编号")
    certificate_id: UUID | None
    starts_on: date
    ends_on: date = Field(description="聘期届满后的第一天，即三周年当日")
    until: date = Field(description="不再在聘的第一天：期满，或解聘、撤销当日")
    standing: AppointmentStanding = Field(description="当日状态")
    has_priority: bool = Field(description="在聘期内：评优评先、推荐国培省培市培时优先 [A7.8]")
    renews_id: UUID | None
    findings: list[FindingOut] = Field(description="聘任时的规则意见，只有教体局和本人可见")
    waiver_reason: str | None = Field(description="放宽条件的理由，只有教体局和本人可见")
    end_reason: str | None = Field(description="解聘、撤销的理由，只有教体局和本人可见")


class TrainerRevocation(Resource):
    """A revocation 撤销资格 and its answer."""

    appointment_id: UUID
    teacher_id: UUID
    holder_name: str
    ground: str
    reason: str
    status: RevocationStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None
