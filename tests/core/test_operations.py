"""Operations 长时任务: what a client sees, and that only the run that counts may write."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.core import operations
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, Unavailable
from app.core.jobs import JobContext, JobFunction, OperationKey, Superseded
from tests.core.test_jobs import REQUESTER, begin, ended, until, working
from tests.factories.world import ABROAD, HOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.db import Database


async def run_of(database: Database, operation_id: UUID, *, attempt: int = 1) -> operations.Run:
    """A run of the operation, begun without a worker."""
    async with database.begin(HOME) as db:
        run = await operations.begin(db, database, OperationKey(HOME, operation_id), attempt=attempt)
    assert run is not None
    return run


async def row_of(database: Database, operation_id: UUID) -> Any:
    """The operation as a client sees it."""
    async with database.begin(HOME) as db:
        return await operations.snapshot(db, HOME, operation_id)


async def test_a_new_operation_waits(database: Database) -> None:
    row = await row_of(database, await begin(database, "import", file="1"))
    assert (row.kind, row.status, row.done, row.stage) == ("import", "queued", False, "queued")
    assert (row.processed, row.total, row.percent, row.attempts) == (0, None, None, 0)
    assert (row.account_id, row.organisation_id) == (REQUESTER.account_id, REQUESTER.organisation_id)
    assert round((row.expires_at - row.created_at) / timedelta(hours=1)) == 30 * 24


async def test_what_a_job_returns_is_the_response(database: Database) -> None:
    got: list[Any] = []

    async def load(job: JobContext) -> dict[str, Any]:
        got.extend([dict(job.payload), job.attempt, job.principal])
        return {"rows": 3}

    async with working(database, load):
        row = await ended(database, await begin(database, "load", file="1"))
    assert (row.status, row.done, row.response, row.error, row.attempts) == ("succeeded", True, {"rows": 3}, None, 1)
    assert got == [{"file": "1"}, 1, {"role": "training_school"}]


async def test_a_refusal_becomes_the_problem_of_the_operation(database: Database) -> None:
    async def refuse(_: JobContext) -> None:
        raise Invalid("FILE_EMPTY", "文件没有数据行。", errors=[FieldFault("/file", "EMPTY", "没有数据行")], rows=0)

    async with working(database, refuse):
        row = await ended(database, await begin(database, "refuse"))
    assert (row.status, row.response) == ("failed", None)
    assert row.error == {
        "type": "/problems/file-empty",
        "title": "内容不符合要求",
        "status": 422,
        "code": "FILE_EMPTY",
        "detail": "文件没有数据行。",
        "errors": [{"pointer": "/file", "code": "EMPTY", "message": "没有数据行", "params": {}}],
        "rows": 0,
    }


async def test_a_fault_of_ours_shows_no_inside(database: Database) -> None:
    async def break_down(_: JobContext) -> None:
        message = "secret"
        raise RuntimeError(message)

    async with working(database, break_down):
        row = await ended(database, await begin(database, "break_down"))
    assert (row.status, row.error["code"], row.error["status"]) == ("failed", "INTERNAL", 500)
    assert "secret" not in str(row.error)


async def test_progress_is_seen_by_others_while_the_job_runs(database: Database) -> None:
    go = asyncio.Event()

    async def load(job: JobContext) -> None:
        await job.progress("validating", 1200, 4875)
        await go.wait()

    made = await begin(database, "load")

    async def moving() -> Any:
        row = await row_of(database, made)
        return row if row.processed else None

    async with working(database, load):
        row = await until(moving)
        assert (row.status, row.stage, row.processed, row.total, row.percent) == (
            "running", "validating", 1200, 4875, 24,
        )  # fmt: skip
        go.set()
        assert (await ended(database, made)).stage == "done"


async def test_progress_of_one_stage_is_written_only_now_and_then(database: Database) -> None:
    run = await run_of(database, made := await begin(database, "load"))
    for processed in (1, 2, 3):
        await run.progress("loading", processed)
    assert (await row_of(database, made)).processed == 1
    await run.progress("closing", 4)
    assert (await row_of(database, made)).processed == 4


async def test_a_run_that_was_taken_over_writes_nothing(database: Database) -> None:
    made = await begin(database, "load")
    old = await run_of(database, made)
    new = await run_of(database, made, attempt=2)
    with pytest.raises(Superseded):
        await old.progress("loading", 99)
    for end in (
        lambda db: operations.finish(db, old, {"stale": True}),
        lambda db: operations.fail(db, old, Conflict("STALE", "过期")),
        lambda db: operations.give_back(db, old, counted=True),
        old.hold,
    ):
        with pytest.raises(Superseded):
            async with database.begin(HOME) as db:
                await end(db)
    row = await row_of(database, made)
    assert (row.status, row.processed, row.attempts, row.response) == ("running", 0, 2, None)
    async with database.begin(HOME) as db:
        await operations.finish(db, new, None)
    assert (await row_of(database, made)).status == "succeeded"


async def test_a_later_run_waits_for_a_transaction_that_holds_the_fence(database: Database) -> None:
    run = await run_of(database, made := await begin(database, "load"))
    async with database.begin(HOME) as db:
        await run.hold(db)
        other = asyncio.create_task(run_of(database, made, attempt=2))
        async with database.begin() as watcher:
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

            async def waits() -> bool:
                await watcher.execute(text("SELECT pg_stat_clear_snapshot()"))
                return bool(await watcher.scalar(waiting))

            await until(waits)
        assert not other.done()
    assert (await other).fence == 2


async def test_a_cancelled_operation_does_not_run(database: Database) -> None:
    ran: list[int] = []

    async def load(job: JobContext) -> None:
        ran.append(job.attempt)

    made = await begin(database, "load")
    async with database.begin(HOME) as db:
        await operations.cancel(db, HOME, made)
    async with working(database, load):
        await ended(database, await begin(database, "load"))
    assert ran == [1]
    assert (await row_of(database, made)).status == "cancelled"


async def test_a_running_job_stops_at_its_next_report_after_being_cancelled(database: Database) -> None:
    stopped = asyncio.Event()

    async def load(job: JobContext) -> None:
        for step in range(10_000):
            try:
                await job.progress(f"step {step}", step)
            except Superseded:
                stopped.set()
                raise
            await asyncio.sleep(0.01)

    made = await begin(database, "load")

    async def is_running() -> bool:
        return bool((await row_of(database, made)).status == "running")

    async with working(database, load):
        await until(is_running)
        async with database.begin(HOME) as db:
            await operations.cancel(db, HOME, made)
        await asyncio.wait_for(stopped.wait(), 30)
    assert (await row_of(database, made)).status == "cancelled"


async def test_an_operation_that_ended_is_neither_cancelled_nor_retried(database: Database) -> None:
    run = await run_of(database, made := await begin(database, "load"))
    async with database.begin(HOME) as db:
        await operations.finish(db, run, None)
    for verb in (operations.cancel, operations.retry):
        async with database.begin(HOME) as db:
            with pytest.raises(Conflict) as refused:
                await verb(db, HOME, made)
        assert (refused.value.code, refused.value.facts["possible"]) == ("STATUS_CONFLICT", [])


async def test_an_operation_of_another_region_is_not_found(database: Database) -> None:
    made = await begin(database, "load")
    async with database.begin(ABROAD) as db:
        for region_id in (HOME, ABROAD):
            with pytest.raises(NotFound):
                await operations.get(db, region_id, made)
        written = update(operations.Operation).where(operations.Operation.region_id == HOME).values(stage="theirs")
        assert (await db.execute(written)).rowcount == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.begin(ABROAD) as db:
            await operations.start(db, HOME, "load", {}, requester=REQUESTER)


async def test_only_old_operations_expire(database: Database, clone: Any) -> None:
    kept, old = await begin(database, "load"), await begin(database, "load")
    for made in (kept, old):
        async with database.begin(HOME) as db:
            await operations.cancel(db, HOME, made)
    admin = await clone.connect()
    await admin.execute(
        "UPDATE operations SET expires_at = now() - interval '1 day', finished_at = now() - interval '31 days'"
        " WHERE id = $1",
        old,
    )
    await admin.close()
    assert await operations.expire(database) == 1
    async with database.begin(HOME) as db:
        assert (await db.scalars(select(operations.Operation.id))).all() == [kept]


async def test_an_unknown_operation_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        await row_of(database, uuid4())


async def test_a_job_that_gets_further_each_time_is_not_given_up(database: Database) -> None:
    runs: Counter[str] = Counter()

    def failing(kind: str, mark: Callable[[int], int]) -> JobFunction:
        async def run(job: JobContext) -> dict[str, Any]:
            runs[kind] += 1
            async with database.begin(HOME) as db:
                await job.hold(db)
                await job.gained(db, mark(runs[kind]))
            if runs[kind] < 8:
                raise Unavailable("AWAY", "对方系统暂不可用")
            return {"runs": runs[kind]}

        run.__name__ = kind
        return run

    made = {kind: await begin(database, kind) for kind in ("crawl", "stuck")}
    async with working(database, failing("crawl", lambda run: run), failing("stuck", lambda _: 1)):
        crawled, stuck = [await ended(database, one) for one in made.values()]
    assert (crawled.status, crawled.response) == ("succeeded", {"runs": 8})
    # The second run is the first to be noted; three come no further than it did.
    assert (stuck.status, stuck.error["code"], runs["stuck"]) == ("needs_attention", "ATTEMPTS_USED_UP", 4)
