"""Use cases of an import: upload, look, commit, cancel. Nothing is applied here; jobs do that."""

from pathlib import Path
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.schemas import Accepted, Commit, Import, Upload
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import (
    IMPORT_LIFECYCLE,
    TEXT_MAX,
    WORKBOOK_MAX,
    ImportMode,
    ImportStatus,
    OnError,
)
from app.core import operations
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound, TooLarge
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

VALIDATE, COMMIT, REVERT = "import.validate", "import.commit", "import.revert"
"""The kinds of jobs: check a file, check and apply it, take it back."""

_RETRY_SECONDS = 2
_MIB = 1024 * 1024


async def upload(ctx: Context, new: Upload, stored_name: str) -> Accepted:
    """Take a file in and start its check, or its check and application 上传导入.

    stored_name: the file in the storage folder. Raises Conflict 409 IMPORT_DUPLICATE_FILE, TooLarge 413.
    """
    ctx.require(Permission.IMPORT_READ)
    kind = kind_named(new.kind)
    ctx.require(Permission(kind.permission))
    _check_size(new)
    sha256 = bytes.fromhex(new.file_sha256)
    earlier = None if new.force else await queries.committed_before(ctx, kind.name, sha256)
    if earlier:
        message = f"同一文件已于 {earlier.created_at:%Y-%m-%d} 导入过。确需再次导入请选择“仍然导入”（force=true）。"
        raise Conflict("IMPORT_DUPLICATE_FILE", message, import_id=str(earlier.id))
    import_id = new_id()
    values = new.model_dump(exclude={"force", "file_sha256"}) | {"mode": str(new.mode), "on_error": str(new.on_error)}
    values |= {"id": import_id, "file_sha256": sha256, "stored_name": stored_name}
    values |= {"account_id": ctx.principal.account_id, "organisation_id": ctx.principal.organisation_id}
    await queries.create(ctx, values)
    await record(ctx, import_id, "uploaded", {"kind": kind.name, "filename": new.filename})
    return await start(ctx, import_id, COMMIT if new.mode is ImportMode.COMMIT else VALIDATE)


async def find(
    ctx: Context, request: PageRequest, *, kind: str | None, status: str | None, file_sha256: str | None = None
) -> Page[AnyRow]:
    """Imports of the caller's organisation, newest first; of one file, for a client that takes up what it began."""
    ctx.require(Permission.IMPORT_READ)
    sha256 = bytes.fromhex(file_sha256) if file_sha256 else None
    found = await queries.page(ctx, request, kind=kind, status=status, sha256=sha256)
    return Page([document(row) for row in found.items], found.cursors, found.has_more, found.total)  # type: ignore[misc]  # rows made into documents


async def get(ctx: Context, import_id: UUID) -> Import:
    """One import; NotFound outside of the caller's organisation."""
    ctx.require(Permission.IMPORT_READ)
    return document(found_row(await queries.by_id(ctx, import_id)))


async def rows(ctx: Context, import_id: UUID, request: PageRequest, *, level: str | None) -> Page[AnyRow]:
    """What is wrong or doubtful about the rows of an import, by row."""
    ctx.require(Permission.IMPORT_READ)
    found_row(await queries.by_id(ctx, import_id))
    return await queries.faults(ctx, import_id, request, level=level)


async def commit(ctx: Context, import_id: UUID, wanted: Commit, *, version: int | None) -> Accepted:
    """Apply a validated import 确认导入; the file is checked again first, in the same job.

    Raises Stale 412, Conflict 409 IMPORT_HAS_ERRORS while rows are faulty and not to be skipped.
    """
    ctx.require(Permission.IMPORT_READ)
    row = found_row(await queries.by_id(ctx, import_id, lock=True))
    ctx.require(Permission(kind_named(row.kind).permission))
    check_version(row, version)
    status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), "commit")
    on_error = wanted.on_error or OnError(row.on_error)
    if row.refusal is not None:
        raise Conflict("IMPORT_FILE_REFUSED", "文件没有读成，不能导入。请按提示改好文件后重新上传。")
    if row.error and on_error is OnError.ABORT:
        message = f"有 {row.error} 行有误，没有导入。请改好后重新上传，或选择跳过有误的行（on_error=skip）。"
        raise Conflict("IMPORT_HAS_ERRORS", message, error=row.error)
    mode = str(ImportMode.COMMIT)
    change = {"status": str(status), "on_error": str(on_error), "mode": mode, "staged": None}
    await queries.change(ctx.db, ctx.principal.region_id, import_id, change)
    await record(ctx, import_id, str(status), {"kind": row.kind})
    return await start(ctx, import_id, COMMIT)


async def cancel(ctx: Context, import_id: UUID, *, version: int | None) -> Import:
    """Give an import up before it is applied 取消导入; a check that runs stops."""
    ctx.require(Permission.IMPORT_READ)
    row = found_row(await queries.by_id(ctx, import_id, lock=True))
    check_version(row, version)
    status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), "cancel")
    region = ctx.principal.region_id
    if row.operation_id and row.status in (ImportStatus.UPLOADED, ImportStatus.VALIDATING):
        await operations.cancel(ctx.db, region, row.operation_id)
    await queries.change(ctx.db, region, import_id, {"status": str(status), "staged": None})
    await queries.clear_stage(ctx.db, region, import_id, kind_named(row.kind).table)
    await record(ctx, import_id, str(status), {"kind": row.kind})
    return document(found_row(await queries.by_id(ctx, import_id)))


def stored(storage: Path, name: str) -> Path:
    """Where an uploaded file lies."""
    return storage / "imports" / name


def requester(ctx: Context) -> operations.Requester:
    """Who asks, as the job rebuilds it: grant or client, and the day the test clock stands on."""
    who = ctx.principal
    kept: dict[str, Any] = {
        "account_id": str(who.account_id),
        "grant_id": str(who.grant_id) if who.grant_id else None,
        "session_id": str(who.session_id) if who.session_id else None,
        "scopes": None if who.scopes is None else sorted(who.scopes),
        "today": ctx.clock.today.isoformat() if ctx.clock.is_set else None,
    }
    return operations.Requester(who.account_id, str(who.role), who.organisation_id, kept)


async def start(ctx: Context, import_id: UUID, job: str) -> Accepted:
    """Enqueue a job of an import as an operation."""
    region = ctx.principal.region_id
    payload = {"import_id": str(import_id)}
    operation_id = await operations.start(ctx.db, region, job, payload, requester=requester(ctx))
    await queries.change(ctx.db, region, import_id, {"operation_id": operation_id})
    return _accepted(await operations.snapshot(ctx.db, region, operation_id), import_id)


def _accepted(row: Any, import_id: UUID) -> Accepted:
    place = f"/v1/operations/{row.id}"
    metadata = {"stage": row.stage, "processed": row.processed, "total": row.total, "percent": row.percent}
    links = {"self": place, "events": f"{place}/events", "import": f"/v1/imports/{import_id}"}
    own = {"retry_after": _RETRY_SECONDS, "metadata": metadata, "links": links, "import_id": import_id}
    return Accepted.model_validate({**row._mapping, **own})  # noqa: SLF001 - public by name


def document(row: AnyRow) -> Import:
    """An import as it is answered."""
    known = row._mapping  # noqa: SLF001 - public by name
    place = f"/v1/imports/{row.id}"
    operation = f"/v1/operations/{row.operation_id}" if row.operation_id else None
    own = {
        "file_sha256": row.file_sha256.hex(),
        "school_year": None if row.school_year is None else f"{row.school_year}-{row.school_year + 1}",
        "counters": {name: known[name] for name in _COUNTERS},
        "possible": _possible(row),
        "links": {
            "self": place,
            "rows": f"{place}/rows?level=error",
            "report": f"{place}/report.xlsx",
            "preview": f"{place}/preview",
            "operation": operation,
        },
    }
    return Import.model_validate({**known, **own})


def _possible(row: AnyRow) -> list[str]:
    """The verbs a client may offer; a file that was refused as a whole has nothing to apply."""
    verbs = _VERBS - {"commit"} if row.refusal else _VERBS
    return [verb for verb in IMPORT_LIFECYCLE.possible(ImportStatus(row.status)) if verb in verbs]


_COUNTERS = ("total", "to_create", "to_update", "unchanged", "warning", "error", "skipped")
_VERBS = frozenset({"commit", "cancel", "resume", "map", "revert"})


def _check_size(new: Upload) -> None:
    most = WORKBOOK_MAX if new.filename.casefold().endswith((".xlsx", ".xlsm")) else TEXT_MAX
    if new.file_size > most:
        size, allowed = -(-new.file_size // _MIB), most // _MIB
        raise TooLarge("FILE_TOO_LARGE", f"文件共 {size} MB，超过 {allowed} MB，请按学校拆分。", limit=most)


def found_row(row: AnyRow | None) -> AnyRow:
    """The row, or NotFound."""
    if row is None:
        raise NotFound
    return row


async def record(ctx: Context, import_id: UUID, status: str, facts: dict[str, Any]) -> None:
    """Put on record that an import has come to a status."""
    place = Place(ctx.principal.organisation_id)
    await ctx.record(f"import.{status}", entity="import", entity_id=import_id, place=place, facts=facts)
