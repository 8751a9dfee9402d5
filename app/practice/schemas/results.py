"""Tracking visits, weights and results as clients send and get them. [A2.5a] [A2.5b]"""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Note, Output, Resource
from app.practice.schemas.outputs import EtagGiven, Points, Reason
from app.practice.states import PracticeResultStatus

LINES_MAX = 500


class TrackingVisitCreate(Input):
    """Put a tracking visit on record 登记跟踪评价. [A2.5a]"""

    project_id: UUID
    school_id: UUID = Field(description="所到学校或中心校")
    workshop_id: UUID | None = None
    tracker_id: UUID | None = Field(default=None, description="跟踪评价小组成员（教师 id）")
    visited_on: date
    found: Note = Field(description="了解到的情况")
    follow_up: Note | None = Field(default=None, description="需要学校跟进的事项")
    follow_up_due_on: date | None = Field(default=None, description="跟进期限；有跟进事项时必填")


class TrackingFollowUp(Input):
    """What came of the follow-up 登记跟进结果."""

    followed_up_on: date
    result: Note
    etag: EtagGiven = None


class TrackingVisit(Resource):
    """A tracking visit 跟踪评价记录."""

    project_id: UUID
    project_name: str
    school_id: UUID
    school_name: str
    workshop_id: UUID | None
    workshop_name: str | None
    tracker_id: UUID | None
    tracker_name: str | None
    visited_on: date
    found: str
    follow_up: str | None
    follow_up_due_on: date | None
    followed_up_on: date | None
    follow_up_result: str | None


class PracticeWeightsWrite(Input):
    """Publish what the three parts weigh 公布三部分权重. [A2.5a]"""

    training: int = Field(ge=0, le=100, description="参加培训（%）")
    school_research: int = Field(ge=0, le=100, description="校本研修（%）")
    demonstration: int = Field(ge=0, le=100, description="示范带动（%）")
    etag: EtagGiven = None


class PracticeWeights(Resource):
    """What the three parts weigh 三部分权重, a hundred together."""

    project_id: UUID
    training: int
    school_research: int
    demonstration: int
    published_on: date


class PracticeResultLine(Input):
    """One trainee's three parts 一名学员的三部分得分, each of a hundred points. [A2.5a]"""

    trainee_id: UUID
    training: Points | None = Field(default=None, description="参加培训；不填则取该学员培训过程考核得分")
    school_research: Points = Field(description="校本研修")
    demonstration: Points = Field(description="示范带动")
    opinion: Note | None = None


class PracticeResultsWrite(Input):
    """Record results 登记考核结果; all lines or none."""

    lines: list[PracticeResultLine] = Field(min_length=1, max_length=LINES_MAX)


class PracticeRecorded(Output):
    """How many results were recorded 登记结果."""

    recorded: int


class PracticePublished(Output):
    """How many results were published, and how many another person has to publish 公布结果."""

    published: int
    own: int = Field(description="本人登记、须由另一人公布的")
    without: int = Field(description="还没有已公布结果的学员")


class PracticeProposal(Input):
    """Put a trainee on the list of excellent trainees 提出优秀学员."""

    reason: Reason
    etag: EtagGiven = None


class PracticeResult(Resource):
    """A trainee's result 学员考核结果."""

    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    training: Points
    school_research: Points
    demonstration: Points
    total: float | None = Field(description="按权重合计；权重未公布时为 null")
    opinion: str | None
    status: PracticeResultStatus
    published_on: date | None
    reopen_reason: str | None
    proposed_on: date | None = Field(description="提出为优秀学员的日期")
    proposal_reason: str | None
