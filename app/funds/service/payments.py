"""Use cases of payments: recorded, confirmed by another person on evidence, reversed by another person. [M6.2.2]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.funds.models import ExpertFee, Payment, Reimbursement
from app.funds.queries import claims
from app.funds.queries import lines as queries
from app.funds.queries.lines import PaymentFilter
from app.funds.schemas import FundMove, FundReason, PaymentCreate
from app.funds.service import checks
from app.funds.states import (
    EXPERT_FEE_LIFECYCLE,
    EXPERT_FEES,
    PAYMENT_LIFECYCLE,
    REIMBURSEMENT_LIFECYCLE,
    TRAINEE_COSTS,
    ExpertFeeStatus,
    PaymentStatus,
    ReimbursementStatus,
)
from app.projects import service as projects

explain(
    {
        "uq_payments_fee": ("PAYMENT_MADE", "这笔劳务费已支付。"),
        "uq_payments_reimbursement": ("PAYMENT_MADE", "这笔报销已支付。"),
    }
)
READ, RECORD = Permission.FUND_READ, Permission.FUND_RECORD
EVIDENCE = "payment"
"""The kind of record under which the archive knows payments."""
FILES_SEEN = 50


async def find_payments(ctx: Context, request: PageRequest, only: PaymentFilter) -> Page[AnyRow]:
    """Payments, newest first 支出列表 [M6.2.2]."""
    ctx.require(READ)
    return await queries.payment_page(ctx, request, only)


async def find_project_payments(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Payments of a project, newest first 项目支出列表 [M6.2.2]."""
    ctx.require(READ)
    row = await projects.get_project(ctx, project_id)
    return await queries.payment_page(ctx, request, PaymentFilter(project_id=row.id))


async def get_payment(ctx: Context, payment_id: UUID) -> AnyRow:
    """One payment; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.payment(ctx, payment_id))


async def get_payments(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Payments (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.payments_by_ids(ctx, ids)


async def record_payment(ctx: Context, new: PaymentCreate) -> AnyRow:
    """Put a payment from a line on record 登记支出; never more than is left of the line. [M6.2.2]

    Fees of experts and reimbursements are paid from their own record, so that none is paid twice.
    """
    ctx.require(RECORD)
    line = await queries.line(ctx, new.line_id, lock=True)
    faults = checks.future("/paid_on", new.paid_on, ctx.clock.today)
    if line is None:
        faults.append(FieldFault("/line_id", "REFERENCE_UNKNOWN", "没有这条预算"))
    elif line.purpose in {EXPERT_FEES, TRAINEE_COSTS}:
        message = "专家劳务费和参训报销从各自的记录支付（:pay）"
        faults.append(FieldFault("/line_id", "PAID_FROM_CLAIM", message))
    checks.refuse(faults)
    claim = {"payee": new.payee, "matter": new.matter, "amount_fen": new.amount_fen}
    made = await checks.paid(ctx, checks.found(line), new, claim)
    return checks.found(await queries.payment(ctx, made))


async def confirm_payment(ctx: Context, payment_id: UUID, given: FundMove, *, version: int | None) -> AnyRow:
    """Confirm a payment on its evidence 凭证据确认支出; by another person than who recorded it. [M6.2.2]"""
    del given
    row, status = await _held(ctx, payment_id, "confirm", version)
    files = await archive.of_records(ctx, EVIDENCE, [row.id], FILES_SEEN)
    if not any(one.hidden_at is None for one in files[0]):
        raise Conflict("PAYMENT_EVIDENCE_MISSING", "确认支出须有证据（发票、签收表等），请先上传。")
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": queries.NOW}
    await queries.change(ctx, Payment, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "confirmed")


async def reverse_payment(ctx: Context, payment_id: UUID, given: FundReason, *, version: int | None) -> AnyRow:
    """Reverse a payment, with a reason 冲销支出; the line has it again, and what it paid is owed again. [M6.2.2]"""
    row, status = await _held(ctx, payment_id, "reverse", version)
    await _reopen(ctx, row)
    await queries.line(ctx, row.line_id, lock=True)
    by = {"reversed_by": ctx.principal.account_id, "reversed_at": queries.NOW, "reverse_reason": given.reason}
    await queries.change(ctx, Payment, row.id, {"status": str(status), **by})
    await queries.spend(ctx, row.line_id, -row.amount_fen)
    return await _told(ctx, row.id, "reversed")


async def attach_payment_file(ctx: Context, payment_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang evidence on a payment that is not reversed 上传支出证据. [M6.2.2]"""
    ctx.require(RECORD)
    row = checks.found(await queries.payment(ctx, payment_id, lock=True))
    if row.status == PaymentStatus.REVERSED:
        raise Conflict("PAYMENT_REVERSED", "这笔支出已冲销，不能再补充证据。", status=row.status)
    return await archive.attach(ctx, _reference(ctx, row, RECORD), draft, limits)


async def payment_files(ctx: Context, request: PageRequest, payment_id: UUID) -> Page[AnyRow]:
    """Evidence of a payment, oldest first 支出证据列表 [M6.2.2]."""
    ctx.require(READ)
    row = checks.found(await queries.payment(ctx, payment_id))
    return await archive.find(ctx, _reference(ctx, row, READ), request)


async def payments_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Payments (n,) -> rows (n,) for the archive; to whom they are closed, their files are missing."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await queries.payments_by_ids(ctx, ids)


def _reference(ctx: Context, row: AnyRow, permission: Permission) -> archive.Reference:
    """The payment as the archive knows it; evidence belongs to the body that hands it in."""
    return archive.Reference(EVIDENCE, row.id, Place(ctx.principal.organisation_id), permission)


async def _held(ctx: Context, payment_id: UUID, verb: str, version: int | None) -> tuple[AnyRow, PaymentStatus]:
    """The payment, held for somebody else than who recorded it, and the status the verb leads to."""
    ctx.require(RECORD)
    row = checks.found(await queries.payment(ctx, payment_id, lock=True))
    checks.other_person(ctx, RECORD, row.recorded_by)
    check_version(row, version)
    return row, PAYMENT_LIFECYCLE.move(PaymentStatus(row.status), verb)


async def _reopen(ctx: Context, row: AnyRow) -> None:
    """What a payment has paid is owed again."""
    if row.fee_id:
        fee = checks.found(await claims.fee(ctx, row.fee_id, lock=True))
        status = EXPERT_FEE_LIFECYCLE.move(ExpertFeeStatus(fee.status), "reopen")
        await queries.change(ctx, ExpertFee, fee.id, {"status": str(status), "paid_on": None})
    if row.reimbursement_id:
        claim = checks.found(await claims.reimbursement(ctx, row.reimbursement_id, lock=True))
        again = REIMBURSEMENT_LIFECYCLE.move(ReimbursementStatus(claim.status), "reopen")
        await queries.change(ctx, Reimbursement, claim.id, {"status": str(again), "paid_on": None})


async def _told(ctx: Context, payment_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the payment as it is now."""
    row = checks.found(await queries.payment(ctx, payment_id))
    facts = {"line": str(row.line_id), "amount_fen": row.amount_fen}
    await ctx.record(f"payment.{act}", entity="payment", entity_id=row.id, facts=facts)
    return row
