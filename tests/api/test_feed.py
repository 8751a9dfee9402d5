"""The change feed 变更流 under concurrent commits: every event once, in order, none missed."""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.world import HOME

_EVENT = (
    "INSERT INTO events (region_id, id, channel, kind, entity)"
    " VALUES ($1, gen_random_uuid(), $2, 'test.happened', 'test') RETURNING id"
)


async def write(clone: Clone, name: int, rounds: int) -> list[UUID]:
    """Transactions of several events, some long, some rolled back, some with a savepoint; ids in order of writing."""
    dice = random.Random(name)  # noqa: S311 - how long to wait, not a secret
    connection = await clone.connect()
    written: list[UUID] = []
    for _ in range(rounds):
        transaction = connection.transaction()
        await transaction.start()
        mine = [await connection.fetchval(_EVENT, HOME, "change")]
        await asyncio.sleep(dice.choice((0, 0, 0.005, 0.05)))
        async with connection.transaction():
            mine.append(await connection.fetchval(_EVENT, HOME, "change"))
            await connection.fetchval(_EVENT, HOME, "audit")
        if dice.random() < 0.1:
            await transaction.rollback()
        else:
            await transaction.commit()
            written += mine
    await connection.close()
    return written


async def poll(client: httpx.AsyncClient, head: dict[str, str], limit: int, done: Callable[[], bool]) -> list[Any]:
    """Follow the feed from its beginning until it is empty after `done`."""
    seen: list[Any] = []
    after = ""
    while True:
        was_done = done()
        page = (await client.get(f"/v1/events?limit={limit}{after}", headers=head)).json()
        seen += page["items"]
        if page["next_cursor"]:
            after = f"&after={page['next_cursor']}"
        if not page["items"] and was_done:
            return seen
        await asyncio.sleep(0)


async def storm(client: httpx.AsyncClient, head: dict[str, str], clone: Clone, writers: int, rounds: int) -> int:
    """Writers against pollers with pages of different sizes; returns how many events there were."""
    writing = [asyncio.create_task(write(clone, name, rounds)) for name in range(writers)]
    ended = lambda: all(task.done() for task in writing)  # noqa: E731 - handed on
    seen = await asyncio.gather(*(poll(client, head, limit, ended) for limit in (1, 7, 50, 200)))
    written = [await task for task in writing]
    expected = {str(one) for ids in written for one in ids}
    for events in seen:
        ids = [event["id"] for event in events]
        assert len(ids) == len(set(ids))
        assert set(ids) == expected
        places = [tuple(map(int, event["cursor"].split("-"))) for event in events]
        assert places == sorted(places)
        order = {one: place for place, one in enumerate(ids)}
        for mine in written:
            assert [order[str(one)] for one in mine] == sorted(order[str(one)] for one in mine)
    return len(expected)


async def test_feed_misses_nothing_while_writers_commit(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    assert await storm(client, as_role("bureau"), clone, writers=6, rounds=8) > 60


@pytest.mark.long
async def test_feed_misses_nothing_with_32_writers(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
    assert await storm(client, as_role("bureau"), clone, writers=32, rounds=60) > 3000
