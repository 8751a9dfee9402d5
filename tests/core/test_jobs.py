"""The job queue and its worker 后台任务: nothing lost, nothing run twice at once, no job that loops for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.core import jobs, operations
from app.core.errors import Conflict, Unavailable
from app.core.jobs import JobContext, JobRegistry
from app.worker import WorkerLimits, run_worker
from tests.factories.world import HOME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path
    from uuid import UUID

    from app.core.db import Database
    from tests.factories.cluster import Clone

LIMITS = WorkerLimits(poll=0.3, lease=1.2, grace=20, retry_delay=0.1)
WAIT_SECONDS = 60
REQUESTER = operations.Requester(uuid4(), "training_school", uuid4(), {"role": "training_school"})

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from app.core.db import Database, PoolSettings
from app.core.jobs import JobRegistry
from app.worker import WorkerLimits, run_worker, stop_on_signals

async def deadly(job):
    os.kill(os.getpid(), signal.SIGKILL)

async def once_deadly(job):
    if job.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"attempt": job.attempt}

async def patient(job):
    place = Path(job.payload["place"])
    (place / "began").touch()
    while not (place / f"go{job.attempt}").exists():
        await asyncio.sleep(0.02)
    return {"attempt": job.attempt}

async def main(url, role):
    database = Database(url, PoolSettings(size=6), assume_role=role or None)
    registry = JobRegistry()
    for function in (deadly, once_deadly, patient):
        registry.add(function.__name__, function)
    stop = asyncio.Event()
    stop_on_signals(stop)
    limits = WorkerLimits(poll=0.3, lease=1.2, grace=float(sys.argv[3]), retry_delay=0.1)
    await run_worker(database, registry, stop=stop, limits=limits)
    await database.close()

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


@asynccontextmanager
async def child(clone: Clone, *, grace: float = 20) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, killed at the end if it still lives."""
    url = clone.service.render_as_string(hide_password=False)
    role = "shixun_service" if clone.assumes_roles else ""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, url, role, str(grace))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def working(database: Database, *functions: jobs.JobFunction) -> AsyncIterator[None]:
    """A worker in this process, named functions being its kinds."""
    registry = JobRegistry()
    for function in functions:
        registry.add(function.__name__, function)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(database, registry, stop=stop, limits=LIMITS))
    try:
        yield
    finally:
        stop.set()
        await worker


async def until(condition: Callable[[], Awaitable[Any]]) -> Any:
    """What the condition returns once it holds; TimeoutError if it never does."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not (value := await condition()):  # noqa: ASYNC110 - the event is in another process or the database
            await asyncio.sleep(0.05)
        return value


async def begin(database: Database, kind: str, **payload: object) -> UUID:
    """An operation of the home region, committed."""
    async with database.begin(HOME) as db:
        return await operations.start(db, HOME, kind, payload, requester=REQUESTER)


async def ended(database: Database, operation_id: UUID) -> Any:
    """The operation once it has ended."""

    async def row() -> Any:
        async with database.begin(HOME) as db:
            found = await operations.snapshot(db, HOME, operation_id)
        return found if found.done else None

    return await until(row)


async def queued(database: Database) -> list[tuple[str, str, int]]:
    """Kind, status and attempts of every row on the queue."""
    async with database.begin() as db:
        rows = await db.execute(text("SELECT entrypoint, status::text, attempts FROM queue.pgqueuer ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


async def test_a_job_rolls_back_with_its_transaction(database: Database) -> None:
    async def stop_half_way() -> None:
        async with database.begin(HOME) as db:
            await operations.start(db, HOME, "rolled_back", {}, requester=REQUESTER)
            await jobs.enqueue(db, "rolled_back", {})
            raise Conflict("STOP", "不保存")

    with pytest.raises(Conflict):
        await stop_half_way()
    async with database.begin(HOME) as db:
        assert await db.scalar(select(func.count()).select_from(operations.Operation)) == 0
        assert await db.scalar(text("SELECT count(*) FROM queue.pgqueuer_log")) == 0
    assert await queued(database) == []


async def test_a_job_rolls_back_even_as_the_first_statement_of_a_connection(database: Database) -> None:
    async with database.engine.connect() as connection:
        assert await jobs.enqueue(connection, "rolled_back", {}) is not None
        await connection.rollback()
    assert await queued(database) == []


async def test_a_second_job_with_the_same_dedupe_key_is_not_queued(database: Database) -> None:
    async with database.begin() as db:
        assert await jobs.enqueue(db, "daily", {}, dedupe_key="daily:1") is not None
        assert await jobs.enqueue(db, "daily", {}, dedupe_key="daily:1") is None
    assert await queued(database) == [("daily", "queued", 0)]


async def test_two_workers_run_every_job_once(database: Database) -> None:
    ran: list[int] = []

    async def note(job: JobContext) -> None:
        ran.append(job.payload["number"])
        await asyncio.sleep(0)

    async with database.begin() as db:
        for number in range(40):
            await jobs.enqueue(db, "note", {"number": number})

    async def is_empty() -> bool:
        return not await queued(database)

    async with working(database, note), working(database, note):
        await until(is_empty)
    assert sorted(ran) == list(range(40))


async def test_at_most_two_jobs_run_at_once(database: Database) -> None:
    now, most = 0, 0

    async def count(_: JobContext) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1

    made = [await begin(database, "count") for _ in range(6)]
    async with working(database, count):
        assert [(await ended(database, one)).status for one in made] == ["succeeded"] * 6
    assert most == 2


async def test_a_job_is_not_run_before_its_time(database: Database) -> None:
    ran: list[str] = []

    async def note(job: JobContext) -> None:
        ran.append(job.payload["name"])

    async with database.begin() as db:
        now: datetime = (await db.execute(select(func.now()))).scalar_one()
        await jobs.enqueue(db, "note", {"name": "tomorrow"}, run_at=now + timedelta(days=1))
        await jobs.enqueue(db, "note", {"name": "soon"}, run_at=now + timedelta(seconds=0.5))
        await jobs.enqueue(db, "note", {"name": "past"}, run_at=now - timedelta(days=1))

    async def is_down_to_one() -> bool:
        return len(await queued(database)) == 1

    async with working(database, note):
        await until(is_down_to_one)
    assert ran == ["past", "soon"]
    assert await queued(database) == [("note", "queued", 0)]


async def test_a_job_of_a_killed_worker_is_run_again_by_another(database: Database, clone: Clone) -> None:
    made = await begin(database, "once_deadly")
    async with child(clone) as first:
        assert await asyncio.wait_for(first.wait(), WAIT_SECONDS) == -signal.SIGKILL
        async with child(clone):
            row = await ended(database, made)
    assert (row.status, row.attempts, row.response) == ("succeeded", 2, {"attempt": 2})


async def test_a_job_that_always_kills_its_worker_needs_attention_after_three_runs(
    database: Database, clone: Clone
) -> None:
    made = await begin(database, "deadly")
    for _ in range(3):
        async with child(clone) as worker:
            assert await asyncio.wait_for(worker.wait(), WAIT_SECONDS) == -signal.SIGKILL
    async with child(clone) as fourth:
        row = await ended(database, made)
        assert fourth.returncode is None
    assert (row.status, row.attempts, row.error["code"]) == ("needs_attention", 3, "ATTEMPTS_USED_UP")
    assert [(kind, status) for kind, status, _ in await queued(database)] == [("deadly", "failed")]


async def test_an_operation_that_needs_attention_runs_again_when_a_person_says_so(database: Database) -> None:
    tries = 0

    async def heal(_: JobContext) -> dict[str, Any]:
        nonlocal tries
        tries += 1
        if tries <= 3:
            raise Unavailable("AWAY", "对方系统暂不可用")
        return {"tries": tries}

    made = await begin(database, "heal")
    async with working(database, heal):
        laid_aside = await ended(database, made)
        assert (laid_aside.status, laid_aside.attempts) == ("needs_attention", 3)
        async with database.begin(HOME) as db:
            await operations.retry(db, HOME, made)
        row = await ended(database, made)
    assert (row.status, row.attempts, row.response, row.error) == ("succeeded", 1, {"tries": 4}, None)


async def test_sigterm_lets_a_running_job_finish(database: Database, clone: Clone, tmp_path: Path) -> None:
    made = await begin(database, "patient", place=str(tmp_path))
    async with child(clone) as worker:
        await until(_exists(tmp_path / "began"))
        worker.terminate()
        (tmp_path / "go1").touch()
        assert await asyncio.wait_for(worker.wait(), WAIT_SECONDS) == 0
    row = await ended(database, made)
    assert (row.status, row.response) == ("succeeded", {"attempt": 1})
    assert await queued(database) == []


async def test_a_job_that_outlasts_the_grace_is_given_back_uncounted(
    database: Database, clone: Clone, tmp_path: Path
) -> None:
    made = await begin(database, "patient", place=str(tmp_path))
    async with child(clone, grace=0.1) as worker:
        await until(_exists(tmp_path / "began"))
        worker.terminate()
        assert await asyncio.wait_for(worker.wait(), WAIT_SECONDS) == 0
    assert await queued(database) == [("patient", "queued", 0)]
    async with database.begin(HOME) as db:
        assert (await operations.get(db, HOME, made)).status == "queued"
    (tmp_path / "go1").touch()
    async with child(clone):
        row = await ended(database, made)
    assert (row.status, row.attempts) == ("succeeded", 1)


async def test_a_worker_back_from_a_long_stop_changes_nothing(database: Database, clone: Clone, tmp_path: Path) -> None:
    made = await begin(database, "patient", place=str(tmp_path))
    async with child(clone) as stopped:
        await until(_exists(tmp_path / "began"))
        os.kill(stopped.pid, signal.SIGSTOP)
        (tmp_path / "began").unlink()
        async with child(clone):
            await until(_exists(tmp_path / "began"))
            (tmp_path / "go1").touch()
            os.kill(stopped.pid, signal.SIGCONT)
            stopped.terminate()
            assert await asyncio.wait_for(stopped.wait(), WAIT_SECONDS) == 0
            async with database.begin(HOME) as db:
                held = await operations.get(db, HOME, made)
            assert (held.status, held.fence, held.response) == ("running", 2, None)
            assert await queued(database) == [("patient", "picked", 2)]
            (tmp_path / "go2").touch()
            row = await ended(database, made)
    assert (row.status, row.response) == ("succeeded", {"attempt": 2})


async def test_a_bare_job_that_fails_is_laid_aside(database: Database) -> None:
    async def stumble(_: JobContext) -> None:
        raise Conflict("STUMBLED", "不能完成")

    async with database.begin() as db:
        await jobs.enqueue(db, "stumble", {})

    async def rests() -> bool:
        return await queued(database) == [("stumble", "failed", 1)]

    async with working(database, stumble):
        await until(rests)


async def test_a_worker_finds_a_new_connection_when_its_own_is_cut(database: Database, clone: Clone) -> None:
    async def note(_: JobContext) -> dict[str, Any]:
        return {"done": True}

    async with working(database, note):
        assert (await ended(database, await begin(database, "note"))).status == "succeeded"
        admin = await clone.connect()
        cut = await admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = $1 AND query ILIKE '%pgqueuer%' AND pid <> pg_backend_pid()",
            clone.name,
        )
        await admin.close()
        assert cut >= 1
        assert (await ended(database, await begin(database, "note"))).status == "succeeded"


async def test_only_old_rows_of_the_queue_are_pruned(database: Database, clone: Clone) -> None:
    async with database.begin() as db:
        for kind in ("held", "waiting"):
            await jobs.enqueue(db, kind, {})
        await jobs.show_life(db, "gone")
    admin = await clone.connect()
    await admin.execute("UPDATE queue.pgqueuer SET status = 'failed' WHERE entrypoint = 'held'")
    await admin.execute("UPDATE queue.pgqueuer SET updated = now() - interval '31 days'")
    await admin.execute("UPDATE queue.pgqueuer_log SET created = now() - interval '8 days' WHERE entrypoint = 'held'")
    await admin.execute("UPDATE workers SET seen_at = now() - interval '2 days'")
    await admin.close()
    async with database.begin() as db:
        await jobs.prune(db)
        assert (await db.scalars(text("SELECT entrypoint FROM queue.pgqueuer_log"))).all() == ["waiting"]
        assert (await db.scalars(select(jobs.Worker.name))).all() == []
    assert await queued(database) == [("waiting", "queued", 0)]


async def test_a_worker_is_seen_while_it_runs(database: Database) -> None:
    async def seen() -> bool:
        async with database.begin() as db:
            return await jobs.is_worker_seen(db)

    assert not await seen()
    async with working(database):
        await until(seen)
    assert not await seen()


def _exists(path: Path) -> Callable[[], Awaitable[bool]]:
    async def there() -> bool:
        return await asyncio.to_thread(path.exists)

    return there
