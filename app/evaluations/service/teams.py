"""Use cases of the evaluation of sub-project teams: scored by one person of the bureau, confirmed by another. [A3.6]"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import TeamEvaluation
from app.evaluations.queries import records, rubrics
from app.evaluations.queries import teams as queries
from app.evaluations.queries.teams import TeamFilter
from app.evaluations.schemas import (
    EvaluationMove,
    TeamEvaluationCreate,
    TeamScores,
)
from app.evaluations.service import checks
from app.evaluations.service.rubrics import freeze
from app.evaluations.service.sheets import check_points
from app.evaluations.states import TEAM_EVALUATION_LIFECYCLE, TeamEvaluationStatus

explain({"uq_team_evaluations_year": ("TEAM_EVALUATED", "该子项目本年度已评价，确认前可以修改得分。")})
READ, SCORE = Permission.TEAM_EVALUATION_READ, Permission.TEAM_EVALUATION_SCORE
RUBRIC = "subproject_team"


async def find_team_evaluations(ctx: Context, request: PageRequest, only: TeamFilter) -> Page[AnyRow]:
    """Evaluations of sub-project teams, newest first 子项目团队评价列表 [A3.6]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_team_evaluation(ctx: Context, evaluation_id: UUID) -> AnyRow:
    """One evaluation of a team; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, evaluation_id))


async def get_team_evaluations(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Evaluations of teams (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def evaluate_team(ctx: Context, new: TeamEvaluationCreate) -> AnyRow:
    """Score a sub-project's team for a year 评价子项目团队: process, cases, publications, theory. [A3.6]"""
    ctx.require(SCORE)
    if not await queries.is_there(ctx, new.sub_project_id):
        checks.refuse([FieldFault("/sub_project_id", "REFERENCE_UNKNOWN", "没有这一子项目")])
    rubric, made = await freeze(ctx, RUBRIC), new_id()
    about = {"sub_project_id": new.sub_project_id, "year": new.year, "rubric_id": rubric}
    await records.add(ctx, TeamEvaluation, {"id": made, **about, **await _scored(ctx, rubric, new)})
    return await _told(ctx, made, "scored")


async def score_team(ctx: Context, evaluation_id: UUID, given: TeamScores, *, version: int | None) -> AnyRow:
    """Change the marks of a team before they are confirmed 修改团队得分. [A3.6]"""
    row, status = await _held(ctx, evaluation_id, "score", version=version)
    await records.change(
        ctx, TeamEvaluation, row.id, {"status": str(status), **await _scored(ctx, row.rubric_id, given)}
    )
    return await _told(ctx, row.id, "scored")


async def confirm_team(ctx: Context, evaluation_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Confirm the evaluation of a team 确认团队评价, as another person than who scored it. [A3.6]"""
    del given
    row, status = await _held(ctx, evaluation_id, "confirm", version=version)
    checks.other_person(ctx, SCORE, row.scored_by)
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": records.NOW}
    await records.change(ctx, TeamEvaluation, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "confirmed")


async def _scored(ctx: Context, rubric_id: UUID, given: TeamScores) -> dict[str, Any]:
    """The marks as they are stored; Invalid with every fault: each content once, within its points."""
    points = {one.code: one.points for one in await rubrics.marks_of(ctx, rubric_id)}
    step = ctx.regulation.decimal("evaluations.mark_step", on=ctx.clock.today)
    codes = [one.code for one in given.marks]
    faults = [FieldFault("/marks", "MARK_MISSING", f"{code} 须评分一次") for code in points if codes.count(code) != 1]
    for at, mark in enumerate(given.marks):
        if mark.code not in points:
            faults.append(FieldFault(f"/marks/{at}/code", "CODE_UNKNOWN", f"评价标准中没有 {mark.code}"))
        else:
            faults += check_points(mark.points, points[mark.code], step, pointer=f"/marks/{at}/points")
    checks.refuse(faults)
    marks = [{"code": one.code, "points": str(one.points), "note": one.note} for one in given.marks]
    total = sum((one.points for one in given.marks), Decimal(0))
    return {"marks": marks, "points": total, "opinion": given.opinion, "scored_by": ctx.principal.account_id}


async def _held(
    ctx: Context, evaluation_id: UUID, verb: str, *, version: int | None
) -> tuple[AnyRow, TeamEvaluationStatus]:
    """The evaluation, locked, and the status a step leads to."""
    ctx.require(SCORE)
    row = checks.found(await queries.by_id(ctx, evaluation_id, lock=True))
    check_version(row, version)
    return row, TEAM_EVALUATION_LIFECYCLE.move(TeamEvaluationStatus(row.status), verb)


async def _told(ctx: Context, evaluation_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, evaluation_id))
    facts = {"sub_project": str(row.sub_project_id), "year": row.year, "points": str(row.points)}
    await ctx.record(f"team_evaluation.{act}", entity="team_evaluation", entity_id=row.id, facts=facts)
    return row
