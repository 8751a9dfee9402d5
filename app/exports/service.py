"""Use cases of exports: ask, decide, fetch. A second person decides about more than 500 rows."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ValidationError

from app.access.context import Context, Place
from app.access.exporting import ExportKind
from app.access.permissions import Permission
from app.bulk_import.service.imports import requester
from app.core import operations
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.exports import queries
from app.exports.schemas import Export, ExportCreate, ExportKindOut, ExportRefusal
from app.exports.states import EXPORT_LIFECYCLE, KEPT_HOURS, ROWS_ALONE, ROWS_SHEET, ExportFormat, ExportStatus
from app.exports.writing import CsvWriter, LinesWriter, SheetWriter, Writer

WRITE = "export.write"
"""The kind of job that writes a file."""

PIECE_ROWS = 500
_kinds: dict[str, ExportKind] = {}


def install(kinds: Sequence[ExportKind]) -> None:
    """Set the kinds of this process; the assembly does it once at start."""
    _kinds.clear()
    _kinds.update({kind.name: kind for kind in kinds})


def kind_named(name: str) -> ExportKind:
    """The kind of a name. Raises NotFound 404 EXPORT_KIND_UNKNOWN with the names there are."""
    if name not in _kinds:
        known = "、".join(f"{kind.name}（{kind.title}）" for kind in _kinds.values())
        raise NotFound("EXPORT_KIND_UNKNOWN", f"没有导出种类 {name}。可用：{known}。", kinds=list(_kinds))
    return _kinds[name]


async def kinds(ctx: Context) -> list[ExportKindOut]:
    """The kinds the caller may export."""
    ctx.require(Permission.EXPORT_CREATE)
    return [
        ExportKindOut(
            kind=kind.name, title=kind.title, permission=str(kind.permission), filters=list(kind.filters.model_fields)
        )
        for kind in _kinds.values()
        if ctx.principal.grant(kind.permission)
    ]


async def create(ctx: Context, new: ExportCreate, storage: Path) -> Export:
    """Ask for an export: up to 500 rows are ready at once, more wait for a second person or are written by a job."""
    ctx.require(Permission.EXPORT_CREATE)
    kind = kind_named(new.kind)
    ctx.require(kind.permission)
    filters = _filters(kind, new.filters)
    total = await kind.count(ctx, filters)
    if new.format is ExportFormat.XLSX and total > ROWS_SHEET:
        raise Conflict("EXPORT_TOO_LARGE", f"共 {total} 行，一个工作表装不下，请改用 csv 或缩小范围。", rows=total)
    may_alone = total <= ROWS_ALONE or ctx.principal.grant(Permission.EXPORT_LARGE) is not None
    status = ExportStatus.PREPARING if may_alone else ExportStatus.AWAITING_APPROVAL
    export_id, name = new_id(), uuid4().hex
    who = ctx.principal
    values = {"id": export_id, "kind": kind.name, "format": str(new.format), "reason": new.reason, "total": total}
    values |= {"filters": filters.model_dump(mode="json", exclude_none=True), "status": str(status)}
    values |= {"needs_second": not may_alone, "stored_name": name}
    values |= {"account_id": who.account_id, "organisation_id": who.organisation_id}
    values["asker"] = {"role": str(who.role), "principal": dict(requester(ctx).principal)}
    await queries.create(ctx, values)
    facts = {"kind": kind.name, "format": str(new.format), "filters": values["filters"], "rows": total}
    await _record(ctx, export_id, "requested", facts)
    if total <= ROWS_ALONE:
        await asyncio.to_thread(_sweep, storage)
        written, size = await write(ctx, kind, filters, new.format, export_id, stored(storage, name))
        await queries.ready(ctx.db, who.region_id, export_id, total=written, size=size)
    elif may_alone:
        await _start(ctx, export_id)
    return _document(ctx, _found(await queries.by_id(ctx, export_id)))


async def find(ctx: Context, request: PageRequest, *, kind: str | None, status: str | None) -> Page[AnyRow]:
    """Exports one asked for or may decide about, newest first."""
    ctx.require(Permission.EXPORT_CREATE)
    found = await queries.page(ctx, request, kind=kind, status=status)
    return Page([_document(ctx, row) for row in found.items], found.cursors, found.has_more, found.total)  # type: ignore[misc]  # rows made into documents


async def get(ctx: Context, export_id: UUID) -> Export:
    """One export; NotFound unless one asked for it or may decide about it."""
    ctx.require(Permission.EXPORT_CREATE)
    return _document(ctx, _found(await queries.by_id(ctx, export_id)))


async def approve(ctx: Context, export_id: UUID, *, version: int | None) -> Export:
    """Let an export be written 同意导出; never by the person who asked for it."""
    ctx.require(Permission.EXPORT_APPROVE)
    row = await _decided(ctx, export_id, version)
    status = EXPORT_LIFECYCLE.move(ExportStatus(row.status), "approve")
    await _decide(ctx, row, status, None)
    await _start(ctx, export_id)
    return _document(ctx, _found(await queries.by_id(ctx, export_id)))


async def refuse(ctx: Context, export_id: UUID, why: ExportRefusal, *, version: int | None) -> Export:
    """Do not let an export be written 不同意导出."""
    ctx.require(Permission.EXPORT_APPROVE)
    row = await _decided(ctx, export_id, version)
    status = EXPORT_LIFECYCLE.move(ExportStatus(row.status), "refuse")
    await _decide(ctx, row, status, why.reason)
    return _document(ctx, _found(await queries.by_id(ctx, export_id)))


async def content(ctx: Context, export_id: UUID, storage: Path) -> tuple[Path, str]:
    """The file of an export and its name, for the person who asked; each fetch is on record."""
    ctx.require(Permission.EXPORT_CREATE)
    row = _found(await queries.by_id(ctx, export_id))
    if row.account_id != ctx.principal.account_id:
        raise NotPermitted("EXPORT_OF_ANOTHER", "文件只交给申请导出的本人。", permission=str(Permission.EXPORT_CREATE))
    ctx.require(kind_named(row.kind).permission)
    if row.status != ExportStatus.READY:
        raise Conflict("EXPORT_NOT_READY", "文件还没有生成，请等待办理或生成完成后再取。", status=row.status)
    path = stored(storage, row.stored_name)
    if row.is_expired or not path.is_file():
        raise Conflict("EXPORT_EXPIRED", f"文件只保留 {KEPT_HOURS} 小时，已经过期。请重新申请导出。")
    await _record(ctx, export_id, "fetched", {"kind": row.kind, "rows": row.total})
    return path, f"{kind_named(row.kind).title}.{row.format}"


async def write(
    ctx: Context, kind: ExportKind, filters: BaseModel, form: ExportFormat, export_id: UUID, path: Path
) -> tuple[int, int]:
    """Write the rows of a kind into a file, piece by piece; answers rows and bytes."""
    ctx.require(kind.permission)
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = f"导出编号 {str(export_id)[-12:]}  {ctx.clock.today.isoformat()}"
    columns = kind.columns(ctx, filters)
    piece, written = list[Sequence[Any]](), 0
    with _writer(form, path, kind.title, columns, mark) as file:
        async for row in kind.rows(ctx, filters):
            piece.append(row)
            written += 1
            if len(piece) == PIECE_ROWS:
                await asyncio.to_thread(file.write, piece)
                piece = []
        await asyncio.to_thread(file.write, piece)
    size = (await asyncio.to_thread(path.stat)).st_size
    return written, size


def _writer(form: ExportFormat, path: Path, title: str, columns: Sequence[Any], mark: str) -> Writer:
    if form is ExportFormat.XLSX:
        return SheetWriter(path, [(one.header, one.width) for one in columns], title=title, mark=mark)
    if form is ExportFormat.CSV:
        return CsvWriter(path, [one.header for one in columns])
    return LinesWriter(path, [one.name for one in columns])


def stored(storage: Path, name: str) -> Path:
    """Where a written file lies."""
    return storage / "exports" / name


def _filters(kind: ExportKind, given: dict[str, Any]) -> BaseModel:
    try:
        return kind.filters.model_validate(given)
    except ValidationError as error:
        allowed = "、".join(kind.filters.model_fields)
        faults = [
            FieldFault(
                "/filters/" + "/".join(map(str, one["loc"])),
                str(one["type"]).upper(),
                f"筛选条件不正确，可用的条件：{allowed}",
            )
            for one in error.errors()
        ]
        raise Invalid("INVALID", f"{kind.title}的筛选条件有 {len(faults)} 处不正确。", errors=faults) from error


def _sweep(storage: Path) -> None:
    """Remove files that are past their time; whoever asks next cleans up."""
    before = time.time() - (KEPT_HOURS + 1) * 3600
    for path in (storage / "exports").glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


async def _decided(ctx: Context, export_id: UUID, version: int | None) -> AnyRow:
    row = _found(await queries.by_id(ctx, export_id, lock=True))
    ctx.require(Permission.EXPORT_APPROVE, on=Place(row.organisation_id))
    check_version(row, version)
    if row.account_id == ctx.principal.account_id:
        message = "申请导出的本人不能自己办理，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.EXPORT_APPROVE))
    return row


async def _decide(ctx: Context, row: AnyRow, status: ExportStatus, decision: str | None) -> None:
    values = {"status": str(status), "decided_by": ctx.principal.account_id, "decision": decision}
    values["decided_at"] = ctx.clock.now()
    await queries.change(ctx.db, ctx.principal.region_id, row.id, values)
    facts = {"kind": row.kind, "rows": row.total, "requested_by": str(row.account_id)}
    await _record(ctx, row.id, "refused" if status is ExportStatus.REFUSED else "approved", facts)


async def _start(ctx: Context, export_id: UUID) -> None:
    region, row = ctx.principal.region_id, _found(await queries.by_id(ctx, export_id))
    # Whoever decides, the rows are those that the person who asked may see.
    asker = operations.Requester(row.account_id, row.asker["role"], row.organisation_id, row.asker["principal"])
    payload = {"export_id": str(export_id)}
    operation = await operations.start(ctx.db, region, WRITE, payload, requester=asker, total=row.total)
    await queries.change(ctx.db, region, export_id, {"operation_id": operation})


def _document(ctx: Context, row: AnyRow) -> Export:
    known = row._mapping  # noqa: SLF001 - public by name
    place = f"/v1/exports/{row.id}"
    is_there = row.status == ExportStatus.READY and not row.is_expired
    may_decide = row.account_id != ctx.principal.account_id and ctx.principal.grant(Permission.EXPORT_APPROVE)
    links = {
        "self": place,
        "content": f"{place}/content" if is_there else None,
        "operation": f"/v1/operations/{row.operation_id}" if row.operation_id else None,
    }
    possible = [one for one in EXPORT_LIFECYCLE.possible(ExportStatus(row.status)) if one in {"approve", "refuse"}]
    title = _kinds[row.kind].title if row.kind in _kinds else row.kind
    own = {"title": title, "rows": row.total, "links": links, "possible": possible if may_decide else []}
    return Export.model_validate({**known, **own})


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


async def _record(ctx: Context, export_id: UUID, verb: str, facts: dict[str, Any]) -> None:
    place = Place(ctx.principal.organisation_id)
    await ctx.record(f"export.{verb}", entity="export", entity_id=export_id, place=place, facts=facts)
