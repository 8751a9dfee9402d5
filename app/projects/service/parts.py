"""Use cases of what a project consists of: phases, sub-projects with teams, people. [A3.3] [M5.1]"""

from collections.abc import Sequence
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
from app.projects.models import Project, ProjectPhase, SubProject
from app.projects.queries import parts as queries
from app.projects.queries.rows import add, change
from app.projects.schemas import (
    ProjectPeopleCompose,
    ProjectPersonWrite,
    ProjectPhaseCreate,
    ProjectPhasePatch,
    SubProjectCompose,
    SubProjectCreate,
    SubProjectMemberWrite,
)
from app.projects.service import checks
from app.projects.states import IN_PREPARATION, UNDER_WAY, ProjectPersonRole

explain({"uq_sub_projects_name": ("SUB_PROJECT_NAME_TAKEN", "该项目已有同名的子项目，请换一个名称。")})
READ, PLAN, STAFF = Permission.PROJECT_READ, Permission.PROJECT_PLAN, Permission.PROJECT_STAFF
OPEN = IN_PREPARATION | UNDER_WAY


async def find_phases(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Phases of a project, in the order of their days 项目阶段 [M5.1]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.phase_page(ctx, request, project_id)


async def create_phase(ctx: Context, project_id: UUID, new: ProjectPhaseCreate) -> AnyRow:
    """Add a phase 增加阶段. [M5.1] [M5.2] [M5.3]"""
    row = await checks.held(ctx, project_id, PLAN)
    checks.require_status(row, *OPEN)
    _check_phase(ctx, new.model_dump())
    made = new_id()
    await add(ctx, ProjectPhase, {"id": made, "project_id": row.id, **new.model_dump(mode="python")})
    return await _phase_told(ctx, row.id, made, "phase_added")


async def change_phase(
    ctx: Context, project_id: UUID, phase_id: UUID, patch: ProjectPhasePatch, *, version: int | None
) -> AnyRow:
    """Change a phase 修改阶段."""
    row = await checks.held(ctx, project_id, PLAN)
    phase = checks.found(await queries.phase(ctx, row.id, phase_id))
    check_version(phase, version)
    checks.require_status(row, *OPEN)
    changes = patch.changes()
    if not changes:
        return phase
    _check_phase(ctx, {**{name: getattr(phase, name) for name in ("starts_on", "ends_on", "mode")}, **changes})
    await change(ctx, ProjectPhase, phase.id, changes)
    return await _phase_told(ctx, row.id, phase.id, "phase_changed")


def _check_phase(ctx: Context, values: dict[str, Any]) -> None:
    faults = checks.unknown_codes(ctx, {"mode": values.get("mode")})
    if values["ends_on"] < values["starts_on"]:
        message = f"结束日 {values['ends_on']} 早于开始日 {values['starts_on']}"
        faults.append(checks.fault("/ends_on", "OUT_OF_ORDER", message))
    checks.refuse(faults)


async def _phase_told(ctx: Context, project_id: UUID, phase_id: UUID, act: str) -> AnyRow:
    await ctx.record(f"project.{act}", entity="project", entity_id=project_id, facts={"phase": str(phase_id)})
    return checks.found(await queries.phase(ctx, project_id, phase_id))


async def find_sub_projects(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Sub-projects with their teams 子项目和子项目组 [A3.3]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.sub_project_page(ctx, request, project_id)


async def create_sub_project(ctx: Context, project_id: UUID, new: SubProjectCreate) -> AnyRow:
    """Set up a sub-project with the team that answers for it 设立子项目、组建子项目组. [A3.3] [M6.2.3c]"""
    row = await checks.held(ctx, project_id, STAFF)
    checks.require_status(row, *OPEN)
    members = await _team(ctx, new.members)
    made = new_id()
    await add(ctx, SubProject, {"id": made, "project_id": row.id, "name": new.name, "content": new.content})
    await queries.compose(ctx, made, members)
    return await _sub_project_told(ctx, row.id, made, "sub_project_made", members)


async def compose_sub_project(
    ctx: Context, project_id: UUID, sub_project_id: UUID, given: SubProjectCompose, *, version: int | None
) -> AnyRow:
    """Name the team of a sub-project anew 调整子项目组. [A3.3]"""
    row = await checks.held(ctx, project_id, STAFF)
    one = checks.found(await queries.sub_project(ctx, row.id, sub_project_id, lock=True))
    check_version(one, version)
    checks.require_status(row, *OPEN)
    members = await _team(ctx, given.members)
    await queries.compose(ctx, one.id, members)
    await change(ctx, SubProject, one.id, {})
    return await _sub_project_told(ctx, row.id, one.id, "sub_project_composed", members)


async def _team(ctx: Context, written: Sequence[SubProjectMemberWrite]) -> list[dict[str, Any]]:
    """The team as it is stored: one leads, teachers are there."""
    known = await queries.teachers(ctx, [one.teacher_id for one in written if one.teacher_id])
    faults = [
        checks.fault(f"/members/{at}/teacher_id", "REFERENCE_UNKNOWN", f"第 {at + 1} 名没有教师档案，或已离职")
        for at, one in enumerate(written)
        if one.teacher_id and one.teacher_id not in known
    ]
    leads = sum(one.is_lead for one in written)
    if leads != 1:
        faults.append(checks.fault("/members", "SUB_PROJECT_LEAD", f"子项目组须有一名负责人，现有 {leads} 名"))
    checks.refuse(faults)
    return [one.model_dump() for one in written]


async def _sub_project_told(
    ctx: Context, project_id: UUID, sub_project_id: UUID, act: str, members: Sequence[dict[str, Any]]
) -> AnyRow:
    facts = {"sub_project": str(sub_project_id), "members": len(members)}
    await ctx.record(f"project.{act}", entity="project", entity_id=project_id, facts=facts)
    return checks.found(await queries.sub_project(ctx, project_id, sub_project_id))


async def find_people(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Managers who accompany, the guide group and the tracking group 项目人员 [A4.2b] [A2.4] [A2.5a]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.people_page(ctx, request, project_id)


async def compose_people(ctx: Context, project_id: UUID, given: ProjectPeopleCompose, *, version: int | None) -> AnyRow:
    """Name the managers, the guide group or the tracking group, all of them 确定项目人员. [A4.2b] [A2.4] [A2.5a]"""
    row = await checks.held(ctx, project_id, STAFF, version=version)
    checks.require_status(row, *OPEN)
    people = await _people(ctx, given.role, given.people)
    await queries.compose_people(ctx, row.id, str(given.role), people)
    await change(ctx, Project, row.id, {})
    facts = {"role": str(given.role), "people": len(people)}
    await ctx.record("project.people_named", entity="project", entity_id=row.id, facts=facts)
    return await checks.shown(ctx, row.id)


async def _people(ctx: Context, role: ProjectPersonRole, written: Sequence[ProjectPersonWrite]) -> list[dict[str, Any]]:
    """People as they are stored: who guides is a trainer [A2.4], who accompanies says in what rank [A4.2b]."""
    teachers = await queries.teachers(ctx, [one.teacher_id for one in written if one.teacher_id])
    trainers = await queries.trainers(ctx, [one.appointment_id for one in written if one.appointment_id])
    faults: list[FieldFault] = []
    people = []
    for at, one in enumerate(written):
        pointer, name, teacher_id = f"/people/{at}", one.name, one.teacher_id
        if (role is ProjectPersonRole.GUIDE) != (one.appointment_id is not None):
            message = "指导组成员须是在聘的培训者，其他人员不填聘任"
            faults.append(checks.fault(f"{pointer}/appointment_id", "GUIDE_NOT_TRAINER", message))
        elif one.appointment_id is not None:
            trainer = trainers.get(one.appointment_id)
            if trainer is None:
                faults.append(checks.fault(f"{pointer}/appointment_id", "REFERENCE_UNKNOWN", "该培训者不在聘"))
            else:
                name, teacher_id = trainer.holder_name, trainer.teacher_id
        if (role is ProjectPersonRole.MANAGER) != (one.rank is not None):
            faults.append(checks.fault(f"{pointer}/rank", "MANAGER_RANK", "跟班人员须填身份，其他人员不填"))
        if one.follows_whole and role is not ProjectPersonRole.MANAGER:
            faults.append(checks.fault(f"{pointer}/follows_whole", "MANAGER_ONLY", "只有跟班人员填是否全过程跟班"))
        if one.teacher_id and one.teacher_id not in teachers:
            faults.append(checks.fault(f"{pointer}/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或已离职"))
        name = name or teachers.get(teacher_id) if teacher_id else name
        if name is None:
            faults.append(checks.fault(f"{pointer}/name", "NAME_MISSING", "请填姓名，或填教师、培训者聘任"))
        people.append({**one.model_dump(), "name": name, "teacher_id": teacher_id})
    checks.refuse(faults)
    return people
