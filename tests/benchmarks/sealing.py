"""What sealing costs whoever posts: J5 with the index that seals read by, and without it, in turns."""

import asyncio
import statistics

import asyncpg

from tests.benchmarks.load import Job, run

INDEX = "ix_hours_entries_position"
_MAKE = f"CREATE INDEX IF NOT EXISTS {INDEX} ON hours_entries (region_id, epoch, xid, seq)"
_DROP = f"DROP INDEX IF EXISTS {INDEX}"


def measure(admin: str, post: Job, *, rounds: int, connections: int, seconds: int) -> list[tuple[float, float]]:
    """Postings a second with the index and without, round by round; the index is there again at the end."""
    found = []
    for round_ in range(rounds):
        rates = {}
        # Whoever comes first has the smaller table: they take turns.
        for has_index in (True, False) if round_ % 2 else (False, True):
            asyncio.run(_said(admin, _MAKE if has_index else _DROP))
            rates[has_index] = run(post, connections=connections, seconds=seconds).rate
        found.append((rates[True], rates[False]))
    asyncio.run(_said(admin, _MAKE))
    return found


def lines(found: list[tuple[float, float]]) -> list[str]:
    """The table as markdown."""
    if not found:
        return []
    ratio = statistics.median(sealed / bare for sealed, bare in found)
    sealed, bare = (statistics.median(one[side] for one in found) for side in (0, 1))
    return [
        "",
        "## Sealing",
        "",
        "Seals are made behind the postings, which pay for one index on the position of an entry.",
        "",
        "| job | with it /s | without /s | ratio |",
        "| --- | --- | --- | --- |",
        f"| J5 | {sealed:.0f} | {bare:.0f} | **{ratio:.2f}** |",
    ]


async def _said(admin: str, statement: str) -> None:
    connection = await asyncpg.connect(admin)
    await connection.execute(statement)
    await connection.close()
