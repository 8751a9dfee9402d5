"""Closed school years: nothing is posted into them, whoever comes first; corrections by the bureau alone."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.db import Database
from app.hours.queries import POST_HOURS
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import TODAY, World

YEAR = "/v1/hours-closings/2025-2026"
PAST = {"activity_date": "2025-10-17"}


async def act(
    client: httpx.AsyncClient, headers: dict[str, str], url: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    return await client.post(url, json=body or {}, headers=headers | {"Idempotency-Key": str(uuid4())})


async def written(clone: Clone) -> list[int]:
    connection = await clone.connect()
    tables = ("hours_entries", "hours_closings", "hours_closing_acts")
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    await connection.close()
    return found


async def test_closed_year_takes_no_posting_and_only_the_bureau_corrects_it(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    training = as_role("training_school")
    entry = (await post(client, training, line(world, **PAST))).json()
    other = (await post(client, training, line(world, **PAST, session="下午", claimed_hours=0.5))).json()
    closed = await act(client, training, f"{YEAR}:close", {"reason": "学年结束"})
    assert closed.status_code == 201, closed.text
    assert (closed.json()["status"], closed.json()["acts"][0]["act"]) == ("closed", "close")
    before = await written(clone)
    refused = [
        await post(client, training, line(world, "a1-2", **PAST)),
        await act(client, training, "/v1/hours-entries:batchCreate", {"entries": [line(world, "a1-2", **PAST)]}),
        await act(client, training, f"/v1/hours-entries/{entry['id']}:reverse", {"reason": "登记有误"}),
        await act(client, as_role("training_school_2"), f"/v1/hours-entries/{entry['id']}:reverse", {"reason": "有误"}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (409, "HOURS_YEAR_CLOSED"),
        (409, "HOURS_YEAR_CLOSED"),
        (403, "SEPARATION_OF_DUTIES"),
        (409, "HOURS_YEAR_CLOSED"),
    ]
    assert await written(clone) == before
    assert (await post(client, training, line(world, "a1-2"))).status_code == 201  # the running year goes on
    undone = await act(client, as_role("bureau"), f"/v1/hours-entries/{entry['id']}:reverse", {"reason": "登记有误"})
    assert undone.status_code == 201
    again = await act(client, training, f"{YEAR}:close")
    assert (again.status_code, again.json()["code"], again.json()["possible"]) == (409, "STATUS_CONFLICT", ["reopen"])
    forbidden = await act(client, training, f"{YEAR}:reopen", {"reason": "补登学时"})
    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "PERMISSION_DENIED")
    opened = await act(client, as_role("bureau"), f"{YEAR}:reopen", {"reason": "补登学时"})
    assert (opened.status_code, opened.json()["status"]) == (201, "open")
    assert [one["act"] for one in opened.json()["acts"]] == ["close", "reopen"]
    assert (await post(client, training, line(world, "a1-3", **PAST))).status_code == 201
    assert other["credited_hours"] == 0
    shown = (await client.get("/v1/hours-closings", headers=as_role("teacher"))).json()["items"]
    assert [(one["school_year"], one["status"]) for one in shown] == [("2025-2026", "open")]


@pytest.mark.parametrize(
    ("who", "verb", "body", "answer"),
    [
        pytest.param("training_school", "2026-2027:close", {}, (409, "HOURS_YEAR_NOT_OVER"), id="year still runs"),
        pytest.param("bureau", "2025-2026:reopen", {"reason": "无"}, (409, "STATUS_CONFLICT"), id="never closed"),
        pytest.param("bureau", "2025-2026:reopen", {}, (422, "INVALID"), id="no reason"),
        pytest.param("bureau_be", "2025-2026:close", {}, (403, "PERMISSION_DENIED"), id="another desk"),
        pytest.param("central_school", "2025-2026:close", {}, (403, "PERMISSION_DENIED"), id="central school"),
        pytest.param("school", "2025-2026:close", {}, (403, "PERMISSION_DENIED"), id="school"),
        pytest.param("teacher", "2025-2026:close", {}, (403, "PERMISSION_DENIED"), id="teacher"),
        pytest.param("bureau", "2025-2027:close", {}, (422, "INVALID"), id="no school year"),
    ],
)
async def test_refused_closing_writes_nothing(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    client: httpx.AsyncClient,
    as_role: SignIn,
    clone: Clone,
    who: str,
    verb: str,
    body: dict[str, Any],
    answer: tuple[int, str],
) -> None:
    refused = await act(client, as_role(who), f"/v1/hours-closings/{verb}", body)
    assert (refused.status_code, refused.json()["code"]) == answer, refused.text
    assert await written(clone) == [0, 0, 0]


async def _post_slowly(database: Database, world: World, posted: asyncio.Event, go_on: asyncio.Event) -> None:
    """A posting into the past year whose transaction stays open until told."""
    one = {
        "id": uuid4(), "teacher_id": world.teacher("a1-1"), "school_id": world.organisation("A1"), "school_year": 2025,
        "category": "city", "claimed": 2, "credited": 2, "activity_title": "题目", "activity_date": "2025-10-17",
        "source": "import", "line_key": "slow", "revision": 1, "findings": [], "policy_version": "test",
        "posted_by": world.account("training_school").id,
    }  # fmt: skip
    async with database.begin(world.region) as db:
        await db.execute(
            text(
                "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category)"
                " VALUES (:region, :teacher, 2025, 'city')"
            ),
            {"region": world.region, "teacher": one["teacher_id"]},
        )
        values = {"region": world.region, "lines": json.dumps([one], default=str), "today": TODAY}
        await db.execute(POST_HOURS, values)
        posted.set()
        await go_on.wait()


async def test_closing_waits_for_a_posting_under_way(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database, clone: Clone
) -> None:
    posted, go_on = asyncio.Event(), asyncio.Event()
    slow = asyncio.create_task(_post_slowly(database, world, posted, go_on))
    await posted.wait()
    closing = asyncio.create_task(act(client, as_role("bureau"), f"{YEAR}:close"))
    await asyncio.sleep(0.2)
    assert not closing.done()
    go_on.set()
    await slow
    assert (await closing).status_code == 201
    assert await written(clone) == [1, 1, 1]


async def test_no_posting_passes_beside_a_closing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Postings and a closing at once: what was posted was posted before the year closed."""
    training, teachers = as_role("training_school"), ("a1-1", "a1-2", "a1-3", "a2-1")
    bodies = [line(world, teachers[n % 4], category="city", session=str(n), **PAST) for n in range(24)]
    storm: list[Any] = [post(client, training, body) for body in bodies]
    storm.insert(12, act(client, as_role("bureau"), f"{YEAR}:close"))
    answers = await asyncio.gather(*storm)
    closed = answers.pop(12)
    assert closed.status_code == 201
    outcomes = [(one.status_code, one.json().get("code")) for one in answers]
    assert set(outcomes) <= {(201, None), (409, "HOURS_YEAR_CLOSED")}
    connection = await clone.connect()
    late = await connection.fetchval(
        "SELECT count(*) FROM hours_entries e, hours_closing_acts a WHERE e.posted_at > a.acted_at"
    )
    ids = {row["id"] for row in await connection.fetch("SELECT id FROM hours_entries")}
    await connection.close()
    assert late == 0
    assert ids == {UUID(one.json()["id"]) for one in answers if one.status_code == 201}
    assert (await post(client, training, line(world, "b1-1", **PAST))).status_code == 409


async def test_history_of_closings_only_grows(
    client: httpx.AsyncClient, as_role: SignIn, database: Database, world: World
) -> None:
    await act(client, as_role("bureau"), f"{YEAR}:close")
    for statement in ("UPDATE hours_closing_acts SET reason = 'x'", "DELETE FROM hours_closing_acts",
                      "DELETE FROM hours_closings"):  # fmt: skip
        with pytest.raises(Exception, match="permission denied"):
            async with database.begin(world.region) as db:
                await db.execute(text(statement))
