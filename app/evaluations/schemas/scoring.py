"""Score sheets and results as clients send and get them."""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Figure, Input, Moment, Note, Output, Points, Resource
from app.evaluations.schemas.rubrics import Code, EtagGiven, Reason
from app.evaluations.states import SheetStatus


class ScoreSheetCreate(Input):
    """Give a candidate one more evaluator 增加评委; refused where recusal forbids it. [SoD3]"""

    candidate_id: UUID
    account_id: UUID


class ScoreMarkWrite(Input):
    """A mark 得分: 0 to the points of the rubric, in steps of a half."""

    code: Code
    points: Points = Field(le=1000)
    note: Note | None = None


class ScoreMarksWrite(Input):
    """Marks of an own sheet 打分; those not named stay."""

    marks: list[ScoreMarkWrite] = Field(min_length=1, max_length=200)
    etag: EtagGiven = None


class ChairMarkWrite(Input):
    """A mark set by the chair 组长裁定, with a reason."""

    code: Code
    points: Points = Field(le=1000)
    reason: Reason
    etag: EtagGiven = None


class ScoreMark(Output):
    """A mark 得分 on a sheet."""

    id: UUID
    code: str
    points_max: Figure
    points: Figure
    note: str | None


class ScoreSheet(Resource):
    """A sheet 评分表 of one evaluator about one candidate."""

    campaign_id: UUID
    candidate_id: UUID
    candidate_name: str
    rubric_id: UUID
    evaluator_id: UUID
    evaluator_name: str
    teacher_id: UUID | None = Field(description="评委的教师档案")
    organisation_id: UUID = Field(description="评委所在单位")
    status: SheetStatus
    points: Figure | None = Field(description="各条得分合计")
    marks: list[ScoreMark]
    return_reason: str | None
    submitted_at: Moment | None
    confirmed_by: UUID | None
    confirmed_at: Moment | None


class EvidenceFigure(Output):
    """What the service knows beside a standard 系统数据: evidence, not a mark."""

    label: str
    actual: str
    required: str | None
    clause: str | None


class GivenMark(Output):
    """What one evaluator gave 评委打分."""

    sheet_id: UUID
    evaluator_name: str
    points: Figure


class MarkScore(Output):
    """What came of one mark 单项结果: mean, spread between evaluators, the chair's mark, evidence."""

    code: str
    section: str
    points_max: Figure
    given: list[GivenMark]
    mean: Figure | None
    spread: Figure
    chair_points: Figure | None
    chair_reason: str | None
    counted: Figure | None = Field(description="计入得分：有组长裁定的以裁定为准")
    evidence: list[EvidenceFigure]


class CandidateScores(Output):
    """The result of a candidate 得分明细: raw points and the share of 100."""

    candidate_id: UUID
    name: str
    rubric_id: UUID | None
    sheets: int = Field(description="评分表份数")
    sheets_confirmed: int
    marks: list[MarkScore]
    points: Figure | None = Field(description="原始分；尚有未评分项时为 null")
    points_max: Figure
    share: Figure | None = Field(description="百分制得分")
    spread: Figure
