"""REST of the programmes of a year, and its read-out."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.deliveries import service
from app.deliveries.queries.visits import DeliveryProgrammeFilter
from app.deliveries.schemas import (
    DeliveryMove,
    DeliveryProgramme,
    DeliveryProgrammeCreate,
    DeliveryReason,
    DeliveryYear,
)
from app.organisations.schemas import YearName

router = APIRouter(tags=["deliveries"])
READ, PLAN = permits(Permission.DELIVERY_READ), permits(Permission.DELIVERY_PLAN)
ONE = "/delivery-programmes/{programme_id:uuid}"


@router.get("/delivery-programmes", response_model=Listing[DeliveryProgramme], **READ)
async def list_delivery_programmes(
    ctx: Ctx, page: Paged, only: Annotated[DeliveryProgrammeFilter, Depends()]
) -> object:
    """Programmes, newest first 送教送培系列列表 [M4.3]."""
    return listing(await service.find_programmes(ctx, page, only))


@router.post("/delivery-programmes", response_model=DeliveryProgramme, status_code=201, **PLAN)
async def open_delivery_programme(ctx: Ctx, new: DeliveryProgrammeCreate, once: Once) -> Response:
    """Open the programme of a school year for a stage and a subject 设立送教送培系列 [M4.3]."""
    return await once.answer(ctx, new, lambda: service.open_programme(ctx, new), DeliveryProgramme)


@router.get(ONE, response_model=DeliveryProgramme, **READ)
async def get_delivery_programme(ctx: Ctx, programme_id: UUID, tag: Tagged) -> object:
    """One programme 送教送培系列详情 [M4.3]."""
    return tag.seal(await service.get_programme(ctx, programme_id))


@router.post(f"{ONE}:close", response_model=DeliveryProgramme, **PLAN)
async def close_delivery_programme(ctx: Ctx, programme_id: UUID, given: DeliveryMove, tag: Tagged) -> object:
    """Close a programme at its end 结束系列 [M4.3]."""
    return tag.seal(await service.close_programme(ctx, programme_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:cancel", response_model=DeliveryProgramme, **PLAN)
async def cancel_delivery_programme(ctx: Ctx, programme_id: UUID, given: DeliveryReason, tag: Tagged) -> object:
    """Cancel a programme that has no visit 取消系列."""
    return tag.seal(await service.cancel_programme(ctx, programme_id, given, version=tag.expected(given)))


@router.get("/delivery-year", response_model=DeliveryYear, **READ)
async def get_delivery_year(ctx: Ctx, school_year: Annotated[YearName, Query(description="学年")]) -> object:
    """送教送培 of a school year: towns, visits, lessons, receivers, hours 学年读数 [M4.3]."""
    return await service.year(ctx, school_year)
