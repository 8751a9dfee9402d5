"""Housekeeping of the storage: what no row names goes, what a row names and is not there is reported. [F18]"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from app.archive import queries
from app.archive.reading.draft import is_draft_of
from app.archive.states import Shelf, id_of, key_of
from app.core.db import Database
from app.core.log import logger

KEEP = timedelta(hours=1)
"""How long a file may lie without a row: longer than any upload and its transaction take."""
_BATCH = 500
log = logger("archive")


@dataclass(frozen=True, slots=True)
class Lost:
    """A row whose file is not there, or not as it was stored."""

    region_id: int
    file_id: UUID
    key: str
    fault: str


async def sweep(database: Database, shelf: Shelf, *, keep: timedelta = KEEP) -> int:
    """Remove drafts and files without a row that are older than `keep`; answers how many."""
    before = datetime.now(UTC) - keep
    removed = await asyncio.to_thread(_sweep_drafts, shelf, before)
    found = _old(shelf, before)
    while batch := await asyncio.to_thread(_next, found):
        for region in {region for _, region, _ in batch}:
            here = {file_id: key for key, its_region, file_id in batch if its_region == region}
            async with database.begin(region) as db:
                known = await queries.known_ids(db, region, list(here))
            orphans = [key for file_id, key in here.items() if file_id not in known]
            for key in orphans:
                await asyncio.to_thread(shelf.storage.delete, key)
            removed += len(orphans)
    if removed:
        log.info("archive.swept", removed=removed)
    return removed


async def lost(database: Database, shelf: Shelf, *, with_hashes: bool = False, limit: int = 100) -> list[Lost]:
    """Rows without their file, or with one of another size (and, if asked, another hash); at most `limit`."""
    found: list[Lost] = []
    async with database.begin() as db:
        regions = await queries.regions(db)
    for region in regions:
        last: UUID | None = None
        while len(found) < limit:
            async with database.begin(region) as db:
                rows = await queries.after(db, region, last, _BATCH)
            if not rows:
                break
            last = rows[-1].id
            for row in rows:
                key = key_of(region, row.id, row.sha256)
                if fault := await asyncio.to_thread(
                    _fault, shelf, key, row.size_bytes, row.sha256 if with_hashes else None
                ):
                    found.append(Lost(region, row.id, key, fault))
    return found[:limit]


def _old(shelf: Shelf, before: datetime) -> Iterator[tuple[str, int, UUID]]:
    """Key, region and id of stored files older than a moment; what this service did not store is left alone."""
    for one in shelf.storage.all():
        named = id_of(one.key)
        if named is not None and one.modified_at < before:
            yield one.key, *named


def _next(found: Iterator[tuple[str, int, UUID]]) -> list[tuple[str, int, UUID]]:
    return list(islice(found, _BATCH))


def _sweep_drafts(shelf: Shelf, before: datetime) -> int:
    removed = 0
    for path in shelf.drafts.glob("*.*"):
        try:
            is_old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
        except FileNotFoundError:
            continue
        if is_old and is_draft_of(path.name):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _fault(shelf: Shelf, key: str, size: int, sha256: bytes | None) -> str | None:
    there = shelf.storage.size(key)
    if there is None:
        return "missing"
    if there != size:
        return f"{there} bytes instead of {size}"
    if sha256 is not None:
        digest = hashlib.sha256()
        for piece in shelf.storage.pieces(key, 0, size):
            digest.update(piece)
        return None if digest.digest() == sha256 else "another hash"
    return None
