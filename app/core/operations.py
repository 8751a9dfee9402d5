"""Long-running operations 长时任务: what a client sees of background work; a fence makes each run count once.

Every run takes the next fence number; what a run writes names its number, so a run that was taken over writes nothing.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, case, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Database, RegionRow, touched
from app.core.errors import NotFound, ShixunError
from app.core.ids import new_id
from app.core.jobs import OperationKey, Superseded, enqueue, forget_attempts, release_held
from app.core.lifecycle import Lifecycle, Move

REPORT_SECONDS = 0.5


class OperationStatus(StrEnum):
    """Waiting, running, and the four ends 排队、进行中、成功、失败、需人工处理、已取消."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"
    CANCELLED = "cancelled"


_OPEN = frozenset({OperationStatus.QUEUED, OperationStatus.RUNNING})
_RUNNING = frozenset({OperationStatus.RUNNING})
_WORKER, _PERSON = "worker", "operation.change"

OPERATION_LIFECYCLE = Lifecycle(
    name="operation",
    title="任务",
    moves={
        "run": Move(_OPEN, OperationStatus.RUNNING, _WORKER),
        "give_back": Move(_RUNNING, OperationStatus.QUEUED, _WORKER),
        "finish": Move(_RUNNING, OperationStatus.SUCCEEDED, _WORKER),
        "fail": Move(_RUNNING, OperationStatus.FAILED, _WORKER),
        "give_up": Move(_OPEN, OperationStatus.NEEDS_ATTENTION, _WORKER),
        "cancel": Move(_OPEN | {OperationStatus.NEEDS_ATTENTION}, OperationStatus.CANCELLED, _PERSON),
        "retry": Move(frozenset({OperationStatus.NEEDS_ATTENTION}), OperationStatus.QUEUED, _PERSON),
    },
)


def _listed(*statuses: OperationStatus) -> str:
    return ", ".join(repr(str(status)) for status in statuses)


class Operation(RegionRow, Base):
    """A long-running operation; kept 30 days. `error` is a problem document, `principal` who asked for it."""

    __tablename__ = "operations"
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(Text, server_default=text("'queued'"))
    stage: Mapped[str] = mapped_column(Text, server_default=text("'queued'"))
    processed: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    total: Mapped[int | None] = mapped_column(BigInteger)
    response: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    fence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    furthest: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID | None]
    acting_role: Mapped[str]
    principal: Mapped[dict[str, Any]] = mapped_column(JSONB)
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(server_default=text("(clock_timestamp() + '30 days'::interval)"))

    __table_args__ = (
        CheckConstraint(f"status IN ({_listed(*OperationStatus)})", name="status"),
        CheckConstraint("(status IN ('queued', 'running')) = (finished_at IS NULL)", name="finished"),
        CheckConstraint("(status IN ('failed', 'needs_attention')) = (error IS NOT NULL)", name="error"),
        CheckConstraint("response IS NULL OR status = 'succeeded'", name="response"),
        CheckConstraint("processed >= 0 AND total >= 0 AND attempts >= 0 AND fence >= 0", name="counts"),
        Index("ix_operations_account", "region_id", "account_id", "id"),
        Index("ix_operations_expiry", "region_id", "expires_at"),
    )


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked: account, role and organisation, and whatever the assembly needs to rebuild the principal (JSON)."""

    account_id: UUID
    acting_role: str
    organisation_id: UUID | None
    principal: Mapping[str, Any]


@dataclass(slots=True)
class Run:
    """One run of one operation; implements the reporter of its job."""

    database: Database
    key: OperationKey
    fence: int
    principal: Mapping[str, Any] | None = None
    attempt: int = 1
    _told: tuple[float, str] = field(default=(0.0, ""))

    async def progress(self, stage: str, processed: int, total: int | None = None) -> None:
        """Write the progress in a short transaction: at once for a new stage, else every REPORT_SECONDS."""
        now = time.monotonic()
        if self._told[1] == stage and now - self._told[0] < REPORT_SECONDS:
            return
        await progress(self, stage, processed, total)
        self._told = (now, stage)

    async def gained(self, db: AsyncConnection, mark: int) -> None:
        """Forget the attempts before this one where it has come further than all of them; free for a first attempt."""
        if self.attempt == 1:
            return
        statement = update(Operation).where(*_this(self), Operation.furthest < mark)
        if (await db.execute(statement.values(furthest=mark, attempts=1))).rowcount:
            await forget_attempts(db, _queue_key(self.key))

    async def hold(self, db: AsyncConnection) -> None:
        """Lock the operation for the caller's transaction; a later run has to wait for it. Raises Superseded."""
        statement = select(Operation.id).where(*_this(self)).with_for_update(key_share=True)
        if (await db.execute(statement)).first() is None:
            raise Superseded


async def start(  # noqa: PLR0913 - what an operation begins with
    db: AsyncConnection,
    region_id: int,
    kind: str,
    payload: Mapping[str, Any],
    *,
    requester: Requester,
    total: int | None = None,
    run_at: datetime | None = None,
) -> UUID:
    """Record an operation and put its job on the queue, both in the caller's transaction; returns its id."""
    key = OperationKey(region_id, new_id())
    await db.execute(
        insert(Operation).values(
            region_id=region_id,
            id=key.id,
            kind=kind,
            total=total,
            account_id=requester.account_id,
            organisation_id=requester.organisation_id,
            acting_role=requester.acting_role,
            principal=dict(requester.principal),
        )
    )
    await enqueue(db, kind, payload, dedupe_key=_queue_key(key), run_at=run_at, operation=key)
    return key.id


async def begin(db: AsyncConnection, database: Database, key: OperationKey, *, attempt: int) -> Run | None:
    """Begin a run: earlier runs lose their fence. None if the operation has ended or is gone."""
    statement = _moved("run", key).values(attempts=attempt, fence=Operation.fence + 1)
    row = (await db.execute(statement.returning(Operation.fence, Operation.principal))).one_or_none()
    return None if row is None else Run(database, key, row.fence, row.principal, attempt)


async def progress(run: Run, stage: str, processed: int, total: int | None = None) -> None:
    """Write how far the run is, visible at once. Raises Superseded if another run has taken over."""
    async with run.database.begin(run.key.region_id) as db:
        values = {"stage": stage, "processed": processed} | ({} if total is None else {"total": total})
        _must_count(await db.execute(update(Operation).where(*_this(run)).values(**values, **touched(Operation))))


async def finish(db: AsyncConnection, run: Run, response: Mapping[str, Any] | None) -> None:
    """End the run well. Raises Superseded if it is not the one that counts."""
    values = {"response": None if response is None else dict(response), "stage": "done"}
    await _end(db, run, "finish", values)


async def fail(db: AsyncConnection, run: Run, error: ShixunError) -> None:
    """End the run with what stopped it. Raises Superseded if it is not the one that counts."""
    await _end(db, run, "fail", {"error": problem(error)})


async def give_back(db: AsyncConnection, run: Run, *, counted: bool) -> None:
    """Let another run follow; counted False takes the attempt back, because the worker ends."""
    attempts = Operation.attempts if counted else func.greatest(Operation.attempts - 1, 0)
    statement = _moved("give_back", run.key).where(Operation.fence == run.fence).values(attempts=attempts)
    _must_count(await db.execute(statement))


async def give_up(db: AsyncConnection, key: OperationKey, error: ShixunError) -> None:
    """Lay the operation aside for a person; no effect if it has ended."""
    statement = _moved("give_up", key).values(error=problem(error), finished_at=func.clock_timestamp())
    await db.execute(statement.values(fence=Operation.fence + 1))


async def cancel(db: AsyncConnection, region_id: int, operation_id: UUID) -> None:
    """Cancel: a run in progress stops where it reports or holds next. Conflict 409 if it has ended."""
    key = OperationKey(region_id, operation_id)
    await _check(db, key, "cancel")
    await db.execute(_moved("cancel", key).values(error=None, finished_at=func.clock_timestamp()))


async def retry(db: AsyncConnection, region_id: int, operation_id: UUID) -> None:
    """Run an operation that needs attention again, attempts forgotten. Conflict 409 in other states."""
    key = OperationKey(region_id, operation_id)
    await _check(db, key, "retry")
    if not await release_held(db, _queue_key(key)):
        raise NotFound("JOB_NOT_FOUND", "该任务的作业已清除，不能重新执行，请重新提交。")
    await db.execute(_moved("retry", key).values(error=None, finished_at=None, attempts=0, stage="queued"))


async def get(db: AsyncConnection, region_id: int, operation_id: UUID) -> Row[Any]:
    """Every column of an operation. Raises NotFound 404."""
    return await _one(db, OperationKey(region_id, operation_id), *Operation.__table__.columns)


async def snapshot(ctx_db: AsyncConnection, region_id: int, operation_id: UUID) -> Row[Any]:
    """What a client may see: status, done, stage, processed, total, percent (whole, None without total), outcome.

    `account_id` and `organisation_id` are there to decide who may read it. Raises NotFound 404.
    """
    operation = Operation
    done = operation.status.not_in([str(status) for status in sorted(_OPEN)])
    percent = case((operation.total > 0, func.least(operation.processed * 100 // operation.total, 100)))
    return await _one(
        ctx_db,
        OperationKey(region_id, operation_id),
        operation.id,
        operation.kind,
        operation.status,
        done.label("done"),
        operation.stage,
        operation.processed,
        operation.total,
        percent.label("percent"),
        operation.response,
        operation.error,
        operation.attempts,
        operation.account_id,
        operation.organisation_id,
        operation.created_at,
        operation.updated_at,
        operation.finished_at,
        operation.expires_at,
        operation.version,
    )


async def expire(database: Database) -> int:
    """Delete operations past their 30 days, region by region; returns how many."""
    async with database.begin() as db:
        regions = (await db.execute(text("SELECT id FROM regions ORDER BY id"))).scalars().all()
    deleted = 0
    for region_id in regions:
        async with database.begin(region_id) as db:
            old = delete(Operation).where(
                Operation.region_id == region_id,
                Operation.expires_at < func.now(),
                Operation.finished_at < func.now() - timedelta(days=1),
            )
            deleted += (await db.execute(old)).rowcount
    return deleted


def problem(error: ShixunError) -> dict[str, Any]:
    """A refusal as the members of a problem document."""
    faults = [
        {"pointer": f.pointer, "code": f.code, "message": f.message, "params": dict(f.params)} for f in error.errors
    ]
    return {
        **{name: value for name, value in error.facts.items() if value is not None},
        "type": f"/problems/{error.code.lower().replace('_', '-')}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "errors": faults,
    }


def _queue_key(key: OperationKey) -> str:
    return f"operation:{key.region_id}:{key.id}"


def _at(key: OperationKey) -> tuple[Any, ...]:
    return (Operation.region_id == key.region_id, Operation.id == key.id)


def _this(run: Run) -> tuple[Any, ...]:
    return (*_at(run.key), Operation.fence == run.fence, Operation.status == OperationStatus.RUNNING)


def _moved(verb: str, key: OperationKey) -> Any:
    move = OPERATION_LIFECYCLE.moves[verb]
    sources = [str(source) for source in sorted(move.sources)]
    statement = update(Operation).where(*_at(key), Operation.status.in_(sources))
    return statement.values(status=str(move.target), **touched(Operation))


async def _end(db: AsyncConnection, run: Run, verb: str, values: Mapping[str, Any]) -> None:
    statement = _moved(verb, run.key).where(Operation.fence == run.fence)
    _must_count(await db.execute(statement.values(**values, finished_at=func.clock_timestamp())))


def _must_count(result: Any) -> None:
    if result.rowcount != 1:
        raise Superseded


async def _one(db: AsyncConnection, key: OperationKey, *columns: Any) -> Row[Any]:
    row = (await db.execute(select(*columns).where(*_at(key)))).one_or_none()
    if row is None:
        raise NotFound
    return row


async def _check(db: AsyncConnection, key: OperationKey, verb: str) -> None:
    row = (await db.execute(select(Operation.status).where(*_at(key)).with_for_update())).one_or_none()
    if row is None:
        raise NotFound
    OPERATION_LIFECYCLE.move(OperationStatus(row.status), verb)
