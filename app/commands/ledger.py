"""`shixun ledger`: prove the ledger right, hand out the heads of its seals, begin a new epoch after a restore."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy.ext.asyncio import AsyncConnection

from app.commands.installation import Installation, installation
from app.core.clock import Clock
from app.core.db import Database, asyncpg_url, freeze_view, limit_statements
from app.core.installation import begin_epoch
from app.hours import queries as hours
from app.hours.queries import seals
from app.hours.rules import merkle
from app.hours.service.sealing import MESSAGES, check_chain, head_fields
from app.hours.states import HEAD_FIELDS
from app.main import install_keys, open_database

STATEMENT_TIMEOUT = "10min"
HEADS_CHUNK = 500
console = Console(stderr=True)


def verify(heads: Path | None) -> int:
    """Every region: summaries, counters, every seal against its entries, kept heads; answers 1 at a difference."""
    kept = list(_read_heads(heads)) if heads else []

    async def run() -> int:
        with installation() as here:
            database = _open(here)
            async with database.begin() as db:
                regions = await seals.regions(db)
            found = [fault for region in regions for fault in await _check(database, region, kept)]
            found += [f"{one['region']}: no such region any more" for one in kept if int(one["region"]) not in regions]
            await database.close()
        for fault in found:
            print(fault)
        print("the ledger is right" if not found else f"{len(found)} differences", file=sys.stderr)
        return 1 if found else 0

    return asyncio.run(run())


def print_heads() -> int:
    """The head of every seal, one JSON object a line: to be kept elsewhere and compared with later."""

    async def run() -> None:
        with installation() as here:
            database = _open(here)
            async with database.begin() as db:
                regions = await seals.regions(db)
            for region in regions:
                last = 0
                async with database.begin(region) as db:
                    while rows := await seals.heads(db, region, after=last, limit=HEADS_CHUNK):
                        for row in rows:
                            print(json.dumps(_head(row._mapping)))  # noqa: SLF001 - public by name
                        last = rows[-1].number
            await database.close()

    asyncio.run(run())
    return 0


def new_epoch() -> int:
    """As the owner, with nothing running: positions count afresh from here."""
    with installation() as here:
        url = asyncpg_url(here.owner_url)
        epoch = asyncio.run(begin_epoch(url, role=here.owner_role, only_if_moved=False))
    print(f"epoch {epoch} has begun", file=sys.stderr)
    return 0


def _open(here: Installation) -> Database:
    install_keys(here.settings)
    return open_database(here.settings)


async def _check(database: Database, region: int, kept: list[dict[str, Any]]) -> list[str]:
    today = Clock.running().today
    async with database.begin(region) as db:
        await limit_statements(db, STATEMENT_TIMEOUT)
        with console.status(f"region {region}: summaries and counters"):
            different = [
                *await hours.summary_differences(db, region),
                *await hours.counter_differences(db, region, today),
            ]
    found = [str(one) for one in different]
    async with database.begin(region) as db:
        await freeze_view(db)
        await limit_statements(db, STATEMENT_TIMEOUT)
        with _progress() as bar:
            task = bar.add_task(f"region {region}: seals", total=None)

            async def report(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            verdict = await check_chain(db, region, report)
        if fault := verdict.fault:
            about = f" entry {fault.entry_id}" if fault.entry_id else ""
            found.append(f"{region} seal {fault.number}{about}: {fault.code} {MESSAGES[fault.code]}")
        waiting = await seals.waiting(db, region, await seals.end_of_chain(db, region))
        print(
            f"region {region}: {verdict.entries} entries under {verdict.seals} seals hold,"
            f" {waiting.entries} not sealed yet",
            file=sys.stderr,
        )
        if rewritten := await _first_rewritten(db, region, kept):
            found.append(rewritten)
    return found


async def _first_rewritten(db: AsyncConnection, region: int, kept: list[dict[str, Any]]) -> str | None:
    """The first kept head of a region that is no longer in its chain."""
    for one in kept:
        if int(one["region"]) != region:
            continue
        row = await seals.numbered(db, region, int(one["number"]))
        if row is None:
            return f"{region} seal {one['number']}: gone since its head was kept; the chain was cut or rewritten"
        if row.head.hex() != one["head"]:
            return f"{region} seal {one['number']}: another head was kept; the chain was rewritten or is a fork"
    return None


def _head(seal: Any) -> dict[str, Any]:
    fields = head_fields(seal)
    return fields | {"head": seal["head"].hex(), "signature": seal["signature"].hex()}


def _read_heads(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of heads; a line that does not make its own head is refused."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one: dict[str, Any] = json.loads(line)
            fits = merkle.head([one[name] for name in HEAD_FIELDS]).hex() == one["head"]
        except (ValueError, KeyError, TypeError, AttributeError):
            one, fits = {}, False
        if not fits:
            message = f"{file}:{number} is no head of a seal: was the file changed?"
            raise SystemExit(message)
        yield one


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
