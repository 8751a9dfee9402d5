"""GraphQL of the evaluation of sub-project teams."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.evaluations import schemas, service
from app.evaluations.queries.teams import TeamFilter
from app.evaluations.schemas.rubrics import Year

READ, SCORE = Permission.TEAM_EVALUATION_READ, Permission.TEAM_EVALUATION_SCORE
_T = schemas.TeamEvaluation


@output(schemas.TeamEvaluation)
class TeamEvaluation(Node):
    """How a sub-project's team did in a year 子项目团队综合评价."""


async def teams_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TeamEvaluation | None]:
    """One evaluation of a team 子项目团队评价详情 [A3.6]."""
    return shown_many(_T, await service.get_team_evaluations(ctx, list(ids)))


async def _teams_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TeamEvaluation | None]:
    """The same for global ids: to whom evaluations of teams are closed, they are missing like any other's."""
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await teams_by_ids(ctx, ids)


@strawberry.type
class Query:
    """What evaluations of teams answer."""

    team_evaluation = record(READ, teams_by_ids, _T)
    team_evaluations = pages(READ, service.find_team_evaluations, _T, only=TeamFilter)
    team_evidence = reading(READ, service.team_evidence, schemas.TeamEvidence, more={"year": Year})


@strawberry.type
class Mutation:
    """What scores teams and confirms it."""

    evaluate_team = verb(SCORE, service.evaluate_team, schemas.TeamEvaluationCreate, _T, at=(), once=True)
    score_team = verb(SCORE, service.score_team, schemas.TeamScores, _T)
    confirm_team_evaluation = verb(SCORE, service.confirm_team, schemas.EvaluationMove, _T)


NODES: dict[str, Batch] = {"TeamEvaluation": _teams_of_anybody}
