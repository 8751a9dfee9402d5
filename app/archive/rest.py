"""REST of files, and what every domain's own /files routes share: taking an upload in, sending content."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from app.access.context import Context
from app.access.doors import ActingGrant, Bearer, Ctx, Tagged, opener, permits, signed_in
from app.access.permissions import Permission
from app.archive import service
from app.archive.reading import check_room, looked_at
from app.archive.schemas import File, FileHide, FileLink
from app.archive.states import MIB, SUFFIXES, UPLOAD_MAX, Draft, MediaType, Shelf
from app.core.errors import BadRequest, FieldFault, Invalid, ShixunError

router = APIRouter(tags=["files"])
READ, HIDE = permits(Permission.FILE_READ), permits(Permission.FILE_HIDE)
BODY_MAX = UPLOAD_MAX + MIB
LINK_LIFE = timedelta(minutes=10)
_LOOKS_AT_ONCE = 4
_looking = asyncio.Semaphore(_LOOKS_AT_ONCE)
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
            "description": "PDF、JPG、PNG、WebP、DOCX、XLSX（20 MiB）或 MP4（200 MiB）；不要上传身份证件照片",
        }
    },
}
_BINARY = {"schema": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "内容", "content": {"application/octet-stream": _BINARY}},
    206: {"description": "内容的一段", "content": {"application/octet-stream": _BINARY}},
    304: {"description": "没有变化"},
}
ZIP: dict[int | str, dict[str, Any]] = {200: {"description": "压缩包", "content": {"application/zip": _BINARY}}}


def uploads(permission: Permission) -> dict[str, Any]:
    """Route keywords of an upload: its permission, its form and its largest size."""
    body = {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}
    extra = permits(permission)["openapi_extra"] | {"requestBody": body}
    known = {200: {"model": File, "description": "同样的内容已在这条记录上，未重复保存"}}
    return {
        "openapi_extra": extra,
        "response_model": File,
        "status_code": 201,
        "responses": known,
        "max_body_size": BODY_MAX,
    }


def shelf_of(request: Request) -> Shelf:
    """Where files lie, handed down by the assembly."""
    shelf: Shelf = request.app.state.shelf
    return shelf


OnShelf = Annotated[Shelf, Depends(shelf_of)]


@dataclass(slots=True)
class Arrived:
    """An upload that lies in the storage."""

    draft: Draft
    shelf: Shelf

    def answer(self, row: object) -> Response:
        """The file, 201 if it is new and 200 if the record had it."""
        body = File.model_validate(row, from_attributes=True).model_dump_json()
        status = 201 if self.draft.is_kept else 200
        return Response(body, status, media_type="application/json")


UPLOADING = (Permission.FILE_ATTACH, Permission.TRAINER_REVOKE, Permission.SCORECARD_ASSESS)
"""Who may upload anything at all; on what, the domain of the record says."""


async def arrive(
    request: Request, token: Bearer, shelf: OnShelf, acting_grant: ActingGrant = None
) -> AsyncIterator[Arrived]:
    """Take an upload in, before the request's own transaction begins: a slow sender must not hold a connection.

    Who may not upload at all is refused before the body is read.
    """
    async with opener(request).context(signed_in(token), acting_grant=acting_grant) as ctx:
        if all(ctx.principal.grant(one) is None for one in UPLOADING):
            ctx.require(Permission.FILE_ATTACH)
        opener(request).limits.take("upload", str(ctx.principal.account_id))
        region = ctx.principal.region_id
    coming = request.headers.get("content-length", "")
    check_room(shelf, int(coming) if coming.isascii() and coming.isdigit() and len(coming) <= 18 else 0)  # noqa: PLR2004 - longer than any size
    draft = await _taken_in(request, shelf, region)
    try:
        yield Arrived(draft, shelf)
    except ShixunError:
        # Refused before the commit, so no row can name it. After any other fault one might: the sweeper looks later.
        await asyncio.to_thread(shelf.storage.delete, draft.key)
        raise
    if not draft.is_kept:
        await asyncio.to_thread(shelf.storage.delete, draft.key)


Arrival = Annotated[Arrived, Depends(arrive, scope="function")]


async def _taken_in(request: Request, shelf: Shelf, region: int) -> Draft:
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                message = "请以 multipart/form-data 上传，文件放在名为 file 的字段。"
                raise Invalid("FILE_FIELD_MISSING", message, errors=[FieldFault("/file", "MISSING", message)])
            async with _looking:
                look = partial(looked_at, sent.file, sent.filename or "", shelf, region)
                return await asyncio.to_thread(look)
    except ClientDisconnect as error:
        raise BadRequest("UPLOAD_INTERRUPTED", "上传中断，没有保存。请重新上传。") from error


@router.get("/files/{file_id:uuid}", response_model=File, **READ)
async def get_file(ctx: Ctx, file_id: UUID, tag: Tagged) -> object:
    """One file without its content 档案信息."""
    return tag.seal(await service.get(ctx, file_id))


@router.get("/files/{file_id:uuid}/content", response_class=Response, responses=CONTENT, **READ)
async def get_file_content(request: Request, ctx: Ctx, file_id: UUID, shelf: OnShelf) -> Response:
    """The content, whole or one range of it 档案内容."""
    return sent(request, await service.opened(ctx, file_id, shelf), shelf)


@router.get("/files/{file_id:uuid}/link", response_model=FileLink, **READ)
async def get_file_link(request: Request, ctx: Ctx, file_id: UUID, token: Bearer, shelf: OnShelf) -> object:
    """An address for wx.downloadFile, good for ten minutes 下载链接."""
    return _link(request, ctx, signed_in(token), await service.opened(ctx, file_id, shelf))


@router.get(
    "/files/{file_id:uuid}/download/{name}",
    response_class=Response,
    responses=CONTENT,
    openapi_extra={"x-public": True},
)
async def download_file(
    request: Request,
    file_id: UUID,
    name: Annotated[str, Path(max_length=20, description="只为下载的后缀名")],
    ticket: Annotated[str, Query(max_length=4096)],
    shelf: OnShelf,
    grant: Annotated[UUID | None, Query()] = None,
) -> Response:
    """The content by a link; who asked for it must still be allowed to see it 凭链接下载."""
    async with opener(request).ticket_context(ticket, acting_grant=grant, subject=_subject(file_id, name)) as ctx:
        opener(request).limits.take("read", str(ctx.principal.account_id))
        return sent(request, await service.opened(ctx, file_id, shelf), shelf)


@router.post("/files/{file_id:uuid}:hide", response_model=File, **HIDE)
async def hide_file(ctx: Ctx, file_id: UUID, why: FileHide, tag: Tagged) -> object:
    """Hide a file with a reason; nothing is deleted 隐藏档案."""
    return tag.seal(await service.hide(ctx, file_id, why.reason, version=tag.expected(why)))


def _link(request: Request, ctx: Context, token: str, opened: service.Opened) -> FileLink:
    name = f"file{SUFFIXES[MediaType(opened.row.media_type)]}"
    grant = ctx.principal.grant_id if request.headers.get("x-acting-grant") else None
    ticket = opener(request).ticket(token, acting_grant=grant, subject=_subject(opened.row.id, name))
    url = f"/v1/files/{opened.row.id}/download/{name}?ticket={ticket}" + (f"&grant={grant}" if grant else "")
    return FileLink(url=url, expires_at=datetime.now(UTC) + LINK_LIFE)


def _subject(file_id: UUID, name: str) -> str:
    return f"files/{file_id}/{name}"


def sent(request: Request, opened: service.Opened, shelf: Shelf) -> Response:
    """Content as an attachment that no browser runs; at most one range, 304 for what the client has."""
    row, size = opened.row, opened.row.size_bytes
    etag = f'"{row.sha256.hex()}"'
    headers = attached(row.name) | {"ETag": etag, "Accept-Ranges": "bytes"}
    if etag in {part.strip() for part in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    span = None
    if request.headers.get("if-range", etag) == etag:
        span = range_of(request.headers.get("range"), size)
    start, end = span or (0, size)
    if start >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    pieces = shelf.storage.pieces(opened.key, start, end)
    return StreamingResponse(pieces, 206 if span else 200, headers=headers, media_type=row.media_type)


def range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """The bytes [start, end) of a Range header; None (the whole) for none, several or one that says nothing.

    A start behind the end comes back as it is, for a 416.
    """
    unit, _, spec = (header or "").partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or len(spec) > 40 or "," in spec:  # noqa: PLR2004 - longer than two sizes
        return None
    if not all(part == "" or (part.isascii() and part.isdigit()) for part in (first, last)):
        return None
    if first:
        start = int(first)
        if last and int(last) < start:
            return None
        return start, min(int(last) + 1, size) if last else size
    return (max(0, size - int(last)), size) if last and int(last) else None


def attached(name: str) -> dict[str, str]:
    """Headers of a download: the name in both spellings of RFC 6266, and nothing in it may run."""
    plain = f"file{PurePosixPath(name).suffix}"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
