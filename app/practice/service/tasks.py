"""Use cases of tasks: drafted, published to the trainees, extended, withdrawn; who owes them. [M5.3]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding
from app.practice.models import PracticeTask
from app.practice.queries import tasks as queries
from app.practice.queries.tasks import DutyFilter, TaskFilter
from app.practice.rules import practice as rules
from app.practice.schemas import PracticeMove, PracticeReason, PracticeTaskExtend, PracticeTaskWrite
from app.practice.service import checks
from app.practice.states import PRACTICE_TASK_LIFECYCLE, PracticeTaskStatus
from app.projects.queries.rows import add, change
from app.projects.service import checks as projects

READ, SET = Permission.PRACTICE_PLAN_READ, Permission.PRACTICE_PLAN_SET


async def find_tasks(ctx: Context, request: PageRequest, project_id: UUID, only: TaskFilter) -> Page[AnyRow]:
    """Tasks of a project, newest first; drafts for the offices only 返岗实践任务列表 [M5.3]."""
    ctx.require(READ)
    await projects.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id, only)


async def get_task(ctx: Context, task_id: UUID) -> AnyRow:
    """One task 返岗实践任务 [M5.3]."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, task_id))


async def get_tasks(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Tasks (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def find_duties(ctx: Context, request: PageRequest, project_id: UUID, only: DutyFilter) -> Page[AnyRow]:
    """What each trainee has to do and has done; who owes what 学员任务完成情况 [M5.3]."""
    ctx.require(Permission.PRACTICE_READ)
    await projects.shown(ctx, project_id)
    return await queries.duties(ctx, request, project_id, only)


async def draft_task(ctx: Context, project_id: UUID, new: PracticeTaskWrite) -> AnyRow:
    """Draft a task of a project, for one workshop or for all trainees 拟定任务. [M5.3]"""
    ctx.require(SET)
    project = await projects.shown(ctx, project_id)
    findings = await _checked(ctx, project, new)
    made = new_id()
    values = {"id": made, "project_id": project.id, "made_by": ctx.principal.account_id}
    await add(ctx, PracticeTask, {**values, **_values(new, findings)})
    return await _told(ctx, made, "drafted", findings)


async def change_task(ctx: Context, task_id: UUID, given: PracticeTaskWrite, *, version: int | None) -> AnyRow:
    """Change a task that is not published yet 修改任务草稿. [M5.3]"""
    ctx.require(SET)
    row = await _held(ctx, task_id, version)
    if row.status != PracticeTaskStatus.DRAFT:
        message = "任务已发布或撤回，不能再改内容；可以延长提交期限，或撤回后重新布置。"
        raise Conflict("PRACTICE_TASK_PUBLISHED", message, status=row.status)
    findings = await _checked(ctx, await projects.shown(ctx, row.project_id), given)
    await change(ctx, PracticeTask, row.id, _values(given, findings))
    return await _told(ctx, row.id, "changed", findings)


async def publish_task(ctx: Context, task_id: UUID, given: PracticeMove, *, version: int | None) -> AnyRow:
    """Publish a task to its trainees 发布任务. [M5.3]"""
    del given
    ctx.require(SET)
    row = await _held(ctx, task_id, version)
    status = PRACTICE_TASK_LIFECYCLE.move(PracticeTaskStatus(row.status), "publish")
    checks.require_project(row.project_status, checks.AT_WORK)
    if row.due_on < ctx.clock.today:
        checks.refuse([FieldFault("/due_on", "OUT_OF_ORDER", f"提交截止日期 {row.due_on} 已过，请先修改")])
    by = {"published_by": ctx.principal.account_id, "published_on": ctx.clock.today}
    await change(ctx, PracticeTask, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "published")


async def extend_task(ctx: Context, task_id: UUID, given: PracticeTaskExtend, *, version: int | None) -> AnyRow:
    """Give more time for a published task 延长提交期限. [M5.3]"""
    ctx.require(SET)
    row = await _held(ctx, task_id, version)
    if row.status != PracticeTaskStatus.PUBLISHED:
        raise Conflict("PRACTICE_TASK_NOT_OPEN", "只有已发布的任务可以延长提交期限。", status=row.status)
    project = await projects.shown(ctx, row.project_id)
    if not row.due_on < given.due_on <= project.ends_on:
        message = f"新的截止日期须晚于 {row.due_on}，且不晚于项目结束日期 {project.ends_on}"
        checks.refuse([FieldFault("/due_on", "OUT_OF_ORDER", message)])
    await change(ctx, PracticeTask, row.id, {"due_on": given.due_on})
    return await _told(ctx, row.id, "extended", facts={"due_on": str(given.due_on), "reason": given.reason})


async def withdraw_task(ctx: Context, task_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Withdraw a task with a reason 撤回任务; not one that somebody has handed in for. [M5.3]"""
    ctx.require(SET)
    row = await _held(ctx, task_id, version)
    status = PRACTICE_TASK_LIFECYCLE.move(PracticeTaskStatus(row.status), "withdraw")
    if row.outputs:
        message = f"已有 {row.outputs} 份成果，任务不能撤回。"
        raise Conflict("PRACTICE_TASK_HAS_OUTPUTS", message, outputs=row.outputs)
    await change(ctx, PracticeTask, row.id, {"status": str(status), "reason": given.reason})
    return await _told(ctx, row.id, "withdrawn")


async def _held(ctx: Context, task_id: UUID, version: int | None) -> AnyRow:
    """The task, locked first in a statement of its own so that its count of outputs is read after any wait."""
    checks.found(await queries.by_id(ctx, task_id, lock=True))
    row = checks.found(await queries.by_id(ctx, task_id))
    check_version(row, version)
    return row


def _values(given: PracticeTaskWrite, findings: Sequence[Finding]) -> dict[str, object]:
    return {**given.model_dump(exclude={"etag"}), "findings": [one.as_json() for one in findings]}


async def _checked(ctx: Context, project: AnyRow, given: PracticeTaskWrite) -> list[Finding]:
    """Every fault of a task at once; answers the advice that is kept on record."""
    checks.require_project(project.status, (*checks.PREPARED, *checks.AT_WORK))
    faults = []
    is_known = given.kind in ctx.regulation.codes("practice_tasks")
    if not is_known:
        faults.append(projects.unknown("/kind", "practice_tasks", given.kind))
    if not project.starts_on <= given.due_on <= project.ends_on:
        message = f"提交截止日期 {given.due_on} 不在项目起止日期 {project.starts_on} 至 {project.ends_on} 内"
        faults.append(FieldFault("/due_on", "OUTSIDE_PROJECT", message))
    workshop = await queries.workshop(ctx, given.workshop_id) if given.workshop_id else None
    if given.workshop_id and workshop is None:
        faults.append(FieldFault("/workshop_id", "REFERENCE_UNKNOWN", "没有这个工作坊（室），或已结束"))
    checks.refuse(faults)
    return rules.audience(ctx.regulation, given.kind, workshop.family if workshop else None)


async def _told(
    ctx: Context, task_id: UUID, act: str, findings: Sequence[Finding] = (), facts: dict[str, object] | None = None
) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, task_id))
    told = facts or {"kind": row.kind, "due_on": str(row.due_on)}
    await ctx.record(
        f"practice_task.{act}", entity="practice_task", entity_id=row.id, facts=told, findings=list(findings)
    )
    return row
