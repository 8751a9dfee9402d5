"""REST of disputes, and of crediting a line anew."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.access.doors import Ctx, Once, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.queries import DisputeFilter
from app.hours.schemas import HoursDispute, HoursDisputeAnswer, HoursDisputeCreate, HoursEntry, HoursRecredit
from app.hours.states import DisputeStatus

router = APIRouter(tags=["hours"])
READ, ASK = permits(Permission.HOURS_DISPUTE_READ), permits(Permission.HOURS_DISPUTE_ASK)


@router.get("/hours-disputes", response_model=Listing[HoursDispute], **READ)
async def list_hours_disputes(
    ctx: Ctx,
    page: Paged,
    status: DisputeStatus | None = None,
    teacher_id: UUID | None = None,
    school_id: UUID | None = None,
    entry_id: UUID | None = None,
) -> object:
    """Disputes, newest first 学时申诉."""
    only = DisputeFilter(status, teacher_id, school_id, entry_id)
    return listing(await service.find_disputes(ctx, page, only))


@router.post("/hours-disputes", response_model=HoursDispute, status_code=201, **ASK)
async def ask_hours_dispute(ctx: Ctx, new: HoursDisputeCreate, once: Once) -> Response:
    """Contest an entry, or ask for one that is missing 提出申诉."""
    return await once.answer(ctx, new, lambda: service.ask(ctx, new), HoursDispute)


@router.get("/hours-disputes/{dispute_id:uuid}", response_model=HoursDispute, **READ)
async def get_hours_dispute(ctx: Ctx, dispute_id: UUID) -> object:
    """One dispute with its answer 学时申诉."""
    return await service.get_dispute(ctx, dispute_id)


@router.post(
    "/hours-disputes/{dispute_id:uuid}:answer",
    response_model=HoursDispute,
    status_code=201,
    **permits(Permission.HOURS_DISPUTE_ANSWER),
)
async def answer_hours_dispute(ctx: Ctx, dispute_id: UUID, given: HoursDisputeAnswer, once: Once) -> Response:
    """Uphold or reject a dispute; upheld, the ledger is put right at once 答复申诉."""
    return await once.answer(ctx, given, lambda: service.answer(ctx, dispute_id, given), HoursDispute)


@router.post("/hours-disputes/{dispute_id:uuid}:withdraw", response_model=HoursDispute, **ASK)
async def withdraw_hours_dispute(ctx: Ctx, dispute_id: UUID) -> object:
    """Take a dispute back before it is answered 撤回申诉."""
    return await service.withdraw_dispute(ctx, dispute_id)


@router.post(
    "/hours-entries/{entry_id:uuid}:recredit",
    response_model=HoursEntry,
    status_code=201,
    **permits(Permission.HOURS_RECREDIT),
)
async def recredit_hours_entry(ctx: Ctx, entry_id: UUID, new: HoursRecredit, once: Once) -> Response:
    """Credit a line anew: after its reversal, or after the cap has room again 重新计入."""
    return await once.answer(ctx, new, lambda: service.recredit(ctx, entry_id, new), HoursEntry)
