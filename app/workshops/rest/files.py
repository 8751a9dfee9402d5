"""REST of the records and media of activities."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from app.access.doors import Ctx, Paged, listing
from app.access.permissions import Permission
from app.archive.rest import READ, ZIP, Arrival, OnShelf, attached, uploads
from app.archive.schemas import File
from app.archive.service import packed
from app.core.schemas import Listing
from app.workshops import service
from app.workshops.rest.activities import ONE

router = APIRouter(tags=["files"])


@router.post(f"{ONE}/files", **uploads(Permission.WORKSHOP_RUN))
async def attach_workshop_activity_file(arrived: Arrival, ctx: Ctx, workshop_id: UUID, activity_id: UUID) -> Response:
    """Upload a record of an activity; the same content again is the same file 上传活动材料 [A6.R]."""
    limits = arrived.shelf.limits
    return arrived.answer(await service.attach_activity_file(ctx, workshop_id, activity_id, arrived.draft, limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_workshop_activity_files(ctx: Ctx, workshop_id: UUID, activity_id: UUID, page: Paged) -> object:
    """Files of an activity, oldest first 活动材料."""
    return listing(await service.find_activity_files(ctx, page, workshop_id, activity_id))


@router.get(f"{ONE}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_workshop_activity_files_zip(ctx: Ctx, workshop_id: UUID, activity_id: UUID, shelf: OnShelf) -> Response:
    """All files of an activity in one zip, with an index 打包下载."""
    pieces = packed(await service.activity_files_to_pack(ctx, workshop_id, activity_id), shelf.storage)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached("活动材料.zip"))
