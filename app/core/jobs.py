"""Background jobs 后台任务: put on the queue in the transaction of their cause, run by workers. Wraps pgqueuer alone.

A job runs at least once. Whoever holds the row in `queue.pgqueuer` may settle it, nobody else: a worker that was
stopped beyond its lease and comes back finds its statements without effect.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import UUID, uuid4

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job, TracebackRecord
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JOB_STATUS, Channel, JobId
from pgqueuer.ports.driver import Driver
from sqlalchemy import DateTime, Text, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Database

SCHEMA = "queue"
CHANNEL = "shixun_jobs"
ATTEMPTS_MAX = 3
KEEP_LOG = timedelta(days=7)
KEEP_HELD = timedelta(days=30)
KEEP_WORKERS = timedelta(days=1)
RETURN_AFTER = timedelta(seconds=5)


class Worker(Base):
    """A sign of life of one worker process; local, without region."""

    __tablename__ = "workers"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())


@dataclass(frozen=True, slots=True)
class OperationKey:
    """The operation a job belongs to: region and id."""

    region_id: int
    id: UUID


class Superseded(Exception):
    """A run that no longer counts: another worker has taken the job over, or the operation was cancelled."""


class Reporter(Protocol):
    """Where a job says how far it is."""

    async def gained(self, db: AsyncConnection, mark: int) -> None:
        """Note how far the run will have come for good once this transaction commits."""
        ...

    async def progress(self, stage: str, processed: int, total: int | None = None) -> None:
        """Tell readers, in a transaction of its own."""
        ...

    async def hold(self, db: AsyncConnection) -> None:
        """Make the commit of this transaction depend on this run still being the one that counts."""
        ...


@dataclass(frozen=True, slots=True)
class Unreported:
    """The reporter of a bare job: nobody asks how far it is, and it is not fenced."""

    async def gained(self, db: AsyncConnection, mark: int) -> None:
        """Note nothing: a bare job is given up after its attempts."""

    async def progress(self, stage: str, processed: int, total: int | None = None) -> None:
        """Say nothing."""

    async def hold(self, db: AsyncConnection) -> None:
        """Hold nothing."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job function gets. `attempt` counts from 1; `operation` and `principal` are None for a bare job.

    The function must bear being run again from the start, and must not block the event loop: heavy computing goes to
    a thread or a process. Every transaction that writes calls `hold` first, so that a run that was taken over cannot
    write any more; `progress` is not to be called while such a transaction is open (it would wait for it).
    """

    database: Database
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    reporter: Reporter
    operation: OperationKey | None = None
    principal: Mapping[str, Any] | None = None

    async def progress(self, stage: str, processed: int, total: int | None = None) -> None:
        """Say the stage and how many of how many; written at most twice a second. Raises Superseded."""
        await self.reporter.progress(stage, processed, total)

    async def gained(self, db: AsyncConnection, mark: int) -> None:
        """Note at the end of a transaction how far its commit brings the run; marks grow along the whole job.

        A job that gets further each time is not given up, however often its worker dies; one that always dies at the
        same place still is.
        """
        await self.reporter.gained(db, mark)

    async def hold(self, db: AsyncConnection) -> None:
        """Lock this run into the caller's transaction. Raises Superseded."""
        await self.reporter.hold(db)


JobFunction = Callable[[JobContext], Awaitable[Mapping[str, Any] | None]]


@dataclass
class JobRegistry:
    """Which function runs which kind of job; what it returns becomes the operation's response."""

    functions: dict[str, JobFunction] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    chores: list[tuple[float, Callable[[Database], Awaitable[object]]]] = field(default_factory=list)
    """What every worker does now and then: seconds between, and the act; it must bear being done by several at once."""

    def add(self, kind: str, function: JobFunction, *, attempts: int = ATTEMPTS_MAX) -> None:
        """Register a kind, and how often it may begin without getting further; ValueError if it is taken."""
        if kind in self.functions:
            message = f"job kind {kind} is registered twice"
            raise ValueError(message)
        self.functions[kind] = function
        self.attempts[kind] = attempts


@cache
def queue_settings() -> DBSettings:
    """Names of the queue's tables: all given here, because the library would read missing ones from the environment."""
    return DBSettings(
        prefix="",
        db_schema=SCHEMA,
        channel=Channel(CHANNEL),
        function="job_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="job_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.durable,
        widen_id=True,
    )


async def enqueue(
    connection: AsyncConnection,
    job: str,
    payload: Mapping[str, Any],
    *,
    dedupe_key: str | None = None,
    run_at: datetime | None = None,
    operation: OperationKey | None = None,
) -> int | None:
    """Put a job on the queue in the caller's transaction; it exists and wakes a worker when that commits.

    Goes through SQLAlchemy and not to the driver, whose statements may run before SQLAlchemy's transaction begins.
    payload: JSON values (others become text), no personal data. run_at: not before this moment. Returns the job's
    number, or None if a job with the same dedupe_key waits or runs.
    """
    delay = timedelta()
    if run_at is not None:
        now: datetime = (await connection.execute(select(func.now()))).scalar_one()
        delay = max(delay, run_at - now)
    mark = {"region_id": operation.region_id, "operation_id": str(operation.id)} if operation else None
    headers = json.dumps({"shixun": mark} if mark else {})
    content = json.dumps(payload, ensure_ascii=False, default=str).encode()
    statement = QueryQueueBuilder(queue_settings()).build_enqueue_query("skip")
    rows = await connection.exec_driver_sql(statement, ([0], [job], [content], [delay], [dedupe_key], [headers]))
    row = rows.first()
    return None if row is None else int(row.id)


def payload_of(job: Job) -> dict[str, Any]:
    """What a dequeued job was put on the queue with."""
    payload: dict[str, Any] = json.loads(job.payload or b"{}")
    return payload


def operation_of(job: Job) -> OperationKey | None:
    """The operation a dequeued job belongs to."""
    mark = job.header_section("shixun")
    return OperationKey(int(str(mark["region_id"])), UUID(str(mark["operation_id"]))) if mark else None


async def count_attempt(db: AsyncConnection, job: int, owner: UUID) -> int | None:
    """Count a run of the job before it begins; returns which it is, None if the job is another worker's by now."""
    statement = text(
        f"UPDATE {SCHEMA}.pgqueuer SET attempts = attempts + 1"  # noqa: S608 - a constant
        " WHERE id = :job AND queue_manager_id = :owner RETURNING attempts"
    )
    counted: int | None = await db.scalar(statement, {"job": job, "owner": owner})
    return counted


async def uncount_attempt(db: AsyncConnection, job: int, owner: UUID) -> None:
    """Take the count back: the worker ends, the job is not to blame."""
    statement = text(
        f"UPDATE {SCHEMA}.pgqueuer SET attempts = greatest(attempts - 1, 0)"  # noqa: S608 - a constant
        " WHERE id = :job AND queue_manager_id = :owner"
    )
    await db.execute(statement, {"job": job, "owner": owner})


async def forget_attempts(db: AsyncConnection, dedupe_key: str) -> None:
    """Let only the present run of a job count."""
    statement = text(f"UPDATE {SCHEMA}.pgqueuer SET attempts = 1 WHERE dedupe_key = :key")  # noqa: S608 - a constant
    await db.execute(statement, {"key": dedupe_key})


async def release_held(db: AsyncConnection, dedupe_key: str) -> bool:
    """Let a job that was laid aside run again, its attempts forgotten; False if there is none."""
    statement = text(
        f"UPDATE {SCHEMA}.pgqueuer SET status = 'queued', attempts = 0, execute_after = now(), updated = now()"  # noqa: S608 - a constant
        f" WHERE dedupe_key = :key AND status = 'failed' RETURNING id, pg_notify('{CHANNEL}', :woken)"
    )
    woken = {"channel": CHANNEL, "type": "table_changed_event", "operation": "update", "table": "pgqueuer"}
    moment = (await db.execute(select(func.now()))).scalar_one()
    notice = json.dumps(woken | {"sent_at": moment.isoformat()})
    return (await db.execute(statement, {"key": dedupe_key, "woken": notice})).first() is not None


async def show_life(db: AsyncConnection, name: str) -> None:
    """Note that the worker lives."""
    statement = insert(Worker).values(name=name)
    await db.execute(
        statement.on_conflict_do_update(index_elements=[Worker.name], set_={"seen_at": func.clock_timestamp()})
    )


async def leave(db: AsyncConnection, name: str) -> None:
    """Remove the worker's sign of life."""
    await db.execute(delete(Worker).where(Worker.name == name))


async def is_worker_seen(db: AsyncConnection, *, within: timedelta = timedelta(seconds=30)) -> bool:
    """Whether any worker has shown life lately."""
    newest = select(func.max(Worker.seen_at) > func.clock_timestamp() - within)
    return bool(await db.scalar(newest))


async def prune(db: AsyncConnection) -> None:
    """Delete the queue's old log rows, jobs laid aside long ago, and workers not seen for a day."""
    await db.execute(
        text(f"DELETE FROM {SCHEMA}.pgqueuer_log WHERE created < now() - CAST(:age AS interval)"),  # noqa: S608 - a constant
        {"age": KEEP_LOG},
    )
    await db.execute(
        text(f"DELETE FROM {SCHEMA}.pgqueuer WHERE status = 'failed' AND updated < now() - CAST(:age AS interval)"),  # noqa: S608 - a constant
        {"age": KEEP_HELD},
    )
    await db.execute(delete(Worker).where(Worker.seen_at < func.now() - KEEP_WORKERS))


_SETTLE = f"""
WITH told AS (SELECT * FROM unnest($1::bigint[], $2::text[]) AS told (id, outcome)),
gone AS (
    DELETE FROM {SCHEMA}.pgqueuer AS job USING told
    WHERE job.id = told.id AND job.queue_manager_id = $3 AND told.outcome = 'successful'
    RETURNING job.id, told.outcome, job.entrypoint, job.priority
), kept AS (
    UPDATE {SCHEMA}.pgqueuer AS job
    SET status = (CASE told.outcome WHEN 'failed' THEN 'failed' ELSE 'queued' END)::{SCHEMA}.pgqueuer_status,
        execute_after = now() + CASE told.outcome WHEN 'failed' THEN interval '0' ELSE $4::interval END,
        queue_manager_id = NULL, updated = now()
    FROM told
    WHERE job.id = told.id AND job.queue_manager_id = $3 AND told.outcome <> 'successful'
    RETURNING job.id, told.outcome, job.entrypoint, job.priority
)
INSERT INTO {SCHEMA}.pgqueuer_log (job_id, status, entrypoint, priority)
SELECT id, outcome::{SCHEMA}.pgqueuer_status, entrypoint, priority FROM (TABLE gone UNION ALL TABLE kept) AS settled
"""  # noqa: S608 - a constant
_RETURN = f"""
UPDATE {SCHEMA}.pgqueuer
SET status = 'queued', execute_after = now() + $2::interval, queue_manager_id = NULL, updated = now()
WHERE id = $1 AND queue_manager_id = $3
"""  # noqa: S608 - a constant
_BEAT = f"""
UPDATE {SCHEMA}.pgqueuer SET heartbeat = now() WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2
"""  # noqa: S608 - a constant


@dataclass
class OwnQueries(Queries):
    """The library's statements, with those that settle or keep a job limited to jobs of this owner.

    The library names the job alone, so a worker back from a long stop would delete a job that another one runs.
    An outcome that the runner did not decide itself puts the job back instead of losing it. Tracebacks are not kept:
    they may show personal data.
    """

    owner: UUID = field(default_factory=uuid4)

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        """Settle jobs: successful ones go, failed ones are laid aside, all others wait again."""
        ids = [job.id for job, _, _ in job_status]
        await self.driver.execute(_SETTLE, ids, [status for _, status, _ in job_status], self.owner, RETURN_AFTER)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Put a job back; attempts are counted where they begin."""
        del traceback_record
        await self.driver.execute(_RETURN, job.id, delay, self.owner)

    async def update_heartbeat(self, job_ids: list[JobId]) -> None:
        """Lengthen the lease of own jobs."""
        await self.driver.execute(_BEAT, list(set(job_ids)), self.owner)


def own_queries(driver: Driver) -> OwnQueries:
    """The queue's statements over a driver, for an owner of their own."""
    settings = queue_settings()
    return OwnQueries(
        driver, QueryBuilderEnvironment(settings), QueryQueueBuilder(settings), QuerySchedulerBuilder(settings)
    )
