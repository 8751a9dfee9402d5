"""Events: audit, outbox and change feed in one append-only table, written in the transaction of the change 事件."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Identity,
    Index,
    Integer,
    Row,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.db import Base
from app.core.errors import BadRequest
from app.core.ids import new_id
from app.core.log import current_request

_POSITION = re.compile(r"\d{1,6}-\d{1,19}-\d{1,18}")


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The name of the type in SQL."""
        return "xid8"


class FeedEpoch(Base):
    """Generations of transaction ids: a restore or a move to another server starts a new one."""

    __tablename__ = "feed_epochs"
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    system_identifier: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Event(Base):
    """What happened, to what, by whom; never changed and never deleted.

    `channel` change: of interest to frontends and integrations; audit: only for the audit log.
    `organisation_id` and `teacher_id` say whose scope the event lies in.
    """

    __tablename__ = "events"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(server_default=text("feed_epoch()"))
    xid: Mapped[int] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    channel: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    teacher_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    acting_role: Mapped[str | None]
    acting_organisation_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    remote_address: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    decided_under: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("channel IN ('change', 'audit')", name="channel"),
        Index("ix_events_feed", "region_id", "epoch", "xid", "seq"),
        Index("ix_events_entity", "region_id", "entity", "entity_id"),
        Index("ix_events_account", "region_id", "account_id", "occurred_at"),
    )


def draft(region_id: int, kind: str, *, entity: str, entity_id: UUID | None, **fields: Any) -> dict[str, Any]:
    """The column values of an event; the request's id and address are filled in."""
    request = current_request()
    return {
        "region_id": region_id,
        "id": new_id(),
        "channel": "change",
        "kind": kind,
        "entity": entity,
        "entity_id": entity_id,
        "request_id": request.id,
        "remote_address": request.address,
        **fields,
    }


async def append(connection: AsyncConnection, events: Sequence[Mapping[str, Any]]) -> None:
    """Write events in the caller's transaction."""
    if events:
        await connection.execute(insert(Event), [dict(event) for event in events])


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed: transaction ids do not survive a restore, so they count within an epoch."""

    epoch: int
    xid: int
    seq: int

    def __str__(self) -> str:
        """As clients keep it: "1-742-9001"."""
        return f"{self.epoch}-{self.xid}-{self.seq}"

    @staticmethod
    def parse(text: str) -> "Position":
        """A position again; 400 CURSOR_INVALID for anything else."""
        if not _POSITION.fullmatch(text):
            raise BadRequest("CURSOR_INVALID", "after 应取自上一次答复的 next_cursor 或事件的 cursor。")
        return Position(*(int(part) for part in text.split("-")))


async def changes(
    connection: AsyncConnection, region_id: int, condition: ColumnElement[bool], after: Position | None, limit: int
) -> Sequence[Row[Any]]:
    """Committed changes after a position, oldest first, at most `limit`; none is ever missed.

    A transaction that is still running holds back everything that began after it: what it writes will come first.
    """
    event = Event
    settled = event.xid < func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=TransactionId())
    statement = (
        select(
            event.id,
            event.epoch,
            cast(cast(event.xid, Text), BigInteger).label("xid"),
            event.seq,
            event.kind,
            event.entity,
            event.entity_id,
            event.organisation_id,
            event.teacher_id,
            event.facts,
            event.occurred_at,
        )
        .where(
            event.region_id == region_id,
            event.channel == "change",
            (event.epoch < func.feed_epoch()) | settled,
            condition,
        )
        .order_by(event.epoch, event.xid, event.seq)
        .limit(limit)
    )
    if after:
        place = tuple_(literal(after.epoch), cast(literal(str(after.xid)), TransactionId()), literal(after.seq))
        statement = statement.where(tuple_(event.epoch, event.xid, event.seq) > place)
    return (await connection.execute(statement)).all()
