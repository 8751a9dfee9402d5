"""The lane of hot reads: the bytes of the route itself, and nothing that the route would refuse."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.accounts.entry import Entrance
from app.api import hot
from app.core.db import Database
from app.core.limits import Limit
from tests.factories.hours import line, post
from tests.factories.statements import counted
from tests.factories.world import World

SUMMARY, ENTRIES, COMPLETION = "/v1/teachers/{a1-1}/hours", "/v1/hours-entries", "/v1/hours-completion"
ORDINARY = {"X-Shixun-Date": "2026-11-23"}
"""Sends a read past the lane to its route: the lane leaves chosen days alone."""

Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the routes the lane has answered, in order."""
    names: list[str] = []
    answer = hot.HotReads._answer  # noqa: SLF001 - what went through the lane shows nowhere outside

    async def spied(self: hot.HotReads, scope: Any) -> bytes | None:
        body = await answer(self, scope)
        if body is not None:
            names.append(scope["route"].name)
        return body

    monkeypatch.setattr(hot.HotReads, "_answer", spied)
    return names


async def warmed(client: httpx.AsyncClient, as_role: Headers, username: str) -> dict[str, str]:
    """Headers of an account the entrance has just seen."""
    headers = as_role(username)
    assert (await client.get("/v1/me", headers=headers)).status_code == 200
    return headers


@pytest.mark.parametrize("username", ["bureau", "training_school", "central_school", "school", "teacher"])
async def test_lane_and_route_give_the_same_bytes(
    client: httpx.AsyncClient, world: World, as_role: Headers, username: str, answered: list[str]
) -> None:
    for title in ("研修一", "研修二"):
        await post(client, as_role("training_school"), line(world, activity_title=title))
    met = line(world, category="school_research", claimed_hours=24)  # from here on the year's counters are kept
    await post(client, as_role("training_school"), met)
    headers = await warmed(client, as_role, username)
    own = str(world.organisation("A1"))
    reads = [
        (SUMMARY.replace("{a1-1}", str(world.teacher("a1-1"))), {"school_year": "2026-2027"}),
        (ENTRIES, {"limit": "1", "school_id": own}),
        (ENTRIES, {"teacher_id": str(world.teacher("a1-1")), "school_year": "2026-2027"}),
        (ENTRIES, {}),
    ]
    if username != "teacher":
        reads.append((COMPLETION, {"school_year": "2026-2027", "group_by": "central_school"}))
    for path, query in reads:
        fast = await client.get(path, params=query, headers=headers)
        slow = await client.get(path, params=query | {"include_total": "false"}, headers=headers)
        assert (fast.status_code, fast.content) == (200, slow.content)
        for name in ("content-type", "cache-control", "x-content-type-options", "ratelimit-policy"):
            assert fast.headers[name] == slow.headers[name]
    assert len(answered) == len(reads)


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        pytest.param(SUMMARY, 1, id="year summary"),
        pytest.param(ENTRIES, 1, id="page of the ledger"),
        pytest.param(COMPLETION, 2, id="completion: are counters kept, and which"),
    ],
)
async def test_lane_sends_the_same_statements_for_one_row_and_for_many(  # noqa: PLR0913, PLR0917 - one column each
    client: httpx.AsyncClient,
    world: World,
    as_role: Headers,
    database: Database,
    answered: list[str],
    path: str,
    reads: int,
) -> None:
    """The region, what is read, the end: each is one round trip."""
    headers, query = await warmed(client, as_role, "bureau"), {"school_year": "2026-2027"}
    path = path.replace("{a1-1}", str(world.teacher("a1-1")))
    kept = line(world, category="school_research", claimed_hours=24)  # from here on the year's counters are kept
    await post(client, as_role("training_school"), kept)
    with counted(database) as one:
        await client.get(path, params=query, headers=headers)
    for day in range(1, 6):
        for teacher in ("a1-1", "a2-1", "b1-1", "d-1"):
            more = line(world, teacher, activity_date=f"2026-11-{day:02d}", claimed_hours=1)
            assert (await post(client, as_role("training_school"), more)).status_code == 201
    with counted(database) as many:
        answer = await client.get(path, params=query, headers=headers)
    assert answer.status_code == 200
    assert len(answered) == 2
    assert many == one
    first, *read, last = one
    assert (first, last) == (f"BEGIN READ ONLY; SET LOCAL shixun.region = '{world.region}'", "COMMIT")
    assert len(read) == reads


REFUSED: list[tuple[str, str, dict[str, str], int]] = [
    ("school", "/v1/teachers/{a2-1}/hours", {"school_year": "2026-2027"}, 404),
    ("training_school", "/v1/teachers/{x1-1}/hours", {"school_year": "2026-2027"}, 404),
    ("teacher", COMPLETION, {"school_year": "2026-2027"}, 403),
    ("school", SUMMARY, {"school_year": "2026-2028"}, 422),
    ("school", SUMMARY, {}, 422),
    ("school", ENTRIES, {"limit": "0"}, 422),
    ("school", ENTRIES, {"limit": "٣"}, 422),
    ("school", ENTRIES, {"school_id": "x"}, 422),
    ("bureau", COMPLETION, {"school_year": "2026-2027", "group_by": "town"}, 422),
]


@pytest.mark.parametrize(("username", "path", "query", "status"), REFUSED)
async def test_lane_leaves_refusals_to_the_route(  # noqa: PLR0913, PLR0917 - one column each, and fixtures
    client: httpx.AsyncClient,
    world: World,
    as_role: Headers,
    answered: list[str],
    username: str,
    path: str,
    query: dict[str, str],
    status: int,
) -> None:
    headers = await warmed(client, as_role, username)
    for name in ("a1-1", "a2-1", "x1-1"):
        path = path.replace(f"{{{name}}}", str(world.teacher(name)))
    answer = await client.get(path, params=query, headers=headers)
    assert (answer.status_code, answered) == (status, [])


async def test_what_is_chosen_or_unknown_goes_to_the_route(
    client: httpx.AsyncClient, world: World, as_role: Headers, answered: list[str]
) -> None:
    path, query = SUMMARY.replace("{a1-1}", str(world.teacher("a1-1"))), {"school_year": "2026-2027"}
    assert (await client.get(path, params=query, headers=as_role("school"))).status_code == 200  # not seen before
    for more in (ORDINARY, {"X-Acting-Grant": str(world.account("school").grant_id)}):
        assert (await client.get(path, params=query, headers=as_role("school") | more)).status_code == 200
    assert (await client.get(path, params=query)).status_code == 401
    twice = f"{path}?school_year=2026-2027&school_year=2026-2027"
    assert (await client.get(twice, headers=as_role("school"))).status_code == 200
    assert answered == []


async def test_reads_of_the_lane_are_counted_once(
    client: httpx.AsyncClient, world: World, as_role: Headers, entrance: Entrance, answered: list[str]
) -> None:
    entrance.limits.limits["read"] = Limit(4, 60)
    entrance.limits.now = lambda: 0.0
    headers = await warmed(client, as_role, "school")
    path = SUMMARY.replace("{a1-1}", str(world.teacher("a1-1")))
    left = []
    for year in ("2026-2027", "2026-2027", "2026-2028", "2026-2027"):
        answer = await client.get(path, params={"school_year": year}, headers=headers)
        left.append((answer.status_code, answer.headers["ratelimit"].split(";")[1] if answer.status_code < 429 else ""))
    assert left == [(200, "r=2"), (200, "r=1"), (422, "r=0"), (429, "")]


async def test_a_locked_account_is_out_of_the_lane_with_its_cache(
    client: httpx.AsyncClient, world: World, as_role: Headers, entrance: Entrance, answered: list[str]
) -> None:
    headers = await warmed(client, as_role, "school")
    token = headers["Authorization"].removeprefix("Bearer ")
    assert entrance.known_caller(token) is not None
    entrance._callers.clear()  # noqa: SLF001 - as after CACHE_SECONDS
    assert entrance.known_caller(token) is None
    path = SUMMARY.replace("{a1-1}", str(world.teacher("a1-1")))
    assert (await client.get(path, params={"school_year": "2026-2027"}, headers=headers)).status_code == 200
    assert answered == []


async def test_a_broken_read_gives_its_connection_back(
    app: FastAPI, client: httpx.AsyncClient, entrance: Entrance, world: World, as_role: Headers
) -> None:
    headers = await warmed(client, as_role, "school")
    caller = entrance.known_caller(headers["Authorization"].removeprefix("Bearer "))
    assert caller is not None
    for _ in range(30):  # more than the pool holds
        with pytest.raises(ZeroDivisionError):
            async with entrance.read(caller):
                raise ZeroDivisionError
    async with entrance.read(caller) as ctx:
        driver = (await ctx.db.get_raw_connection()).driver_connection
        assert driver is not None
        assert await driver.fetchval("SELECT count(*) FROM teachers") == 10
        with pytest.raises(Exception, match="read-only"):
            await driver.execute("UPDATE teachers SET name = 'x'")
