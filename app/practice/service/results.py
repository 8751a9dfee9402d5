"""Use cases of results over three parts 学员考核: weights, recorded, published, excellent ones proposed. [A2.5a]"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding, Severity
from app.practice.models import PracticeResult
from app.practice.queries import people, summary
from app.practice.queries import results as queries
from app.practice.queries.results import ResultFilter
from app.practice.rules import results as rules
from app.practice.schemas import (
    PracticeMove,
    PracticeProposal,
    PracticePublished,
    PracticeReason,
    PracticeRecorded,
    PracticeResultLine,
    PracticeResultsWrite,
    PracticeWeightsWrite,
)
from app.practice.service import checks
from app.practice.states import PRACTICE_RESULT_LIFECYCLE, PracticeCaseKind, PracticeResultStatus
from app.projects.queries.rows import change
from app.projects.service import checks as projects

READ, ASSESS, PUBLISH = Permission.PRACTICE_READ, Permission.PRACTICE_ASSESS, Permission.PRACTICE_PUBLISH
PLAN_READ, PLAN_SET = Permission.PRACTICE_PLAN_READ, Permission.PRACTICE_PLAN_SET


async def get_weights(ctx: Context, project_id: UUID) -> AnyRow:
    """What the three parts weigh in a project 三部分权重 [A2.5a]."""
    ctx.require(PLAN_READ)
    project = await projects.shown(ctx, project_id)
    return checks.found(await queries.weights(ctx, project.id))


async def set_weights(ctx: Context, project_id: UUID, given: PracticeWeightsWrite, *, version: int | None) -> AnyRow:
    """Publish what the three parts weigh; fixed once a result is published 公布三部分权重. [A2.5a]"""
    ctx.require(PLAN_SET)
    project = await projects.held(ctx, project_id, PLAN_SET)
    known = await queries.weights(ctx, project.id)
    if known is not None:
        check_version(known, version)
    checks.require_project(project.status, (*checks.PREPARED, *checks.AT_WORK))
    ctx.enforce(rules.weights(given.model_dump()), pointer="/training")
    if any(row.status == PracticeResultStatus.PUBLISHED for row in await queries.recorded(ctx, project.id)):
        raise Conflict("PRACTICE_WEIGHTS_FIXED", "已有考核结果公布，权重不能再改；须先撤回已公布的结果。")
    values = given.model_dump(exclude={"etag"})
    by = {"set_by": ctx.principal.account_id, "published_on": ctx.clock.today}
    await queries.put_weights(ctx, project.id, {**values, **by})
    await _record(ctx, "practice_weights.published", project.id, values)
    return checks.found(await queries.weights(ctx, project.id))


async def find_results(ctx: Context, request: PageRequest, project_id: UUID, only: ResultFilter) -> Page[AnyRow]:
    """Results of a project within the scope; is_proposed: the list of excellent trainees 学员考核结果 [A2.5a]."""
    ctx.require(READ)
    await projects.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def record_results(ctx: Context, project_id: UUID, given: PracticeResultsWrite) -> PracticeRecorded:
    """Record the three parts of trainees; all lines or none, published ones stay 登记考核结果. [A2.5a]"""
    ctx.require(ASSESS)
    project = await projects.held(ctx, project_id, ASSESS)
    await checks.require_assigned(ctx, ASSESS, project.id, people.TRACKERS)
    checks.require_project(project.status, checks.JUDGED)
    ids = [line.trainee_id for line in given.lines]
    known = await people.enrolled_ones(ctx, project.id, ids)
    told = {row.trainee_id for row in await queries.recorded(ctx, project.id, ids) if _is_published(row)}
    whole = await _with_training(ctx, project.id, given.lines)
    faults = []
    for at, line in enumerate(whole):
        faults += _faults(ctx, at, line, known, told, is_again=line.trainee_id in ids[:at])
    checks.refuse(faults)
    by = {"recorded_by": ctx.principal.account_id}
    lines = [
        {**line.model_dump(), **by, "teacher_id": one.teacher_id, "school_id": one.school_id}
        for line in whole
        for one in (known[line.trainee_id],)
    ]
    await queries.put(ctx, project.id, lines)
    await _record(ctx, "practice_result.recorded", project.id, {"recorded": len(lines)})
    return PracticeRecorded(recorded=len(lines))


async def publish_results(ctx: Context, project_id: UUID, given: PracticeMove) -> PracticePublished:
    """Publish what others have recorded; own ones wait for another person 公布考核结果. [A2.5a]"""
    del given
    ctx.require(PUBLISH)
    project = await projects.held(ctx, project_id, PUBLISH)
    checks.require_project(project.status, checks.JUDGED)
    if await queries.weights(ctx, project.id) is None:
        raise Conflict("PRACTICE_WEIGHTS_MISSING", "请先公布参加培训、校本研修、示范带动三部分的权重。")
    rows = [row for row in await queries.recorded(ctx, project.id) if not _is_published(row)]
    own = [row for row in rows if row.recorded_by == ctx.principal.account_id]
    if rows and len(own) == len(rows):
        checks.other_person(ctx, PUBLISH, ctx.principal.account_id)
    status = PRACTICE_RESULT_LIFECYCLE.move(PracticeResultStatus.RECORDED, "publish")
    by = {"published_by": ctx.principal.account_id, "published_on": ctx.clock.today, "reopen_reason": None}
    done = await queries.publish(ctx, project.id, {"status": str(status), **by})
    without = await queries.without_result(ctx, project.id)
    await _record(ctx, "practice_result.published", project.id, {"published": done, "without": without})
    return PracticePublished(published=done, own=len(own), without=without)


async def reopen_result(ctx: Context, result_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Take a published result back to be recorded anew, with a reason 撤回已公布的结果."""
    ctx.require(PUBLISH)
    row = await _held(ctx, result_id, version)
    status = PRACTICE_RESULT_LIFECYCLE.move(PracticeResultStatus(row.status), "reopen")
    gone = dict.fromkeys(("published_by", "published_on", "proposed_by", "proposed_on", "proposal_reason"))
    await change(ctx, PracticeResult, row.id, {"status": str(status), "reopen_reason": given.reason, **gone})
    return await _told(ctx, row.id, "reopened", {"reason": given.reason})


async def propose_excellent(ctx: Context, result_id: UUID, given: PracticeProposal, *, version: int | None) -> AnyRow:
    """Put a trainee with a published result on the list of excellent trainees 提出优秀学员. [A2.5b]"""
    ctx.require(PUBLISH)
    row = await _held(ctx, result_id, version)
    if not _is_published(row) or row.proposed_on:
        message = "只有已公布结果、尚未提出的学员可以提出为优秀学员。"
        raise Conflict("PRACTICE_NOT_PROPOSABLE", message, status=row.status, proposed_on=str(row.proposed_on))
    cases = await summary.case_kinds(ctx, row.trainee_id)
    has = {"has_transfer": PracticeCaseKind.TRANSFER in cases, "has_leading": PracticeCaseKind.LEADING in cases}
    by = {"proposed_by": ctx.principal.account_id, "proposed_on": ctx.clock.today}
    await change(ctx, PracticeResult, row.id, {**by, "proposal_reason": given.reason})
    return await _told(ctx, row.id, "proposed", {"total": str(row.total)}, rules.proposal(**has))


async def withdraw_proposal(ctx: Context, result_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Take a trainee off the list of excellent trainees, with a reason 撤回提出."""
    ctx.require(PUBLISH)
    row = await _held(ctx, result_id, version)
    if row.proposed_on is None:
        raise Conflict("PRACTICE_NOT_PROPOSED", "该学员没有提出为优秀学员。")
    gone = dict.fromkeys(("proposed_by", "proposed_on", "proposal_reason"))
    await change(ctx, PracticeResult, row.id, gone)
    return await _told(ctx, row.id, "proposal_withdrawn", {"reason": given.reason})


async def note_missing_results(ctx: Context, *, project: AnyRow, findings: list[Finding]) -> None:
    """Reaction to "project.closing": trainees without a published result are pointed out. [A2.5a]"""
    missing = await queries.without_result(ctx, project.id)
    if missing:
        message = f"还有 {missing} 名学员没有公布考核结果"
        findings.append(Finding("practice.results_missing", Severity.ADVISE, "A2.5a", message, missing, 0))


async def _with_training(
    ctx: Context, project_id: UUID, lines: Sequence[PracticeResultLine]
) -> list[PracticeResultLine]:
    """Lines whose training part was left out, with the process score that the package of training knows. [A2.3b]"""
    wanted = [line.trainee_id for line in lines if line.training is None]
    scores: dict[UUID, Decimal] = {}
    if wanted:
        await happened(ctx, "practice_results.asked", project_id=project_id, trainee_ids=wanted, scores=scores)
    return [
        line if line.training is not None else line.model_copy(update={"training": scores.get(line.trainee_id)})
        for line in lines
    ]


def _is_published(row: AnyRow) -> bool:
    return bool(row.status == PracticeResultStatus.PUBLISHED)


def _faults(
    ctx: Context,
    at: int,
    line: PracticeResultLine,
    known: dict[UUID, AnyRow],
    told: set[UUID],
    *,
    is_again: bool,
) -> list[FieldFault]:
    """Every fault of a line at once."""
    pointer, name = f"/lines/{at}/trainee_id", f"第 {at + 1} 行"
    faults = []
    if line.trainee_id not in known:
        faults.append(FieldFault(pointer, "REFERENCE_UNKNOWN", f"{name}不是该项目的在训学员"))
    elif known[line.trainee_id].teacher_id == ctx.principal.teacher_id:
        faults.append(FieldFault(pointer, "SEPARATION_OF_DUTIES", f"{name}是您本人，须由另一人登记"))
    if line.trainee_id in told:
        faults.append(FieldFault(pointer, "RESULT_PUBLISHED", f"{name}的结果已公布，须先撤回"))
    if is_again:
        faults.append(FieldFault(pointer, "TWICE", f"{name}的学员重复"))
    if line.training is None:
        message = f"{name}没有培训过程考核得分，请填写参加培训的分数"
        faults.append(FieldFault(f"/lines/{at}/training", "TRAINING_SCORE_MISSING", message))
    given = {part: points for part in rules.PARTS if (points := getattr(line, part)) is not None}
    broken = rules.points(ctx.regulation, given, on=ctx.clock.today)
    return faults + [
        FieldFault(f"/lines/{at}/{part}", one.rule, f"{name}{rules.PARTS[part]}：{one.message}")
        for part, one in broken.items()
    ]


async def _held(ctx: Context, result_id: UUID, version: int | None) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, result_id, lock=True))
    ctx.require(PUBLISH, on=checks.place_of(row))
    check_version(row, version)
    return row


async def _record(ctx: Context, kind: str, project_id: UUID, facts: dict[str, Any]) -> None:
    await ctx.record(kind, entity="project", entity_id=project_id, facts=facts)


async def _told(
    ctx: Context, result_id: UUID, act: str, facts: dict[str, Any], findings: list[Finding] | None = None
) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, result_id))
    place = Place(row.school_id, row.teacher_id)
    told = {"place": place, "facts": facts, "findings": findings or []}
    await ctx.record(f"practice_result.{act}", entity="practice_result", entity_id=row.id, **told)
    return row
