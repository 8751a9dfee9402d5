"""Idempotency keys: the same key with the same content gets the same answer, and nothing happens twice.

The row is written in the transaction of the effect: a loser of a race blocks on the winner's row, then replays it.
Only successful answers are kept; a refusal rolls back and may be tried again.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.errors import BadRequest, Invalid

_KEY = re.compile(r"[\x21-\x7e]{8,255}")
KEEP = timedelta(hours=72)
KEEP_LONG = timedelta(days=30)


class IdempotencyKey(Base):
    """An answer by (principal, route, key), with the fingerprint of the request it answered."""

    __tablename__ = "idempotency_keys"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    principal_id: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 8 AND 255", name="key"),
        Index("ix_idempotency_keys_expiry", "expires_at"),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer: HTTP status, body bytes, and whether it is a replay."""

    status: int
    body: bytes
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose key it is and what it is used for; `content` is the canonical request body."""

    region_id: int
    principal_id: UUID
    route: str
    key: str | None
    content: bytes
    keep: timedelta = KEEP


async def once(db: AsyncConnection, claim: Claim, act: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of `act`, or the kept answer of the first call with this key.

    Raises 400 IDEMPOTENCY_KEY_MISSING / IDEMPOTENCY_KEY_INVALID, 422 IDEMPOTENCY_KEY_REUSED for other content.
    A call that still runs makes this one wait; lock_timeout ends the wait with 409 IDEMPOTENCY_KEY_IN_USE.
    """
    key = _checked(claim.key)
    fingerprint = hashlib.sha256(claim.route.encode() + b"\x00" + claim.content).digest()
    place = {"region_id": claim.region_id, "principal_id": claim.principal_id, "route": claim.route, "key": key}
    fresh = await db.scalar(
        insert(IdempotencyKey)
        .values(**place, fingerprint=fingerprint, expires_at=func.clock_timestamp() + claim.keep)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if fresh is None:
        return await _replay(db, place, fingerprint)
    answer = await act()
    await db.execute(
        update(IdempotencyKey)
        .where(*(getattr(IdempotencyKey, name) == value for name, value in place.items()))
        .values(status=answer.status, body=answer.body)
    )
    return answer


async def _replay(db: AsyncConnection, place: dict[str, object], fingerprint: bytes) -> Answer:
    kept = (
        await db.execute(
            select(IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.body).where(
                *(getattr(IdempotencyKey, name) == value for name, value in place.items())
            )
        )
    ).one()
    if kept.fingerprint != fingerprint:
        message = "同一个 Idempotency-Key 已用于不同的内容，请为新的请求换一个。"
        raise Invalid("IDEMPOTENCY_KEY_REUSED", message)
    return Answer(kept.status, kept.body, is_replay=True)


def _checked(key: str | None) -> str:
    if not key:
        message = "该操作需要请求头 Idempotency-Key（例如一个新的 UUID），以免重试时重复登记。"
        raise BadRequest("IDEMPOTENCY_KEY_MISSING", message)
    bare = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not _KEY.fullmatch(bare):
        raise BadRequest("IDEMPOTENCY_KEY_INVALID", "Idempotency-Key 应为 8 至 255 个可见 ASCII 字符。")
    return bare
