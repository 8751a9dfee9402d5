"""Use cases around an import: columns told, preview, who is missing, taken up again, taken back."""

from datetime import timedelta
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.reading.header import fingerprint, normal_header
from app.bulk_import.schemas import Absentee, Accepted, ColumnMapping, Revert
from app.bulk_import.service.imports import COMMIT, REVERT, VALIDATE, found_row, record, start
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import IMPORT_LIFECYCLE, ImportMode, ImportStatus
from app.core.batch.staging import Complete, Revertible
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

REVERT_WITHIN = timedelta(days=7)


async def remap(ctx: Context, import_id: UUID, wanted: ColumnMapping, *, version: int | None) -> Accepted:
    """Say which column is which field, remember it for files with the same headers, and check the file again 列对应."""
    row = await _held(ctx, import_id, version)
    status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), "map")
    if not row.columns:
        raise Conflict("IMPORT_NO_COLUMNS", "文件没有读出表头，无法对应列。请改好文件后重新上传。")
    headers = {normal_header(column["header"]) for column in row.columns}
    fields = {column.name for column in kind_named(row.kind).sheet(ctx.regulation).columns}
    faults = []
    for header, field in wanted.columns.items():
        place = "/columns/" + header.replace("~", "~0").replace("/", "~1")
        if normal_header(header) not in headers:
            faults.append(FieldFault(place, "HEADER_UNKNOWN", f"文件中没有表头「{header}」。"))
        if field is not None and field not in fields:
            faults.append(FieldFault(place, "FIELD_UNKNOWN", f"没有字段 {field}。可用：{'、'.join(sorted(fields))}。"))
    taken = [field for field in wanted.columns.values() if field]
    faults += [
        FieldFault("/columns", "FIELD_TWICE", f"字段 {field} 只能对应一列。")
        for field in sorted({one for one in taken if taken.count(one) > 1})
    ]
    if faults:
        raise Invalid("MAPPING_INVALID", "列对应有误，没有保存。", errors=faults)
    print_ = bytes.fromhex(fingerprint([column["header"] for column in row.columns]))
    columns = {normal_header(header): field for header, field in wanted.columns.items()}
    await queries.put_mapping(ctx, row.kind, print_, columns)
    return await _again(ctx, row, status, VALIDATE)


async def resume(ctx: Context, import_id: UUID, *, version: int | None) -> Accepted:
    """Take a failed import up again 继续导入: from the rows that are not applied yet, each row once."""
    row = await _held(ctx, import_id, version)
    status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), "resume")
    return await _again(ctx, row, status, COMMIT if row.mode == ImportMode.COMMIT else VALIDATE)


async def revert(ctx: Context, import_id: UUID, wanted: Revert, *, version: int | None) -> Accepted:
    """Take an import back 撤回, within 7 days and with a reason: only rows that nobody has touched since.

    Ledger lines are reversed, never removed, and not by whoever imported them (decision 11).
    """
    row = await _held(ctx, import_id, version)
    kind = kind_named(row.kind)
    if not isinstance(kind, Revertible):
        raise Conflict("IMPORT_NOT_REVERTIBLE", f"{kind.title}的导入不能整批撤回，请逐条更正。")
    ctx.require(Permission(kind.revert_permission))
    status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), "revert")
    if row.finished_at is not None and ctx.clock.now() - row.finished_at > REVERT_WITHIN:
        raise Conflict("IMPORT_REVERT_LATE", "导入完成已超过 7 天，不能整批撤回，请逐条更正。")
    if kind.is_reverted_by_another and row.account_id == ctx.principal.account_id:
        message = "导入学时的本人不能撤回，请由另一位有红冲权限的人员办理。"
        raise NotPermitted("REVERT_BY_ANOTHER", message)
    change = {"status": str(status), "reason": wanted.reason, "refusal": None}
    await queries.change(ctx.db, ctx.principal.region_id, import_id, change)
    await record(ctx, import_id, str(status), {"kind": row.kind, "reason": wanted.reason})
    return await start(ctx, import_id, REVERT)


async def preview(ctx: Context, import_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """What the rows would change, before and after, as the last check found it 预览; the first 10,000 rows."""
    ctx.require(Permission.IMPORT_READ)
    found_row(await queries.by_id(ctx, import_id))
    return await queries.previews(ctx, import_id, request, absent=False)


async def absentees(ctx: Context, import_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """Who is stored for the schools of the file but not in it 不在文件中的人员; nothing is removed for that."""
    ctx.require(Permission.IMPORT_READ)
    row = found_row(await queries.by_id(ctx, import_id))
    kind = kind_named(row.kind)
    if not isinstance(kind, Complete):
        raise Conflict("IMPORT_NO_ABSENTEES", f"{kind.title}的文件不是全员名单，没有缺席名单。")
    found = await queries.previews(ctx, import_id, request, absent=True)
    items = [Absentee(record=one.before) for one in found.items]
    return Page(items, found.cursors, found.has_more, found.total)  # type: ignore[arg-type]  # rows made into documents


async def _held(ctx: Context, import_id: UUID, version: int | None) -> AnyRow:
    """The import, locked, of a kind the caller may import."""
    ctx.require(Permission.IMPORT_READ)
    row = found_row(await queries.by_id(ctx, import_id, lock=True))
    ctx.require(Permission(kind_named(row.kind).permission))
    check_version(row, version)
    return row


async def _again(ctx: Context, row: AnyRow, status: ImportStatus, job: str) -> Accepted:
    change = {"status": str(status), "staged": None, "refusal": None}
    await queries.change(ctx.db, ctx.principal.region_id, row.id, change)
    await record(ctx, row.id, str(status), {"kind": row.kind})
    return await start(ctx, row.id, job)
