"""Crediting a line anew: after a reversal, or when the cap has room again; one revision of a line is live at most."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.db import Database
from app.hours.queries import POST_HOURS, counter_differences, summary_differences
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import TODAY, World


async def act(client: httpx.AsyncClient, headers: dict[str, str], url: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(url, json=body, headers=headers | {"Idempotency-Key": str(uuid4())})


async def reverse(client: httpx.AsyncClient, headers: dict[str, str], entry: dict[str, Any]) -> None:
    undone = await act(client, headers, f"/v1/hours-entries/{entry['id']}:reverse", {"reason": "学时有误"})
    assert undone.status_code == 201, undone.text


async def recredit(
    client: httpx.AsyncClient, headers: dict[str, str], entry: dict[str, Any], **changes: Any
) -> httpx.Response:
    body = {"reason": "更正后计入"} | changes
    return await act(client, headers, f"/v1/hours-entries/{entry['id']}:recredit", body)


async def entries(clone: Clone) -> int:
    connection = await clone.connect()
    found = await connection.fetchval("SELECT count(*) FROM hours_entries")
    await connection.close()
    return int(found)


@pytest.mark.clause("A6.13c")
async def test_reversed_line_is_credited_anew_with_what_is_corrected(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    await reverse(client, as_role("training_school_2"), entry)
    made = await recredit(
        client, as_role("training_school"), entry, claimed_hours=4, activity_date="2026-10-18", category="city"
    )
    assert made.status_code == 201, made.text
    new = made.json()
    assert (new["revision"], new["credited_hours"], new["category"], new["activity_date"]) == (
        2,
        4,
        "city",
        "2026-10-18",
    )
    assert (new["activity_title"], new["reason"], new["reverses_id"]) == (entry["activity_title"], "更正后计入", None)
    await reverse(client, as_role("bureau"), new)
    third = await recredit(client, as_role("training_school"), new, claimed_hours=2, category="school_research")
    assert (third.status_code, third.json()["revision"], third.json()["credited_hours"]) == (201, 3, 2)
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []
        assert await counter_differences(db, world.region, TODAY) == []
        live = await db.scalar(
            text(
                "SELECT count(*) FROM hours_entries e WHERE e.reverses_id IS NULL AND NOT EXISTS"
                " (SELECT 1 FROM hours_entries r WHERE r.reverses_id = e.id)"
            )
        )
        assert live == 1


async def test_each_refusal_of_a_recredit_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    training, other, bureau = as_role("training_school"), as_role("training_school_2"), as_role("bureau")
    entry = (await post(client, training, line(world))).json()
    live = (await post(client, training, line(world, "a1-2"))).json()
    twin = (await post(client, training, line(world, activity_title="另一次研修", category="city"))).json()
    await reverse(client, other, entry)
    undone = (await client.get(f"/v1/hours-entries/{entry['id']}", headers=bureau)).json()["reversed_by_id"]
    before = await entries(clone)
    same = {"activity_title": twin["activity_title"], "category": "city"}
    cases = [
        (other, entry, {}, 403, "SEPARATION_OF_DUTIES"),
        (training, {"id": undone}, {}, 409, "HOURS_REVERSAL_IS_FINAL"),
        (other, live, {}, 409, "HOURS_CREDITED_IN_FULL"),
        (other, live, {"claimed_hours": 3}, 409, "HOURS_ENTRY_IS_LIVE"),
        (training, entry, same, 409, "HOURS_LINE_CONFLICT"),
        (training, entry, {"claimed_hours": 6.5}, 422, "HOURS_LINE_REFUSED"),
        (training, entry, {"activity_date": "2099-10-17"}, 422, "HOURS_LINE_REFUSED"),
        (training, entry, {"reason": ""}, 422, "INVALID"),
        (as_role("school"), entry, {}, 403, "PERMISSION_DENIED"),
        (as_role("central_school"), entry, {}, 403, "PERMISSION_DENIED"),
        (as_role("teacher"), entry, {}, 403, "PERMISSION_DENIED"),
        (as_role("bureau_be"), entry, {}, 403, "PERMISSION_DENIED"),
        (as_role("abroad_bureau"), entry, {}, 404, "NOT_FOUND"),
    ]
    for headers, about, changes, status, code in cases:
        answer = await recredit(client, headers, about, **changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await entries(clone) == before
    assert (await recredit(client, training, entry)).status_code == 201
    again = await recredit(client, bureau, entry)
    assert (again.status_code, again.json()["code"]) == (409, "HOURS_RECREDITED_ALREADY")


@pytest.mark.clause("A6.13c")
async def test_room_under_the_cap_is_given_only_when_asked_for(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    """Undoing frees room; later entries stay as they are until somebody credits them anew."""
    training = as_role("training_school")
    made = [
        (await post(client, training, line(world, activity_date=f"2026-10-{day:02d}"))).json() for day in range(1, 8)
    ]
    cut = made[6]
    assert cut["credited_hours"] == 4
    full = await recredit(client, as_role("bureau"), cut)
    assert (full.status_code, full.json()["code"]) == (409, "HOURS_NO_ROOM")
    own = await recredit(client, training, cut)
    assert (own.status_code, own.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    await reverse(client, as_role("bureau"), made[0])
    url = f"/v1/hours-entries/{cut['id']}"
    assert (await client.get(url, headers=training)).json()["credited_hours"] == 4
    again = await recredit(client, as_role("bureau"), cut)
    assert (again.status_code, again.json()["credited_hours"], again.json()["revision"]) == (201, 6, 2)
    assert (await client.get(url, headers=training)).json()["reversed_by_id"] is not None
    hours = f"/v1/teachers/{world.teacher('a1-1')}/hours?school_year=2026-2027"
    mine = (await client.get(hours, headers=training)).json()["categories"]
    assert next(one["credited"] for one in mine if one["category"] == "workshop") == 36
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []


async def test_two_recredits_at_once_leave_one(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    await reverse(client, as_role("training_school_2"), entry)
    who = ("training_school", "bureau", "bureau_2") * 4
    answers = await asyncio.gather(*(recredit(client, as_role(one), entry) for one in who))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 11
    assert await entries(clone) == 3


async def test_database_keeps_one_revision_live(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database, clone: Clone
) -> None:
    """Whatever the code does: a later revision needs the one before reversed."""
    entry = (await post(client, as_role("training_school"), line(world))).json()
    connection = await clone.connect()
    key = await connection.fetchval("SELECT line_key FROM hours_entries WHERE id = $1", UUID(entry["id"]))
    await connection.close()
    second = {
        "id": uuid4(), "teacher_id": world.teacher("a1-1"), "school_id": world.organisation("A1"), "school_year": 2026,
        "category": "workshop", "claimed": 2, "credited": 2, "activity_title": "题目", "activity_date": "2026-10-17",
        "source": "import", "line_key": key, "revision": 2, "findings": [], "policy_version": "test",
        "posted_by": world.account("training_school").id,
    }  # fmt: skip
    values = {"region": world.region, "lines": json.dumps([second], default=str), "today": TODAY}
    with pytest.raises(DBAPIError, match="the revision before is not reversed"):
        async with database.begin(world.region) as db:
            await db.execute(POST_HOURS, values)
    assert await entries(clone) == 1


async def test_closed_year_is_credited_anew_by_the_bureau_alone(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    entry = (await post(client, as_role("training_school"), line(world, activity_date="2025-10-17"))).json()
    await reverse(client, as_role("training_school_2"), entry)
    assert (await act(client, as_role("bureau"), "/v1/hours-closings/2025-2026:close", {})).status_code == 201
    refused = await recredit(client, as_role("training_school"), entry)
    assert (refused.status_code, refused.json()["code"]) == (409, "HOURS_YEAR_CLOSED")
    assert (await recredit(client, as_role("bureau"), entry, claimed_hours=3)).status_code == 201


async def test_a_corrected_line_is_one_line_by_either_content(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Posted or imported once more under the content it was given, it counts once; other hours are a contradiction."""
    first, second = as_role("training_school"), as_role("training_school_2")
    entry = (await post(client, first, line(world))).json()
    await reverse(client, second, entry)
    right = {"category": "city", "activity_date": "2026-10-18", "activity_title": "市级培训"}
    made = (await recredit(client, first, entry, **right)).json()
    before = await entries(clone)
    again = await post(client, first, line(world, **right))
    assert (again.status_code, again.json()["id"], await entries(clone)) == (201, made["id"], before)
    other = await post(client, first, line(world, **right, claimed_hours=5))
    assert (other.status_code, other.json()["code"], other.json()["existing_id"]) == (
        409, "HOURS_LINE_CONFLICT", made["id"],
    )  # fmt: skip
    wrong = await post(client, first, line(world))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "HOURS_LINE_CONFLICT")
    twin = (await post(client, first, line(world, activity_title="另一场"))).json()
    await reverse(client, second, twin)
    refused = await recredit(client, first, twin, **right)
    assert (refused.status_code, refused.json()["code"]) == (409, "HOURS_LINE_CONFLICT")
    # Undone, it stays undone whichever way it is posted: crediting anew is an act of its own.
    await reverse(client, second, made)
    third = await post(client, first, line(world, **right))
    assert (third.json()["id"], third.json()["reversed_by_id"] is None) == (made["id"], False)
    connection = await clone.connect()
    keys = "SELECT count(DISTINCT line_key) FROM hours_entries WHERE activity_title = '市级培训'"
    assert await connection.fetchval(keys) == 1
    await connection.close()
    now = await recredit(client, first, twin, **right)
    assert (now.status_code, now.json()["credited_hours"]) == (201, 6)
    assert (await post(client, first, line(world, **right))).json()["id"] == now.json()["id"]
