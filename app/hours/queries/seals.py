"""SQL of seals: which entries are settled and not yet sealed, the chain, and an entry's place in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.core.db import AnyRow, AnySelect
from app.core.events import Position
from app.core.operations import Operation
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursSeal, HoursSealRefusal
from app.hours.states import ENTRY_FIELDS, SEAL_AFTER_SECONDS, SEAL_ENTRIES_MAX

WAITING_MAX = 100_000
"""More waiting entries are not counted."""
_START = Position(0, 0, 0)
_DIGESTED = "CAST(encode(sha256(convert_to({name}, 'UTF8')), 'hex') AS text) AS {name}_sha256"
_WRITTEN = {
    "claimed": "CAST(trim_scale(claimed) AS text) AS claimed",
    "credited": "CAST(trim_scale(credited) AS text) AS credited",
    "activity_date": "to_char(activity_date, 'YYYY-MM-DD') AS activity_date",
    "findings_sha256": _DIGESTED.format(name="findings").replace("(findings,", "(CAST(findings AS text),"),
    "posted_at": """to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS posted_at""",
}


def _written(field: str) -> str:
    """A field of the canonical form as SQL: text that never depends on a session's settings."""
    if field in _WRITTEN:
        return _WRITTEN[field]
    if field.endswith("_sha256"):
        return _DIGESTED.format(name=field.removesuffix("_sha256"))
    return f"CAST({field} AS text) AS {field}"


_FIELDS = ", ".join(_written(field) for field in ENTRY_FIELDS)
_PLACE = "(CAST(:{0}_epoch AS integer), CAST(CAST(:{0}_xid AS text) AS xid8), CAST(:{0}_seq AS bigint))"
_AFTER = f"(epoch, xid, seq) > {_PLACE.format('after')}"
_UP_TO = f"(epoch, xid, seq) <= {_PLACE.format('upto')}"
# Named by table: a bare name would sort by the column of the result, which is text.
_ORDER = "ORDER BY hours_entries.region_id, hours_entries.epoch, hours_entries.xid, hours_entries.seq"
# Transactions below the horizon have ended: nothing can appear among their entries any more.
# The epoch as a subquery is asked once; as a bare call it was once a row.
_SETTLED = "(epoch < (SELECT feed_epoch()) OR xid < pg_snapshot_xmin(pg_current_snapshot()))"

_HERE = f"hours_entries WHERE hours_entries.region_id = :region AND {_AFTER}"
_NEXT = text(f"SELECT {_FIELDS} FROM {_HERE} AND {_SETTLED} {_ORDER} LIMIT {SEAL_ENTRIES_MAX}")  # noqa: S608 - our own
_BETWEEN = text(f"SELECT {_FIELDS} FROM {_HERE} AND {_UP_TO} {_ORDER}")  # noqa: S608 - names of our own
_FIRST = f"SELECT posted_at FROM {_HERE} AND {_SETTLED} {_ORDER} LIMIT {SEAL_ENTRIES_MAX}"  # noqa: S608 - the same
_DUE = text(
    f"SELECT count(*) >= {SEAL_ENTRIES_MAX} OR coalesce(min(posted_at) <= clock_timestamp()"  # noqa: S608 - the same
    f" - interval '{SEAL_AFTER_SECONDS} seconds', false) FROM ({_FIRST}) AS one"
)
_REST = f"SELECT posted_at FROM {_HERE} {_ORDER} LIMIT {WAITING_MAX}"  # noqa: S608 - the same
_WAITING = text(f"SELECT count(*) AS entries, min(posted_at) AS oldest FROM ({_REST}) AS one")  # noqa: S608 - the same
_POSITION = text(
    "SELECT epoch, CAST(CAST(xid AS text) AS bigint) AS xid, seq FROM hours_entries"
    " WHERE region_id = :region AND id = :entry"
)
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('hours_seals', :region))")
_LOCK_VERIFICATION = text("SELECT pg_advisory_xact_lock(hashtextextended('hours_seals.verify', :region))")
_REGIONS = text("SELECT id FROM regions ORDER BY id")


async def regions(db: AsyncConnection) -> list[int]:
    """Every region of the installation."""
    return list((await db.execute(_REGIONS)).scalars())


async def lock_sealing(db: AsyncConnection, region_id: int) -> bool:
    """Be the one sealer of a region until this transaction ends; False if another one is."""
    return bool(await db.scalar(_LOCK, {"region": region_id}))


async def is_due(db: AsyncConnection, region_id: int, after: Position | None) -> bool:
    """Whether a whole seal's worth of settled entries waits, or one of them has waited long enough."""
    return bool(await db.scalar(_DUE, _place(region_id, after=after)))


async def settled_after(db: AsyncConnection, region_id: int, after: Position | None) -> Sequence[AnyRow]:
    """The next settled entries as canonical fields, at most SEAL_ENTRIES_MAX, in the order of sealing."""
    return (await db.execute(_NEXT, _place(region_id, after=after))).all()


async def between(db: AsyncConnection, region_id: int, after: Position | None, upto: Position) -> Sequence[AnyRow]:
    """Every entry after a position up to another as canonical fields, in the order of sealing."""
    return (await db.execute(_BETWEEN, _place(region_id, after=after, upto=upto))).all()


async def waiting(db: AsyncConnection, region_id: int, after: Position | None) -> AnyRow:
    """How many entries (at most 100,000 are counted) are not sealed yet, and when the oldest was posted."""
    return (await db.execute(_WAITING, _place(region_id, after=after))).one()


async def now(db: AsyncConnection) -> datetime:
    """The database's clock."""
    moment: datetime = (await db.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


async def add(db: AsyncConnection, region_id: int, values: dict[str, Any]) -> None:
    """Write a seal; the table refuses a second successor of the same seal."""
    await db.execute(insert(HoursSeal).values(**values | {"region_id": region_id}))


async def newest(db: AsyncConnection, region_id: int) -> AnyRow | None:
    """The last seal of a region."""
    statement = _seals(region_id).order_by(HoursSeal.number.desc()).limit(1)
    return (await db.execute(statement)).one_or_none()


async def end_of_chain(db: AsyncConnection, region_id: int) -> Position | None:
    """The last position that is sealed."""
    last = await newest(db, region_id)
    return Position(last.hi_epoch, last.hi_xid, last.hi_seq) if last else None


async def lock_verification(db: AsyncConnection, region_id: int) -> None:
    """Wait until no other request of the region is starting a verification."""
    await db.execute(_LOCK_VERIFICATION, {"region": region_id})


async def is_under_way(db: AsyncConnection, region_id: int, kind: str) -> bool:
    """Whether an operation of a kind waits or runs in the region."""
    statement = select(Operation.id).where(
        Operation.region_id == region_id, Operation.kind == kind, Operation.finished_at.is_(None)
    )
    return (await db.execute(statement.limit(1))).first() is not None


_REFUSE = text(
    "INSERT INTO hours_seal_refusals AS r (region_id, reason, times, since, is_standing)"
    " VALUES (:region, :reason, 1, clock_timestamp(), true)"
    " ON CONFLICT (region_id) DO UPDATE SET reason = EXCLUDED.reason, times = r.times + 1, is_standing = true,"
    " since = CASE WHEN r.is_standing THEN r.since ELSE EXCLUDED.since END"
)
_SETTLE = text("UPDATE hours_seal_refusals SET is_standing = false WHERE region_id = :region AND is_standing")


async def note_refusal(db: AsyncConnection, region_id: int, reason: str) -> None:
    """Write down that the sealer refuses to go on, or does so still."""
    await db.execute(_REFUSE, {"region": region_id, "reason": reason})


async def settle_refusal(db: AsyncConnection, region_id: int) -> None:
    """Write down that the sealer goes on again."""
    await db.execute(_SETTLE, {"region": region_id})


async def refusal(db: AsyncConnection, region_id: int) -> AnyRow | None:
    """The last refusal of a region: reason, times, since, is_standing; None if there never was one."""
    one = HoursSealRefusal
    statement = select(one.reason, one.times, one.since, one.is_standing).where(one.region_id == region_id)
    return (await db.execute(statement)).one_or_none()


async def numbered(db: AsyncConnection, region_id: int, number: int) -> AnyRow | None:
    """One seal with what is needed to check it."""
    statement = _seals(region_id, HoursSeal.entry_ids, HoursSeal.leaves).where(HoursSeal.number == number)
    return (await db.execute(statement)).one_or_none()


async def chain(db: AsyncConnection, region_id: int, *, after: int, limit: int) -> Sequence[AnyRow]:
    """Seals with a greater number, in order, with what is needed to check them."""
    statement = _seals(region_id, HoursSeal.entry_ids, HoursSeal.leaves).where(HoursSeal.number > after)
    return (await db.execute(statement.order_by(HoursSeal.number).limit(limit))).all()


async def heads(db: AsyncConnection, region_id: int, *, after: int, limit: int) -> Sequence[AnyRow]:
    """Seals with a greater number, in order, without what they were made of."""
    statement = _seals(region_id).where(HoursSeal.number > after)
    return (await db.execute(statement.order_by(HoursSeal.number).limit(limit))).all()


async def count(db: AsyncConnection, region_id: int) -> int:
    """How many seals a region has."""
    statement = select(func.count()).select_from(HoursSeal).where(HoursSeal.region_id == region_id)
    return int(await db.scalar(statement) or 0)


async def page_of_seals(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Seals of the caller's region, newest first."""
    statement = _seals(ctx.principal.region_id)
    return await fetch_page(ctx.db, statement, request, order=(HoursSeal.number,), descending=True, scope="hours-seals")


async def position_of(db: AsyncConnection, region_id: int, entry_id: UUID) -> Position | None:
    """Where an entry stands in the order of sealing."""
    row = (await db.execute(_POSITION, {"region": region_id, "entry": entry_id})).one_or_none()
    return None if row is None else Position(row.epoch, row.xid, row.seq)


async def seal_over(db: AsyncConnection, region_id: int, position: Position) -> AnyRow | None:
    """The seal that covers a position, None if it is not sealed yet."""
    one = HoursSeal
    statement = _seals(region_id, one.entry_ids, one.leaves).where(
        tuple_(one.hi_epoch, one.hi_xid, one.hi_seq) >= (position.epoch, position.xid, position.seq)
    )
    return (await db.execute(statement.order_by(one.hi_epoch, one.hi_xid, one.hi_seq).limit(1))).one_or_none()


def _seals(region_id: int, *more: Any) -> AnySelect:
    one = HoursSeal
    columns = (
        one.region_id,
        one.number,
        one.prev,
        one.root,
        one.head,
        one.lo_epoch,
        one.lo_xid,
        one.lo_seq,
        one.hi_epoch,
        one.hi_xid,
        one.hi_seq,
        one.entries,
        one.sealed_at,
        one.key_id,
        one.signature,
    )
    return select(*columns, *more).where(one.region_id == region_id)


def _place(region_id: int, *, after: Position | None, upto: Position | None = None) -> dict[str, object]:
    values: dict[str, object] = {"region": region_id}
    for name, one in (("after", after or _START), ("upto", upto)):
        if one is not None:
            values |= {f"{name}_epoch": one.epoch, f"{name}_xid": str(one.xid), f"{name}_seq": one.seq}
    return values
