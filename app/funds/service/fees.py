"""Use cases of experts' fees: owed with a day, paid from a line, overdue, withdrawn. [M6.1.2] 及时支付专家劳务费用"""

from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.funds import rules
from app.funds.models import ExpertFee
from app.funds.queries import claims as queries
from app.funds.queries import lines
from app.funds.queries.claims import ExpertFeeFilter
from app.funds.schemas import ClaimPay, ExpertFeeCreate, FundReason
from app.funds.service import checks
from app.funds.states import EXPERT_FEE_LIFECYCLE, EXPERT_FEES, ExpertFeeStatus
from app.steering import service as steering

READ, OWE, RECORD = Permission.EXPERT_FEE_READ, Permission.EXPERT_FEE_RECORD, Permission.FUND_RECORD


async def find_fees(ctx: Context, request: PageRequest, only: ExpertFeeFilter) -> Page[AnyRow]:
    """Experts' fees within the scope, newest first; is_overdue: the overdue ones 劳务费列表 [M6.1.2]."""
    ctx.require(READ)
    return await queries.fee_page(ctx, request, only)


async def get_fee(ctx: Context, fee_id: UUID) -> AnyRow:
    """One fee; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.fee(ctx, fee_id))


async def get_fees(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Fees (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(READ)
    return await queries.fees_by_ids(ctx, ids)


async def owe_fee(ctx: Context, new: ExpertFeeCreate) -> AnyRow:
    """Put on record that an expert is owed a fee for work within the engagement 登记应付劳务费. [M6.1.2]"""
    ctx.require(OWE)
    expert = (await steering.get_experts(ctx, [new.expert_id]))[0]
    faults = checks.future("/done_on", new.done_on, ctx.clock.today)
    if expert is None:
        faults.append(FieldFault("/expert_id", "REFERENCE_UNKNOWN", "没有这位专家"))
    elif not expert.starts_on <= new.done_on < expert.until:
        faults.append(FieldFault("/done_on", "OUTSIDE_TERM", f"工作日期 {new.done_on} 不在聘期内"))
    if new.due_on < new.done_on:
        faults.append(FieldFault("/due_on", "OUT_OF_ORDER", f"应付日期 {new.due_on} 早于工作日期"))
    faults += await checks.project_faults(ctx, new.project_id)
    checks.refuse(faults)
    held, made = checks.found(expert), new_id()
    by = {"id": made, "payee": held.name, "teacher_id": held.teacher_id, "recorded_by": ctx.principal.account_id}
    await lines.add(ctx, ExpertFee, {**by, **new.model_dump()})
    return await _told(ctx, made, "recorded")


async def pay_fee(ctx: Context, fee_id: UUID, given: ClaimPay, *, version: int | None) -> AnyRow:
    """Pay a fee from a line for experts' fees 支付劳务费; answers the fee. [M6.1.2]"""
    ctx.require(RECORD)
    row = await _held(ctx, fee_id, version)
    status = EXPERT_FEE_LIFECYCLE.move(ExpertFeeStatus(row.status), "pay")
    line = await lines.line(ctx, given.line_id, lock=True)
    faults = checks.future("/paid_on", given.paid_on, ctx.clock.today)
    faults += checks.other_line(line, rules.Claim(EXPERT_FEES, row.project_id))
    if given.paid_on < row.done_on:
        faults.append(FieldFault("/paid_on", "OUT_OF_ORDER", f"支付日期 {given.paid_on} 早于工作日期"))
    checks.refuse(faults)
    claim = {"payee": row.payee, "matter": row.matter, "amount_fen": row.amount_fen, "fee_id": row.id}
    await checks.paid(ctx, checks.found(line), given, claim)
    await lines.change(ctx, ExpertFee, row.id, {"status": str(status), "paid_on": given.paid_on})
    return await _told(ctx, row.id, "paid")


async def withdraw_fee(ctx: Context, fee_id: UUID, given: FundReason, *, version: int | None) -> AnyRow:
    """Withdraw a fee that is not owed, with a reason 撤回应付劳务费. [M6.1.2]"""
    ctx.require(OWE)
    row = await _held(ctx, fee_id, version)
    status = EXPERT_FEE_LIFECYCLE.move(ExpertFeeStatus(row.status), "withdraw")
    await lines.change(ctx, ExpertFee, row.id, {"status": str(status), "withdraw_reason": given.reason})
    return await _told(ctx, row.id, "withdrawn")


async def _held(ctx: Context, fee_id: UUID, version: int | None) -> AnyRow:
    row = checks.found(await queries.fee(ctx, fee_id, lock=True))
    check_version(row, version)
    return row


async def _told(ctx: Context, fee_id: UUID, act: str) -> AnyRow:
    """Put a change of a fee on record; the fee as it is now."""
    row = checks.found(await queries.fee(ctx, fee_id))
    facts = {"amount_fen": row.amount_fen, "due_on": str(row.due_on)}
    place = Place(teacher=row.teacher_id)
    await ctx.record(f"expert_fee.{act}", entity="expert_fee", entity_id=row.id, place=place, facts=facts)
    return row
