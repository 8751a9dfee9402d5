"""REST of the evidence of ledger entries and of school sheets."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from app.access.doors import Ctx, Paged, listing
from app.access.permissions import Permission
from app.archive.rest import READ, ZIP, Arrival, OnShelf, attached, uploads
from app.archive.schemas import File
from app.archive.service import packed
from app.core.schemas import Listing
from app.hours import service

router = APIRouter(tags=["files"])


@router.post("/hours-entries/{entry_id:uuid}/files", **uploads(Permission.FILE_ATTACH))
async def attach_hours_entry_file(arrived: Arrival, ctx: Ctx, entry_id: UUID) -> Response:
    """Upload evidence of an entry; the same content again is the same file 上传学时佐证材料 [A5.10]."""
    return arrived.answer(await service.attach_file(ctx, entry_id, arrived.draft, arrived.shelf.limits))


@router.get("/hours-entries/{entry_id:uuid}/files", response_model=Listing[File], **READ)
async def list_hours_entry_files(ctx: Ctx, entry_id: UUID, page: Paged) -> object:
    """Files of an entry, oldest first 学时佐证材料."""
    return listing(await service.files(ctx, entry_id, page))


@router.get("/hours-entries/{entry_id:uuid}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_hours_entry_files_zip(ctx: Ctx, entry_id: UUID, shelf: OnShelf) -> Response:
    """All files of an entry in one zip, with an index 打包下载."""
    pieces = packed(await service.files_to_pack(ctx, entry_id), shelf.storage)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached("学时佐证材料.zip"))


@router.post("/hours-submissions/{submission_id:uuid}/files", **uploads(Permission.SUBMISSION_FILE))
async def attach_hours_submission_file(arrived: Arrival, ctx: Ctx, submission_id: UUID) -> Response:
    """Upload evidence of a draft or returned sheet 上传申报佐证材料 [A5.10]."""
    return arrived.answer(await service.attach_submission_file(ctx, submission_id, arrived.draft, arrived.shelf.limits))


@router.get("/hours-submissions/{submission_id:uuid}/files", response_model=Listing[File], **READ)
async def list_hours_submission_files(ctx: Ctx, submission_id: UUID, page: Paged) -> object:
    """Files of a sheet, oldest first 申报佐证材料."""
    return listing(await service.submission_files(ctx, submission_id, page))


@router.get("/hours-submissions/{submission_id:uuid}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_hours_submission_files_zip(ctx: Ctx, submission_id: UUID, shelf: OnShelf) -> Response:
    """All files of a sheet in one zip, with an index 打包下载."""
    pieces = packed(await service.submission_files_to_pack(ctx, submission_id), shelf.storage)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached("申报佐证材料.zip"))
