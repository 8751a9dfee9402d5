"""Use cases of reimbursements: the school hands in, the desk checks, another person pays. [M6.3.2] 及时报销相关费用"""

from datetime import date
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.funds import rules
from app.funds.models import Reimbursement
from app.funds.queries import claims as queries
from app.funds.queries import lines
from app.funds.queries.claims import ReimbursementFilter
from app.funds.schemas import ClaimPay, FundMove, FundReason, ReimbursementCreate, ReimbursementSubmit
from app.funds.service import checks
from app.funds.states import REIMBURSEMENT_LIFECYCLE, TRAINEE_COSTS, ReimbursementStatus
from app.projects import service as projects

READ, SUBMIT = Permission.REIMBURSEMENT_READ, Permission.REIMBURSEMENT_SUBMIT
CHECK, RECORD = Permission.REIMBURSEMENT_CHECK, Permission.FUND_RECORD
UNCHECKED = {"checked_on": None, "checked_by": None}


async def find_reimbursements(ctx: Context, request: PageRequest, only: ReimbursementFilter) -> Page[AnyRow]:
    """Reimbursements within the scope, newest first 参训报销列表 [M6.3.2]."""
    ctx.require(READ)
    return await queries.reimbursement_page(ctx, request, only)


async def get_reimbursement(ctx: Context, reimbursement_id: UUID) -> AnyRow:
    """One reimbursement; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.reimbursement(ctx, reimbursement_id))


async def get_reimbursements(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Reimbursements (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(READ)
    return await queries.reimbursements_by_ids(ctx, ids)


async def submit_reimbursement(ctx: Context, new: ReimbursementCreate) -> AnyRow:
    """Hand in costs of a trainee of the own school 提交参训报销. [M6.3.2]"""
    ctx.require(SUBMIT)
    trainee = (await projects.get_trainees(ctx, [new.trainee_id]))[0]
    faults = checks.future("/spent_on", new.spent_on, ctx.clock.today)
    if trainee is None:
        faults.append(FieldFault("/trainee_id", "REFERENCE_UNKNOWN", "没有这位学员，或不属于本校"))
    checks.refuse(faults)
    who = checks.found(trainee)
    ctx.require(SUBMIT, on=Place(who.school_id, who.teacher_id))
    made = new_id()
    whose = {name: getattr(who, name) for name in ("project_id", "teacher_id", "school_id")}
    by = {"id": made, "payee": who.teacher_name, **_submitted(ctx)}
    await lines.add(ctx, Reimbursement, {**by, **whose, **new.model_dump()})
    return await _told(ctx, made, "submitted")


async def submit_reimbursement_again(
    ctx: Context, reimbursement_id: UUID, given: ReimbursementSubmit, *, version: int | None
) -> AnyRow:
    """Hand in again what was returned, put right 重新提交. [M6.3.2]"""
    row, status = await _held(ctx, reimbursement_id, SUBMIT, "submit", version)
    checks.refuse(checks.future("/spent_on", given.spent_on, ctx.clock.today))
    said = {"matter": given.matter, "spent_on": given.spent_on, "amount_fen": given.amount_fen, "reason": None}
    await lines.change(ctx, Reimbursement, row.id, {"status": str(status), **said, **_submitted(ctx)})
    return await _told(ctx, row.id, "submitted")


async def check_reimbursement(ctx: Context, reimbursement_id: UUID, given: FundMove, *, version: int | None) -> AnyRow:
    """Find a reimbursement right 审核报销; by another person than who handed it in. [M6.3.2]"""
    del given
    row, status = await _held(ctx, reimbursement_id, CHECK, "check", version)
    checks.other_person(ctx, CHECK, row.submitted_by)
    by = {"checked_on": ctx.clock.today, "checked_by": ctx.principal.account_id}
    await lines.change(ctx, Reimbursement, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "checked")


async def return_reimbursement(
    ctx: Context, reimbursement_id: UUID, given: FundReason, *, version: int | None
) -> AnyRow:
    """Give a reimbursement back to the school, with a reason 退回报销. [M6.3.2]"""
    row, status = await _held(ctx, reimbursement_id, CHECK, "return", version)
    await lines.change(ctx, Reimbursement, row.id, {"status": str(status), "reason": given.reason, **UNCHECKED})
    return await _told(ctx, row.id, "returned")


async def withdraw_reimbursement(
    ctx: Context, reimbursement_id: UUID, given: FundReason, *, version: int | None
) -> AnyRow:
    """Take back what was handed in, with a reason 撤回报销. [M6.3.2]"""
    row, status = await _held(ctx, reimbursement_id, SUBMIT, "withdraw", version)
    await lines.change(ctx, Reimbursement, row.id, {"status": str(status), "reason": given.reason})
    return await _told(ctx, row.id, "withdrawn")


async def pay_reimbursement(ctx: Context, reimbursement_id: UUID, given: ClaimPay, *, version: int | None) -> AnyRow:
    """Pay a reimbursement from a line for trainees' costs 支付报销; not by who checked it. [M6.3.2]"""
    row, status = await _held(ctx, reimbursement_id, RECORD, "pay", version)
    checks.other_person(ctx, RECORD, row.checked_by, row.submitted_by)
    line = await lines.line(ctx, given.line_id, lock=True)
    faults = checks.future("/paid_on", given.paid_on, ctx.clock.today)
    faults += checks.other_line(line, rules.Claim(TRAINEE_COSTS, row.project_id))
    faults += _too_early(given.paid_on, row.submitted_on)
    checks.refuse(faults)
    paid = {"payee": row.payee, "matter": row.matter, "amount_fen": row.amount_fen, "reimbursement_id": row.id}
    await checks.paid(ctx, checks.found(line), given, paid)
    await lines.change(ctx, Reimbursement, row.id, {"status": str(status), "paid_on": given.paid_on})
    return await _told(ctx, row.id, "paid")


def _too_early(paid_on: date, submitted_on: date) -> list[FieldFault]:
    if paid_on >= submitted_on:
        return []
    return [FieldFault("/paid_on", "OUT_OF_ORDER", f"支付日期 {paid_on} 早于提交日期 {submitted_on}")]


def _submitted(ctx: Context) -> dict[str, object]:
    return {"submitted_on": ctx.clock.today, "submitted_by": ctx.principal.account_id}


async def _held(
    ctx: Context, reimbursement_id: UUID, permission: Permission, verb: str, version: int | None
) -> tuple[AnyRow, ReimbursementStatus]:
    """The reimbursement, locked, once the caller may act on it, and the status the verb leads to."""
    ctx.require(permission)
    row = checks.found(await queries.reimbursement(ctx, reimbursement_id, lock=True))
    ctx.require(permission, on=Place(row.school_id, row.teacher_id))
    check_version(row, version)
    return row, REIMBURSEMENT_LIFECYCLE.move(ReimbursementStatus(row.status), verb)


async def _told(ctx: Context, reimbursement_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the reimbursement as it is now."""
    row = checks.found(await queries.reimbursement(ctx, reimbursement_id))
    place, facts = Place(row.school_id, row.teacher_id), {"amount_fen": row.amount_fen}
    await ctx.record(f"reimbursement.{act}", entity="reimbursement", entity_id=row.id, place=place, facts=facts)
    return row
