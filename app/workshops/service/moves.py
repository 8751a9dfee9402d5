"""Moves of a workshop: apply, recommend, return, register, confirm a term, renew, close. [A6.13a] [M6.2.3b]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.policy.finding import Finding
from app.policy.school_year import SchoolYear
from app.workshops.queries import workshops
from app.workshops.rules import composition, cycle
from app.workshops.schemas import WorkshopMove, WorkshopReason, WorkshopTermConfirm
from app.workshops.service import checks
from app.workshops.states import WORKSHOP_LIFECYCLE, WorkshopLevel, WorkshopStatus

explain(
    {
        "uq_workshop_terms_term": ("WORKSHOP_TERM_CONFIRMED", "该学期已完成学期注册，不必再办。"),
        "ex_workshop_registrations_one_at_a_time": ("WORKSHOP_REGISTERED", "这些学年已经注册，请刷新后核对。"),
    }
)

EVENTS = {"confirmTerm": "term_confirmed", "renew": "renewed"}
"""Moves that leave the status as it is -> what is recorded; the others are recorded by their status."""


async def submit_workshop(ctx: Context, workshop_id: UUID, move: WorkshopMove, *, version: int | None) -> AnyRow:
    """Hand the declaration in; refused with every broken requirement 提交申报 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_DECLARE, version=version, verb="submit")
    findings = await _sound(ctx, row)
    persons = {
        "submitted_by": ctx.principal.account_id,
        "submitted_role": str(ctx.principal.role),
        "recommended_by": None,
    }
    return await _move(ctx, row, "submit", move.note, persons, findings)


async def recommend_workshop(ctx: Context, workshop_id: UUID, move: WorkshopMove, *, version: int | None) -> AnyRow:
    """The unit recommends its leader's workshop 单位推荐 [A6.10]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RECOMMEND, version=version, verb="recommend")
    checks.other_person(ctx, Permission.WORKSHOP_RECOMMEND, row.submitted_by)
    return await _move(ctx, row, "recommend", move.note, {"recommended_by": ctx.principal.account_id})


async def return_workshop(ctx: Context, workshop_id: UUID, move: WorkshopReason, *, version: int | None) -> AnyRow:
    """Send a declaration back with the reason; by the body that registers it, or by the unit before that 退回."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version, verb="return")
    if not (row.status == WorkshopStatus.SUBMITTED and ctx.principal.organisation_id == row.unit_id):
        checks.require_registrar(ctx, row)
    checks.other_person(ctx, Permission.WORKSHOP_REGISTER, row.submitted_by)
    return await _move(ctx, row, "return", move.reason, {})


async def register_workshop(ctx: Context, workshop_id: UUID, move: WorkshopMove, *, version: int | None) -> AnyRow:
    """Register a workshop for two school years 注册 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version, verb="register")
    checks.require_registrar(ctx, row)
    checks.other_person(ctx, Permission.WORKSHOP_REGISTER, row.submitted_by, row.recommended_by)
    is_by_unit = row.level in {WorkshopLevel.TOWN, WorkshopLevel.SCHOOL}  # the unit's registration recommends as well
    if row.submitted_role == Role.TEACHER and row.status == WorkshopStatus.SUBMITTED and not is_by_unit:
        message = "主持人申报的工作坊（室）须先由所在单位推荐。"
        raise Conflict("WORKSHOP_NOT_RECOMMENDED", message, status=row.status, possible=["recommend"])
    findings = await _sound(ctx, row)
    await workshops.add_registration(ctx, row.id, row.start_year, row.end_year)
    return await _move(ctx, row, "register", move.note, {"registered_by": ctx.principal.account_id}, findings)


async def confirm_term(ctx: Context, workshop_id: UUID, given: WorkshopTermConfirm, *, version: int | None) -> AnyRow:
    """Confirm that a workshop lives in a term 学期注册 [M6.2.3b]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version, verb="confirmTerm")
    checks.require_registrar(ctx, row)
    year, term = SchoolYear.parse(given.term[:-2]), int(given.term[-1])
    ctx.enforce(cycle.check_day(checks.cycle_of(row), year.first_day), pointer="/term")
    await workshops.add_term(ctx, row.id, year.start, term)
    return await _move(ctx, row, "confirmTerm", " ".join(filter(None, (given.term, given.note))), {})


async def renew_workshop(ctx: Context, workshop_id: UUID, move: WorkshopMove, *, version: int | None) -> AnyRow:
    """Register a workshop for the two school years that follow 续期 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version, verb="renew")
    checks.require_registrar(ctx, row)
    ctx.enforce(cycle.check_renewal(checks.cycle_of(row), on=ctx.clock.today))
    next_year = SchoolYear(row.end_year + 1)
    after = cycle.cycle_from(ctx.regulation, max(next_year, SchoolYear.of(ctx.clock.today)))
    findings = await _sound(ctx, row)
    await workshops.add_registration(ctx, row.id, after.first.start, after.last.start)
    # Without a gap the running registration goes on: its last year is still to be lived through.
    first = row.start_year if after.first == next_year else after.first.start
    years = {"start_year": first, "end_year": after.last.start}
    return await _move(ctx, row, "renew", move.note, years, findings)


async def close_workshop(ctx: Context, workshop_id: UUID, move: WorkshopReason, *, version: int | None) -> AnyRow:
    """End a workshop; its history stays 结束 [A6.13a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REGISTER, version=version, verb="close")
    checks.require_registrar(ctx, row)
    return await _move(ctx, row, "close", move.reason, {"closed_on": ctx.clock.today})


async def _sound(ctx: Context, row: AnyRow) -> list[Finding]:
    """What the composition advises; refuses with every requirement that is not met."""
    findings = composition.broken(await checks.checked(ctx, row))
    ctx.enforce(findings, pointer="/members")
    return findings


async def _move(
    ctx: Context,
    row: AnyRow,
    verb: str,
    note: str | None,
    changes: dict[str, Any],
    findings: list[Finding] | None = None,
) -> AnyRow:
    status = WORKSHOP_LIFECYCLE.move(WorkshopStatus(row.status), verb)
    await workshops.change(ctx, row.id, {"status": str(status), **changes})
    await workshops.add_act(ctx, row.id, verb, str(status), note)
    facts = {"from": row.status, "end_year": changes.get("end_year", row.end_year)}
    await ctx.record(
        f"workshop.{EVENTS.get(verb, status)}",
        entity="workshop",
        entity_id=row.id,
        place=checks.place_of(row),
        facts=facts,
        findings=findings or (),
    )
    return await checks.shown(ctx, row.id)
