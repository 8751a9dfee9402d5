"""Use cases of projects: list, read, propose, change. [M3.1]"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear
from app.projects.models import Project
from app.projects.queries import plans
from app.projects.queries import projects as queries
from app.projects.queries.projects import ProjectFilter
from app.projects.queries.rows import add, change
from app.projects.schemas import ProjectCreate, ProjectPatch
from app.projects.service import checks
from app.projects.states import ProjectStatus, TrainingPlanStatus

explain({"uq_projects_name": ("PROJECT_NAME_TAKEN", "本学年已有同名的培训项目，请换一个名称。")})
PLAN = Permission.PROJECT_PLAN


async def find_projects(ctx: Context, request: PageRequest, only: ProjectFilter) -> Page[AnyRow]:
    """Training projects, newest first 培训项目列表 [M3.1]."""
    ctx.require(Permission.PROJECT_READ)
    return await queries.page(ctx, request, only)


async def get_project(ctx: Context, project_id: UUID) -> AnyRow:
    """One training project 培训项目."""
    ctx.require(Permission.PROJECT_READ)
    return await checks.shown(ctx, project_id)


async def get_projects(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Projects (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(Permission.PROJECT_READ)
    return await queries.by_ids(ctx, ids)


async def create_project(ctx: Context, new: ProjectCreate) -> AnyRow:
    """Propose a project 项目立项. [M3.1]"""
    ctx.require(PLAN)
    values = _stored(new.model_dump())
    await _check(ctx, values)
    made = new_id()
    await add(ctx, Project, {"id": made, "made_by": ctx.principal.account_id, **values})
    facts = {"level": new.level, "kind": new.kind, "quota": new.quota}
    await ctx.record("project.created", entity="project", entity_id=made, facts=facts)
    return await checks.shown(ctx, made)


async def change_project(ctx: Context, project_id: UUID, patch: ProjectPatch, *, version: int | None) -> AnyRow:
    """Change a project that is not submitted 修改立项."""
    row = await checks.held(ctx, project_id, PLAN, version=version)
    checks.require_status(row, ProjectStatus.DRAFT)
    changes = _stored(patch.changes())
    if not changes:
        return row
    standing = {name: getattr(row, name) for name in _FACTS}
    await _check(ctx, {**standing, **changes})
    await change(ctx, Project, row.id, changes)
    await ctx.record("project.changed", entity="project", entity_id=row.id, facts={"fields": sorted(changes)})
    return await checks.shown(ctx, row.id)


_FACTS = (
    "plan_id", "level", "kind", "stage", "subject", "start_year", "host_institution_id", "starts_on", "ends_on",
    "nominate_until", "hours_category", "joint_departments", "quota", "allotted",
)  # fmt: skip


def _stored(given: dict[str, Any]) -> dict[str, Any]:
    """What a client wrote as it is stored: the school year as its first year, the host with its kind."""
    values = dict(given)
    if "school_year" in values:
        values["start_year"] = SchoolYear.parse(values.pop("school_year")).start
    if "host_institution_id" in values:
        values["host_kind"] = "host_institution" if values["host_institution_id"] else None
    return values


async def _check(ctx: Context, values: Mapping[str, Any]) -> None:
    """Faults of a project as it would stand: codes, days, the plan and the host it names."""
    faults = checks.unknown_codes(ctx, values)
    faults += checks.unknown_departments(ctx, "/joint_departments", values["joint_departments"])
    faults += _day_faults(values)
    if values.get("allotted", 0) > values["quota"]:
        message = f"已分配名额 {values['allotted']} 个，项目名额不能少于此数"
        faults.append(checks.fault("/quota", "PROJECT_QUOTA", message))
    if values["plan_id"] is not None:
        plan = await plans.by_id(ctx, values["plan_id"])
        years = range(plan.first_year, plan.last_year + 1) if plan else ()
        if plan is None or plan.status != TrainingPlanStatus.APPROVED:
            faults.append(checks.fault("/plan_id", "REFERENCE_UNKNOWN", "没有这个规划或计划，或尚未批准"))
        elif values["start_year"] not in years and values["start_year"] + 1 not in years:
            message = f"项目学年不在规划的 {plan.first_year}—{plan.last_year} 年之内"
            faults.append(checks.fault("/school_year", "OUT_OF_ORDER", message))
    if values["host_institution_id"] is not None:
        host = (await organisations.get_many(ctx, [values["host_institution_id"]]))[0]
        if host is None or host.kind != "host_institution" or host.status != "open":
            faults.append(checks.fault("/host_institution_id", "REFERENCE_UNKNOWN", "没有这个承训单位"))
    checks.refuse(faults)


def _day_faults(values: Mapping[str, Any]) -> list[FieldFault]:
    faults = []
    starts_on, ends_on, until = values["starts_on"], values["ends_on"], values["nominate_until"]
    if ends_on < starts_on:
        faults.append(checks.fault("/ends_on", "OUT_OF_ORDER", f"结束日 {ends_on} 早于开始日 {starts_on}"))
    if until is not None and until > ends_on:
        faults.append(checks.fault("/nominate_until", "OUT_OF_ORDER", f"选送截止日 {until} 晚于结束日 {ends_on}"))
    return faults
