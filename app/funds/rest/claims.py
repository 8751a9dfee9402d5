"""REST of experts' fees and of reimbursements."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.funds import service
from app.funds.queries.claims import ExpertFeeFilter, ReimbursementFilter
from app.funds.schemas import (
    ClaimPay,
    ExpertFee,
    ExpertFeeCreate,
    FundMove,
    FundReason,
    Reimbursement,
    ReimbursementCreate,
    ReimbursementSubmit,
)

router = APIRouter(tags=["funds"])
READ_FEE, OWE = permits(Permission.EXPERT_FEE_READ), permits(Permission.EXPERT_FEE_RECORD)
READ, SUBMIT = permits(Permission.REIMBURSEMENT_READ), permits(Permission.REIMBURSEMENT_SUBMIT)
CHECK, RECORD = permits(Permission.REIMBURSEMENT_CHECK), permits(Permission.FUND_RECORD)
FEE = "/expert-fees/{fee_id:uuid}"
ONE = "/reimbursements/{reimbursement_id:uuid}"


@router.get("/expert-fees", response_model=Listing[ExpertFee], **READ_FEE)
async def list_expert_fees(ctx: Ctx, page: Paged, only: Annotated[ExpertFeeFilter, Depends()]) -> object:
    """Experts' fees, newest first; is_overdue: the overdue ones 劳务费列表 [M6.1.2]."""
    return listing(await service.find_fees(ctx, page, only))


@router.post("/expert-fees", response_model=ExpertFee, status_code=201, **OWE)
async def record_expert_fee(ctx: Ctx, new: ExpertFeeCreate, once: Once) -> Response:
    """Put on record that an expert is owed a fee 登记应付劳务费 [M6.1.2]."""
    return await once.answer(ctx, new, lambda: service.owe_fee(ctx, new), ExpertFee)


@router.get(FEE, response_model=ExpertFee, **READ_FEE)
async def get_expert_fee(ctx: Ctx, fee_id: UUID, tag: Tagged) -> object:
    """One fee 劳务费详情 [M6.1.2]."""
    return tag.seal(await service.get_fee(ctx, fee_id))


@router.post(f"{FEE}:pay", response_model=ExpertFee, **RECORD)
async def pay_expert_fee(ctx: Ctx, fee_id: UUID, given: ClaimPay, tag: Tagged) -> object:
    """Pay a fee from a line for experts' fees 支付劳务费 [M6.1.2]."""
    return tag.seal(await service.pay_fee(ctx, fee_id, given, version=tag.expected(given)))


@router.post(f"{FEE}:withdraw", response_model=ExpertFee, **OWE)
async def withdraw_expert_fee(ctx: Ctx, fee_id: UUID, given: FundReason, tag: Tagged) -> object:
    """Withdraw a fee that is not owed 撤回应付劳务费 [M6.1.2]."""
    return tag.seal(await service.withdraw_fee(ctx, fee_id, given, version=tag.expected(given)))


@router.get("/reimbursements", response_model=Listing[Reimbursement], **READ)
async def list_reimbursements(ctx: Ctx, page: Paged, only: Annotated[ReimbursementFilter, Depends()]) -> object:
    """Reimbursements within the scope, newest first 参训报销列表 [M6.3.2]."""
    return listing(await service.find_reimbursements(ctx, page, only))


@router.post("/reimbursements", response_model=Reimbursement, status_code=201, **SUBMIT)
async def create_reimbursement(ctx: Ctx, new: ReimbursementCreate, once: Once) -> Response:
    """Hand in costs of a trainee of the own school 提交参训报销 [M6.3.2]."""
    return await once.answer(ctx, new, lambda: service.submit_reimbursement(ctx, new), Reimbursement)


@router.get(ONE, response_model=Reimbursement, **READ)
async def get_reimbursement(ctx: Ctx, reimbursement_id: UUID, tag: Tagged) -> object:
    """One reimbursement 报销详情 [M6.3.2]."""
    return tag.seal(await service.get_reimbursement(ctx, reimbursement_id))


@router.post(f"{ONE}:submit", response_model=Reimbursement, **SUBMIT)
async def submit_reimbursement(ctx: Ctx, reimbursement_id: UUID, given: ReimbursementSubmit, tag: Tagged) -> object:
    """Hand in again what was returned 重新提交 [M6.3.2]."""
    version = tag.expected(given)
    return tag.seal(await service.submit_reimbursement_again(ctx, reimbursement_id, given, version=version))


@router.post(f"{ONE}:check", response_model=Reimbursement, **CHECK)
async def check_reimbursement(ctx: Ctx, reimbursement_id: UUID, given: FundMove, tag: Tagged) -> object:
    """Find a reimbursement right 审核报销 [M6.3.2]."""
    return tag.seal(await service.check_reimbursement(ctx, reimbursement_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=Reimbursement, **CHECK)
async def return_reimbursement(ctx: Ctx, reimbursement_id: UUID, given: FundReason, tag: Tagged) -> object:
    """Give a reimbursement back to the school, with a reason 退回报销 [M6.3.2]."""
    return tag.seal(await service.return_reimbursement(ctx, reimbursement_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=Reimbursement, **SUBMIT)
async def withdraw_reimbursement(ctx: Ctx, reimbursement_id: UUID, given: FundReason, tag: Tagged) -> object:
    """Take back what was handed in, with a reason 撤回报销 [M6.3.2]."""
    return tag.seal(await service.withdraw_reimbursement(ctx, reimbursement_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:pay", response_model=Reimbursement, **RECORD)
async def pay_reimbursement(ctx: Ctx, reimbursement_id: UUID, given: ClaimPay, tag: Tagged) -> object:
    """Pay a reimbursement from a line for trainees' costs 支付报销 [M6.3.2]."""
    return tag.seal(await service.pay_reimbursement(ctx, reimbursement_id, given, version=tag.expected(given)))
