"""Teachers under real concurrency: the database decides, exactly once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import httpx
import pytest_asyncio
from fastapi import FastAPI

from app.access import reactions
from app.core.db import Database
from app.reactions import REACTIONS
from app.teachers.service import refuse_closing_with_teachers
from tests.factories.cluster import Clone
from tests.factories.teachers import counts, fetch, new_teacher, spells
from tests.factories.world import World

As = Callable[[str], dict[str, str]]
CLIENTS = 16
DAY = {"X-Shixun-Date": "2026-11-23"}


@pytest_asyncio.fixture
async def database(clone: Clone) -> AsyncIterator[Database]:
    """The clone with patience: how long a busy machine makes a client wait is not what these tests ask."""
    opened = clone.database(size=CLIENTS, wait=60.0, lock_timeout="60s", statement_timeout="60s", idle_timeout="60s")
    yield opened
    await opened.close()


async def test_sixteen_clients_claim_one_number_and_one_gets_it(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    before = await counts(clone)
    usernames = ("school", "school_a2", "school_b1", "school_d")
    schools = ("A1", "A2", "B1", "D")

    async def add(number: int) -> httpx.Response:
        new = new_teacher(world, schools[number % 4], staff_no=f"R{number}")
        return await client.post("/v1/teachers", json=new, headers=as_role(usernames[number % 4]))

    answers = await asyncio.gather(*(add(number) for number in range(CLIENTS)))
    assert Counter(answer.json().get("code", "made") for answer in answers) == {"made": 1, "ID_NUMBER_TAKEN": 15}
    assert await counts(clone) == {name: number + 1 for name, number in before.items()}


async def test_sixteen_transfers_of_one_teacher_leave_spells_one_after_another(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    """One goes through for every day that is later than the one before; the others are refused, none is lost."""
    teacher = world.teacher("a1-1")

    async def transfer(number: int) -> httpx.Response:
        body = {
            "to_school_id": str(world.organisation(("A2", "B1")[number % 2])),
            "effective_on": f"2026-09-{1 + number // 2:02d}",
            "reason": "教师交流轮岗",
        }
        return await client.post(f"/v1/teachers/{teacher}:transfer", json=body, headers=as_role("bureau") | DAY)

    answers = await asyncio.gather(*(transfer(number) for number in range(CLIENTS)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 422}
    assert statuses[200] >= 1
    history = await spells(clone, teacher)
    assert len(history) == 1 + statuses[200]
    assert [first[3] for first in history] == [second[2] for second in history[1:]] + [None]
    assert all(first[0] != second[0] for first, second in pairwise(history))
    row = (await fetch(clone, "SELECT school_id, version FROM teachers WHERE id = $1", teacher))[0]
    assert (row["school_id"], row["version"]) == (history[-1][0], 1 + statuses[200])


async def test_transfer_and_leaving_at_once_end_in_one_of_two_orders(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}"
    head = as_role("bureau") | DAY
    move = {"to_school_id": str(world.organisation("A2")), "effective_on": "2026-09-01", "reason": "教师交流轮岗"}
    moved, left = await asyncio.gather(
        client.post(f"{url}:transfer", json=move, headers=head),
        client.post(f"{url}:leave", json={"left_on": "2026-10-01", "reason": "resignation"}, headers=head),
    )
    assert left.status_code == 200
    assert moved.status_code in {200, 409}
    history = await spells(clone, world.teacher("a1-1"))
    assert len(history) == (2 if moved.status_code == 200 else 1)
    assert history[-1][3] is not None
    assert (await client.get(url, headers=head)).json()["status"] == "left"


async def test_nobody_is_employed_at_a_school_that_closes_at_that_moment(
    app: FastAPI, client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    assert app.state.entrance
    reactions.install(REACTIONS | {"organisation.closing": (refuse_closing_with_teachers,)})
    head = as_role("bureau")
    new = {"kind": "school", "parent_id": str(world.organisation("central A")), "name": "甲镇第三小学"}
    school = (await client.post("/v1/organisations", json=new, headers=head)).json()["id"]
    closed, *added = await asyncio.gather(
        client.post(f"/v1/organisations/{school}:close", headers=head),
        client.post("/v1/teachers", json=new_teacher(world, school_id=school), headers=head),
    )
    assert (closed.status_code, added[0].status_code) in {(200, 422), (409, 201)}
    employed = await fetch(clone, "SELECT 1 FROM employments WHERE school_id = $1", school)
    assert len(employed) == (1 if closed.status_code == 409 else 0)
