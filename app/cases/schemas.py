"""Typical cases as clients send and get them 典型案例."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.cases.states import CaseStatus
from app.core.schemas import Input, Line, Moment, Note, Patch, Resource
from app.publications.schemas import WithSubject
from app.publications.states import SubjectKind

TermName = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{4}-[12]$", examples=["2026-2027-1"], description="学期，如 2026-2027-1")
]
_ETAG = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class TypicalCaseCreate(WithSubject):
    """Hand a case in 报送典型案例."""

    organisation_id: UUID | None = Field(default=None, description="报送单位；不填为本单位")
    term: TermName
    title: Line
    summary: Note


class TypicalCasePatch(Patch):
    """Changes of a case that is not reviewed yet 修改典型案例; what is left out stays."""

    term: TermName = ""
    title: Line = ""
    summary: Note = ""


class TypicalCaseReview(Input):
    """Take a case in or not 评审.

    A case that is not taken in is told why.
    """

    decision: Literal["accept", "decline"] = Field(description="accept 入选，decline 未入选")
    reason: Line | None = Field(default=None, description="评语；未入选时必填")
    etag: str | None = _ETAG

    @model_validator(mode="after")
    def _declined_with_reason(self) -> Self:
        if self.decision == "decline" and self.reason is None:
            message = "未入选时请写明理由"
            raise ValueError(message)
        return self


class TypicalCaseRecommendation(Input):
    """To whom a case is recommended 择优上报."""

    recommended_to: Line = Field(description="上报到哪里，如省项目办")
    etag: str | None = _ETAG


class TypicalCase(Resource):
    """A typical case 典型案例."""

    organisation_id: UUID
    organisation_name: str
    teacher_id: UUID | None
    subject_kind: SubjectKind | None
    subject_id: UUID | None
    term: str
    title: str
    summary: str
    status: CaseStatus
    recommended_to: str | None
    recommended_on: date | None
    recommended_by: UUID | None
    uses: int = Field(description="推广应用的次数")
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None


class CaseUseCreate(Input):
    """Where the own organisation has used a case 推广应用."""

    used_on: date | None = Field(default=None, description="应用日期；不填为今天")
    note: Line = Field(description="怎样应用，如校本研修学习")


class CaseUse(Resource):
    """A use of a case 推广应用."""

    case_id: UUID
    organisation_id: UUID
    used_on: date
    note: str
    recorded_by: UUID
