"""Rubrics as clients send and get them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Figure, Input, Line, Moment, Note, Output, Points, Resource
from app.evaluations.states import EvaluatedKind, RubricSource, RubricStatus
from app.hours.schemas import FindingOut

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,49}$", description="代码：小写字母、数字、下划线")]
Year = Annotated[int, Field(ge=2022, le=2100, description="年度")]


class RubricStandardWrite(Input):
    """A numbered standard 标准."""

    number: int = Field(ge=1, le=200)
    text: Note


class RubricMarkWrite(Input):
    """A mark 分值, for one standard or for several that share it."""

    code: Code
    points: Points = Field(le=1000)
    method: str = Field(min_length=1, max_length=50, description="评价形式，见 /v1/reference-data/evaluation_methods")
    standards: list[RubricStandardWrite] = Field(min_length=1, max_length=20)


class RubricSectionWrite(Input):
    """A section 项目 with the points of its heading."""

    code: Code
    label: Line
    points_declared: Points = Field(le=1000)
    marks: list[RubricMarkWrite] = Field(min_length=1, max_length=50)
    reading: Note | None = None


class RubricWrite(Input):
    """A rubric of the region's own 自定评价标准, for a year; contradictions of sums need a reason on record."""

    name: Code
    year: Year
    label: Line
    subject: EvaluatedKind
    sections: list[RubricSectionWrite] = Field(min_length=1, max_length=20)
    reading: Note | None = None
    accepted_reason: Reason | None = Field(default=None, description="标题与各条合计不符、总分不为 100 仍予采用的理由")


class EvaluationMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class EvaluationReason(Input):
    """Why something is returned, excluded or taken back 理由."""

    reason: Reason
    etag: EtagGiven = None


class RubricStandardOut(Output):
    """A numbered standard 标准, as printed."""

    number: int
    text: str


class RubricMarkOut(Output):
    """A mark 分值."""

    code: str
    points: Figure
    method: str
    standards: list[RubricStandardOut]


class RubricSectionOut(Output):
    """A section 项目: the points of its heading, and what its marks add up to."""

    code: str
    label: str
    points_declared: Figure = Field(description="标题所印分值")
    points: Figure = Field(description="各条分值合计，以此为准")
    marks: list[RubricMarkOut]
    reading: str | None


class Rubric(Resource):
    """A version of a rubric 评价标准；内容一经保存不再改变，年度评选冻结所用版本."""

    name: str
    year: int = Field(description="年度；办法所印的标准为印发年度")
    source: RubricSource
    label: str
    clause: str | None
    subject: str
    reading: str | None = Field(description="文字与数字不一致之处的理解")
    sections: list[RubricSectionOut]
    digest: str = Field(description="内容的 SHA-256（十六进制）")
    points: Figure = Field(description="各条分值合计")
    points_declared: Figure = Field(description="标题分值合计")
    full_scale: Figure = Field(description="百分制满分；百分制得分 = 原始分 ÷ 各条分值合计 × 100")
    findings: list[FindingOut] = Field(description="自检意见")
    accepted_reason: str | None
    status: RubricStatus
    written_by: UUID | None
    published_by: UUID | None
    published_at: Moment | None
