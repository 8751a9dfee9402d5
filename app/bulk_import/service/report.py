"""The report of an import: the clerk's own rows with what became of each, to be mended and sent again."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.reading import FileRefused, Reading, read
from app.bulk_import.service.imports import stored
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import FORMULA_SIGNS, ImportStatus
from app.core.batch.staging import CREATE, REFUSED, SKIPPED, UNCHANGED, UPDATE
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound

COLUMNS = ("导入结果", "错误原因", "原行号")
_BOM = "\ufeff"
_BUFFER_ROWS = 500
_APPLIED = frozenset({ImportStatus.COMMITTED, ImportStatus.PARTIALLY_COMMITTED})
_DONE = {CREATE: "成功", UPDATE: "更新", UNCHANGED: "未变", REFUSED: "失败", SKIPPED: "跳过"}
_ONLY_CHECKED = {CREATE: "可新增", UPDATE: "可更新", UNCHANGED: "未变", REFUSED: "失败", SKIPPED: "跳过"}


async def report(ctx: Context, import_id: UUID, storage: Path, *, only_errors: bool) -> Iterator[bytes]:
    """The report as CSV (UTF-8 with BOM), in pieces; everything the database says is read before the first piece.

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
    sheet = kind_named(row.kind).sheet(ctx.regulation)
    path = stored(storage, row.stored_name)
    try:
        found = read(path, sheet, filename=row.filename, sheet=row.sheet, include_hidden_rows=row.include_hidden_rows)
    except (FileRefused, OSError) as error:
        raise Conflict("IMPORT_FILE_GONE", "上传的文件已不在，不能生成结果表；逐行问题仍可查询。") from error
    return _pieces(row, found, outcomes, await queries.reasons(ctx, import_id), only_errors=only_errors)


def _pieces(
    row: AnyRow, found: Reading, outcomes: str, reasons: dict[int, str], *, only_errors: bool
) -> Iterator[bytes]:
    words = _DONE if row.status in _APPLIED else _ONLY_CHECKED
    width = found.layout.width
    headers = [""] * width
    for use in found.columns:
        headers[use.position] = use.header
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    buffer.write(_BOM)
    writer.writerow([*map(_safe, headers), *COLUMNS])
    for place, (line, letter) in enumerate(zip(found.rows(), outcomes, strict=False), start=1):
        if only_errors and letter != REFUSED:
            continue
        raw = [*line.raw, *[""] * width][:width]
        told = (words.get(letter, ""), reasons.get(line.number, ""), str(line.number))
        writer.writerow([*map(_safe, raw), *map(_safe, told)])
        if place % _BUFFER_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
