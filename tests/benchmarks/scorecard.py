"""`make bench-scale`: the scorecard of a county, a city and a province, beside plain SQL for the same counts.

Each size is a database of its own, filled by `province.py`, on an embedded PostgreSQL that nobody else uses. The card
is the service's own use case under row-level security; what the plain SQL counts must be what the card says.
"""

import argparse
import asyncio
import os
import platform
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core import pages
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.performance.queries import figures
from app.performance.queries.figures import Counted, Source
from app.performance.queries.figures.reading import Span
from app.performance.service import get_card
from app.policy.load import Regulation
from app.settings import CLONE
from tests.benchmarks.hand_counts import ALL_AT_ONCE
from tests.benchmarks.province import YEAR, fill
from tests.factories import cluster, keys
from tests.factories.world import HOME, PACKS, World

SIZES = (8_000, 100_000, 1_200_000)
TODAY = date(YEAR, 11, 23)
SPAN = Span(YEAR, date(YEAR, 1, 1), TODAY)
HEADING = "## The scorecard by size"
ROUNDS = 5


@dataclass
class Measured:
    """Milliseconds at one size: the card, its counts, plain SQL; by figure a first page of its list and a deep one."""

    teachers: int
    filled_seconds: float = 0
    card: float = 0
    counts: float = 0
    plain: float = 0
    records: int = 0
    pages: dict[str, tuple[float, float]] = field(default_factory=dict)


@asynccontextmanager
async def reader(database: Database, clock: Clock) -> AsyncIterator[Context]:
    """Somebody of 教师教育科 in a transaction of the world's region."""
    place = World().organisation("bureau")
    who = Principal(HOME, uuid4(), Role.BUREAU, place, frozenset({place}), "teacher_education")
    async with database.begin(HOME) as db:
        yield Context(db, who, Regulation.load(tuple(PACKS)), clock)


async def by_hand(clone: cluster.Clone) -> dict[str, tuple[int, int]]:
    """The counts of plain SQL, by an administrator."""
    connection = await clone.connect()
    rows = await connection.fetch(ALL_AT_ONCE, HOME, SPAN.first, SPAN.on)
    await connection.close()
    return {row["code"]: (row["all"], row["counts"]) for row in rows}


async def counted(database: Database, sources: tuple[Source, ...] = figures.SOURCES) -> dict[str, Counted]:
    """The counts of the card, on a day that has come by itself: counters are read where they are kept."""
    async with reader(database, Clock(TODAY)) as ctx:
        return dict(await figures.counted(ctx, SPAN, sources))


async def look(database: Database, source: Source, cursor: str | None) -> Any:
    """A page of a figure's list."""
    async with reader(database, Clock(TODAY)) as ctx:
        return await figures.page(ctx, PageRequest(cursor=cursor), source, SPAN, is_counted=None)


async def measure(clone: cluster.Clone, teachers: int, rounds: int) -> Measured:
    """Fill and measure one size."""
    found = Measured(teachers)
    connection = await clone.connect()
    started = time.perf_counter()
    await fill(connection, HOME, teachers, on=TODAY)
    await connection.close()
    found.filled_seconds = time.perf_counter() - started
    database = clone.database(statement_timeout="600s")
    card = await counted(database)
    hand = await by_hand(clone)
    assert hand == {code: (one.all, one.counts) for code, one in card.items() if code in hand}
    found.records = sum(one.all for one in card.values())

    async def whole() -> None:
        async with reader(database, Clock(TODAY)) as ctx:
            await get_card(ctx, YEAR)

    found.card = await _median(whole, rounds)
    found.counts = await _median(lambda: counted(database), rounds)
    found.plain = await _median(lambda: by_hand(clone), rounds)
    for source in figures.SOURCES:
        if source.records is not None:
            found.pages[source.figure.code] = await _pages(database, source, card[source.figure.code].all, rounds)
            print(source.figure.code, found.pages[source.figure.code], file=sys.stderr)
    await database.close()
    return found


async def _pages(database: Database, source: Source, records: int, rounds: int) -> tuple[float, float]:
    first = await _median(lambda: look(database, source, None), rounds)
    if records == 0 or source.records is None:
        return first, first
    async with reader(database, Clock(TODAY)) as ctx:
        found = source.records(ctx, SPAN).subquery()
        ids = select(found.c.id).order_by(found.c.id).offset(records // 2).limit(1)
        middle = (await ctx.db.execute(ids)).scalar_one()
    cursor = pages.seal([middle], f"scorecard-records|{source.figure.code}|{SPAN.year}|{SPAN.on}|None")
    return first, await _median(lambda: look(database, source, cursor), rounds)


async def _median(act: Callable[[], Awaitable[Any]], rounds: int) -> float:
    """Milliseconds; the first run warms up."""
    await act()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def lines(found: list[Measured], rounds: int) -> list[str]:
    """The section as markdown."""
    shown = [
        HEADING,
        "",
        (
            f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} cores, median of {rounds} runs in one"
            " process, nobody else on the database. Written by `make bench-scale`. Card: the whole use case with"
            " row-level security, its counts in one statement. Plain SQL: the same counts written by hand, as the"
            " administrator; both must agree. Lists: pages of 50, the first and one from the middle."
        ),
        "",
        "| teachers | records | card ms | its counts ms | plain SQL ms | ratio | slowest first page | slowest deep |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        worst = [max(one.pages.items(), key=lambda page, at=at: page[1][at]) for at in (0, 1)]  # type: ignore[misc]
        told = [f"{code} {times[at]:.0f} ms" for at, (code, times) in enumerate(worst)]
        shown.append(
            f"| {one.teachers:,} | {one.records:,} | {one.card:.0f} | {one.counts:.0f} | {one.plain:.0f} |"
            f" **{one.plain / one.card:.2f}** | {told[0]} | {told[1]} |"
        )
    return shown


def kept_section(text: str) -> str:
    """The section of a benchmarks file that another run wrote, to be kept by `make bench`."""
    _, heading, rest = text.partition(HEADING)
    own = rest.partition("\n## ")[0].rstrip()
    return f"\n{heading}{own}\n" if heading else ""


async def _run(server: cluster.Cluster, sizes: list[int], rounds: int) -> list[Measured]:
    found = []
    for teachers in sizes:
        clone = await server.clone()
        found.append(await measure(clone, teachers, rounds))
        print(found[-1], file=sys.stderr)
        await server.drop(clone)
    return found


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--teachers", default=",".join(map(str, SIZES)))
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--write", action="store_true", help="put the section into docs/benchmarks.md")
    options = asked.parse_args()
    from app.core import crypto  # noqa: PLC0415 - only a run of its own needs keys

    crypto.install(keys.vault())
    pages.install(keys.CURSOR_KEY)
    with cluster.running() as server:
        found = asyncio.run(_run(server, [int(one) for one in options.teachers.split(",")], options.rounds))
    text = "\n".join(lines(found, options.rounds)) + "\n"
    print(text)
    if options.write:
        path = CLONE / "docs" / "benchmarks.md"
        whole = path.read_text(encoding="utf-8")
        path.write_text(f"{whole.replace(kept_section(whole), '').rstrip()}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
