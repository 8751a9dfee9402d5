"""REST of payments and their evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.core.schemas import Listing
from app.funds import service
from app.funds.queries.lines import PaymentFilter
from app.funds.schemas import FundMove, FundReason, Payment, PaymentCreate

router = APIRouter(tags=["funds"])
READ, RECORD = permits(Permission.FUND_READ), permits(Permission.FUND_RECORD)
ONE = "/payments/{payment_id:uuid}"


@router.get("/payments", response_model=Listing[Payment], **READ)
async def list_payments(ctx: Ctx, page: Paged, only: Annotated[PaymentFilter, Depends()]) -> object:
    """Payments, newest first; since, until: days of payment 支出列表 [M6.2.2]."""
    return listing(await service.find_payments(ctx, page, only))


@router.get("/projects/{project_id:uuid}/payments", response_model=Listing[Payment], **READ)
async def list_project_payments(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Payments of a project, newest first 项目支出列表 [M6.2.2]."""
    return listing(await service.find_project_payments(ctx, page, project_id))


@router.post("/payments", response_model=Payment, status_code=201, **RECORD)
async def record_payment(ctx: Ctx, new: PaymentCreate, once: Once) -> Response:
    """Put a payment from a line on record; never more than is left of it 登记支出 [M6.2.2]."""
    return await once.answer(ctx, new, lambda: service.record_payment(ctx, new), Payment)


@router.get(ONE, response_model=Payment, **READ)
async def get_payment(ctx: Ctx, payment_id: UUID, tag: Tagged) -> object:
    """One payment 支出详情 [M6.2.2]."""
    return tag.seal(await service.get_payment(ctx, payment_id))


@router.post(f"{ONE}:confirm", response_model=Payment, **RECORD)
async def confirm_payment(ctx: Ctx, payment_id: UUID, given: FundMove, tag: Tagged) -> object:
    """Confirm a payment on its evidence, as a second person 凭证据确认支出 [M6.2.2]."""
    return tag.seal(await service.confirm_payment(ctx, payment_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:reverse", response_model=Payment, **RECORD)
async def reverse_payment(ctx: Ctx, payment_id: UUID, given: FundReason, tag: Tagged) -> object:
    """Reverse a payment, as a second person and with a reason 冲销支出 [M6.2.2]."""
    return tag.seal(await service.reverse_payment(ctx, payment_id, given, version=tag.expected(given)))


@router.post(f"{ONE}/files", **uploads(Permission.FUND_RECORD))
async def attach_payment_file(arrived: Arrival, ctx: Ctx, payment_id: UUID) -> Response:
    """Upload evidence of a payment 上传支出证据 [M6.2.2]."""
    limits = arrived.shelf.limits
    return arrived.answer(await service.attach_payment_file(ctx, payment_id, arrived.draft, limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_payment_files(ctx: Ctx, payment_id: UUID, page: Paged) -> object:
    """Evidence of a payment, oldest first 支出证据列表 [M6.2.2]."""
    return listing(await service.payment_files(ctx, page, payment_id))
