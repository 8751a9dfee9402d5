"""REST of imports."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import Response, StreamingResponse

from app.access.context import Context
from app.access.doors import Ctx, Once, Paged, Tagged, listing, opener, permits
from app.access.permissions import Permission
from app.bulk_import import service
from app.bulk_import.schemas import Accepted, Commit, Import, ImportRow, Upload
from app.bulk_import.service.imports import stored
from app.bulk_import.states import MIB, TEXT_MAX, FaultLevel, ImportMode, ImportStatus, OnError
from app.core.idempotency import KEEP_LONG
from app.core.schemas import Listing

router = APIRouter(tags=["imports"])
READ = permits(Permission.IMPORT_READ)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = MIB
_NAME_MAX = 255
_HAND = {"status": 202, "keep": KEEP_LONG}


def storage_of(request: Request) -> Path:
    """The folder of uploaded files, handed down by the assembly; a folder for temporary files without it."""
    storage: Path = request.app.state.storage
    return storage


Storage = Annotated[Path, Depends(storage_of)]


@dataclass(slots=True)
class Received:
    """A file that has arrived in the storage, under a name of its own."""

    stored_name: str
    filename: str
    size: int
    sha256: str
    is_used: bool = False


async def receive(
    ctx: Ctx, request: Request, storage: Storage, file: Annotated[UploadFile, File(description=".xlsx 或 .csv")]
) -> AsyncIterator[Received]:
    """Stream an upload to the storage; it is removed again unless an import has taken it."""
    opener(request).limits.take("import", str(ctx.principal.account_id))
    name = uuid4().hex
    path = stored(storage, name)
    try:
        sha256, size = await asyncio.to_thread(_written, file, path)
        received = Received(name, Path(file.filename or "").name[-_NAME_MAX:] or "未命名", size, sha256)
        yield received
        is_kept = received.is_used
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not is_kept:
        path.unlink(missing_ok=True)


def _written(file: UploadFile, path: Path) -> tuple[str, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        while piece := file.file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return digest.hexdigest(), size


def asked(
    received: Annotated[Received, Depends(receive, scope="function")],
    *,
    kind: Annotated[str, Form(max_length=50, description="导入种类，如 teachers、hours_entries、organisations")],
    mode: Annotated[ImportMode, Form(description="validate 只校验；commit 校验无误后导入")] = ImportMode.VALIDATE,
    on_error: Annotated[OnError, Form(description="abort 有误则全部不导入；skip 跳过有误的行")] = OnError.ABORT,
    sheet: Annotated[str | None, Form(max_length=100, description="工作表名，有多个工作表时需要")] = None,
    include_hidden_rows: Annotated[bool, Form(description="隐藏或被筛选的行也导入")] = False,
    force: Annotated[bool, Form(description="同一文件已导入过时仍然导入")] = False,
) -> tuple[Upload, Received]:
    """The form of an upload."""
    new = Upload(
        kind=kind,
        mode=mode,
        on_error=on_error,
        sheet=sheet,
        include_hidden_rows=include_hidden_rows,
        force=force,
        filename=received.filename,
        file_size=received.size,
        file_sha256=received.sha256,
    )
    return new, received


Asked = Annotated[tuple[Upload, Received], Depends(asked)]


@router.get("/import-templates/{kind}.xlsx", response_class=Response, **READ)
async def get_import_template(ctx: Ctx, kind: str) -> Response:
    """The template of a kind, with drop-downs, an example and notes 导入模板."""
    body = await service.template(ctx, kind)
    return Response(body, media_type=XLSX, headers=_attached(f"{service.kind_named(kind).title}导入模板.xlsx"))


@router.post("/imports", response_model=Accepted, status_code=202, max_body_size=TEXT_MAX + MIB, **READ)
async def create_import(ctx: Ctx, wanted: Asked, once: Once) -> object:
    """Upload a file and start its check, or its check and application 上传导入."""
    return _located(await once.answer(ctx, wanted[0], lambda: _taken_in(ctx, *wanted), Accepted, **_HAND))


@router.get("/imports", response_model=Listing[Import], **READ)
async def list_imports(
    ctx: Ctx,
    page: Paged,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    status: ImportStatus | None = None,
) -> object:
    """Imports of the caller's organisation, newest first 导入列表."""
    return listing(await service.find(ctx, page, kind=kind, status=status))


@router.get("/imports/{import_id:uuid}", response_model=Import, **READ)
async def get_import(ctx: Ctx, import_id: UUID, tag: Tagged) -> object:
    """One import with its counters 导入详情."""
    return tag.seal(await service.get(ctx, import_id))


@router.get("/imports/{import_id:uuid}/rows", response_model=Listing[ImportRow], **READ)
async def list_import_rows(ctx: Ctx, import_id: UUID, page: Paged, level: FaultLevel | None = None) -> object:
    """What is wrong or doubtful about the rows, by row 逐行问题."""
    return listing(await service.rows(ctx, import_id, page, level=level))


@router.get("/imports/{import_id:uuid}/report.csv", response_class=Response, **READ)
async def get_import_report(
    ctx: Ctx,
    import_id: UUID,
    storage: Storage,
    only: Annotated[str, Query(pattern="^(all|errors)$", description="errors：只要有误的行")] = "all",
) -> Response:
    """The uploaded rows with what became of each 导入结果表; it can be mended and uploaded again."""
    pieces = await service.report(ctx, import_id, storage, only_errors=only == "errors")
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=_attached("导入结果.csv"))


@router.post("/imports/{import_id:uuid}:commit", response_model=Accepted, status_code=202, **READ)
async def commit_import(ctx: Ctx, import_id: UUID, wanted: Commit, tag: Tagged, once: Once) -> object:
    """Apply a validated import 确认导入."""
    version = tag.expected(wanted)
    act = partial(service.commit, ctx, import_id, wanted, version=version)
    return _located(await once.answer(ctx, wanted, act, Accepted, **_HAND))


@router.post("/imports/{import_id:uuid}:cancel", response_model=Import, **READ)
async def cancel_import(ctx: Ctx, import_id: UUID, tag: Tagged) -> object:
    """Give an import up before it is applied 取消导入."""
    return tag.seal(await service.cancel(ctx, import_id, version=tag.expected()))


async def _taken_in(ctx: Context, new: Upload, received: Received) -> Accepted:
    accepted = await service.upload(ctx, new, received.stored_name)
    received.is_used = True
    return accepted


def _located(answer: Response) -> Response:
    """The answer with the place of the operation."""
    answer.headers["Location"] = json.loads(bytes(answer.body))["links"]["self"]
    return answer


def _attached(filename: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}"}
