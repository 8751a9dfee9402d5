"""REST of the records, pictures and recordings of activities 活动材料. [A5.10]"""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import ZIP, Arrival, OnShelf, attached, uploads
from app.archive.schemas import File
from app.archive.service import packed
from app.core.schemas import Listing
from app.school_research import service

router = APIRouter(tags=["files"])
READ = permits(Permission.RESEARCH_ACTIVITY_READ)
ONE = "/research-activities/{activity_id:uuid}"


@router.post(f"{ONE}/files", **uploads(Permission.RESEARCH_ACTIVITY_RECORD))
async def attach_research_activity_file(arrived: Arrival, ctx: Ctx, activity_id: UUID) -> Response:
    """Upload material of an activity 上传活动材料 [A5.10]."""
    return arrived.answer(await service.attach_activity_file(ctx, activity_id, arrived.draft, arrived.shelf.limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_research_activity_files(ctx: Ctx, activity_id: UUID, page: Paged) -> object:
    """Material of an activity, oldest first 活动材料."""
    return listing(await service.activity_files(ctx, activity_id, page))


@router.get(f"{ONE}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_research_activity_files_zip(ctx: Ctx, activity_id: UUID, shelf: OnShelf) -> Response:
    """All material of an activity in one zip, with an index 打包下载."""
    pieces = packed(await service.activity_files_to_pack(ctx, activity_id), shelf.storage)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached("校本研修活动材料.zip"))
