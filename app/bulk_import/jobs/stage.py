"""Staging: the rows of the file into the stage table, batch by batch, each batch a transaction of its own."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any

from app.access.context import Context
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.jobs.context import Asker
from app.bulk_import.jobs.file import opened
from app.bulk_import.reading import FileRefused
from app.bulk_import.reading.child import Opened, Row, Task
from app.bulk_import.reading.limits import refusal
from app.bulk_import.service.imports import stored
from app.core.batch import Fault
from app.core.batch.staging import PENDING, REFUSED, SKIPPED, Batch, BatchKind, Place, copy_rows, put_faults
from app.core.db import AnyRow
from app.core.ids import new_id
from app.core.jobs import JobContext

FIXED_KEPT = 2000
"""Silent repairs that are listed; beyond that the file is plainly written so throughout."""

Transaction = Callable[[Asker], AbstractAsyncContextManager[Context]]
KEEP_SECONDS = 30 * 24 * 3600
"""How long uploaded files are kept 上传文件保留期: as long as the same file is told to have come before."""
_GRAVE = frozenset({"error", "stop"})


async def stage(
    job: JobContext, transaction: Transaction, asker: Asker, kind: BatchKind, row: AnyRow, storage: Path
) -> None:
    """Read the stored file into the stage of its kind, from the start. Raises FileRefused."""
    path = stored(storage, row.stored_name)
    if not path.exists():
        raise refusal("FILE_GONE", "上传的文件已不在服务器上，请重新上传。")
    sheet = kind.sheet(asker.regulation)
    names = tuple(column.name for column in sheet.columns)
    async with transaction(asker) as ctx:
        await queries.clear_stage(ctx.db, row.region_id, row.id, kind.table)
        await queries.clear_faults(ctx.db, row.region_id, row.id)
        await queries.change(ctx.db, row.region_id, row.id, {"staged": None, "checked": None})
    async with transaction(asker) as ctx:
        mappings = await queries.mappings(ctx.db, row.region_id, row.organisation_id, row.kind)
    async with opened(Task(path, row.filename, sheet, row.sheet, row.include_hidden_rows, mappings)) as file:
        reach = asker.reach(Permission(kind.permission))
        batch = Batch(row.id, row.region_id, reach, _places(file.opened, kind, asker), row.school_year)
        async with transaction(asker) as ctx:
            await queries.change(ctx.db, row.region_id, row.id, _facts(file.opened))
            await put_faults(ctx.db, batch, file.opened.notes)
        staging = _Staging(kind, batch, names)
        async for rows in file.batches():
            async with transaction(asker) as ctx:
                await staging.take(ctx, rows)
                await job.gained(ctx.db, staging.count)
            await job.progress("reading", staging.count)
    if not staging.count:
        raise refusal("FILE_EMPTY", "文件里没有可导入的数据行。")


def _facts(file: Opened) -> dict[str, Any]:
    columns = [
        {"letter": letter, "header": header, "field": field, "title": title}
        for letter, header, field, title in file.columns
    ]
    notes = [
        {"level": note.level, "code": note.code, "message": note.message, "row": note.row, "value": note.value}
        for note in file.notes
    ]
    return {"columns": columns, "notes": notes}


def _places(file: Opened, kind: BatchKind, asker: Asker) -> dict[str, Place]:
    absent = {column.name: Place(column.header, "") for column in kind.sheet(asker.regulation).columns}
    return absent | {field: Place(title or header, letter) for letter, header, field, title in file.columns if field}


def sweep(storage: Path) -> None:
    """Remove uploaded files that are kept no longer; every import does it before it begins."""
    folder, before = stored(storage, "x").parent, time.time() - KEEP_SECONDS
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


class _Staging:
    """Rows on their way into one stage."""

    def __init__(self, kind: BatchKind, batch: Batch, names: tuple[str, ...]) -> None:
        self.kind = kind
        self.batch = batch
        self.names = names
        self.count = 0
        self.fixed = 0

    async def take(self, ctx: Context, rows: Sequence[Row]) -> None:
        """Put a batch into the stage, and what is wrong with it into the faults."""
        records, faults = [], []
        numbers = {row[0] for row in rows}
        late: set[int] = set()
        for row in rows:
            record, found = self._record(ctx, row)
            records.append(record)
            faults += found
        refused = {fault.row for fault in faults if fault.level in _GRAVE and fault.row is not None}
        late = refused - numbers
        place = 4
        kept = [
            (*record[:place], REFUSED, *record[place + 1 :])
            if record[2] in refused and record[place] == PENDING
            else record
            for record in records
        ]
        await copy_rows(ctx.db, self.kind.table, kept)
        if late:
            # A later row of the file contradicts an earlier one that is in the stage already.
            await queries.refuse_rows(ctx.db, self.batch, self.kind.table, sorted(late))
        await put_faults(ctx.db, self.batch, self._kept(faults))
        self.count += len(rows)

    def _record(self, ctx: Context, row: Row) -> tuple[tuple[Any, ...], list[Fault]]:
        number, values, faults, is_ignored = row
        head = (self.batch.region_id, self.batch.import_id, number, new_id())
        width = len(self.kind.table.columns) - len(head) - 2
        if is_ignored:
            return (*head, SKIPPED, None, *(None,) * width), list(faults)
        if any(fault.level in _GRAVE and fault.row == number for fault in faults):
            return (*head, REFUSED, None, *(None,) * width), list(faults)
        staged = self.kind.staged(ctx, self.batch, number, dict(zip(self.names, values, strict=True)))
        return (*head, PENDING, None, *staged.columns), [*faults, *staged.faults]

    def _kept(self, faults: list[Fault]) -> list[Fault]:
        kept = []
        for fault in faults:
            if fault.level == "fixed":
                self.fixed += 1
                if self.fixed > FIXED_KEPT:
                    continue
            kept.append(fault)
        return kept


__all__ = ["FileRefused", "stage", "sweep"]
