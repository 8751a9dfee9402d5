"""Use cases of completion: recommended, decided by a second person, certified, hours posted. [A4.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear
from app.projects.queries.rows import add, change
from app.training.models import TrainingCompletion
from app.training.queries import scores as queries
from app.training.queries.scores import TrainingCompletionFilter
from app.training.rules.process import Facts, Least, Presence, check_completion
from app.training.schemas import TrainingCompletions, TrainingDecide, TrainingRecommend, TrainingVerdict
from app.training.service import checks
from app.training.service.letters import certify
from app.training.states import COMPLETION_LIFECYCLE, TrainingCompletionStatus

RECOMMEND, DECIDE = Permission.COMPLETION_RECOMMEND, Permission.COMPLETION_DECIDE
_S = TrainingCompletionStatus


async def find_completions(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingCompletionFilter
) -> Page[AnyRow]:
    """Completions of a project within the scope 结业列表 [A4.2]."""
    ctx.require(Permission.COMPLETION_READ)
    await checks.shown(ctx, project_id)
    return await queries.completion_page(ctx, request, project_id, only)


async def recommend_completions(ctx: Context, project_id: UUID, given: TrainingRecommend) -> TrainingCompletions:
    """Recommend who completes, each with the findings; anew until it is decided 提出结业建议 [A4.2]."""
    ctx.require(RECOMMEND)
    project = await checks.held(ctx, project_id, RECOMMEND)
    checks.require_status(project, *checks.ACTIVE)
    ids = [one.trainee_id for one in given.trainees]
    people = {one.id: one for one in await queries.figures(ctx, project.id, ids)}
    known = {one.trainee_id: one for one in await queries.completions_of(ctx, project.id, ids, lock=True)}
    checks.refuse(_faults_of_recommendation(ctx, project, given, people, known))
    scheme, assignments = await queries.scheme(ctx, project.id), await queries.assignments(ctx, project.id)
    least = Least(scheme.attendance_min, scheme.score_min) if scheme else Least(None, None)
    new = []
    for one in given.trainees:
        who = people[one.trainee_id]
        values = _judged(who, least, assignments) | {
            "is_recommended": one.is_recommended,
            "opinion": one.opinion,
            "hours": one.hours or project.hours,
            "recommended_by": ctx.principal.account_id,
        }
        if one.trainee_id in known:
            await change(ctx, TrainingCompletion, known[one.trainee_id].id, values)
            continue
        whose = {"trainee_id": who.id, "teacher_id": who.teacher_id, "school_id": who.school_id}
        own = {"id": new_id(), "project_id": project.id, "project_hours": project.hours}
        new.append({**own, **whose, **values})
    await add(ctx, TrainingCompletion, *new)
    facts = {"trainees": len(ids), "recommended": sum(one.is_recommended for one in given.trainees)}
    await ctx.record("training_completion.recommended", entity="project", entity_id=project.id, facts=facts)
    return TrainingCompletions.model_validate({"items": await queries.completions_of(ctx, project.id, ids)})


async def decide_completions(ctx: Context, project_id: UUID, given: TrainingDecide) -> TrainingCompletions:
    """Decide who completes; certificates are issued; never who recommended 决定结业 [A4.2]."""
    ctx.require(DECIDE)
    project = await checks.held(ctx, project_id, DECIDE)
    checks.require_status(project, *checks.ACTIVE)
    ids = [one.trainee_id for one in given.trainees]
    known = {one.trainee_id: one for one in await queries.completions_of(ctx, project.id, ids, lock=True)}
    checks.refuse(_faults_of_decision(given.trainees, known))
    for row in known.values():
        checks.other_person(ctx, DECIDE, row.recommended_by, teacher=row.teacher_id)
    for one in given.trainees:
        await _decide(ctx, project, known[one.trainee_id], one)
    return TrainingCompletions.model_validate({"items": await queries.completions_of(ctx, project.id, ids)})


async def find_uncredited(ctx: Context, *, year: SchoolYear, findings: list[Finding]) -> None:
    """Reaction to the closing of a school year: tell of completions in it that have given no hours. [A4.2]"""
    ctx.require(Permission.HOURS_CLOSING_READ)
    if waiting := await queries.uncredited(ctx, year.first_day, year.last_day):
        message = f"有 {waiting} 名学员结业后尚未计入学时。"
        findings.append(Finding("training.hours_unposted", Severity.ADVISE, "A4.2", message, waiting, 0))


async def _decide(ctx: Context, project: AnyRow, row: AnyRow, given: TrainingVerdict) -> None:
    verb = "complete" if given.is_completed else "fail"
    status = COMPLETION_LIFECYCLE.move(_S(row.status), verb)
    by = {"decided_by": ctx.principal.account_id, "decided_on": ctx.clock.today, "reason": given.reason}
    await change(ctx, TrainingCompletion, row.id, {"status": str(status), **by})
    facts: dict[str, Any] = {"project_id": str(project.id), "status": str(status)}
    if given.is_completed:
        letter = await certify(ctx, project, row)
        await change(ctx, TrainingCompletion, row.id, {"certificate_id": letter.id, "number": letter.number})
        facts["number"] = letter.number
    entity = {"entity": "training_completion", "entity_id": row.id, "place": checks.place_of(row)}
    findings = [_finding(one) for one in row.findings]
    await ctx.record("training_completion.decided", facts=facts, findings=findings, **entity)


def _finding(stored: Mapping[str, Any]) -> Finding:
    return Finding(**{**stored, "severity": Severity(stored["severity"])})


def _judged(who: AnyRow, least: Least, assignments: int) -> dict[str, Any]:
    """What a recommendation stands on: figures and findings."""
    presence = Presence(who.due, who.present, who.on_leave)
    facts = Facts(presence, who.score, max(0, assignments - who.marked))
    figures = asdict(presence) | {
        "absent": presence.absent,
        "attendance": str(presence.points),
        "score": None if who.score is None else str(who.score),
        "unmarked": facts.unmarked,
    }
    return {"figures": figures, "findings": [one.as_json() for one in check_completion(facts, least)]}


def _faults_of_recommendation(
    ctx: Context,
    project: AnyRow,
    given: TrainingRecommend,
    people: Mapping[UUID, AnyRow],
    known: Mapping[UUID, AnyRow],
) -> list[FieldFault]:
    faults, seen = [], set()
    for place, one in enumerate(given.trainees):
        at, row = f"/trainees/{place}", known.get(one.trainee_id)
        if one.trainee_id not in people:
            faults.append(FieldFault(f"{at}/trainee_id", "REFERENCE_UNKNOWN", "没有这名在训学员"))
        elif one.trainee_id in seen:
            faults.append(FieldFault(f"{at}/trainee_id", "DUPLICATE", "学员重复"))
        elif row is not None and row.status != _S.RECOMMENDED:
            faults.append(FieldFault(f"{at}/trainee_id", "COMPLETION_DECIDED", f"{row.teacher_name} 已决定是否结业"))
        elif people[one.trainee_id].teacher_id == ctx.principal.teacher_id:
            faults.append(FieldFault(f"{at}/trainee_id", "OWN_COMPLETION", "不能推荐本人"))
        if one.hours is not None and one.hours > project.hours:
            message = f"学时 {one.hours:f} 超过项目学时 {project.hours:f}"
            faults.append(FieldFault(f"{at}/hours", "HOURS_OVER_PROJECT", message))
        seen.add(one.trainee_id)
    return faults


def _faults_of_decision(given: Sequence[TrainingVerdict], known: Mapping[UUID, AnyRow]) -> list[FieldFault]:
    faults, seen = [], set()
    for place, one in enumerate(given):
        at, row = f"/trainees/{place}", known.get(one.trainee_id)
        if row is None:
            faults.append(FieldFault(f"{at}/trainee_id", "REFERENCE_UNKNOWN", "没有这名学员的结业建议"))
        elif one.trainee_id in seen:
            faults.append(FieldFault(f"{at}/trainee_id", "DUPLICATE", "学员重复"))
        elif row.status != _S.RECOMMENDED:
            faults.append(FieldFault(f"{at}/trainee_id", "COMPLETION_DECIDED", f"{row.teacher_name} 已决定是否结业"))
        elif one.reason is None and (not one.is_completed or not row.is_recommended or row.findings):
            message = f"{row.teacher_name}：不予结业、与建议不同或有未达要求时须写明理由"
            faults.append(FieldFault(f"{at}/reason", "REASON_MISSING", message))
        seen.add(one.trainee_id)
    return faults
