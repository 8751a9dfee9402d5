"""Sealing the ledger and checking it: the work of the background sealer and of every verification 封存与核验."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.db import AnyRow, Database, enter_region, freeze_view
from app.core.events import Position
from app.core.installation import has_moved
from app.core.signatures import SealKeys, seal_keys
from app.hours.queries import seals as kept
from app.hours.rules import merkle
from app.hours.states import ENTRY_FIELDS, HEAD_FIELDS

_ID = ENTRY_FIELDS.index("id")
_CHUNK = 20
Report = Callable[[int, int], Awaitable[None]]
"""Called with seals checked and seals in all."""


class SealRefused(Exception):
    """The sealer found something it must not sign over; a person has to look."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a seal: a stable code, and the entry or seal it names."""

    code: str
    number: int
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: seals and entries that were checked up to the first fault, if there is one."""

    seals: int
    entries: int
    fault: Fault | None = None


MESSAGES = {
    "chain": "封存链不连续：编号或上一封存的摘要对不上。",
    "head": "封存记录本身被改动：摘要与内容不符。",
    "key_unknown": "签名所用的公钥不在已知公钥之列。",
    "signature": "签名与封存摘要不符。",
    "leaves": "封存时留下的逐条哈希被改动。",
    "positions": "封存记录的起止位置与其中的学时记录不符。",
    "changed": "这条学时记录的内容与封存时不同。",
    "missing": "这条已封存的学时记录不见了。",
    "inserted": "这条学时记录是封存之后插入已封存范围的。",
    "moved": "这条学时记录的次序与封存时不同。",
}
"""What a fault says, in Chinese, by code."""


async def seal_next(database: Database, region_id: int, *, at_once: bool = False) -> int:
    """Seal the next settled entries of a region; returns how many, 0 if nothing is due or another sealer is at it.

    at_once: do not wait until a minute has passed or a whole seal is full. The root is computed from one view of the
    table and again from a later one before its head is signed. Raises SealRefused.
    """
    async with database.begin(region_id) as guard:
        if not await kept.lock_sealing(guard, region_id):
            return 0
        async with database.begin(region_id) as db:
            await freeze_view(db)
            last = await kept.newest(db, region_id)
            after = upper(last)
            if not at_once and not await kept.is_due(db, region_id, after):
                return 0
            found = await kept.settled_after(db, region_id, after)
            if not found:
                return 0
            if await has_moved(db):
                message = "the database was moved: run `shixun migrate`"
                raise SealRefused(message)
            if last and not _is_signed(last, seal_keys()):
                message = f"seal {last.number} does not hold its signature"
                raise SealRefused(message)
            leaves = [merkle.leaf(row) for row in found]
            upto = _position(found[-1])
            again = await kept.between(guard, region_id, after, upto)
            if [merkle.leaf(row) for row in again] != leaves:
                message = f"entries up to {upto} changed between two readings"
                raise SealRefused(message)
            await kept.add(db, region_id, _signed(region_id, last, await kept.now(db), found, leaves))
    return len(found)


def _signed(
    region_id: int, last: AnyRow | None, at: datetime, found: Sequence[AnyRow], leaves: Sequence[bytes]
) -> dict[str, Any]:
    """The columns of the next seal."""
    first, upto = _position(found[0]), _position(found[-1])
    keys = seal_keys()
    values = {
        "region_id": region_id,
        "number": last.number + 1 if last else 1,
        "prev": last.head if last else None,
        "root": merkle.root(leaves),
        "lo_epoch": first.epoch,
        "lo_xid": first.xid,
        "lo_seq": first.seq,
        "hi_epoch": upto.epoch,
        "hi_xid": upto.xid,
        "hi_seq": upto.seq,
        "entries": len(leaves),
        "sealed_at": at,
        "key_id": keys.current,
    }
    head = merkle.head(list(head_fields(values).values()))
    sealed = {"entry_ids": [UUID(row[_ID]) for row in found], "leaves": b"".join(leaves)}
    return values | sealed | {"head": head, "signature": keys.sign(head)}


def head_fields(seal: Mapping[Any, Any]) -> dict[str, str | None]:
    """What the head of a seal is the hash of: columns of a seal -> fields as text, in their order."""
    values: dict[str, str | None] = {
        "region": f"{seal['region_id']:06d}",
        "number": str(seal["number"]),
        "prev": seal["prev"].hex() if seal["prev"] else None,
        "root": seal["root"].hex(),
        "first": str(Position(seal["lo_epoch"], seal["lo_xid"], seal["lo_seq"])),
        "last": str(Position(seal["hi_epoch"], seal["hi_xid"], seal["hi_seq"])),
        "entries": str(seal["entries"]),
        "sealed_at": exact(seal["sealed_at"]),
        "key_id": seal["key_id"],
    }
    return {name: values[name] for name in HEAD_FIELDS}


def exact(moment: datetime) -> str:
    """A moment to the microsecond, as it is signed."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def upper(seal: AnyRow | None) -> Position | None:
    """The last position a seal covers."""
    return Position(seal.hi_epoch, seal.hi_xid, seal.hi_seq) if seal else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """That the sealer refused to seal a region: why, how often so far, since when, and whether it still does."""

    region: int
    reason: str
    times: int
    since: datetime
    is_standing: bool


async def refusals(database: Database) -> list[Refusal]:
    """The last refusal of each region that had one, for those who watch over the installation."""
    found = []
    async with database.begin() as db:
        for region in await kept.regions(db):
            await enter_region(db, region)
            if row := await kept.refusal(db, region):
                found.append(Refusal(region, *row))
    return found


async def check_chain(db: AsyncConnection, region_id: int, report: Report | None = None) -> Verdict:
    """Every seal of a region against the entries as they are stored now, up to the first fault.

    The caller's transaction sees one state (`freeze_view`): a seal made meanwhile would lack its entries.
    """
    total, done, entries = await kept.count(db, region_id), 0, 0
    before: AnyRow | None = None
    while seals := await kept.chain(db, region_id, after=before.number if before else 0, limit=_CHUNK):
        for seal in seals:
            if fault := await check_seal(db, region_id, seal, before):
                return Verdict(done, entries, fault)
            before, done, entries = seal, done + 1, entries + seal.entries
            if report:
                await report(done, total)
    return Verdict(done, entries)


async def check_seal(db: AsyncConnection, region_id: int, seal: AnyRow, before: AnyRow | None) -> Fault | None:
    """One seal against the seal before it, its own signature, and its entries as they are stored now."""
    if code := broken_link(seal, before):
        return Fault(code, seal.number)
    width = len(seal.root)
    leaves = [seal.leaves[place : place + width] for place in range(0, len(seal.leaves), width)]
    if merkle.root(leaves) != seal.root:
        return Fault("leaves", seal.number)
    stored = await kept.between(db, region_id, upper(before), upper(seal))  # type: ignore[arg-type]  # it is there
    found = [(UUID(row[_ID]), merkle.leaf(row)) for row in stored]
    sealed = list(zip(seal.entry_ids, leaves, strict=True))
    if difference := merkle.first_difference(sealed, found):
        same = [one for _, one in found] == leaves
        return Fault("leaves" if same else difference.kind, seal.number, None if same else difference.entry)
    first, last = (_position(row) for row in (stored[0], stored[-1]))
    if first != Position(seal.lo_epoch, seal.lo_xid, seal.lo_seq) or last != upper(seal):
        return Fault("positions", seal.number)
    return None


def broken_link(seal: AnyRow, before: AnyRow | None) -> str | None:
    """What is wrong with a seal by itself and with its link to the one before; None if nothing is."""
    if seal.number != (before.number if before else 0) + 1 or seal.prev != (before.head if before else None):
        return "chain"
    if merkle.head(list(head_fields(seal._mapping).values())) != seal.head:  # noqa: SLF001 - public by name
        return "head"
    if seal.key_id not in seal_keys().public:
        return "key_unknown"
    return None if seal_keys().holds(seal.key_id, seal.signature, seal.head) else "signature"


def _is_signed(seal: AnyRow, keys: SealKeys) -> bool:
    is_whole = merkle.head(list(head_fields(seal._mapping).values())) == seal.head  # noqa: SLF001 - public by name
    return is_whole and keys.holds(seal.key_id, seal.signature, seal.head)


def _position(row: AnyRow) -> Position:
    return Position(int(row.epoch), int(row.xid), int(row.seq))


def verdict(found: Verdict) -> dict[str, Any]:
    """A verdict as it is answered."""
    fault = found.fault
    told = fault and {
        "code": fault.code,
        "number": fault.number,
        "entry_id": fault.entry_id,
        "message": MESSAGES[fault.code],
    }
    return {"seals": found.seals, "entries": found.entries, "is_right": fault is None, "fault": told}
