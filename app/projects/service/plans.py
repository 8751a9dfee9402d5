"""Use cases of training plans: write, submit, approve by somebody else, return. [M3.1] [M3.2]"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding
from app.projects.models import TrainingPlan
from app.projects.queries import plans as queries
from app.projects.queries.plans import TrainingPlanFilter
from app.projects.queries.rows import NOW, add, change
from app.projects.rules.plans import Outline, check_plan
from app.projects.schemas import ProjectMove, ProjectReason, TrainingPlanCreate, TrainingPlanPatch
from app.projects.service import checks
from app.projects.states import (
    PLAN_OPEN,
    TRAINING_PLAN_LIFECYCLE,
    TrainingPlanKind,
    TrainingPlanStatus,
)

explain(
    {"uq_training_plans_approved": ("TRAINING_PLAN_STANDS", "该年度已有批准的规划或计划，请核对年份。")},
)
READ, WRITE = Permission.TRAINING_PLAN_READ, Permission.TRAINING_PLAN_WRITE
APPROVE = Permission.TRAINING_PLAN_APPROVE


async def find_plans(ctx: Context, request: PageRequest, only: TrainingPlanFilter) -> Page[AnyRow]:
    """Five-year and annual plans, newest first 培训规划与年度计划列表 [M3.2]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_plan(ctx: Context, plan_id: UUID) -> AnyRow:
    """One plan 培训规划或年度计划; NotFound where it is not to be seen."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, plan_id))


async def get_plans(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Plans (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def create_plan(ctx: Context, new: TrainingPlanCreate) -> AnyRow:
    """Begin a plan 编制规划或年度计划. [M3.2]"""
    ctx.require(WRITE)
    values = new.model_dump(mode="json", exclude={"parent_id"})
    values["parent_id"] = new.parent_id
    await _check(ctx, values)
    made = new_id()
    await add(ctx, TrainingPlan, {"id": made, "made_by": ctx.principal.account_id, **values})
    return await _told(ctx, made, "created")


async def change_plan(ctx: Context, plan_id: UUID, patch: TrainingPlanPatch, *, version: int | None) -> AnyRow:
    """Change a plan that is not submitted or was returned 修改规划."""
    row = await _held(ctx, plan_id, WRITE, version=version)
    if row.status not in PLAN_OPEN:
        message = "规划已提交或已批准，内容不能再改；批准前请退回后修改。"
        raise Conflict("TRAINING_PLAN_CLOSED_FOR_CHANGE", message, status=row.status)
    changes = patch.changes()
    if not changes:
        return row
    await _check(ctx, {"kind": row.kind, **{name: getattr(row, name) for name in _FACTS}, **changes})
    await change(ctx, TrainingPlan, row.id, changes)
    return await _told(ctx, row.id, "changed", facts={"fields": sorted(changes)})


async def submit_plan(ctx: Context, plan_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Submit a plan that covers its years and all five levels 提交规划. [M3.2]"""
    del given
    row = await _held(ctx, plan_id, WRITE, version=version)
    status = TRAINING_PLAN_LIFECYCLE.move(TrainingPlanStatus(row.status), "submit")
    findings = await _findings(ctx, row)
    ctx.enforce(findings, pointer="/items")
    by = {"submitted_by": ctx.principal.account_id, "submitted_at": NOW}
    blank = dict.fromkeys(("decided_by", "decided_at", "return_reason"))
    await change(ctx, TrainingPlan, row.id, {"status": str(status), **by, **blank})
    return await _told(ctx, row.id, "submitted", findings=findings)


async def approve_plan(ctx: Context, plan_id: UUID, given: ProjectMove, *, version: int | None) -> AnyRow:
    """Approve a plan 批准规划; never who submitted it. [M3.2]"""
    del given
    row = await _held(ctx, plan_id, APPROVE, version=version)
    checks.other_person(ctx, APPROVE, row.submitted_by)
    status = TRAINING_PLAN_LIFECYCLE.move(TrainingPlanStatus(row.status), "approve")
    await change(ctx, TrainingPlan, row.id, {"status": str(status), **_decided(ctx)})
    return await _told(ctx, row.id, "approved")


async def return_plan(ctx: Context, plan_id: UUID, given: ProjectReason, *, version: int | None) -> AnyRow:
    """Send a plan back with a reason 退回规划; never who submitted it. [M3.2]"""
    row = await _held(ctx, plan_id, APPROVE, version=version)
    checks.other_person(ctx, APPROVE, row.submitted_by)
    status = TRAINING_PLAN_LIFECYCLE.move(TrainingPlanStatus(row.status), "return")
    await change(ctx, TrainingPlan, row.id, {"status": str(status), "return_reason": given.reason, **_decided(ctx)})
    return await _told(ctx, row.id, "returned")


_FACTS = ("parent_id", "first_year", "last_year", "items", "departments")


async def _held(ctx: Context, plan_id: UUID, permission: Permission, *, version: int | None) -> AnyRow:
    ctx.require(permission)
    row = checks.found(await queries.by_id(ctx, plan_id, lock=True))
    check_version(row, version)
    return row


async def _check(ctx: Context, values: Mapping[str, Any]) -> None:
    """Faults of a plan as it would stand: codes, years, the plan it belongs to."""
    faults: list[FieldFault] = []
    for at, item in enumerate(values["items"]):
        if item["level"] not in ctx.regulation.codes("project_levels"):
            faults.append(checks.unknown(f"/items/{at}/level", "project_levels", item["level"]))
    named = [item["level"] for item in values["items"]]
    if len(named) != len(set(named)):
        faults.append(checks.fault("/items", "DUPLICATE", "同一层级只写一项"))
    faults += checks.unknown_departments(ctx, "/departments", values["departments"])
    first, last = values["first_year"], values["last_year"]
    if last < first:
        faults.append(checks.fault("/last_year", "OUT_OF_ORDER", f"末年 {last} 早于首年 {first}"))
    elif values["kind"] == TrainingPlanKind.ANNUAL and last != first:
        faults.append(checks.fault("/last_year", "OUT_OF_ORDER", "年度计划只为一年，首年与末年应相同"))
    if values["parent_id"] is not None:
        parent = await queries.by_id(ctx, values["parent_id"])
        if parent is None or parent.kind != TrainingPlanKind.FIVE_YEAR or values["kind"] != TrainingPlanKind.ANNUAL:
            faults.append(checks.fault("/parent_id", "REFERENCE_UNKNOWN", "没有这个五年规划，或不是年度计划"))
    checks.refuse(faults)


async def _findings(ctx: Context, row: AnyRow) -> list[Finding]:
    parent = await queries.by_id(ctx, row.parent_id) if row.parent_id else None
    span = (parent.first_year, parent.last_year) if parent else None
    levels = [item["level"] for item in row.items]
    kind = TrainingPlanKind(row.kind)
    outline = Outline(kind, row.first_year, row.last_year, levels, row.departments, span)
    return check_plan(ctx.regulation, outline, on=ctx.clock.today)


def _decided(ctx: Context) -> dict[str, Any]:
    return {"decided_by": ctx.principal.account_id, "decided_at": NOW}


async def _told(
    ctx: Context, plan_id: UUID, act: str, *, facts: dict[str, Any] | None = None, findings: Sequence[Finding] = ()
) -> AnyRow:
    """Put a step on record; the plan as it is now."""
    await ctx.record(
        f"training_plan.{act}", entity="training_plan", entity_id=plan_id, facts=facts or {}, findings=findings
    )
    return checks.found(await queries.by_id(ctx, plan_id))
