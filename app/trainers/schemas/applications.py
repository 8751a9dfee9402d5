"""Applications and direct appointments as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Moment, Note, Output, Resource
from app.trainers.states import ApplicationStatus, InvitationStatus

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]


class TrainerStatement(Input):
    """What a person says on one condition 就一项条件的说明. [A7.2]"""

    condition: Code = Field(description="条件，见 /v1/reference-data/trainer_conditions")
    statement: Note


class TrainerStatementOut(Output):
    """What a person said on one condition 就一项条件的说明."""

    condition: str
    statement: str


class TrainerField(Input):
    """Where a trainer comes from, and for what 来源与学段学科."""

    source: Code = Field(description="来源，见 /v1/reference-data/trainer_sources")
    stage: Code
    subject: Code


class TrainerApplicationWrite(TrainerField):
    """An own application 本人申请: source, field, and a statement on each condition of A7.2."""

    statements: list[TrainerStatement] = Field(min_length=1, max_length=20)
    etag: EtagGiven = None


class TrainerOpinion(Input):
    """The unit's recommendation 单位推荐意见."""

    opinion: Reason
    etag: EtagGiven = None


class TrainerReason(Input):
    """Why something is returned, refused or ended 理由."""

    reason: Reason
    etag: EtagGiven = None


class TrainerMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class TrainerAppoint(Input):
    """Appoint 聘任: the first day of the term, and why a soft condition is waived."""

    starts_on: date = Field(description="聘期起始日；聘期三年，止于三周年前一日")
    waiver_reason: Reason | None = Field(default=None, description="放宽“一般”“原则上”条件的理由")
    etag: EtagGiven = None


class TrainerInvitationCreate(TrainerField):
    """Propose to appoint somebody directly 提出直接聘任. [A7.4]"""

    teacher_id: UUID
    reason: Reason


class TrainerApplication(Resource):
    """An application 培训者申请 with the unit's opinion and the decision."""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID = Field(description="申请时所在单位")
    source: str
    stage: str
    subject: str
    statements: list[TrainerStatementOut]
    status: ApplicationStatus
    submitted_at: Moment
    recommended_by: UUID | None
    recommended_at: Moment | None
    opinion: str | None = Field(description="单位推荐意见")
    return_reason: str | None
    decided_by: UUID | None
    decided_at: Moment | None
    decision_reason: str | None = Field(description="不予聘任的理由，只有教体局和本人可见")


class TrainerInvitation(Resource):
    """A direct appointment under way 直接聘任: asked, consented to, appointed."""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    source: str
    stage: str
    subject: str
    reason: str
    status: InvitationStatus
    asked_by: UUID
    answered_at: Moment | None = Field(description="本人答复的时间")
    decided_by: UUID | None
    decided_at: Moment | None
