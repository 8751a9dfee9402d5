"""The report of an import: the clerk's own rows with what became of each, to be mended and sent again."""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.reading import apart
from app.bulk_import.reading.report import ReportTask, serve
from app.bulk_import.service.imports import stored
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import MIB, ImportStatus
from app.core.batch.staging import CREATE, REFUSED, SKIPPED, UNCHANGED, UPDATE
from app.core.db import AnyRow, let_go
from app.core.errors import Conflict, NotFound

ReportFormat = Literal["xlsx", "csv", "json"]
SECONDS_MAX = 120
_APPLIED = frozenset({ImportStatus.COMMITTED, ImportStatus.PARTIALLY_COMMITTED})
_DONE = {CREATE: "成功", UPDATE: "更新", UNCHANGED: "未变", REFUSED: "失败", SKIPPED: "跳过"}
_ONLY_CHECKED = {CREATE: "可新增", UPDATE: "可更新", UNCHANGED: "未变", REFUSED: "失败", SKIPPED: "跳过"}
_COUNTERS = ("total", "to_create", "to_update", "unchanged", "warning", "error", "skipped")


async def report(
    ctx: Context, import_id: UUID, storage: Path, *, form: ReportFormat, only_errors: bool
) -> Iterator[bytes]:
    """The report in pieces; a process of its own has written it before the first one.

    Raises Conflict 409 IMPORT_NOT_VALIDATED before the check is done, IMPORT_FILE_REFUSED where no row was read.
    """
    ctx.require(Permission.IMPORT_READ)
    row = await queries.by_id(ctx, import_id)
    if row is None:
        raise NotFound
    outcomes = await queries.outcomes(ctx, import_id)
    if row.refusal is not None and not outcomes:
        raise Conflict("IMPORT_FILE_REFUSED", "文件没有读成，没有逐行结果；原因见导入的 refusal。")
    if outcomes is None:
        raise Conflict("IMPORT_NOT_VALIDATED", "校验还没有完成，请稍后再取结果。")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="shixun-report-"))
    try:
        task = _task(ctx, row, outcomes, storage, folder, form=form, only_errors=only_errors)
        task.options["mappings"] = await queries.mappings(ctx.db, row.region_id, row.organisation_id, row.kind)
        await _keep_faults(ctx, import_id, task.faults)
        await let_go(ctx.db)
        await _run(task)
    except BaseException:
        _remove(folder)
        raise
    return _pieces(folder, task.target)


def _task(  # noqa: PLR0913 - what a report is made of
    ctx: Context, row: AnyRow, outcomes: str, storage: Path, folder: Path, *, form: ReportFormat, only_errors: bool
) -> ReportTask:
    known = row._mapping  # noqa: SLF001 - public by name
    head = {"id": str(row.id), "kind": row.kind, "status": row.status, "filename": row.filename}
    options: dict[str, Any] = {"sheet": row.sheet, "include_hidden_rows": row.include_hidden_rows}
    return ReportTask(
        path=stored(storage, row.stored_name),
        filename=row.filename,
        kind=kind_named(row.kind).sheet(ctx.regulation),
        options=options,
        outcomes=outcomes,
        words=_DONE if row.status in _APPLIED else _ONLY_CHECKED,
        faults=folder / "faults",
        causes=row.causes,
        head=head | {"counters": {name: known[name] for name in _COUNTERS}},
        format=form,
        only_errors=only_errors,
        target=folder / f"report.{form}",
    )


async def _keep_faults(ctx: Context, import_id: UUID, target: Path) -> None:
    """Put the faults into a file, page by page: an import may have a million."""
    with target.open("w", encoding="utf-8") as file:
        async for rows in queries.fault_pages(ctx, import_id):
            lines = [json.dumps(dict(row._mapping), ensure_ascii=False) + "\n" for row in rows]  # noqa: SLF001 - public
            file.write("".join(lines))


async def _run(task: ReportTask) -> None:
    pipe, process = await asyncio.to_thread(apart.start, serve, task)
    try:
        code = await asyncio.to_thread(process.wait, SECONDS_MAX)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        await asyncio.shield(asyncio.to_thread(apart.end, process))
        pipe.close()
    if code != 0:
        raise Conflict("IMPORT_FILE_GONE", "上传的文件已不在，不能生成结果表；逐行问题仍可查询。")


def _pieces(folder: Path, target: Path) -> Iterator[bytes]:
    try:
        with target.open("rb") as file:
            while piece := file.read(MIB):
                yield piece
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
