"""Samples and checks as clients send and get them 抽查与检查. [A5.8.1 A5.8.2]"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer

from app.core.schemas import Input, Line, Moment, Note, Output, Resource
from app.hours.schemas import TermName
from app.school_research.schemas.plans import Etag
from app.school_research.states import InspectionKind, InspectionStatus, SampleStatus

Score = Annotated[
    Decimal,
    Field(ge=0, le=100, decimal_places=1),
    PlainSerializer(float, return_type=float, when_used="json"),
]


class InspectionSampleCreate(Input):
    """Freeze the population and commit the seed of a sample 登记抽查: nobody knows yet whom it draws."""

    term: TermName
    percent: int = Field(ge=1, le=100, description="抽查比例（%），每层向上取整")
    by_central_school: bool = Field(default=True, description="按中心校分层")
    by_stage: bool = Field(default=False, description="按学段分层")
    reason: Note | None = Field(default=None, description="本学期再次抽查的原因")


class InspectionSampleDraw(Input):
    """Draw 抽取."""

    public_value: Line | None = Field(default=None, description="现场公开的数值（如当日彩票号码），参与抽取，可不填")
    etag: Etag = None


class SampleSchool(Output):
    """A school of the population 抽查总体中的学校."""

    id: UUID
    name: str
    central_school_id: UUID | None
    stage: str
    is_drawn: bool | None = Field(description="是否抽中；抽取前为 null")


class InspectionSample(Resource):
    """A random sample: the published record, from which anybody draws the same 抽查公告."""

    term: TermName = Field(validation_alias="term_name")
    number: int = Field(description="本学期第几次")
    percent: int
    by_central_school: bool
    by_stage: bool
    reason: str | None
    status: SampleStatus
    population_sha256: str
    seed_sha256: str = Field(description="种子的摘要，抽取前公布")
    seed: str | None = Field(description="种子，抽取后公布")
    public_value: str | None
    created_by: UUID
    drawn_by: UUID | None
    drawn_at: Moment | None
    population: list[SampleSchool]


class SampleCheck(Output):
    """Whether a sample holds 复核结果: hashes, and the draw done again."""

    is_valid: bool
    population_sha256: str
    seed_sha256: str
    drawn: list[UUID] = Field(description="按公布的记录重新抽取的结果")


class InspectionCreate(Input):
    """The mid-term check of a school 期中检查, or a spot-check by 进修学校 过程抽查."""

    school_id: UUID
    term: TermName
    kind: Literal["midterm", "spot_check"] = Field(
        default="midterm", description="midterm 期中检查，spot_check 进修学校过程抽查（不代替中心校的期中检查）"
    )
    score: Score
    opinion: Note = Field(description="检查意见")
    correction_due_on: date | None = Field(default=None, description="需要整改时的期限")


class InspectionHandIn(Input):
    """What the school hands in 提交材料."""

    material: Note = Field(description="材料说明：方案、活动记录、考核、总结等")
    etag: Etag = None


class InspectionAssess(Input):
    """Findings and score 评定."""

    score: Score
    opinion: Note = Field(description="检查发现与意见")
    correction_due_on: date | None = Field(default=None, description="需要整改时的期限")
    etag: Etag = None


class InspectionCorrect(Input):
    """What the school has put right 整改报告."""

    correction: Note
    etag: Etag = None


class InspectionFollowUp(Input):
    """Whether the correction will do 整改复查."""

    is_settled: bool
    follow_up: Note
    etag: Etag = None


class Inspection(Resource):
    """The check of a school 校本研修检查."""

    school_id: UUID
    school_name: str
    term: TermName = Field(validation_alias="term_name")
    kind: InspectionKind
    sample_id: UUID | None
    status: InspectionStatus
    material: str | None
    handed_in_by: UUID | None
    score: Score | None
    opinion: str | None
    assessed_by: UUID | None
    assessed_on: date | None
    correction_due_on: date | None
    correction: str | None
    follow_up: str | None


class InspectionArea(Output):
    """How far the mid-term checks of a 中心校 are 期中检查进度; 市直学校 stand together, 进修学校 checks them."""

    central_school_id: UUID | None
    central_school_name: str
    schools: int
    checked: int
    unchecked: list[str] = Field(description="尚未检查的学校")
