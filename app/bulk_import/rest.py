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
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.access.context import Context
from app.access.doors import (
    ActingGrant,
    Bearer,
    Ctx,
    Once,
    Paged,
    Tagged,
    listing,
    opener,
    permits,
    signed_in,
)
from app.access.permissions import Permission
from app.bulk_import import service
from app.bulk_import.schemas import (
    Absentee,
    Accepted,
    ColumnMapping,
    Commit,
    Import,
    ImportPreview,
    ImportRow,
    Revert,
    Upload,
)
from app.bulk_import.service.imports import stored
from app.bulk_import.service.report import ReportFormat
from app.bulk_import.states import MIB, TEXT_MAX, FaultLevel, ImportMode, ImportStatus, OnError
from app.core.errors import FieldFault, Invalid
from app.core.idempotency import KEEP_LONG
from app.core.schemas import Listing
from app.organisations.schemas import YearName

router = APIRouter(tags=["imports"])
READ = permits(Permission.IMPORT_READ)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN_TYPES = {"text/csv": "upload.csv", "application/x-ndjson": "upload.ndjson", "application/ndjson": "upload.ndjson"}
"""Bodies that are the file itself, and the name such a file gets."""

REPORT_TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "json": "application/json"}
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
    request: Request,
    storage: Storage,
    token: Bearer,
    acting_grant: ActingGrant = None,
    file: Annotated[UploadFile | None, File(description=".xlsx、.xls、.csv 或 .ndjson")] = None,
) -> AsyncIterator[Received]:
    """Stream an upload to the storage; it is removed again unless an import has taken it.

    A form with `file`, or for scripts the lines alone as text/csv or application/x-ndjson. No transaction is open while
    it arrives, however slowly: the server would end it, and a few slow clients would hold every connection.
    """
    async with opener(request).context(signed_in(token), acting_grant=acting_grant) as ctx:
        opener(request).limits.take("import", str(ctx.principal.account_id))
    sent = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if file is None and sent not in PLAIN_TYPES:
        fault = FieldFault(
            "/file", "FIELD_REQUIRED", "请上传文件：表单字段 file，或以 text/csv、application/x-ndjson 直接发送。"
        )
        raise Invalid("INVALID", "没有收到文件。", errors=[fault])
    name = uuid4().hex
    path = stored(storage, name)
    try:
        if file is None:
            filename = Path(request.query_params.get("filename", "")).name[-_NAME_MAX:] or PLAIN_TYPES[sent]
            sha256, size = await _streamed(request, path)
        else:
            filename = Path(file.filename or "").name[-_NAME_MAX:] or "未命名"
            sha256, size = await asyncio.to_thread(_written, file, path)
        received = Received(name, filename, size, sha256)
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


async def _streamed(request: Request, path: Path) -> tuple[str, int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        async for piece in request.stream():
            digest.update(piece)
            size += len(piece)
            await asyncio.to_thread(target.write, piece)
    return digest.hexdigest(), size


class Options(BaseModel):
    """What is asked for with a file; as form fields, or as query parameters beside a plain body."""

    model_config = ConfigDict(extra="ignore")

    kind: str = Field(max_length=50, description="导入种类，如 teachers、hours_entries、research_hours、organisations")
    mode: ImportMode = Field(default=ImportMode.VALIDATE, description="validate 只校验；commit 校验无误后导入")
    on_error: OnError = Field(default=OnError.ABORT, description="abort 有误则全部不导入；skip 跳过有误的行")
    sheet: str | None = Field(default=None, max_length=100, description="工作表名，有多个工作表时需要；* 为全部")
    include_hidden_rows: bool = Field(default=False, description="隐藏或被筛选的行也导入")
    school_year: YearName | None = Field(default=None, description="整个文件所属的学年，如 2026-2027；不符的行有误")
    force: bool = Field(default=False, description="同一文件已导入过时仍然导入")


def _of(name: str) -> str:
    return Options.model_fields[name].description or ""


def asked(
    request: Request,
    received: Annotated[Received, Depends(receive, scope="function")],
    *,
    kind: Annotated[str | None, Form(max_length=50, description=_of("kind"))] = None,
    mode: Annotated[ImportMode | None, Form(description=_of("mode"))] = None,
    on_error: Annotated[OnError | None, Form(description=_of("on_error"))] = None,
    sheet: Annotated[str | None, Form(max_length=100, description=_of("sheet"))] = None,
    include_hidden_rows: Annotated[bool | None, Form(description=_of("include_hidden_rows"))] = None,
    school_year: Annotated[str | None, Form(max_length=20, description=_of("school_year"))] = None,
    force: Annotated[bool | None, Form(description=_of("force"))] = None,
) -> tuple[Upload, Received]:
    """The options of an upload: the form's, else those of the query."""
    form = {
        "kind": kind,
        "mode": mode,
        "on_error": on_error,
        "sheet": sheet,
        "include_hidden_rows": include_hidden_rows,
        "school_year": school_year,
        "force": force,
    }
    given = dict(request.query_params) | {name: value for name, value in form.items() if value is not None}
    try:
        options = Options.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
    year = None if options.school_year is None else int(options.school_year[:4])
    new = Upload(
        **options.model_dump(exclude={"school_year"}),
        school_year=year,
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
async def create_import(wanted: Asked, ctx: Ctx, once: Once) -> object:
    """Upload a file and start its check, or its check and application 上传导入."""
    return _located(await once.answer(ctx, wanted[0], lambda: _taken_in(ctx, *wanted), Accepted, **_HAND))


@router.get("/imports", response_model=Listing[Import], **READ)
async def list_imports(
    ctx: Ctx,
    page: Paged,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    status: ImportStatus | None = None,
    file_sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="只要这个文件（SHA-256）的导入，用于中断后接着办")
    ] = None,
) -> object:
    """Imports of the caller's organisation, newest first 导入列表."""
    return listing(await service.find(ctx, page, kind=kind, status=status, file_sha256=file_sha256))


@router.get("/imports/{import_id:uuid}", response_model=Import, **READ)
async def get_import(ctx: Ctx, import_id: UUID, tag: Tagged) -> object:
    """One import with its counters 导入详情."""
    return tag.seal(await service.get(ctx, import_id))


@router.get("/imports/{import_id:uuid}/rows", response_model=Listing[ImportRow], **READ)
async def list_import_rows(ctx: Ctx, import_id: UUID, page: Paged, level: FaultLevel | None = None) -> object:
    """What is wrong or doubtful about the rows, by row 逐行问题."""
    return listing(await service.rows(ctx, import_id, page, level=level))


@router.get("/imports/{import_id:uuid}/preview", response_model=Listing[ImportPreview], **READ)
async def preview_import(ctx: Ctx, import_id: UUID, page: Paged) -> object:
    """What the rows would change, before and after 预览; the first 10,000 rows."""
    return listing(await service.preview(ctx, import_id, page))


@router.get("/imports/{import_id:uuid}/absentees", response_model=Listing[Absentee], **READ)
async def list_import_absentees(ctx: Ctx, import_id: UUID, page: Paged) -> object:
    """Who is stored for the schools of the file but not in it 不在文件中的人员; nothing is removed for that."""
    return listing(await service.absentees(ctx, import_id, page))


@router.get("/imports/{import_id:uuid}/report.{form}", response_class=Response, **READ)
async def get_import_report(
    ctx: Ctx,
    import_id: UUID,
    form: ReportFormat,
    storage: Storage,
    only: Annotated[str, Query(pattern="^(all|errors)$", description="errors：只要有误的行")] = "all",
) -> Response:
    """The uploaded rows with what became of each 导入结果表: xlsx, csv or json; mend it and upload it again."""
    pieces = await service.report(ctx, import_id, storage, form=form, only_errors=only == "errors")
    return StreamingResponse(pieces, media_type=REPORT_TYPES[form], headers=_attached(f"导入结果.{form}"))


@router.put("/imports/{import_id:uuid}/mapping", response_model=Accepted, status_code=202, **READ)
async def map_import(ctx: Ctx, import_id: UUID, wanted: ColumnMapping, tag: Tagged) -> object:
    """Say which column is which field and check again 列对应; remembered for files with the same headers."""
    return await service.remap(ctx, import_id, wanted, version=tag.expected(wanted))


@router.post("/imports/{import_id:uuid}:resume", response_model=Accepted, status_code=202, **READ)
async def resume_import(ctx: Ctx, import_id: UUID, tag: Tagged) -> object:
    """Take a failed import up again 继续导入."""
    return await service.resume(ctx, import_id, version=tag.expected())


@router.post("/imports/{import_id:uuid}:revert", response_model=Accepted, status_code=202, **READ)
async def revert_import(ctx: Ctx, import_id: UUID, wanted: Revert, tag: Tagged, once: Once) -> object:
    """Take an import back within 7 days, with a reason 撤回导入: rows that nobody has touched since."""
    version = tag.expected(wanted)
    act = partial(service.revert, ctx, import_id, wanted, version=version)
    return _located(await once.answer(ctx, wanted, act, Accepted, **_HAND))


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
