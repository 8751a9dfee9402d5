"""REST of publications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.access.doors import Ctx, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.publications import service
from app.publications.queries import PublicationFilter
from app.publications.schemas import (
    Month,
    Publication,
    PublicationCreate,
    PublicationMonth,
    PublicationPatch,
    PublicationPublishing,
    PublicationReading,
    PublicationReadingCreate,
    PublicationReason,
)

router = APIRouter(tags=["publications"])
READ, SUBMIT, PUBLISH = (
    permits(Permission.PUBLICATION_READ),
    permits(Permission.PUBLICATION_SUBMIT),
    permits(Permission.PUBLICATION_PUBLISH),
)
ONE = "/publications/{publication_id:uuid}"


@router.get("/publications", response_model=Listing[Publication], **READ)
async def list_publications(ctx: Ctx, page: Paged, only: Annotated[PublicationFilter, Depends()]) -> object:
    """Items handed in and published, newest first 信息发布列表."""
    return listing(await service.find(ctx, page, only))


@router.post("/publications", response_model=Publication, status_code=201, **SUBMIT)
async def submit_publication(ctx: Ctx, new: PublicationCreate, tag: Tagged) -> object:
    """Hand an item in 报送信息."""
    return tag.seal(await service.submit(ctx, new))


@router.get(ONE, response_model=Publication, **READ)
async def get_publication(ctx: Ctx, publication_id: UUID, tag: Tagged) -> object:
    """One item 信息详情."""
    return tag.seal(await service.get(ctx, publication_id))


@router.patch(ONE, response_model=Publication, **SUBMIT)
async def change_publication(ctx: Ctx, publication_id: UUID, patch: PublicationPatch, tag: Tagged) -> object:
    """Change an item before it comes out; one sent back is handed in again by it 修改信息."""
    return tag.seal(await service.change(ctx, publication_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:publish", response_model=Publication, **PUBLISH)
async def publish_publication(ctx: Ctx, publication_id: UUID, how: PublicationPublishing, tag: Tagged) -> object:
    """Put an item out, with link and day; everybody named in it has consented 发布."""
    return tag.seal(await service.publish(ctx, publication_id, how, version=tag.expected(how)))


@router.post(f"{ONE}:return", response_model=Publication, **PUBLISH)
async def return_publication(ctx: Ctx, publication_id: UUID, why: PublicationReason, tag: Tagged) -> object:
    """Send an item back with a reason 退回."""
    return tag.seal(await service.send_back(ctx, publication_id, why, version=tag.expected(why)))


@router.post(f"{ONE}:retract", response_model=Publication, **PUBLISH)
async def retract_publication(ctx: Ctx, publication_id: UUID, why: PublicationReason, tag: Tagged) -> object:
    """Take a published item down with a reason 下架."""
    return tag.seal(await service.retract(ctx, publication_id, why, version=tag.expected(why)))


@router.post(f"{ONE}:withdraw", response_model=Publication, **SUBMIT)
async def withdraw_publication(ctx: Ctx, publication_id: UUID, tag: Tagged) -> object:
    """Take an item back before it comes out 撤回."""
    return tag.seal(await service.withdraw(ctx, publication_id, version=tag.expected()))


@router.get(f"{ONE}/readings", response_model=Listing[PublicationReading], **READ)
async def list_publication_readings(ctx: Ctx, publication_id: UUID, page: Paged) -> object:
    """How often an item had been read by which day, latest first 阅读量."""
    return listing(await service.readings(ctx, page, publication_id))


@router.post(f"{ONE}/readings", response_model=PublicationReading, status_code=201, **PUBLISH)
async def record_publication_reading(ctx: Ctx, publication_id: UUID, new: PublicationReadingCreate) -> object:
    """Write down how often an item has been read 登记阅读量."""
    return await service.record_reading(ctx, publication_id, new)


@router.get("/publication-months/{month}", response_model=PublicationMonth, **READ)
async def get_publication_month(ctx: Ctx, month: Month, organisation_id: UUID) -> object:
    """What an organisation has out in a month, with bonus points, also by workshop and project 月度信息统计."""
    return await service.month(ctx, organisation_id, month)
