"""Steps of a project, each with what it requires: all that is missing is told at once. [M3.1] [A2.2]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.db import AnyRow
from app.policy.finding import Finding
from app.projects.models import Project
from app.projects.queries import projects as queries
from app.projects.queries.rows import NOW, change
from app.projects.rules.readiness import Standing, check_step
from app.projects.schemas import ProjectMove, ProjectReason
from app.projects.service import checks
from app.projects.states import PROJECT_LIFECYCLE, ProjectStatus

PLAN, APPROVE, RUN = Permission.PROJECT_PLAN, Permission.PROJECT_APPROVE, Permission.PROJECT_RUN
ASKED = {ProjectStatus.RUNNING: "project.starting", ProjectStatus.CLOSED: "project.closing"}
"""Steps for which packages above are asked what is missing: they add to the findings. [A2.3a]"""


async def submit_project(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Submit a project for approval 提交立项. [M3.1]"""
    del given
    row = await checks.held(ctx, project_id, PLAN, version=version)
    blank = {"approved_by": None, "approved_at": None, "reason": None}
    return await _move(ctx, row, "submit", {"submitted_by": ctx.principal.account_id, **blank})


async def return_project(ctx: Context, project_id: UUID, given: ProjectReason, *, version: int | None) -> AnyRow:
    """Send a project back with a reason 退回立项; never who submitted it. [M3.1]"""
    row = await checks.held(ctx, project_id, APPROVE, version=version)
    checks.other_person(ctx, APPROVE, row.submitted_by)
    return await _move(ctx, row, "return", {"reason": given.reason})


async def approve_project(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Approve a project 批准立项; never who submitted it. [M3.1]"""
    del given
    row = await checks.held(ctx, project_id, APPROVE, version=version)
    checks.other_person(ctx, APPROVE, row.submitted_by)
    return await _move(ctx, row, "approve", {"approved_by": ctx.principal.account_id, "approved_at": NOW})


async def open_selection(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Open the selection and publish the project 发布项目、开始选学员. [A2.2] [A3.3]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "select", {"is_published": True})


async def start_project(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Start the training 开始培训: who accompanies is named, and the course design is reviewed. [A4.2b] [A2.3a]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "start", {})


async def start_practice(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Start the return practice 进入返岗实践: a guide group of trainers answers for it. [A2.4]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "practise", {})


async def start_evaluation(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Start the evaluation 进入评价: a tracking group is there. [A2.5a]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "evaluate", {})


async def close_project(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Close a project of which nothing is missing 项目结束. [M3.1]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "close", {})


async def archive_project(ctx: Context, project_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Put a closed project into the archive 项目归档. [A4.2b]"""
    del given
    row = await checks.held(ctx, project_id, RUN, version=version)
    return await _move(ctx, row, "archive", {})


async def cancel_project(ctx: Context, project_id: UUID, given: ProjectReason, *, version: int | None) -> AnyRow:
    """Cancel a project that is not closed, with a reason 取消项目; what is on record stays."""
    row = await checks.held(ctx, project_id, PLAN, version=version)
    return await _move(ctx, row, "cancel", {"reason": given.reason})


async def _move(ctx: Context, row: AnyRow, verb: str, changes: dict[str, Any]) -> AnyRow:
    status = PROJECT_LIFECYCLE.move(ProjectStatus(row.status), verb)
    findings = await _missing(ctx, row, status)
    ctx.enforce(findings)
    await change(ctx, Project, row.id, {"status": str(status), **changes})
    event = {"select": "selection_opened", "return": "returned", "cancel": "cancelled"}.get(verb, str(status))
    facts = {"from": row.status}
    await ctx.record(f"project.{event}", entity="project", entity_id=row.id, facts=facts, findings=findings)
    return await checks.shown(ctx, row.id)


async def _missing(ctx: Context, row: AnyRow, status: ProjectStatus) -> Sequence[Finding]:
    """What is missing for a step: here, and in the packages above."""
    if status is ProjectStatus.CANCELLED:
        return []
    at = await queries.standing(ctx, row.id)
    standing = Standing(
        **{name: getattr(at, name) for name in at._fields},
        departments=len(row.joint_departments),
        allotted=row.allotted,
        quota=row.quota,
        ends_on=row.ends_on,
    )
    findings = check_step(ctx.regulation, status, standing, on=ctx.clock.today)
    if status in ASKED:
        await happened(ctx, ASKED[status], project=row, findings=findings)
    return findings
