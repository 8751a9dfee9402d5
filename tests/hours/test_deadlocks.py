"""Postings that meet a deadlock: the one that loses runs once more, and each line is there once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest_asyncio

from tests.factories.cluster import Clone
from tests.factories.graph import PATH
from tests.factories.hours import line
from tests.factories.keys import SignIn
from tests.factories.world import World

MUTATION = (
    "mutation($a:HoursEntryCreateInput!,$b:HoursEntryCreateInput!,$x:String!,$y:String!){"
    "first:postHoursEntry(input:$a,idempotencyKey:$x){__typename ...on Problem{code}}"
    "second:postHoursEntry(input:$b,idempotencyKey:$y){__typename ...on Problem{code}}}"
)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
HOLD = "SELECT 1 FROM hours_summaries WHERE teacher_id = $1 FOR UPDATE"


@pytest_asyncio.fixture
async def rival(clone: Clone, world: World) -> AsyncIterator[asyncpg.Connection]:
    """Another transaction, and a server that looks for deadlocks after 50 ms; both teachers have their account."""
    connection = await clone.connect()
    await connection.execute(f"ALTER DATABASE \"{clone.name}\" SET deadlock_timeout = '50ms'")
    await connection.execute("SET deadlock_timeout = '60s'")  # it is the other who finds out
    for teacher in ("a1-1", "a1-2"):
        await connection.execute(
            "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap)"
            " VALUES ($1, $2, 2026, 'workshop', 40)",
            world.region, world.teacher(teacher),
        )  # fmt: skip
    yield connection
    await connection.close()


async def crossed(rival: asyncpg.Connection, clone: Clone, held: Any, wanted: Any, act: Awaitable[Any]) -> Any:
    """The answer of an act that waits for what a rival holds while the rival comes to wait for what the act holds."""
    watch = await clone.connect()
    deal = rival.transaction()
    await deal.start()
    await rival.execute(HOLD, held)
    acting = asyncio.ensure_future(act)
    async with asyncio.timeout(20):
        while not await watch.fetchval(WAITING):  # noqa: ASYNC110 - what happens, happens in another process
            await asyncio.sleep(0.005)
    await rival.execute(HOLD, wanted)  # granted once the act has given way
    await deal.commit()
    await watch.close()
    return await acting


def graph_line(world: World, teacher: str) -> dict[str, Any]:
    """A line as GraphQL takes it."""
    body = line(world, teacher)
    names = ("category", "reason", "activity_title", "activity_date", "claimed_hours", "teacher_id")
    camel = {name: name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:]) for name in names}
    return {camel[name]: body[name] for name in names} | {"category": "workshop"}


async def test_several_postings_in_one_document_give_way_and_are_all_there(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, rival: asyncpg.Connection
) -> None:
    first, second = world.teacher("a1-1"), world.teacher("a1-2")
    values = {"a": graph_line(world, "a1-1"), "b": graph_line(world, "a1-2"), "x": str(uuid4()), "y": str(uuid4())}
    asked = client.post(PATH, json={"query": MUTATION, "variables": values}, headers=as_role("training_school"))
    answer = await crossed(rival, clone, second, first, asked)
    assert answer.json() == {"data": {name: {"__typename": "HoursEntry"} for name in ("first", "second")}}
    assert await rival.fetchval("SELECT count(*) FROM hours_entries") == 2
    assert await rival.fetchval("SELECT count(*) FROM events WHERE kind = 'hours.posted'") == 2


async def test_a_batch_that_loses_to_another_is_posted_once(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, rival: asyncpg.Connection
) -> None:
    """Lost on the second account of its order; a merge or an approval would lose the same way."""
    low, high = sorted(world.teacher(name) for name in ("a1-1", "a1-2"))
    headers = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
    body = {"entries": [line(world, "a1-1"), line(world, "a1-2")]}
    answer = await crossed(
        rival, clone, high, low, client.post("/v1/hours-entries:batchCreate", json=body, headers=headers)
    )
    assert (answer.status_code, len(answer.json()["items"])) == (201, 2)
    assert "idempotent-replayed" not in answer.headers
    assert await rival.fetchval("SELECT count(*) FROM hours_entries") == 2
    assert "shixun_second_tries_total 0.0" not in (await client.get("/metrics")).text


async def test_a_merge_and_a_posting_do_not_wait_for_each_other_in_a_circle(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, rival: asyncpg.Connection
) -> None:
    """A posting that holds the account and refers to the teacher's row, which the merge has locked."""
    alias, kept = world.teacher("a1-2"), world.teacher("a1-1")
    headers = as_role("bureau") | {"Idempotency-Key": str(uuid4())}
    body = {"into_id": str(kept), "reason": "同一人重复登记", "is_same_person": True}
    watch = await clone.connect()
    async with rival.transaction():
        await rival.execute(HOLD, alias)
        merging = asyncio.ensure_future(client.post(f"/v1/teachers/{alias}:merge", json=body, headers=headers))
        async with asyncio.timeout(20):
            while not await watch.fetchval(WAITING):  # noqa: ASYNC110 - what happens, happens in another process
                await asyncio.sleep(0.005)
        await rival.execute("SELECT 1 FROM teachers WHERE id = $1 FOR KEY SHARE", alias)  # as a foreign key does
    await watch.close()
    assert (await merging).status_code == 200


async def test_a_document_that_posts_into_a_year_being_closed_is_not_held_up_by_the_closing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, rival: asyncpg.Connection
) -> None:
    """Its first posting holds the year open, the closing waits for it, and the second does not wait for the closing."""
    day = {"activityDate": "2026-05-12"}
    values = {"a": graph_line(world, "a1-1") | day, "b": graph_line(world, "a1-2") | day, "x": "k" * 20, "y": "l" * 20}
    await rival.execute(
        "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap)"
        " VALUES ($1, $2, 2025, 'workshop', 40)",
        world.region, world.teacher("a1-2"),
    )  # fmt: skip
    watch = await clone.connect()

    async def waiting(count: int) -> None:
        async with asyncio.timeout(20):
            while await watch.fetchval(WAITING) < count:  # noqa: ASYNC110 - what happens, happens in another process
                await asyncio.sleep(0.005)

    async with rival.transaction():
        await rival.execute(HOLD, world.teacher("a1-2"))
        asked = {"query": MUTATION, "variables": values}
        posting = asyncio.ensure_future(client.post(PATH, json=asked, headers=as_role("training_school")))
        await waiting(1)
        url, head = "/v1/hours-closings/2025-2026:close", as_role("bureau") | {"Idempotency-Key": str(uuid4())}
        closing = asyncio.ensure_future(client.post(url, json={"acknowledge_findings": True}, headers=head))
        await waiting(2)
    await watch.close()
    posted, closed = await posting, await closing
    assert posted.json() == {"data": {name: {"__typename": "HoursEntry"} for name in ("first", "second")}}
    assert (closed.status_code, closed.json()["status"]) == (201, "closed")
    assert await rival.fetchval("SELECT count(*) FROM hours_entries") == 2
