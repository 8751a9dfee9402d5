"""REST of monthly summaries."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.consultations import service
from app.consultations.queries.summaries import ConsultationSummaryFilter
from app.consultations.schemas import (
    ConsultationMove,
    ConsultationReason,
    ConsultationSummary,
    ConsultationSummaryCreate,
    ConsultationSummaryPatch,
)
from app.core.schemas import Listing

router = APIRouter(tags=["consultations"])
READ, SUMMARISE = permits(Permission.CONSULTATION_READ), permits(Permission.CONSULTATION_SUMMARISE)
ONE = "/consultation-summaries/{summary_id:uuid}"


@router.get("/consultation-summaries", response_model=Listing[ConsultationSummary], **READ)
async def list_consultation_summaries(
    ctx: Ctx, page: Paged, only: Annotated[ConsultationSummaryFilter, Depends()]
) -> object:
    """Summaries of months, newest first 每月小结列表 [A3.4]."""
    return listing(await service.find_summaries(ctx, page, only))


@router.post("/consultation-summaries", response_model=ConsultationSummary, status_code=201, **SUMMARISE)
async def write_consultation_summary(ctx: Ctx, new: ConsultationSummaryCreate, once: Once) -> Response:
    """Begin the summary of a month 起草每月小结 [A3.4]."""
    return await once.answer(ctx, new, lambda: service.write_summary(ctx, new), ConsultationSummary)


@router.get(ONE, response_model=ConsultationSummary, **READ)
async def get_consultation_summary(ctx: Ctx, summary_id: UUID, tag: Tagged) -> object:
    """One summary 每月小结详情 [A3.4]."""
    return tag.seal(await service.get_summary(ctx, summary_id))


@router.patch(ONE, response_model=ConsultationSummary, **SUMMARISE)
async def change_consultation_summary(
    ctx: Ctx, summary_id: UUID, patch: ConsultationSummaryPatch, tag: Tagged
) -> object:
    """Change a summary before it is closed 修改每月小结 [A3.4]."""
    return tag.seal(await service.change_summary(ctx, summary_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:close", response_model=ConsultationSummary, **SUMMARISE)
async def close_consultation_summary(ctx: Ctx, summary_id: UUID, given: ConsultationMove, tag: Tagged) -> object:
    """Close a month that is over, as another person; what is missing stays on record 办结每月小结 [A3.4]."""
    return tag.seal(await service.close_summary(ctx, summary_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:reopen", response_model=ConsultationSummary, **SUMMARISE)
async def reopen_consultation_summary(ctx: Ctx, summary_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Open a closed summary again, with a reason 重新打开每月小结."""
    return tag.seal(await service.reopen_summary(ctx, summary_id, given, version=tag.expected(given)))
