"""Use cases of the yearly plan: write, hand in, accept, send back. [A6.6a]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.workshops.queries import activities
from app.workshops.rules import cycle, follow_up
from app.workshops.schemas import WorkshopDecision, WorkshopMove, WorkshopPlanWrite
from app.workshops.service import checks
from app.workshops.states import PLAN_LIFECYCLE, PLAN_OPEN, PlanStatus

explain(
    {
        "uq_workshop_plans_year": ("WORKSHOP_PLAN_EXISTS", "该学年的方案刚由他人保存，请刷新后修改。"),
        "ck_workshop_plans_two_persons": checks.SAME_PERSON,
    }
)


async def find_plans(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """The plans of a workshop, newest first 学年活动方案 [A6.6a]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await activities.plan_page(ctx, request, workshop_id)


async def write_plan(ctx: Context, workshop_id: UUID, new: WorkshopPlanWrite, *, version: int | None) -> AnyRow:
    """Write the plan of a school year, new or in place of a draft 填写学年活动方案 [A6.6a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN)
    year = SchoolYear.parse(new.school_year)
    ctx.enforce(cycle.check_day(checks.cycle_of(row), year.first_day), pointer="/school_year")
    known = await activities.plan_of_year(ctx, row.id, year.start)
    schedule = [one.model_dump(mode="json") for one in new.schedule]
    values = {"theme": new.theme, "schedule": schedule, "evaluation": new.evaluation}
    if known is None:
        plan_id = await activities.add_plan(ctx, row.id, {**values, "start_year": year.start})
    else:
        check_version(known, version)
        _require_open(known)
        plan_id = known.id
        await activities.change_plan(ctx, plan_id, values)
    await _record(ctx, row, plan_id, "written", {"school_year": year.name})
    return checks.found(await activities.plan(ctx, row.id, plan_id))


async def submit_plan(
    ctx: Context, workshop_id: UUID, plan_id: UUID, move: WorkshopMove, *, version: int | None
) -> AnyRow:
    """Hand the plan in; refused with every fault 提交学年活动方案 [A6.6a]."""
    del move
    row, plan = await _moving(ctx, workshop_id, plan_id, Permission.WORKSHOP_RUN, "submit", version)
    months = [one["month"] for one in plan.schedule]
    ctx.enforce(follow_up.check_plan(months, SchoolYear(plan.start_year), ctx.regulation), pointer="/schedule")
    persons = {"submitted_by": ctx.principal.account_id, "decided_by": None, "decision_note": None}
    return await _moved(ctx, row, plan, PlanStatus.SUBMITTED, persons)


async def accept_plan(
    ctx: Context, workshop_id: UUID, plan_id: UUID, given: WorkshopDecision, *, version: int | None
) -> AnyRow:
    """Accept the plan 审核通过学年活动方案 [A6.6a]."""
    row, plan = await _deciding(ctx, workshop_id, plan_id, "accept", version)
    persons = {"decided_by": ctx.principal.account_id, "decision_note": given.note}
    return await _moved(ctx, row, plan, PlanStatus.ACCEPTED, persons)


async def return_plan(
    ctx: Context, workshop_id: UUID, plan_id: UUID, given: WorkshopDecision, *, version: int | None
) -> AnyRow:
    """Send the plan back with the reason 退回学年活动方案."""
    row, plan = await _deciding(ctx, workshop_id, plan_id, "return", version)
    if not given.note:
        checks.refuse([checks.fault("/note", "FIELD_REQUIRED", "退回须写明理由")])
    persons = {"decided_by": ctx.principal.account_id, "decision_note": given.note}
    return await _moved(ctx, row, plan, PlanStatus.RETURNED, persons)


def _require_open(plan: AnyRow) -> None:
    if plan.status not in PLAN_OPEN:
        message = "方案已提交或已审核，不能再改；确需修改请先退回。"
        raise Conflict("WORKSHOP_PLAN_CLOSED", message, status=plan.status)


async def _moving(
    ctx: Context, workshop_id: UUID, plan_id: UUID, permission: Permission, verb: str, version: int | None
) -> tuple[AnyRow, AnyRow]:
    row = await checks.held(ctx, workshop_id, permission)
    plan = checks.found(await activities.plan(ctx, row.id, plan_id))
    check_version(plan, version)
    PLAN_LIFECYCLE.move(PlanStatus(plan.status), verb)
    return row, plan


async def _deciding(
    ctx: Context, workshop_id: UUID, plan_id: UUID, verb: str, version: int | None
) -> tuple[AnyRow, AnyRow]:
    row, plan = await _moving(ctx, workshop_id, plan_id, Permission.WORKSHOP_REGISTER, verb, version)
    checks.require_registrar(ctx, row)
    checks.other_person(ctx, Permission.WORKSHOP_REGISTER, plan.submitted_by)
    return row, plan


async def _moved(ctx: Context, row: AnyRow, plan: AnyRow, status: PlanStatus, values: dict[str, Any]) -> AnyRow:
    await activities.change_plan(ctx, plan.id, {"status": str(status), **values})
    await _record(ctx, row, plan.id, str(status), {"school_year": plan.school_year})
    return checks.found(await activities.plan(ctx, row.id, plan.id))


async def _record(ctx: Context, row: AnyRow, plan_id: UUID, what: str, facts: dict[str, Any]) -> None:
    place = checks.place_of(row)
    await ctx.record(f"workshop_plan.{what}", entity="workshop_plan", entity_id=plan_id, place=place, facts=facts)
