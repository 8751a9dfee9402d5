"""Use cases of seals: read them, prove an entry, verify 封存、证明与核验."""

import base64
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission
from app.core import operations
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.core.events import Position
from app.core.pages import Page, PageRequest
from app.core.signatures import seal_keys
from app.hours import queries
from app.hours.queries import seals
from app.hours.rules import merkle
from app.hours.schemas import (
    HoursEntryProof,
    HoursSeal,
    HoursSealCheck,
    HoursSealStanding,
    HoursSealsVerification,
    PublicSealStanding,
    SealPublicKey,
)
from app.hours.service.sealing import Verdict, check_seal, exact, head_fields, upper, verdict

VERIFY = "hours.verify_seals"
"""The kind of job that checks a region's seals."""
_RETRY_SECONDS = 2


async def find_seals(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Seals of the region, newest first."""
    ctx.require(Permission.HOURS_SEAL_READ)
    page = await seals.page_of_seals(ctx, request)
    items = [document(row) for row in page.items]
    return Page(items, page.cursors, page.has_more, page.total)  # type: ignore[arg-type]  # rows made into documents


async def get_seal(ctx: Context, number: int) -> HoursSeal:
    """One seal by number."""
    ctx.require(Permission.HOURS_SEAL_READ)
    return document(_found(await seals.numbered(ctx.db, ctx.principal.region_id, number)))


async def latest_seal(ctx: Context) -> HoursSealStanding:
    """The newest seal, and how much waits to be sealed."""
    ctx.require(Permission.HOURS_SEAL_READ)
    return HoursSealStanding.model_validate(await _standing(ctx.db, ctx.principal.region_id))


async def prove(ctx: Context, entry_id: UUID) -> HoursEntryProof:
    """The inclusion proof of an entry; NotFound outside the scope, Conflict HOURS_NOT_SEALED before its seal.

    Raises Conflict HOURS_SEAL_BROKEN where the entry is no longer what was sealed: then there is nothing to prove.
    """
    ctx.require(Permission.HOURS_READ)
    region = ctx.principal.region_id
    _found(await queries.by_id(ctx, entry_id))
    position = await seals.position_of(ctx.db, region, entry_id)
    seal = await seals.seal_over(ctx.db, region, position) if position else None
    if position is None or seal is None:
        message = "这条学时记录尚未封存，通常在登记后两分钟内封存。请稍后再试。"
        raise Conflict("HOURS_NOT_SEALED", message, retry_after=60)
    before = Position(position.epoch, position.xid, position.seq - 1)
    fields = (await seals.between(ctx.db, region, before, position))[0]
    width = len(seal.root)
    leaves = [seal.leaves[place : place + width] for place in range(0, len(seal.leaves), width)]
    index = seal.entry_ids.index(entry_id) if entry_id in seal.entry_ids else None
    if index is None or merkle.leaf(fields) != leaves[index]:
        message = "这条学时记录与封存时不符，不能出具证明。请联系管理员核验台账（hours-seals:verify）。"
        raise Conflict("HOURS_SEAL_BROKEN", message, seal=seal.number)
    return HoursEntryProof.model_validate(
        {
            "entry_id": entry_id,
            "format": merkle.FORMAT[0],
            "fields": [{"name": name, "value": value} for name, value in fields._mapping.items()],  # noqa: SLF001 - public by name
            "leaf": leaves[index].hex(),
            "index": index,
            "path": [{"side": side, "hash": sibling.hex()} for side, sibling in merkle.path(leaves, index)],
            "seal": document(seal),
            "public_key": base64.b64encode(seal_keys().public.get(seal.key_id, b"")).decode(),
        }
    )


async def verify_seal(ctx: Context, number: int) -> HoursSealCheck:
    """Check one seal against the entries stored now 核验一次封存."""
    ctx.require(Permission.HOURS_SEAL_READ)
    region = ctx.principal.region_id
    seal = _found(await seals.numbered(ctx.db, region, number))
    before = await seals.numbered(ctx.db, region, number - 1)
    fault = await check_seal(ctx.db, region, seal, before)
    told = verdict(Verdict(1, seal.entries, fault))
    return HoursSealCheck.model_validate(told | {"number": number})


async def verify_seals(ctx: Context) -> HoursSealsVerification:
    """Start checking every seal of the region 核验全部封存; Conflict while another such check is under way."""
    ctx.require(Permission.HOURS_SEAL_READ)
    region = ctx.principal.region_id
    await seals.lock_verification(ctx.db, region)
    if await seals.is_under_way(ctx.db, region, VERIFY):
        message = "本区域已有一次封存核验在进行，请稍后再试；单次封存可用 hours-seals/{number}:verify 核验。"
        raise Conflict("HOURS_VERIFICATION_RUNNING", message, retry_after=30)
    who = ctx.principal
    requester = operations.Requester(who.account_id, str(who.role), who.organisation_id, {})
    total = await seals.count(ctx.db, region)
    row = await operations.snapshot(
        ctx.db, region, await operations.start(ctx.db, region, VERIFY, {}, requester=requester, total=total)
    )
    place = f"/v1/operations/{row.id}"
    own = {
        "retry_after": _RETRY_SECONDS,
        "metadata": {"stage": row.stage, "processed": row.processed, "total": row.total, "percent": row.percent},
        "links": {"self": place, "events": f"{place}/events"},
    }
    return HoursSealsVerification.model_validate({**row._mapping, **own})  # noqa: SLF001 - public by name


async def public_standing(db: AsyncConnection, region_id: int) -> PublicSealStanding:
    """The newest head of a region and the public keys; heads are public, so there is no principal to ask."""
    whole = await _standing(db, region_id)
    return PublicSealStanding.model_validate(whole | {"region": f"{region_id:06d}", "keys": public_keys()})


def public_keys() -> list[SealPublicKey]:
    """Every key that signatures are checked with."""
    keys = seal_keys()
    return [
        SealPublicKey(
            key_id=name,
            algorithm="Ed25519",
            public_key=base64.b64encode(raw).decode(),
            is_current=name == keys.current,
        )
        for name, raw in keys.public.items()
    ]


def document(seal: AnyRow) -> HoursSeal:
    """A seal as clients get it; its id is the beginning of its head."""
    fields = head_fields(seal._mapping)  # noqa: SLF001 - public by name
    moment = seal.sealed_at
    own = {
        "id": UUID(bytes=seal.head[:16]),
        "number": seal.number,
        "entries": seal.entries,
        "sealed_at": exact(moment),
        "head": seal.head.hex(),
        "signature": seal.signature.hex(),
        "created_at": moment,
        "updated_at": moment,
        "etag": '"1"',
    }
    return HoursSeal.model_validate(fields | own)


async def _standing(db: AsyncConnection, region_id: int) -> dict[str, Any]:
    newest = await seals.newest(db, region_id)
    waiting = await seals.waiting(db, region_id, upper(newest))
    return {
        "seal": document(newest) if newest else None,
        "unsealed_entries": waiting.entries,
        "oldest_unsealed_at": waiting.oldest,
    }


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row
