"""Use cases of exports: ask, decide, fetch. A second person decides about more than 500 rows."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ValidationError

from app.access.context import Context, Place
from app.access.exporting import ExportKind, Unmasked, Value
from app.access.permissions import Permission
from app.bulk_import.service.imports import requester
from app.core import events, operations
from app.core.clock import CHINA
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
            kind=kind.name,
            title=kind.title,
            permission=str(kind.permission),
            filters=list(kind.filters.model_fields),
            may_unmask=kind.unmasked is not None and ctx.principal.grant(kind.unmasked.permission) is not None,
        )
        for kind in _kinds.values()
        if ctx.principal.grant(kind.permission)
    ]


async def create(ctx: Context, new: ExportCreate, storage: Path) -> Export:
    """Ask for an export: up to 500 rows are ready at once, more wait for a second person or are written by a job.

    With numbers in full it waits for a second person whatever its size; only 教师教育科 needs none up to 500 rows.
    """
    ctx.require(Permission.EXPORT_CREATE)
    kind = kind_named(new.kind)
    ctx.require(kind.permission)
    if new.is_unmasked and kind.unmasked:
        ctx.require(kind.unmasked.permission)
    filters = _filters(ctx, kind, new)
    total = await kind.count(ctx, filters)
    if new.format is ExportFormat.XLSX and total > ROWS_SHEET:
        raise Conflict("EXPORT_TOO_LARGE", f"共 {total} 行，一个工作表装不下，请改用 csv 或缩小范围。", rows=total)
    is_large, is_trusted = total > ROWS_ALONE, ctx.principal.grant(Permission.EXPORT_LARGE) is not None
    may_alone = not (is_large or new.is_unmasked) or (is_trusted and not (is_large and new.is_unmasked))
    status = ExportStatus.PREPARING if may_alone else ExportStatus.AWAITING_APPROVAL
    who = ctx.principal
    export_id = new_id()
    values: dict[str, Any] = {
        "id": export_id,
        "kind": kind.name,
        "format": str(new.format),
        "reason": new.reason,
        "total": total,
    }
    values |= {"filters": filters.model_dump(mode="json", exclude_none=True), "status": str(status)}
    values |= {"needs_second": not may_alone, "stored_name": uuid4().hex, "is_unmasked": new.is_unmasked}
    values |= {"account_id": who.account_id, "organisation_id": who.organisation_id}
    values["asker"] = {"role": str(who.role), "principal": dict(requester(ctx).principal)}
    await queries.create(ctx, values)
    facts = {"kind": kind.name, "format": str(new.format), "filters": values["filters"], "rows": total}
    await _record(ctx, export_id, "requested", facts | {"is_unmasked": new.is_unmasked})
    row = _found(await queries.by_id(ctx, export_id))
    if may_alone and not is_large:
        await asyncio.to_thread(_sweep, storage)
        await finish(ctx, row, await write(ctx, row, storage), storage)
    elif may_alone:
        await _start(ctx, row.id)
    return _document(ctx, _found(await queries.by_id(ctx, row.id)))


async def find(
    ctx: Context, request: PageRequest, *, kind: str | None, status: str | None, is_own: bool = False
) -> Page[AnyRow]:
    """Exports one asked for or may decide about, newest first."""
    ctx.require(Permission.EXPORT_CREATE)
    found = await queries.page(ctx, request, kind=kind, status=status, is_own=is_own)
    return Page([_document(ctx, row) for row in found.items], found.cursors, found.has_more, found.total)  # type: ignore[misc]  # rows made into documents


async def get(ctx: Context, export_id: UUID) -> Export:
    """One export; NotFound unless one asked for it or may decide about it."""
    ctx.require(Permission.EXPORT_CREATE)
    return _document(ctx, _found(await queries.by_id(ctx, export_id)))


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[Export | None]:
    """Exports (n,) -> documents (n,), None for those the caller may not see."""
    ctx.require(Permission.EXPORT_CREATE)
    found = {row.id: _document(ctx, row) for row in await queries.by_ids(ctx, ids)}
    return [found.get(one) for one in ids]


async def approve(ctx: Context, export_id: UUID, *, version: int | None) -> Export:
    """Let an export be written 同意导出; never by the person who asked for it."""
    ctx.require(Permission.EXPORT_APPROVE)
    row = await _decided(ctx, export_id, version)
    status = EXPORT_LIFECYCLE.move(ExportStatus(row.status), "approve")
    if row.is_unmasked and (unmasked := kind_named(row.kind).unmasked):
        ctx.require(unmasked.permission)
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
    if row.fetched_at is None:
        await queries.change(ctx.db, row.region_id, export_id, {"fetched_at": ctx.clock.now()})
    await _record(ctx, export_id, "fetched", {"kind": row.kind, "rows": row.total})
    return path, f"{kind_named(row.kind).title}.{row.format}"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is whole but not in its place yet: rows, and whose numbers it holds in full."""

    path: Path
    rows: int
    shown: list[Place]


Tell = Callable[[int], Awaitable[None]]


async def write(ctx: Context, row: AnyRow, storage: Path, tell: Tell | None = None) -> Written:
    """Write the rows of an export into a file beside its place, piece by piece; nothing is left of it after a failure.

    Only reads: a transaction that has written nothing holds back neither feed nor seals, however long it lasts.
    """
    kind = kind_named(row.kind)
    ctx.require(kind.permission)
    filters = kind.filters.model_validate(row.filters)
    path = stored(storage, f"{row.stored_name}.{uuid4().hex}")
    path.parent.mkdir(parents=True, exist_ok=True)
    now = ctx.clock.now().astimezone(CHINA)
    mark = f"{await queries.asker_name(ctx)}  {now:%Y-%m-%d %H:%M}  导出编号 {str(row.id)[-12:]}"
    unmasked = kind.unmasked if row.is_unmasked else None
    columns, shown = (unmasked or kind).columns(ctx, filters), list[Place]()
    found = kind.rows(ctx, filters) if unmasked is None else _noted(ctx, unmasked, filters, shown)
    piece, written = list[Sequence[Any]](), 0
    try:
        with _writer(row, path, kind, columns, mark) as file:
            async for values in found:
                piece.append(values)
                written += 1
                if len(piece) == PIECE_ROWS:
                    await asyncio.to_thread(file.write, piece)
                    piece = []
                    if tell:
                        await tell(written)
            await asyncio.to_thread(file.write, piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Written(path, written, shown)


async def finish(ctx: Context, row: AnyRow, written: Written, storage: Path) -> None:
    """Put a whole file in its place and on record, at the end of the transaction that makes it ready."""
    kind = kind_named(row.kind)
    ctx.require(kind.permission)
    if kind.unmasked:
        facts = {"field": "id_number, mobile", "reason": row.reason, "export_id": str(row.id)}
        note: dict[str, Any] = {"facts": facts, "channel": "audit", "entity": kind.unmasked.entity}
        drafts = [ctx.event(kind.unmasked.event, entity_id=one.teacher, place=one, **note) for one in written.shown]
        await events.append(ctx.db, drafts)
    size = (await asyncio.to_thread(written.path.stat)).st_size
    await asyncio.to_thread(written.path.replace, stored(storage, row.stored_name))
    await queries.ready(ctx.db, row.region_id, row.id, total=written.rows, size=size)
    await _record(ctx, row.id, "ready", {"kind": row.kind, "rows": written.rows})


async def _noted(
    ctx: Context, unmasked: Unmasked, filters: BaseModel, shown: list[Place]
) -> AsyncIterator[tuple[Value, ...]]:
    async for place, values in unmasked.rows(ctx, filters):
        shown.append(place)
        yield values


def _writer(row: AnyRow, path: Path, kind: ExportKind, columns: Sequence[Any], mark: str) -> Writer:
    if row.format == ExportFormat.XLSX:
        headers = [(one.header, one.width) for one in columns]
        notice = f"内含完整证件号码，仅限申请时写明的用途使用，用后删除。{mark}" if row.is_unmasked else None
        return SheetWriter(path, headers, title=kind.title, mark=mark, notice=notice, signature=kind.signature)
    if row.format == ExportFormat.CSV:
        return CsvWriter(path, [one.header for one in columns])
    return LinesWriter(path, [one.name for one in columns])


def stored(storage: Path, name: str) -> Path:
    """Where a written file lies."""
    return storage / "exports" / name


def _filters(ctx: Context, kind: ExportKind, new: ExportCreate) -> BaseModel:
    """The filters as the kind takes them. Raises Invalid 422 with everything that is wrong with the request."""
    faults = []
    if new.is_unmasked and kind.unmasked is None:
        faults.append(FieldFault("/is_unmasked", "EXPORT_ALWAYS_MASKED", f"{kind.title}不能导出完整证件号码。"))
    elif new.is_unmasked and new.format is not ExportFormat.XLSX:
        message = "含完整证件号码的文件要带水印，只能导出为 xlsx。"
        faults.append(FieldFault("/format", "EXPORT_UNMASKED_FORMAT", message))
    if new.is_unmasked and kind.unmasked:
        faults += [ctx.fault(finding, "/reason") for finding in kind.unmasked.check_reason(new.reason)]
    filters: BaseModel | None = None
    try:
        filters = kind.filters.model_validate(new.filters)
    except ValidationError as error:
        allowed = "、".join(kind.filters.model_fields)
        faults += [
            FieldFault(
                "/filters/" + "/".join(map(str, one["loc"])),
                str(one["type"]).upper(),
                f"筛选条件不正确，可用的条件：{allowed}",
            )
            for one in error.errors()
        ]
    if faults or filters is None:
        raise Invalid("INVALID", f"{kind.title}的导出申请有 {len(faults)} 处不正确。", errors=faults)
    return filters


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
