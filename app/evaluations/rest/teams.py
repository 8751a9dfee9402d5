"""REST of the evaluation of sub-project teams."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.teams import TeamFilter
from app.evaluations.schemas import (
    EvaluationMove,
    TeamEvaluation,
    TeamEvaluationCreate,
    TeamEvidence,
    TeamScores,
)

router = APIRouter(tags=["evaluations"])
READ, SCORE = permits(Permission.TEAM_EVALUATION_READ), permits(Permission.TEAM_EVALUATION_SCORE)
ONE = "/team-evaluations/{evaluation_id:uuid}"


@router.get("/team-evaluations", response_model=Listing[TeamEvaluation], **READ)
async def list_team_evaluations(ctx: Ctx, page: Paged, only: Annotated[TeamFilter, Depends()]) -> object:
    """Evaluations of sub-project teams, newest first 子项目团队评价列表 [A3.6]."""
    return listing(await service.find_team_evaluations(ctx, page, only))


@router.post("/team-evaluations", response_model=TeamEvaluation, status_code=201, **SCORE)
async def evaluate_team(ctx: Ctx, new: TeamEvaluationCreate, once: Once) -> Response:
    """Score a sub-project's team for a year 评价子项目团队 [A3.6]."""
    return await once.answer(ctx, new, lambda: service.evaluate_team(ctx, new), TeamEvaluation)


@router.get(ONE, response_model=TeamEvaluation, **READ)
async def get_team_evaluation(ctx: Ctx, evaluation_id: UUID, tag: Tagged) -> object:
    """One evaluation of a team 子项目团队评价详情 [A3.6]."""
    return tag.seal(await service.get_team_evaluation(ctx, evaluation_id))


@router.post(f"{ONE}:score", response_model=TeamEvaluation, **SCORE)
async def score_team(ctx: Ctx, evaluation_id: UUID, given: TeamScores, tag: Tagged) -> object:
    """Change the marks before they are confirmed 修改团队得分 [A3.6]."""
    return tag.seal(await service.score_team(ctx, evaluation_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:confirm", response_model=TeamEvaluation, **SCORE)
async def confirm_team_evaluation(ctx: Ctx, evaluation_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Confirm, as another person than who scored 确认团队评价 [A3.6]."""
    return tag.seal(await service.confirm_team(ctx, evaluation_id, given, version=tag.expected(given)))


@router.get("/sub-projects/{sub_project_id:uuid}/team-evidence/{year}", response_model=TeamEvidence, **READ)
async def get_team_evidence(
    ctx: Ctx, sub_project_id: UUID, year: Annotated[int, Path(ge=2022, le=2100, description="公历年")]
) -> object:
    """What the service knows beside the contents a team is scored on 子项目团队系统数据 [A3.6]."""
    return await service.team_evidence(ctx, sub_project_id, year)
