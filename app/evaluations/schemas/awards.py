"""Awards as clients send and get them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Output, Resource
from app.evaluations.states import AwardRoute, AwardStatus, EvaluatedKind


class Award(Resource):
    """An award 奖项 with its number and certificate."""

    kind: str
    year: int
    subject: EvaluatedKind
    subject_id: UUID
    holder_name: str
    unit_id: UUID
    teacher_id: UUID | None
    workshop_id: UUID | None
    route: AwardRoute
    campaign_id: UUID | None
    candidate_id: UUID | None
    place: int | None
    number: str | None = Field(description="证书编号")
    certificate_id: UUID | None
    awarded_on: date
    granted_by: UUID
    status: AwardStatus
    revocation_asked_by: UUID | None = Field(description="提出撤销的人，只有教体局可见")
    revocation_reason: str | None = Field(description="撤销理由，撤销前只有教体局可见")
    revoked_by: UUID | None


class BackboneClaim(Output):
    """Who may be recommended as backbone teacher 骨干教师推荐资格, and by which workshop's award. [A6.13b]"""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    workshop_id: UUID
    workshop_name: str
    school_years: list[str] = Field(description="完整参加的两年周期")
