"""Use cases around the selection: places of units, conditions, whole classes of workshops. [A2.2] [A6.7]"""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.pages import Page, PageRequest
from app.projects.models import Project
from app.projects.queries import nominations, parts
from app.projects.queries.rows import change
from app.projects.rules.eligibility import CODE_SETS, NUMBERED
from app.projects.schemas import (
    ProjectClass,
    ProjectClassForm,
    ProjectCriteriaSet,
    ProjectCriterionWrite,
    ProjectQuotasSet,
)
from app.projects.service import checks, judging
from app.projects.states import BEFORE_START, Criterion, NominationRoute, NominationStatus, ProjectStatus
from app.workshops import service as workshops

explain(
    {
        "ck_projects_allotted": ("PROJECT_QUOTA", "各单位名额之和超过了项目名额，请减少后再分配。"),
        "ck_project_quotas_taken": ("PROJECT_PLACES_TAKEN", "名额不能少于已选送的人数，请先撤回部分选送。"),
    }
)
READ, ALLOT = Permission.PROJECT_READ, Permission.PROJECT_ALLOT
MEMBERS_READ = 200
"""Members of a workshop that are read; the regulation has 20 to 30."""


async def find_quotas(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Places of the units, and how many are taken 名额分配 [A2.2]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await nominations.quota_page(ctx, request, project_id)


async def set_quotas(ctx: Context, project_id: UUID, given: ProjectQuotasSet, *, version: int | None) -> AnyRow:
    """Give units their places; the sum is never over the project's quota 分配名额. [A2.2]"""
    row = await checks.held(ctx, project_id, ALLOT, version=version)
    checks.require_status(row, *BEFORE_START)
    units = [one.unit_id for one in given.quotas]
    known = await nominations.units(ctx, units)
    faults: list[FieldFault] = []
    for at, unit in enumerate(units):
        pointer = f"/quotas/{at}/unit_id"
        if unit not in known or not _is_unit(known[unit]):
            faults.append(checks.fault(pointer, "REFERENCE_UNKNOWN", f"第 {at + 1} 个不是中心校或市直学校"))
        elif units.index(unit) != at:
            faults.append(checks.fault(pointer, "DUPLICATE", f"第 {at + 1} 个单位重复"))
    standing = {unit: one.places for unit, one in (await nominations.quotas(ctx, row.id)).items()}
    wanted = standing | {one.unit_id: one.places for one in given.quotas}
    if (total := sum(wanted.values())) > row.quota:
        message = f"各单位名额之和 {total} 超过项目名额 {row.quota}"
        faults.append(FieldFault("/quotas", "PROJECT_QUOTA", message, {"actual": total, "required": row.quota}))
    checks.refuse(faults)
    allotted = await nominations.allot(ctx, row.id, {one.unit_id: one.places for one in given.quotas})
    facts = {"units": len(units), "allotted": allotted}
    await ctx.record("project.places_allotted", entity="project", entity_id=row.id, facts=facts)
    return await checks.shown(ctx, row.id)


def _is_unit(one: AnyRow) -> bool:
    """A 中心校, or a school that has none above it; a school under a 中心校 shares that one's places."""
    return one.kind in {"central_school", "training_school"} or (one.kind == "school" and one.parent_kind == "bureau")


async def find_criteria(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Conditions of selection 遴选条件 [A2.2]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await parts.criterion_page(ctx, request, project_id)


async def set_criteria(ctx: Context, project_id: UUID, given: ProjectCriteriaSet, *, version: int | None) -> AnyRow:
    """Set the conditions of selection, all of them, before the selection opens 制定遴选条件. [A2.2]"""
    row = await checks.held(ctx, project_id, ALLOT, version=version)
    checks.require_status(row, ProjectStatus.DRAFT, ProjectStatus.SUBMITTED, ProjectStatus.APPROVED)
    faults: list[FieldFault] = []
    named: set[Criterion] = set()
    for at, one in enumerate(given.criteria):
        faults += _condition_faults(ctx, f"/criteria/{at}", one)
        if one.criterion in named:
            faults.append(checks.fault(f"/criteria/{at}/criterion", "DUPLICATE", "同一条件只写一次"))
        named.add(one.criterion)
    checks.refuse(faults)
    await parts.set_criteria(ctx, row.id, [one.model_dump() for one in given.criteria])
    await change(ctx, Project, row.id, {})
    facts = {"criteria": sorted(map(str, named))}
    await ctx.record("project.criteria_set", entity="project", entity_id=row.id, facts=facts)
    return await checks.shown(ctx, row.id)


def _condition_faults(ctx: Context, pointer: str, one: ProjectCriterionWrite) -> list[FieldFault]:
    """Codes stand where something is listed, a number where years are counted, neither for 不重复参加."""
    faults = []
    if (one.criterion in NUMBERED) != (one.number is not None):
        faults.append(checks.fault(f"{pointer}/number", "CRITERION_NUMBER", "年龄、教龄条件须填数字，其他条件不填"))
    listed = CODE_SETS.get(one.criterion)
    if (listed is not None) != bool(one.codes):
        faults.append(checks.fault(f"{pointer}/codes", "CRITERION_CODES", "此条件须填代码，年龄、教龄等条件不填"))
    elif listed:
        known = ctx.regulation.codes(listed)
        faults += [
            checks.unknown(f"{pointer}/codes/{place}", listed, code)
            for place, code in enumerate(one.codes)
            if code not in known
        ]
    return faults


async def form_class(ctx: Context, project_id: UUID, given: ProjectClassForm, *, version: int | None) -> ProjectClass:
    """Nominate the core or all members of workshops in one call, each unit with the places for it 整建制组班. [A2.2]

    Who has a nomination already stays as it is. Places that units have free are used before new ones are given.
    """
    row = await checks.held(ctx, project_id, ALLOT, version=version)
    checks.require_status(row, ProjectStatus.SELECTING)
    members = await _members(ctx, given)
    people = await nominations.candidates(ctx, list(members))
    known = await nominations.open_ones(ctx, row.id, list(people))
    new = {one: who for one, who in people.items() if one not in known}
    units = Counter(judging.unit_of(who) for who in new.values())
    standing = await nominations.quotas(ctx, row.id)
    wanted = {}
    for unit, many in units.items():
        now = standing.get(unit)
        wanted[unit] = max(now.places, now.taken + many) if now else many
    added = sum(many - (standing[unit].places if unit in standing else 0) for unit, many in wanted.items())
    if row.allotted + added > row.quota:
        message = f"组班需要名额 {row.allotted + added} 个，项目名额 {row.quota} 个"
        facts = {"actual": row.allotted + added, "required": row.quota}
        checks.refuse([FieldFault("/workshop_ids", "PROJECT_QUOTA", message, facts)])
    if wanted:
        await nominations.allot(ctx, row.id, wanted)
    for unit, many in units.items():
        await nominations.take_places(ctx, row.id, unit, many)
    judged = await judging.judge(ctx, row, new)
    lines = [
        judging.draft(ctx, row, who, judged[one], NominationRoute.WHOLE_CLASS, NominationStatus.NOMINATED)
        | {"workshop_id": members[one]}
        for one, who in new.items()
    ]
    await judging.store(ctx, lines)
    unfit = sum(judging.is_unfit(judged[one]) for one in new)
    facts = {"workshops": [str(one) for one in given.workshop_ids], "nominated": len(new), "places": added}
    await ctx.record("project.class_formed", entity="project", entity_id=row.id, facts=facts)
    return ProjectClass(nominated=len(new), already=len(known), unfit=unfit, places=added)


async def _members(ctx: Context, given: ProjectClassForm) -> dict[UUID, UUID]:
    """Teacher → the first named workshop they belong to today, of workshops that are registered."""
    known = await workshops.get_workshops(ctx, given.workshop_ids)
    checks.refuse(
        [
            checks.fault(f"/workshop_ids/{at}", "REFERENCE_UNKNOWN", f"第 {at + 1} 个工作坊（室）不存在或没有注册")
            for at, one in enumerate(known)
            if one is None or one.status != "registered"
        ]
    )
    found: dict[UUID, UUID] = {}
    for workshop_id, some in zip(
        given.workshop_ids, await workshops.members_of(ctx, given.workshop_ids, MEMBERS_READ), strict=True
    ):
        for one in _fitting(some, is_core_only=given.is_core_only):
            found.setdefault(one.teacher_id, workshop_id)
    return found


def _fitting(members: Sequence[AnyRow], *, is_core_only: bool) -> list[AnyRow]:
    return [one for one in members if one.role == "core" or not is_core_only]
