"""Outputs, opinions and trainees' cases as clients send and get them. [A2.4] [A4.5]"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, PlainSerializer, model_validator

from app.core.schemas import Input, Line, Moment, Note, Resource
from app.practice.states import OpinionKind, PracticeCaseKind, PracticeCaseStatus, PracticeOutputStatus

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Points = Annotated[
    Decimal,
    Field(ge=0, le=999, decimal_places=1),
    PlainSerializer(float, return_type=float, when_used="json"),
]
"""Points 分数 of a hundred; the step is the regulation's."""


class PracticeOutputCreate(Input):
    """Hand an output in 提交成果: the trainee, or the school for the trainee. [A2.4]"""

    task_id: UUID
    trainee_id: UUID = Field(description="学员（项目学员记录）的 id")
    title: Line
    text: Note = Field(description="成果正文或说明；文件另行上传")


class PracticeOutputResubmit(Input):
    """Hand it in again 修改后再提交."""

    title: Line
    text: Note
    etag: EtagGiven = None


class PracticeOpinionGive(Input):
    """Guidance 指导意见. [A2.4]"""

    opinion: Reason
    etag: EtagGiven = None


class PracticeMark(Input):
    """A mark with its reason 评定. [A2.5a]"""

    mark: Points
    opinion: Reason
    etag: EtagGiven = None


class PracticeReason(Input):
    """Why something is returned, withdrawn or undone 理由."""

    reason: Reason
    etag: EtagGiven = None


class PracticeMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class PracticeOutput(Resource):
    """An output 返岗实践成果."""

    task_id: UUID
    task_title: str
    task_kind: str
    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    title: str
    text: str
    status: PracticeOutputStatus
    handed_in: int = Field(description="提交次数")
    submitted_on: date
    mark: Points | None
    marked_at: Moment | None
    published_on: date | None


class PracticeOpinion(Resource):
    """Something said of an output 意见."""

    output_id: UUID
    kind: OpinionKind
    opinion: str
    mark: Points | None
    giver_name: str


class PracticeCaseCreate(Input):
    """Name an output or a typical case as the trainee's case of a kind 申报学员案例. [A4.5]"""

    trainee_id: UUID
    kind: PracticeCaseKind = Field(description="transfer 成果转化实践案例，leading 引领工作案例")
    output_id: UUID | None = Field(default=None, description="已评定的返岗实践成果")
    case_id: UUID | None = Field(default=None, description="已入选的典型案例")
    note: Note | None = None

    @model_validator(mode="after")
    def _one_reference(self) -> Self:
        if (self.output_id is None) is (self.case_id is None):
            message = "成果 output_id 和典型案例 case_id 须填且只填一项"
            raise ValueError(message)
        return self


class PracticeCaseAnswer(Input):
    """Judge a case 认定."""

    decision: Literal["accept", "decline"] = Field(description="accept 认定，decline 不认定")
    reason: Line | None = Field(default=None, description="评语；不认定时必填")
    etag: EtagGiven = None

    @model_validator(mode="after")
    def _declined_with_reason(self) -> Self:
        if self.decision == "decline" and self.reason is None:
            message = "不认定时请写明理由"
            raise ValueError(message)
        return self


class PracticeCase(Resource):
    """A trainee's case 学员案例."""

    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    kind: PracticeCaseKind
    output_id: UUID | None
    output_title: str | None
    case_id: UUID | None
    case_title: str | None
    note: str | None
    status: PracticeCaseStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None
