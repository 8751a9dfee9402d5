"""The jobs of an import: stage, check, and apply in chunks, each row exactly once however often a run is killed.

A chunk is one transaction: its rows, the marker `applied_through` and the fence of the run commit together. A run that
is taken up again goes on behind the marker; if a crash of the database has emptied the stage, the file is staged anew
and what is already in the tables is recognised by its keys.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.bulk_import import queries
from app.bulk_import.jobs.context import Asker, asker_of
from app.bulk_import.jobs.stage import stage, sweep
from app.bulk_import.reading import FileRefused
from app.bulk_import.service.imports import COMMIT, REVERT, VALIDATE
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import IMPORT_LIFECYCLE, ImportStatus, OnError
from app.core import operations
from app.core.batch.staging import Batch, BatchKind, Complete, Previewed, Revertible, put_faults, refuse_faulty
from app.core.batch.staging import Place as ColumnPlace
from app.core.constraints import DRIVER_FAULTS, refusal_for
from app.core.db import AnyRow
from app.core.errors import Invalid, ShixunError, Unavailable
from app.core.jobs import JobContext, JobFunction, Superseded
from app.core.log import logger

CHUNK_ROWS = 1000
CHECKED, APPLIED = 10**9, 2 * 10**9
"""How far a run has come: rows read, then checks done, then rows applied."""

TRIES_MAX = 5
_RESTAGES_MAX = 3
_BUSY = frozenset({"40001", "40P01", "55P03"})
_DUPLICATE = "23505"
_UNDER_WAY = frozenset({ImportStatus.UPLOADED, ImportStatus.VALIDATING, ImportStatus.COMMITTING})
log = logger("imports")


def functions(storage: Path, *, chunk_rows: int = CHUNK_ROWS) -> dict[str, JobFunction]:
    """Job kind -> function, over the folder of uploaded files."""

    async def validate(job: JobContext) -> Mapping[str, Any]:
        return await _run(_Work(job, storage, chunk_rows), is_commit=False)

    async def commit(job: JobContext) -> Mapping[str, Any]:
        return await _run(_Work(job, storage, chunk_rows), is_commit=True)

    async def revert(job: JobContext) -> Mapping[str, Any]:
        return await _take_back(_Work(job, storage, chunk_rows))

    return {VALIDATE: validate, COMMIT: commit, REVERT: revert}


@dataclass
class _Work:
    """One run over one import."""

    job: JobContext
    storage: Path
    chunk_rows: int

    @property
    def region(self) -> int:
        assert self.job.operation is not None  # noqa: S101 - imports are operations
        return self.job.operation.region_id

    @property
    def import_id(self) -> UUID:
        return UUID(self.job.payload["import_id"])

    @asynccontextmanager
    async def transaction(self, asker: Asker) -> AsyncIterator[Context]:
        """A transaction that commits only while this run is the one that counts."""
        async with self.job.database.begin(self.region) as db:
            await self.job.hold(db)
            await queries.allow_long(db)
            yield asker.over(db)

    async def move(self, ctx: Context, verb: str, values: Mapping[str, Any] | None = None) -> None:
        """Change the status by its lifecycle and put it on record."""
        row = await queries.held(ctx.db, self.region, self.import_id)
        status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), verb)
        await queries.change(ctx.db, self.region, self.import_id, {**(values or {}), "status": str(status)})
        known = {**row._mapping, **(values or {})}  # noqa: SLF001 - public by name
        facts = {"kind": row.kind} | {name: known[name] for name in ("total", "error", "applied")}
        place = Place(row.organisation_id)
        await ctx.record(f"import.{status}", entity="import", entity_id=self.import_id, place=place, facts=facts)


async def _run(work: _Work, *, is_commit: bool) -> Mapping[str, Any]:
    await asyncio.to_thread(sweep, work.storage)
    try:
        asker = await asker_of(work.job)
        row = await _load(work, asker)
        kind = kind_named(row.kind)
        permission = Permission(kind.permission)
        async with work.transaction(asker) as ctx:
            ctx.require(permission)
        return await _until_settled(work, asker, kind, is_commit=is_commit)
    except FileRefused as refused:
        return await _refuse_file(work, refused)
    except Exception as error:
        if not _will_pass(error):
            await _give_up(work, error)
        raise


async def _take_back(work: _Work) -> Mapping[str, Any]:
    """Take an import back, chunk by chunk; what is done already is found done by a run after a kill."""
    asker = await asker_of(work.job)
    row = await _load(work, asker)
    kind = kind_named(row.kind)
    assert isinstance(kind, Revertible)  # noqa: S101 - the service has looked
    try:
        is_end = row.status != ImportStatus.REVERTING
        while not is_end:
            await work.job.progress("reverting", row.reverted + row.kept, row.applied)
            async with work.transaction(asker) as ctx:
                ctx.require(Permission(kind.revert_permission))
                done = await kind.revert(ctx, _batch(row, asker, kind), reason=row.reason, most=work.chunk_rows)
                row = await queries.held(ctx.db, work.region, work.import_id)
                counted = {"reverted": row.reverted + done.reverted, "kept": row.kept + done.kept}
                await queries.change(ctx.db, work.region, work.import_id, counted)
                await work.job.gained(ctx.db, counted["reverted"] + counted["kept"])
                is_end = done.is_end
                if is_end:
                    left = {"kept": row.applied - counted["reverted"], "refusal": None}
                    await work.move(ctx, "finishRevert", left)
            row = await _load(work, asker)
    except Exception as error:
        if not _will_pass(error):
            await _give_up(work, error, verb="failRevert")
        raise
    return _response(row) | {"reverted": row.reverted, "kept": row.kept}


async def _until_settled(work: _Work, asker: Asker, kind: BatchKind, *, is_commit: bool) -> Mapping[str, Any]:
    for _ in range(_RESTAGES_MAX):
        try:
            return await _attempt(work, asker, kind, is_commit=is_commit)
        except _DataChanged:
            log.info("import.staged_again", import_=str(work.import_id))
            await _clear(work, asker, kind)
    raise Unavailable("IMPORT_DATA_CHANGING", "导入期间数据不断变化，稍后自动重试。")


def _will_pass(error: Exception) -> bool:
    """Whether the worker will run the job again, so that the import goes on."""
    if isinstance(error, DBAPIError):
        return isinstance(refusal_for(error), Unavailable)
    return isinstance(error, (Superseded, Unavailable, *DRIVER_FAULTS))


class _DataChanged(Exception):
    """What the check had found is no longer so: another writer came first."""


async def _load(work: _Work, asker: Asker) -> AnyRow:
    async with work.transaction(asker) as ctx:
        return await queries.held(ctx.db, work.region, work.import_id)


async def _attempt(work: _Work, asker: Asker, kind: BatchKind, *, is_commit: bool) -> Mapping[str, Any]:
    row = await _load(work, asker)
    if row.status not in _UNDER_WAY:
        # A run before this one came to the end, but not to the end of its operation.
        return _response(row)
    batch = _batch(row, asker, kind)
    is_checked = row.checked is not None and row.checked > len(kind.checks())
    if row.status != ImportStatus.COMMITTING or not is_checked or not await _is_whole(work, asker, batch, kind, row):
        batch = await _prepare(work, asker, kind, row)
        row = await _load(work, asker)
        if not await _may_apply(work, asker, row, is_commit=is_commit):
            await _clear(work, asker, kind)
            return _response(await _load(work, asker))
    await _apply(work, asker, kind, batch)
    return _response(await _load(work, asker))


def _batch(row: AnyRow, asker: Asker, kind: BatchKind) -> Batch:
    places = {one["field"]: ColumnPlace(one["title"], one["letter"]) for one in row.columns if one["field"]}
    places |= {
        column.name: ColumnPlace(column.header, "")
        for column in kind.sheet(asker.regulation).columns
        if column.name not in places
    }
    return Batch(row.id, row.region_id, asker.reach(Permission(kind.permission)), places, row.school_year)


async def _is_whole(work: _Work, asker: Asker, batch: Batch, kind: BatchKind, row: AnyRow) -> bool:
    """Whether the stage still holds the file: a crash of the database empties it."""
    if row.staged is None:
        return False
    async with work.transaction(asker) as ctx:
        return await queries.staged(ctx.db, batch, kind.table) == int(row.staged)


async def _prepare(work: _Work, asker: Asker, kind: BatchKind, row: AnyRow) -> Batch:
    """Stage the file and check it, what a run before this one has done excepted; the import then knows its counters."""
    if row.status == ImportStatus.UPLOADED:
        async with work.transaction(asker) as ctx:
            await work.move(ctx, "validate")
    if not await _is_whole(work, asker, _batch(row, asker, kind), kind, row):
        await stage(work.job, work.transaction, asker, kind, row, work.storage)
        async with work.transaction(asker) as ctx:
            count = await queries.staged(ctx.db, _batch(row, asker, kind), kind.table)
            await queries.change(ctx.db, work.region, work.import_id, {"staged": count, "checked": 0})
            await queries.look_at_stages(ctx.db)
        row = await _load(work, asker)
    batch = _batch(row, asker, kind)
    steps: list[Callable[[Any, Batch], Awaitable[None]]] = list(kind.checks())
    for place, step in enumerate(steps[row.checked :], row.checked):
        await work.job.progress("checking", place, len(steps))
        async with work.transaction(asker) as ctx:
            await queries.join_whole_sets(ctx.db)
            await step(ctx, batch)
            await refuse_faulty(ctx.db, batch, kind.table)
            await queries.change(ctx.db, work.region, work.import_id, {"checked": place + 1})
            await work.job.gained(ctx.db, CHECKED + place)
    if row.checked <= len(steps):
        await _sum_up(work, asker, kind, batch)
    return batch


async def _sum_up(work: _Work, asker: Asker, kind: BatchKind, batch: Batch) -> None:
    """The counters, causes and preview of a stage whose checks are done."""
    async with work.transaction(asker) as ctx:
        await queries.join_whole_sets(ctx.db)
        await queries.keep_applied(ctx.db, batch, kind.table)
        counted = await queries.tally(ctx.db, batch, kind.table)
        assert not counted.pop("pending"), kind.name  # noqa: S101 - the checks of a kind give every row a plan
        del counted["to_apply"]
        values = counted | {"applied_through": 0, "checked": len(kind.checks()) + 1, "refusal": None}
        values["causes"] = await queries.causes(ctx.db, batch)
        preview = kind.preview_sql if isinstance(kind, Previewed) else None
        absentees = kind.absentees_sql if isinstance(kind, Complete) else None
        await queries.keep_preview(ctx.db, batch, preview, absentees)
        await queries.drop_old_previews(ctx.db, work.region)
        await queries.change(ctx.db, work.region, work.import_id, values)
        await queries.look_at_stages(ctx.db)


async def _may_apply(work: _Work, asker: Asker, row: AnyRow, *, is_commit: bool) -> bool:
    """Decide what follows the check, and say so in the status."""
    is_faulty = row.error > 0 and row.on_error == OnError.ABORT and row.applied == 0
    async with work.transaction(asker) as ctx:
        now = {"validated_at": ctx.clock.now()}
        if is_faulty:
            await work.move(ctx, "refuse", now)
            return False
        if not is_commit:
            await work.move(ctx, "accept", now)
            return False
        if row.status == ImportStatus.VALIDATING:
            await work.move(ctx, "apply", now)
    return True


async def _apply(work: _Work, asker: Asker, kind: BatchKind, batch: Batch) -> None:
    async with work.transaction(asker) as ctx:
        last = (await queries.tally(ctx.db, batch, kind.table))["to_apply"]
        row = await queries.held(ctx.db, work.region, work.import_id)
    through = row.applied_through
    while through < last:
        await work.job.progress("applying", row.applied + through - row.applied_through, row.to_create + row.to_update)
        following = min(through + work.chunk_rows, last)
        await _chunk(work, asker, kind, batch, (through + 1, following))
        through = following
    async with work.transaction(asker) as ctx:
        counted = await queries.tally(ctx.db, batch, kind.table)
        for name in ("pending", "to_apply"):
            del counted[name]
        verb = "finishPartly" if counted["error"] else "finish"
        counted["causes"] = await queries.causes(ctx.db, batch)
        await work.move(ctx, verb, counted | {"staged": None, "finished_at": ctx.clock.now()})
        await queries.clear_stage(ctx.db, work.region, work.import_id, kind.table)


async def _chunk(work: _Work, asker: Asker, kind: BatchKind, batch: Batch, span: tuple[int, int]) -> None:
    """Apply one chunk in one transaction; deadlocks and waits that grew too long are tried again."""
    for attempt in range(1, TRIES_MAX + 1):
        try:
            async with work.transaction(asker) as ctx:
                await _take(ctx, kind, batch, span)
                done = await kind.apply(ctx, batch, *span)
                rows, applied = await queries.add_applied(ctx.db, batch, kind.table, first=span[0], last=span[1])
                facts = {"import_id": str(batch.import_id), "rows": rows, **done.facts}
                place = Place(asker.principal.organisation_id)
                await ctx.record(done.event, entity="import", entity_id=batch.import_id, place=place, facts=facts)
                await work.job.gained(ctx.db, APPLIED + applied)
        except DBAPIError as error:
            state = str(getattr(error.orig, "sqlstate", ""))
            if state == _DUPLICATE:
                raise _DataChanged from error
            if state not in _BUSY or attempt == TRIES_MAX:
                raise
            await asyncio.sleep(0.1 * 2**attempt)
        else:
            return


async def _take(ctx: Context, kind: BatchKind, batch: Batch, span: tuple[int, int]) -> None:
    """Move the marker over a chunk whose rows are all there (a crash of the database empties the stage)."""
    if not await queries.advance(ctx.db, batch, first=span[0], last=span[1]):
        raise Superseded
    if await queries.staged(ctx.db, batch, kind.table, span=span) != span[1] - span[0] + 1:
        raise _DataChanged


async def _clear(work: _Work, asker: Asker, kind: BatchKind) -> None:
    """Empty the stage: it is made again when it is needed, so nobody's data lie about."""
    async with work.transaction(asker) as ctx:
        await queries.clear_stage(ctx.db, work.region, work.import_id, kind.table)
        await queries.change(ctx.db, work.region, work.import_id, {"staged": None})


async def _refuse_file(work: _Work, refused: FileRefused) -> Mapping[str, Any]:
    """The file as a whole cannot be taken: say why, nothing is applied."""
    asker = await asker_of(work.job)
    row = await _load(work, asker)
    kind = kind_named(row.kind)
    batch = _batch(row, asker, kind)
    first = refused.faults[0]
    problem = operations.problem(Invalid(first.code, "；".join(fault.message for fault in refused.faults)))
    async with work.transaction(asker) as ctx:
        await queries.clear_stage(ctx.db, work.region, work.import_id, kind.table)
        await queries.clear_faults(ctx.db, work.region, work.import_id)
        await put_faults(ctx.db, batch, refused.faults)
        columns: list[dict[str, str | None]] = [
            {"letter": use.letter, "header": use.header, "field": None, "title": None} for use in refused.columns
        ]
        values: dict[str, Any] = {"refusal": problem, "staged": None, "outcomes": None, "validated_at": ctx.clock.now()}
        values |= {"columns": columns} if columns else {}
        await work.move(ctx, "refuse", values)
    return _response(await _load(work, asker))


async def _give_up(work: _Work, error: Exception, *, verb: str = "fail") -> None:
    """The import cannot go on: its status says so, and how far it came."""
    refusal = error if isinstance(error, ShixunError) else ShixunError("INTERNAL", "导入出错，没有完成。请联系管理员。")
    async with work.job.database.begin(work.region) as db:
        await work.job.hold(db)
        row = await queries.held(db, work.region, work.import_id)
        status = IMPORT_LIFECYCLE.move(ImportStatus(row.status), verb)
        values = {"status": str(status), "refusal": operations.problem(refusal), "staged": None}
        await queries.change(db, work.region, work.import_id, values)
        await queries.clear_stage(db, work.region, work.import_id, kind_named(row.kind).table)


def _response(row: AnyRow) -> dict[str, Any]:
    names = ("status", "total", "to_create", "to_update", "unchanged", "warning", "error", "skipped", "applied")
    known = row._mapping  # noqa: SLF001 - public by name
    return {"import_id": str(row.id)} | {name: known[name] for name in names}
