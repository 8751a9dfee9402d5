"""Evaluations of sub-project teams as clients send and get them. [A3.6]"""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Figure, Input, Moment, Note, Output, Resource
from app.evaluations.schemas.rubrics import EtagGiven, Year
from app.evaluations.schemas.scoring import EvidenceFigure, ScoreMarkWrite
from app.evaluations.states import TeamEvaluationStatus


class TeamScores(Input):
    """Marks of a team 团队得分: one for each content, and an opinion."""

    marks: list[ScoreMarkWrite] = Field(min_length=1, max_length=50)
    opinion: Note
    etag: EtagGiven = None


class TeamEvaluationCreate(TeamScores):
    """Score a sub-project's team for a year 评价子项目团队. [A3.6]"""

    sub_project_id: UUID
    year: Year


class TeamMark(Output):
    """A mark of a team 单项得分."""

    code: str
    points: Figure
    note: str | None


class TeamMarkEvidence(Output):
    """What the service knows beside one content 单项系统数据."""

    code: str
    figures: list[EvidenceFigure]


class TeamEvidence(Output):
    """What the service knows beside the contents a sub-project's team is scored on 系统数据: evidence, not a mark."""

    sub_project_id: UUID
    project_id: UUID
    year: int
    marks: list[TeamMarkEvidence]


class TeamEvaluation(Resource):
    """How a sub-project's team did in a year 子项目团队综合评价."""

    sub_project_id: UUID
    sub_project_name: str
    project_id: UUID
    year: int
    rubric_id: UUID
    marks: list[TeamMark]
    points: Figure
    opinion: str
    status: TeamEvaluationStatus
    scored_by: UUID
    confirmed_by: UUID | None
    confirmed_at: Moment | None
