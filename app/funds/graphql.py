"""GraphQL of funds."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, reading, record, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.funds import schemas, service
from app.funds.queries.claims import ExpertFeeFilter, ReimbursementFilter
from app.funds.queries.lines import BudgetLineFilter, PaymentFilter
from app.funds.states import YEARS

READ, PLAN, RECORD = Permission.FUND_READ, Permission.FUND_PLAN, Permission.FUND_RECORD
READ_FEE, OWE = Permission.EXPERT_FEE_READ, Permission.EXPERT_FEE_RECORD
READ_CLAIM, SUBMIT, CHECK = (
    Permission.REIMBURSEMENT_READ,
    Permission.REIMBURSEMENT_SUBMIT,
    Permission.REIMBURSEMENT_CHECK,
)
_L, _P, _F, _R = schemas.BudgetLine, schemas.Payment, schemas.ExpertFee, schemas.Reimbursement
Year = Annotated[int, Field(ge=YEARS[0], le=YEARS[1])]


@output(schemas.BudgetLine)
class BudgetLine(Node):
    """A line of the budget 预算 and what is left of it."""


@output(schemas.Payment)
class Payment(Node):
    """A payment 支出."""


@output(schemas.ExpertFee)
class ExpertFee(Node):
    """A fee of an expert 专家劳务费."""


@output(schemas.Reimbursement)
class Reimbursement(Node):
    """Costs of a trainee that the school has handed in 参训报销."""


async def lines_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.BudgetLine | None]:
    """One budget line 预算详情 [M6.2.2]."""
    return shown_many(_L, await service.get_lines(ctx, list(ids)))


async def payments_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Payment | None]:
    """One payment 支出详情 [M6.2.2]."""
    return shown_many(_P, await service.get_payments(ctx, list(ids)))


async def fees_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ExpertFee | None]:
    """One fee 劳务费详情 [M6.1.2]."""
    return shown_many(_F, await service.get_fees(ctx, list(ids)))


async def reimbursements_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Reimbursement | None]:
    """One reimbursement 报销详情 [M6.3.2]."""
    return shown_many(_R, await service.get_reimbursements(ctx, list(ids)))


@strawberry.type
class Query:
    """What funds answer."""

    budget_line = record(READ, lines_by_ids, _L)
    budget_lines = pages(READ, service.find_lines, _L, only=BudgetLineFilter)
    project_budget_lines = pages(READ, service.find_project_lines, _L, at=("uuid",))
    payment = record(READ, payments_by_ids, _P)
    payments = pages(READ, service.find_payments, _P, only=PaymentFilter)
    project_payments = pages(READ, service.find_project_payments, _P, at=("uuid",))
    payment_files = pages(READ, service.payment_files, File, at=("uuid",))
    expert_fee = record(READ_FEE, fees_by_ids, _F)
    expert_fees = pages(READ_FEE, service.find_fees, _F, only=ExpertFeeFilter)
    reimbursement = record(READ_CLAIM, reimbursements_by_ids, _R)
    reimbursements = pages(READ_CLAIM, service.find_reimbursements, _R, only=ReimbursementFilter)
    funds_year = reading(READ, service.year, schemas.FundsYear, at=(), more={"year": Year})


@strawberry.type
class Mutation:
    """What plans, records, confirms, reverses, owes, hands in, checks and pays."""

    add_budget_line = verb(PLAN, service.add_line, schemas.BudgetLineCreate, _L, at=(), once=True)
    add_project_budget_line = verb(PLAN, service.add_project_line, schemas.BudgetLineCreate, _L, once=True)
    adjust_budget_line = verb(PLAN, service.adjust_line, schemas.BudgetLineAdjust, _L)
    record_payment = verb(RECORD, service.record_payment, schemas.PaymentCreate, _P, at=(), once=True)
    confirm_payment = verb(RECORD, service.confirm_payment, schemas.FundMove, _P)
    reverse_payment = verb(RECORD, service.reverse_payment, schemas.FundReason, _P)
    record_expert_fee = verb(OWE, service.owe_fee, schemas.ExpertFeeCreate, _F, at=(), once=True)
    pay_expert_fee = verb(RECORD, service.pay_fee, schemas.ClaimPay, _F)
    withdraw_expert_fee = verb(OWE, service.withdraw_fee, schemas.FundReason, _F)
    create_reimbursement = verb(SUBMIT, service.submit_reimbursement, schemas.ReimbursementCreate, _R, at=(), once=True)
    submit_reimbursement = verb(SUBMIT, service.submit_reimbursement_again, schemas.ReimbursementSubmit, _R)
    check_reimbursement = verb(CHECK, service.check_reimbursement, schemas.FundMove, _R)
    return_reimbursement = verb(CHECK, service.return_reimbursement, schemas.FundReason, _R)
    withdraw_reimbursement = verb(SUBMIT, service.withdraw_reimbursement, schemas.FundReason, _R)
    pay_reimbursement = verb(RECORD, service.pay_reimbursement, schemas.ClaimPay, _R)


def _of_anybody(permission: Permission, batch: Batch) -> Batch:
    """The same for global ids: to whom a kind is closed, its records are missing like any other's."""

    async def asked(ctx: Context, ids: Sequence[UUID]) -> Sequence[object | None]:
        if ctx.principal.grant(permission) is None:
            return [None] * len(ids)
        return await batch(ctx, ids)

    return asked


NODES: dict[str, Batch] = {
    "BudgetLine": _of_anybody(READ, lines_by_ids),
    "Payment": _of_anybody(READ, payments_by_ids),
    "ExpertFee": _of_anybody(READ_FEE, fees_by_ids),
    "Reimbursement": reimbursements_by_ids,
}
