"""Entries set-wise, sealing to the end, and seals as a superuser may forge them."""

from typing import Any
from uuid import UUID

import asyncpg

from app.core.db import Database, freeze_view
from app.hours.service.sealing import Verdict, check_chain, seal_next
from tests.factories.cluster import Clone
from tests.factories.world import HOME, World

_ENTRIES = """
INSERT INTO hours_entries (region_id, id, teacher_id, school_id, school_year, category, claimed, credited,
    activity_title, activity_date, session, source, external_key, line_key, reason, findings, policy_version, posted_by)
SELECT $1, gen_random_uuid(), $2, $3, 2026, 'city', 2, 1.5, '活动 ' || n, '2026-10-10', '场次 ' || n, 'external',
       'key-' || n, 'line-' || n || $5, '理由', '[{"rule": "x"}]', 'test', gen_random_uuid()
  FROM generate_series(1, $4) n
"""


async def add_entries(connection: asyncpg.Connection, count: int, mark: str = "") -> None:
    """Entries of one teacher of the world, past the functions that post; `mark` makes their keys differ."""
    world = World()
    await connection.execute(_ENTRIES, HOME, world.teacher("a1-1"), world.organisation("A1"), count, mark)


async def seal_all(database: Database, region: int = HOME) -> int:
    """Seal whatever is settled; returns how many entries."""
    total = 0
    while count := await seal_next(database, region, at_once=True):
        total += count
    return total


async def verdict(database: Database, region: int = HOME) -> Verdict:
    """The chain as it stands now."""
    async with database.begin(region) as db:
        await freeze_view(db)
        return await check_chain(db, region)


async def as_superuser(clone: Clone) -> asyncpg.Connection:
    """A connection that rewrites what only grows: its triggers are off in the whole database."""
    connection = await clone.connect()
    for table in ("hours_entries", "hours_seals"):
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await connection.execute("ALTER TABLE hours_entries DROP CONSTRAINT fk_hours_entries_region_id_reverses_id")
    return connection


async def ids(connection: asyncpg.Connection) -> list[UUID]:
    """Entries of the home region in the order of sealing."""
    rows: list[Any] = await connection.fetch(
        "SELECT id FROM hours_entries WHERE region_id = $1 ORDER BY epoch, xid, seq", HOME
    )
    return [row["id"] for row in rows]
