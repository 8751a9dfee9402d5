"""What every act on funds checks: that it is there, days, other persons, and what a line covers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.ids import new_id
from app.funds import rules
from app.funds.models import Payment
from app.funds.queries import lines
from app.funds.schemas import ClaimPay, PaymentCreate
from app.projects import service as projects
from app.projects.states import ProjectStatus


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("FUND_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None) -> None:
    """Persons are compared, never roles: nobody confirms, checks or pays what they brought in."""
    if ctx.principal.account_id in accounts:
        message = "登记与确认、提交与审核、审核与支付须为不同的人，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


def future(pointer: str, day: date, today: date) -> list[FieldFault]:
    """A fault where a day lies in the future."""
    return [FieldFault(pointer, "OUT_OF_ORDER", f"日期 {day} 晚于今天 {today}")] if day > today else []


async def project_faults(ctx: Context, project_id: UUID | None) -> list[FieldFault]:
    """A fault where a project is named that is not there or is cancelled."""
    if project_id is None:
        return []
    row = (await projects.get_projects(ctx, [project_id]))[0]
    if row is not None and row.status != ProjectStatus.CANCELLED:
        return []
    return [FieldFault("/project_id", "REFERENCE_UNKNOWN", "没有这个培训项目，或已取消")]


def other_line(line: AnyRow | None, claim: rules.Claim) -> list[FieldFault]:
    """A fault where there is no such line, or it may not pay the claim."""
    why = "没有这条预算" if line is None else rules.mismatch(claim, line.purpose, line.project_id)
    return [FieldFault("/line_id", "REFERENCE_UNKNOWN", why)] if why else []


async def paid(
    ctx: Context,
    line: AnyRow,
    given: PaymentCreate | ClaimPay,
    claim: dict[str, object],
) -> UUID:
    """Store a payment from a line that is held and count it on the line; Conflict 409 where the line does not cover it.

    claim: payee, matter, amount_fen, and what it pays where it is a fee or a reimbursement.
    """
    amount = int(str(claim["amount_fen"]))
    if amount > line.left_fen:
        left, asked = rules.yuan(line.left_fen), rules.yuan(amount)
        message = f"预算余额 {left} 元，不够支付 {asked} 元，请先调整预算或改用另一条预算。"
        raise Conflict("BUDGET_LINE_EXCEEDED", message, left_fen=line.left_fen, amount_fen=amount)
    made = new_id()
    by = {"id": made, "line_id": line.id, "recorded_by": ctx.principal.account_id}
    await lines.add(ctx, Payment, {**by, "paid_on": given.paid_on, "voucher": given.voucher, **claim})
    await lines.spend(ctx, line.id, amount)
    facts = {"line": str(line.id), "amount_fen": amount, "purpose": line.purpose}
    await ctx.record("payment.recorded", entity="payment", entity_id=made, facts=facts)
    return made
