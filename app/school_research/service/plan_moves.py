"""Moves of a yearly plan 方案的办理: hand in, approve, return, start, close, amend, withdraw. [A5.6] [A5.7.3]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, NotPermitted
from app.policy.finding import Finding
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import plans
from app.school_research.queries.plans import NOW
from app.school_research.schemas import (
    PlanContent,
    SchoolPlanAmend,
    SchoolPlanMove,
    SchoolPlanReturn,
    SchoolPlanSubmit,
)
from app.school_research.service import plan_checks as checks
from app.school_research.states import PLAN_LIFECYCLE, SchoolPlanStatus

FILE, REVIEW = Permission.SCHOOL_PLAN_FILE, Permission.SCHOOL_PLAN_REVIEW


async def submit_plan(ctx: Context, plan_id: UUID, given: SchoolPlanSubmit, *, version: int | None) -> AnyRow:
    """Hand a plan in 提交; late only with a reason. What is handed in is kept, whatever becomes of it. [A5.7.3]"""
    row = await checks.held(ctx, plan_id, FILE, version=version, verb="submit")
    content = PlanContent.model_validate(row.content)
    findings = rules.check_outline(checks.outline(content))
    values: dict[str, Any] = {}
    # An amendment stands beside what was approved: the due day is for what a school begins to work by.
    if row.due_on is None and not await plans.standing(ctx, row.school_id, row.start_year):
        due = await checks.due_on(ctx, SchoolYear(row.start_year))
        findings += rules.check_due(ctx.clock.today, due_on=due, reason=given.late_reason)
        is_late = ctx.clock.today > due
        values = {"due_on": due, "is_late": is_late, "late_reason": given.late_reason if is_late else None}
        values["handed_in_on"] = ctx.clock.today
    ctx.enforce(findings, pointer="/content")
    undecided = dict.fromkeys(("decided_by", "decided_at", "opinion"))
    return await _move(ctx, row, "submit", given.late_reason, values | _signed(ctx, "submitted") | undecided, findings)


async def approve_plan(ctx: Context, plan_id: UUID, move: SchoolPlanMove, *, version: int | None) -> AnyRow:
    """Approve 审核通过: from now on the school works by this revision; the one before it is superseded. [A5.6]"""
    row = await checks.held(ctx, plan_id, REVIEW, version=version, verb="approve")
    _other_person(ctx, row)
    before = await plans.standing(ctx, row.school_id, row.start_year, lock=True)
    if before:
        status = PLAN_LIFECYCLE.move(SchoolPlanStatus(before.status), "supersede")
        await plans.change(ctx, before.id, {"status": str(status)})
        await plans.add_act(ctx, before.id, "supersede", str(status), None)
    approved = await _move(ctx, row, "approve", move.note, _signed(ctx, "decided") | {"opinion": move.note})
    if before and before.status == SchoolPlanStatus.RUNNING:
        return await _move(ctx, approved, "start", None, {})
    return approved


async def return_plan(ctx: Context, plan_id: UUID, move: SchoolPlanReturn, *, version: int | None) -> AnyRow:
    """Send a plan back with what is to be changed 退回. [A5.6]"""
    row = await checks.held(ctx, plan_id, REVIEW, version=version, verb="return")
    _other_person(ctx, row)
    return await _move(ctx, row, "return", move.reason, _signed(ctx, "decided") | {"opinion": move.reason})


async def start_plan(ctx: Context, plan_id: UUID, move: SchoolPlanMove, *, version: int | None) -> AnyRow:
    """Begin to work by an approved plan 开始实施. [A5.7.3]"""
    row = await checks.held(ctx, plan_id, FILE, version=version, verb="start")
    return await _move(ctx, row, "start", move.note, {})


async def close_plan(ctx: Context, plan_id: UUID, move: SchoolPlanMove, *, version: int | None) -> AnyRow:
    """Close the plan of a year 结束; not while an amendment is under way."""
    row = await checks.held(ctx, plan_id, FILE, version=version, verb="close")
    if await plans.pending(ctx, row.school_id, row.start_year):
        raise Conflict("SCHOOL_PLAN_PENDING", "该方案有修订稿在填报或审核中，办结或撤回后才能结束。")
    return await _move(ctx, row, "close", move.note, {})


async def withdraw_plan(ctx: Context, plan_id: UUID, move: SchoolPlanMove, *, version: int | None) -> AnyRow:
    """Take a revision back 撤回; it stays on record."""
    row = await checks.held(ctx, plan_id, FILE, version=version, verb="withdraw")
    return await _move(ctx, row, "withdraw", move.note, {})


async def amend_plan(ctx: Context, plan_id: UUID, why: SchoolPlanAmend, *, version: int | None) -> AnyRow:
    """Propose to change an approved plan 修订: a new draft beside it, which counts once it is approved itself."""
    row = await checks.held(ctx, plan_id, FILE, version=version, verb="supersede")
    if await plans.pending(ctx, row.school_id, row.start_year):
        raise Conflict("SCHOOL_PLAN_PENDING", "该方案已有修订稿在填报或审核中，请在该稿上办理。")
    revision = await plans.last_revision(ctx, row.school_id, row.start_year) + 1
    same = {name: getattr(row, name) for name in ("school_id", "start_year", "content")}
    new = await plans.create(ctx, {**same, "revision": revision, "amend_reason": why.reason})
    await plans.add_act(ctx, new, "amend", str(SchoolPlanStatus.DRAFT), why.reason)
    facts = {"revision": revision, "amends": str(row.id)}
    place = checks.place_of(row)
    await ctx.record("school_plan.amended", entity="school_plan", entity_id=new, place=place, facts=facts)
    return await checks.shown(ctx, new)


def _other_person(ctx: Context, row: AnyRow) -> None:
    """SoD1: persons are compared, never roles."""
    if ctx.principal.account_id == row.submitted_by:
        message = "提交人不能审核自己提交的方案，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(REVIEW))


def _signed(ctx: Context, act: str) -> dict[str, Any]:
    return {f"{act}_by": ctx.principal.account_id, f"{act}_at": NOW}


async def _move(
    ctx: Context,
    row: AnyRow,
    verb: str,
    note: str | None,
    values: dict[str, Any],
    findings: list[Finding] | None = None,
) -> AnyRow:
    status = PLAN_LIFECYCLE.move(SchoolPlanStatus(row.status), verb)
    await plans.change(ctx, row.id, {"status": str(status), **values})
    content = row.content if verb == "submit" else None
    await plans.add_act(ctx, row.id, verb, str(status), note, content)
    await ctx.record(
        f"school_plan.{status}",
        entity="school_plan",
        entity_id=row.id,
        place=checks.place_of(row),
        facts={"from": row.status, "revision": row.revision},
        findings=findings or [],
    )
    return await checks.shown(ctx, row.id)
