"""The worker process 后台进程: takes jobs from the queue, runs at most a few at once, and ends without losing one.

Attempts are counted in a transaction of their own before each run, so that a job that kills its worker is laid aside
after three runs (or what its kind may have) instead of looping. Runs of one operation are fenced (core/operations).
"""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import uuid4

from asyncpg.exceptions import OperatorInterventionError
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import Channel, QueueManagerId
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.core import jobs, operations
from app.core.constraints import DRIVER_FAULTS, refusal_for
from app.core.db import Database
from app.core.errors import ShixunError, Unavailable
from app.core.jobs import JobContext, JobRegistry, OwnQueries, Superseded
from app.core.log import logger

POLL_WHILE_FULL = timedelta(seconds=0.5)
CONNECTION_FAULTS = (*DRIVER_FAULTS, SQLAlchemyError, OperatorInterventionError, FailingListenerError)
log = logger("worker")


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Times in seconds. A killed worker's job is run again at most lease + poll later.

    concurrency: jobs at once, at least 2; grace: what running jobs get to finish when the worker is told to stop.
    """

    concurrency: int = 2
    poll: float = 5.0
    lease: float = 15.0
    grace: float = 20.0
    life: float = 5.0
    housekeeping: float = 3600.0
    retry_delay: float = 10.0


async def run_worker(
    database: Database, registry: JobRegistry, *, stop: asyncio.Event, limits: WorkerLimits | None = None
) -> None:
    """Run jobs until `stop` is set; running ones then finish within the grace or are given back.

    database: direct connections (LISTEN does not pass a transaction pooler), at least 3 + 2 per job. A lost connection
    is opened again.
    """
    limits = limits or WorkerLimits()
    name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    log.info("worker.started", worker=name, kinds=sorted(registry.functions))
    chores = [
        asyncio.create_task(_every(limits.life, lambda: _show_life(database, name))),
        asyncio.create_task(_every(limits.housekeeping, lambda: _keep_house(database))),
        *(asyncio.create_task(_every(seconds, partial(act, database))) for seconds, act in registry.chores),
    ]
    try:
        while not stop.is_set():
            try:
                await _work(database, registry, stop, limits)
            except CONNECTION_FAULTS as error:
                log.warning("worker.connection_lost", worker=name, kind=type(error).__name__)
                await _first(stop.wait(), 1.0)
    finally:
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
    with suppress(*CONNECTION_FAULTS, Unavailable):
        async with database.begin() as db:
            await jobs.leave(db, name)
    log.info("worker.stopped", worker=name)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT set `stop`; called in the running loop of the main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)


async def _work(database: Database, registry: JobRegistry, stop: asyncio.Event, limits: WorkerLimits) -> None:
    """Take and run jobs over one connection until told to stop or the connection is lost."""
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None  # noqa: S101 - an open connection
        queries = jobs.own_queries(AsyncpgDriver(raw.driver_connection))
        manager = QueueManager(queries, Channel(jobs.CHANNEL))
        manager.queue_manager_id = QueueManagerId(queries.owner)
        manager.min_dequeue_poll_interval = POLL_WHILE_FULL
        runner = _Runner(database, registry, queries, limits)
        for kind in registry.functions:
            manager.entrypoint(kind, accepts_context=False, on_failure="hold")(runner.run)
        running = asyncio.create_task(
            manager.run(
                dequeue_timeout=timedelta(seconds=limits.poll),
                batch_size=1,
                max_concurrent_tasks=limits.concurrency,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=timedelta(seconds=limits.lease),
                log_aggregation_interval=timedelta(0),
            )
        )
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            manager.shutdown.set()
            await asyncio.wait({running}, timeout=limits.grace)
            runner.give_back()
            await running
        finally:
            stopping.cancel()
            running.cancel()
            await asyncio.gather(running, stopping, return_exceptions=True)
            # It listens: it must not go back among the others.
            await connection.invalidate()


class _Aside(Exception):
    """The job is to be laid aside for a person."""


@dataclass
class _Runner:
    """Runs single jobs and decides what becomes of their rows."""

    database: Database
    registry: JobRegistry
    queries: OwnQueries
    limits: WorkerLimits
    _bodies: set[asyncio.Task[None]] = field(default_factory=set)
    _is_giving_back: bool = False

    def give_back(self) -> None:
        """Stop what still runs; it will be run again elsewhere."""
        self._is_giving_back = True
        for body in self._bodies:
            body.cancel()

    async def run(self, job: Job) -> None:
        """Run one job. Returning settles it, _Aside lays it aside, everything else puts it back on the queue."""
        key = jobs.operation_of(job)
        try:
            context = await self._begin(job, key)
            if context is None:
                return
            body = asyncio.create_task(self._body(job, context))
            self._bodies.add(body)
            try:
                await body
            except asyncio.CancelledError:
                if not self._is_giving_back:
                    body.cancel()
                    raise
                await self._put_back(job, context, counted=False)
                raise RetryRequested from None
            finally:
                self._bodies.discard(body)
        except (RetryRequested, _Aside):
            raise
        except Superseded:
            # Nothing is settled: putting back has no effect on another worker's row, and keeps one we took again.
            log.info("job.superseded", job=job.id, kind=job.entrypoint)
            raise RetryRequested(timedelta(seconds=self.limits.retry_delay)) from None
        except Exception as error:  # the queue must not lose the job, whatever broke around it
            log.exception("job.undecided", job=job.id, kind=job.entrypoint)
            raise RetryRequested(timedelta(seconds=self.limits.retry_delay)) from error

    async def _begin(self, job: Job, key: jobs.OperationKey | None) -> JobContext | None:
        """Count the attempt and take the fence, in a transaction of their own; None if there is nothing to run."""
        async with self.database.begin(key.region_id if key else None) as db:
            attempt = await jobs.count_attempt(db, job.id, self.queries.owner)
            if attempt is None:
                raise Superseded
            most = self.registry.attempts[job.entrypoint]
            is_over = attempt > most
            if is_over and key:
                detail = f"后台任务已执行 {most} 次仍未完成，已停止自动重试。请管理员查明原因后重新执行。"
                await operations.give_up(db, key, Unavailable("ATTEMPTS_USED_UP", detail, attempts=most))
            run = await operations.begin(db, self.database, key, attempt=attempt) if key and not is_over else None
        if is_over:
            log.error("job.laid_aside", job=job.id, kind=job.entrypoint, attempts=most)
            raise _Aside
        if key and run is None:
            return None
        payload = jobs.payload_of(job)
        reporter = run or jobs.Unreported()
        principal = run.principal if run else None
        return JobContext(self.database, job.entrypoint, payload, attempt, reporter, key, principal)

    async def _body(self, job: Job, context: JobContext) -> None:
        """Run the function and write down what came of it."""
        try:
            response = await self.registry.functions[job.entrypoint](context)
        except Superseded:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a job fails with becomes its outcome
            await self._failed(job, context, error)
            return
        if isinstance(run := context.reporter, operations.Run):
            async with self.database.begin(run.key.region_id) as db:
                await operations.finish(db, run, response)
        log.info("job.finished", job=job.id, kind=job.entrypoint, attempt=context.attempt)

    async def _failed(self, job: Job, context: JobContext, error: Exception) -> None:
        refusal = _refusal_for(error)
        facts = {"job": job.id, "kind": job.entrypoint, "attempt": context.attempt, "code": refusal.code}
        if isinstance(refusal, Unavailable):
            log.warning("job.put_back", **facts)
            await self._put_back(job, context, counted=True)
            raise RetryRequested(timedelta(seconds=self.limits.retry_delay * context.attempt)) from error
        log.error("job.failed", **facts, exc_info=None if isinstance(error, ShixunError) else error)
        run = context.reporter
        if not isinstance(run, operations.Run):
            raise _Aside from error
        async with self.database.begin(run.key.region_id) as db:
            await operations.fail(db, run, refusal)

    async def _put_back(self, job: Job, context: JobContext, *, counted: bool) -> None:
        run = context.reporter
        key = run.key if isinstance(run, operations.Run) else None
        async with self.database.begin(key.region_id if key else None) as db:
            if not counted:
                await jobs.uncount_attempt(db, job.id, self.queries.owner)
            if isinstance(run, operations.Run):
                await operations.give_back(db, run, counted=counted)


def _refusal_for(error: Exception) -> ShixunError:
    """What a job failed with, as a refusal; Unavailable where trying again may help."""
    if isinstance(error, ShixunError):
        return error
    if isinstance(error, DBAPIError) and (refusal := refusal_for(error)):
        return refusal
    if isinstance(error, DRIVER_FAULTS):
        return Unavailable("CONNECTION_LOST", "与数据库或其他系统的连接中断，稍后自动重试。")
    return ShixunError("INTERNAL", "后台任务出错，未完成。请重新提交；仍出错时请联系管理员。")


async def _show_life(database: Database, name: str) -> None:
    async with database.begin() as db:
        await jobs.show_life(db, name)


async def _keep_house(database: Database) -> None:
    async with database.begin() as db:
        await jobs.prune(db)
    await operations.expire(database)


async def _every(seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
    """Do a chore now and then; a database that is away is no reason to end."""
    while True:
        try:
            await chore()
        except (*CONNECTION_FAULTS, Unavailable) as error:
            log.warning("worker.chore_failed", kind=type(error).__name__)
        await asyncio.sleep(seconds)


async def _first(happening: Awaitable[object], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(happening, seconds)
