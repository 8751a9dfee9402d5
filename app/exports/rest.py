"""REST of exports."""

from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse

from app.access.doors import Ctx, Once, Paged, Tagged, listing, opener, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.exports import service
from app.exports.schemas import Export, ExportApproval, ExportCreate, ExportKindOut, ExportRefusal
from app.exports.states import ExportFormat, ExportStatus

router = APIRouter(tags=["exports"])
CREATE, APPROVE = permits(Permission.EXPORT_CREATE), permits(Permission.EXPORT_APPROVE)
MEDIA = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.NDJSON: "application/x-ndjson",
}


def storage_of(request: Request) -> Path:
    """The folder of files, handed down by the assembly."""
    storage: Path = request.app.state.storage
    return storage


def asked(ctx: Ctx, new: ExportCreate, request: Request) -> ExportCreate:
    """The request; one for numbers in full counts as a look at one."""
    if new.is_unmasked:
        opener(request).limits.take("unmask", str(ctx.principal.account_id))
    return new


Storage = Annotated[Path, Depends(storage_of)]
Asked = Annotated[ExportCreate, Depends(asked)]


@router.get("/export-kinds", response_model=list[ExportKindOut], **CREATE)
async def list_export_kinds(ctx: Ctx) -> object:
    """What the caller may export, and the filters of each kind 导出种类."""
    return await service.kinds(ctx)


@router.post("/exports", response_model=Export, status_code=201, **CREATE)
async def create_export(ctx: Ctx, new: Asked, storage: Storage, once: Once) -> Response:
    """Ask for a file: up to 500 rows are ready at once, more need a second person 申请导出."""
    return await once.answer(ctx, new, partial(service.create, ctx, new, storage), Export)


@router.get("/exports", response_model=Listing[Export], **CREATE)
async def list_exports(
    ctx: Ctx,
    page: Paged,
    *,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    status: ExportStatus | None = None,
    is_own: Annotated[bool, Query(description="true：只要本人申请的")] = False,
) -> object:
    """Exports one asked for or may decide about, newest first 导出列表."""
    return listing(await service.find(ctx, page, kind=kind, status=status, is_own=is_own))


@router.get("/exports/{export_id:uuid}", response_model=Export, **CREATE)
async def get_export(ctx: Ctx, export_id: UUID) -> object:
    """One export 导出详情."""
    return await service.get(ctx, export_id)


@router.post("/exports/{export_id:uuid}:approve", response_model=Export, **APPROVE)
async def approve_export(ctx: Ctx, export_id: UUID, given: ExportApproval, tag: Tagged, once: Once) -> Response:
    """Let an export of more than 500 rows be written 同意导出."""
    act = partial(service.approve, ctx, export_id, version=tag.expected(given))
    return await once.answer(ctx, given, act, Export, status=200)


@router.post("/exports/{export_id:uuid}:refuse", response_model=Export, **APPROVE)
async def refuse_export(ctx: Ctx, export_id: UUID, why: ExportRefusal, tag: Tagged, once: Once) -> Response:
    """Do not let an export be written 不同意导出."""
    act = partial(service.refuse, ctx, export_id, why, version=tag.expected(why))
    return await once.answer(ctx, why, act, Export, status=200)


@router.get("/exports/{export_id:uuid}/content", response_class=Response, **CREATE)
async def get_export_content(ctx: Ctx, export_id: UUID, storage: Storage) -> Response:
    """The file, for 24 hours and for the person who asked 取导出文件."""
    path, name = await service.content(ctx, export_id, storage)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(path, media_type=MEDIA[ExportFormat(name.rpartition(".")[2])], headers=headers)
