"""An idle transaction holds the feed and the sealer back 变更流滞后: as long as the server lets it live."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app.core.db import Database, PoolSettings, enter_region
from app.hours.service.sealing import seal_next
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.seals import add_entries
from tests.factories.world import HOME

EVENT = (
    "INSERT INTO events (region_id, id, channel, kind, entity)"
    f" VALUES ({HOME}, gen_random_uuid(), 'change', 'test.happened', 'test') RETURNING id"
)
WAIT_SECONDS = 60


async def seen(client: httpx.AsyncClient, head: dict[str, str]) -> list[UUID]:
    """Ids in the feed, oldest first."""
    page = (await client.get("/v1/events?limit=200", headers=head)).json()
    return [UUID(one["id"]) for one in page["items"]]


async def gone(admin: asyncpg.Connection, pid: int) -> None:
    """Wait until a session has ended."""
    async with asyncio.timeout(WAIT_SECONDS):
        while await admin.fetchval("SELECT true FROM pg_stat_activity WHERE pid = $1", pid):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.long
async def test_what_an_idle_transaction_holds_back_appears_once_the_server_has_ended_it(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone, database: Database
) -> None:
    head, admin = as_role("bureau"), await clone.connect()
    before = await admin.fetchval(EVENT)
    idle = await database.engine.connect()
    await enter_region(idle, HOME)
    await idle.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    pid: Any = await idle.scalar(text("SELECT pg_backend_pid()"))
    await idle.exec_driver_sql(EVENT)
    after = [await admin.fetchval(EVENT) for _ in range(3)]
    await add_entries(admin, 5)
    # Held: whatever began after it would come before what it may still write.
    assert await seen(client, head) == [before]
    assert await seal_next(database, HOME, at_once=True) == 0
    await idle.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
    await gone(admin, pid)
    assert await seen(client, head) == [before, *after]
    assert await seal_next(database, HOME, at_once=True) == 5
    await idle.invalidate()
    await idle.close()
    await admin.close()


async def test_every_session_of_the_service_has_an_end(clone: Clone) -> None:
    """The bound of the lag: seconds idle, and seconds a statement may take. Given by the pool, not by the server."""
    database = Database(clone.service, PoolSettings(), assume_role="shixun_service" if clone.assumes_roles else None)
    names = ("idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout")
    async with database.begin(HOME) as db:
        found = [await db.scalar(text("SELECT current_setting(:name)"), {"name": name}) for name in names]
    await database.close()
    assert found == ["15s", "8s", "5s"]
