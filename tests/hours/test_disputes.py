"""Disputes: who may ask, who may answer, and what an answer does to the ledger in the same transaction."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.db import Database
from app.hours.queries import summary_differences
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import World

MISSING = {
    "category": "school_research",
    "claimed_hours": 3,
    "activity_title": "集体备课",
    "activity_date": "2026-10-20",
    "reason": "当日已签到，未见登记",
}


async def act(client: httpx.AsyncClient, headers: dict[str, str], url: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(url, json=body, headers=headers | {"Idempotency-Key": str(uuid4())})


async def ask(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await act(client, headers, "/v1/hours-disputes", {"reason": "该次活动记错了"} | body)


async def answer(
    client: httpx.AsyncClient, headers: dict[str, str], dispute: dict[str, Any], decision: str, **more: Any
) -> httpx.Response:
    body = {"decision": decision, "reason": "经核对属实"} | more
    return await act(client, headers, f"/v1/hours-disputes/{dispute['id']}:answer", body)


async def written(clone: Clone) -> list[Any]:
    connection = await clone.connect()
    found = [
        await connection.fetchval(f"SELECT count(*) FROM {table}") for table in ("hours_disputes", "hours_entries")
    ]
    found.append(await connection.fetchval("SELECT count(*) FROM hours_disputes WHERE status <> 'open'"))
    await connection.close()
    return found


async def test_upheld_dispute_puts_the_ledger_right(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    entry = (await post(client, as_role("training_school"), line(world, claimed_hours=3))).json()
    asked = await ask(client, as_role("teacher"), entry_id=entry["id"], claimed_hours=5)
    assert asked.status_code == 201, asked.text
    dispute = asked.json()
    assert (dispute["status"], dispute["school_year"], dispute["claimed_hours"]) == ("open", "2026-2027", 5)
    told = await answer(client, as_role("training_school_2"), dispute, "upheld", correction={"claimed_hours": 5})
    assert told.status_code == 201, told.text
    done = told.json()
    assert (done["status"], done["answer_reason"]) == ("upheld", "经核对属实")
    old = (await client.get(f"/v1/hours-entries/{entry['id']}", headers=as_role("teacher"))).json()
    assert (old["reversed_by_id"], old["dispute_ids"]) == (done["reversal_id"], [dispute["id"]])
    new = (await client.get(f"/v1/hours-entries/{done['recredit_id']}", headers=as_role("teacher"))).json()
    assert (new["credited_hours"], new["revision"], new["dispute_ids"]) == (5, 2, [])
    query = "query($id:UUID!){hoursEntry(uuid:$id){disputeIds disputes{uuid status entry{uuid}}}}"
    mine = (await data(client, as_role("teacher"), query, id=entry["id"]))["hoursEntry"]
    assert mine["disputes"] == [{"uuid": dispute["id"], "status": "upheld", "entry": {"uuid": entry["id"]}}]
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []


async def test_missing_entry_is_credited_when_upheld(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    dispute = (await ask(client, as_role("teacher"), **MISSING)).json()
    again = await ask(client, as_role("teacher"), **MISSING)
    assert (again.status_code, again.json()["code"]) == (409, "HOURS_DISPUTE_OPEN")
    told = (await answer(client, as_role("training_school"), dispute, "upheld")).json()
    made = (await client.get(f"/v1/hours-entries/{told['recredit_id']}", headers=as_role("teacher"))).json()
    assert (made["credited_hours"], made["activity_title"], made["school_id"]) == (
        3,
        "集体备课",
        str(world.organisation("A1")),
    )
    twice = (await ask(client, as_role("teacher"), **MISSING)).json()
    refused = await answer(client, as_role("training_school"), twice, "upheld")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "HOURS_ALREADY_CREDITED")
    assert await written(clone) == [2, 1, 1]


async def test_school_asks_for_a_reversal_and_may_take_it_back(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    dispute = (await ask(client, as_role("school"), entry_id=entry["id"])).json()
    twice = await ask(client, as_role("school"), entry_id=entry["id"])
    assert (twice.status_code, twice.json()["code"]) == (409, "HOURS_DISPUTE_OPEN")
    above = await ask(client, as_role("central_school"), entry_id=entry["id"])
    assert above.status_code == 201  # one open dispute per entry and person
    url = f"/v1/hours-disputes/{dispute['id']}"
    stranger = await act(client, as_role("central_school"), f"{url}:withdraw", {})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "NOT_THE_ASKER")
    gone = await act(client, as_role("school"), f"{url}:withdraw", {})
    assert (gone.status_code, gone.json()["status"]) == (200, "withdrawn")
    late = await answer(client, as_role("bureau"), dispute, "upheld")
    assert (late.status_code, late.json()["code"]) == (409, "STATUS_CONFLICT")
    told = await answer(client, as_role("bureau"), above.json(), "upheld")
    assert (told.json()["status"], told.json()["recredit_id"]) == ("upheld", None)
    assert await written(clone) == [2, 2, 2]
    assert (await ask(client, as_role("school"), entry_id=entry["id"])).status_code == 201


async def test_each_refusal_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    other = (await post(client, as_role("training_school"), line(world, "a1-2"))).json()
    by_poster = (await ask(client, as_role("training_school_2"), entry_id=entry["id"])).json()
    about = {"entry_id": entry["id"]}
    before = await written(clone)
    asks: list[tuple[str, dict[str, Any], int, str]] = [
        ("teacher", {"entry_id": other["id"]}, 422, "HOURS_DISPUTE_INVALID"),
        ("school_a2", about, 422, "HOURS_DISPUTE_INVALID"),
        ("central_b", about, 422, "HOURS_DISPUTE_INVALID"),
        ("teacher_a2", about, 422, "HOURS_DISPUTE_INVALID"),
        ("abroad_school", about, 422, "HOURS_DISPUTE_INVALID"),
        ("school", MISSING, 422, "HOURS_DISPUTE_INVALID"),
        ("bureau", about, 403, "PERMISSION_DENIED"),
        ("teacher", {"claimed_hours": 3}, 422, "INVALID"),
        ("teacher", MISSING | {"activity_date": "2099-01-01"}, 422, "HOURS_LINE_REFUSED"),
        ("teacher", MISSING | {"activity_date": "2014-01-01"}, 422, "HOURS_LINE_REFUSED"),
        ("teacher", MISSING | {"category": "workshop", "claimed_hours": 6.5}, 422, "HOURS_LINE_REFUSED"),
    ]
    for who, body, status, code in asks:
        refused = await ask(client, as_role(who), **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, refused.text)
    answers: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("training_school", "upheld", {}, 403, "SEPARATION_OF_DUTIES"),
        ("training_school_2", "rejected", {}, 403, "SEPARATION_OF_DUTIES"),
        ("bureau", "rejected", {"correction": {}}, 422, "INVALID"),
        ("bureau", "perhaps", {}, 422, "INVALID"),
        ("bureau", "upheld", {"reason": ""}, 422, "INVALID"),
        ("bureau", "upheld", {"correction": {"claimed_hours": 6.5}}, 422, "HOURS_LINE_REFUSED"),
        ("bureau_be", "upheld", {}, 403, "PERMISSION_DENIED"),
        ("central_school", "upheld", {}, 403, "PERMISSION_DENIED"),
        ("school", "upheld", {}, 403, "PERMISSION_DENIED"),
        ("teacher", "upheld", {}, 403, "PERMISSION_DENIED"),
        ("abroad_bureau", "upheld", {}, 404, "NOT_FOUND"),
    ]
    for who, decision, more, status, code in answers:
        refused = await answer(client, as_role(who), by_poster, decision, **more)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, refused.text)
    assert await written(clone) == before
    told = await answer(client, as_role("bureau"), by_poster, "rejected")
    assert (told.status_code, told.json()["status"], told.json()["reversal_id"]) == (201, "rejected", None)


async def test_lists_keep_to_the_scope(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    made = {}
    for teacher, school in (("a1-1", "school"), ("a2-1", "school_a2"), ("b1-1", "school_b1")):
        entry = (await post(client, as_role("training_school"), line(world, teacher))).json()
        made[teacher] = (await ask(client, as_role(school), entry_id=entry["id"])).json()["id"]
    seen = {
        "bureau_be": {"a1-1", "a2-1", "b1-1"}, "training_school": {"a1-1", "a2-1", "b1-1"},
        "central_school": {"a1-1", "a2-1"}, "school": {"a1-1"}, "teacher_a2": {"a2-1"}, "teacher": {"a1-1"},
        "abroad_bureau": set(),
    }  # fmt: skip
    for who, mine in seen.items():
        listed = (await client.get("/v1/hours-disputes", headers=as_role(who))).json()["items"]
        assert {one["id"] for one in listed} == {made[teacher] for teacher in mine}, who
        for teacher, one in made.items():
            found = await client.get(f"/v1/hours-disputes/{one}", headers=as_role(who))
            assert found.status_code == (200 if teacher in mine else 404), (who, teacher)
    some = await client.get(
        f"/v1/hours-disputes?status=open&teacher_id={world.teacher('a2-1')}", headers=as_role("bureau")
    )
    assert [one["id"] for one in some.json()["items"]] == [made["a2-1"]]


async def test_two_answers_at_once_have_one_effect(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    dispute = (await ask(client, as_role("teacher"), entry_id=entry["id"])).json()
    who = ("training_school_2", "bureau", "bureau_2") * 4
    answers = await asyncio.gather(
        *(answer(client, as_role(one), dispute, "upheld", correction={"claimed_hours": 2}) for one in who)
    )
    assert sorted(one.status_code for one in answers) == [201] + [409] * 11
    assert await written(clone) == [1, 3, 1]


async def test_closing_a_year_shows_its_open_disputes_first(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world, activity_date="2025-10-17"))).json()
    dispute = (await ask(client, as_role("teacher"), entry_id=entry["id"])).json()
    shown = (await client.get("/v1/hours-closings/2025-2026", headers=as_role("school"))).json()
    assert [(one["rule"], one["actual"]) for one in shown["findings"]] == [("hours.closing_disputes", 1)]
    url = "/v1/hours-closings/2025-2026:close"
    refused = await act(client, as_role("training_school"), url, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "HOURS_YEAR_UNSETTLED")
    closed = await act(client, as_role("training_school"), url, {"acknowledge_findings": True})
    assert closed.status_code == 201
    assert [one["rule"] for one in closed.json()["acts"][0]["findings"]] == ["hours.closing_disputes"]
    late = await answer(client, as_role("training_school_2"), dispute, "upheld", correction={"claimed_hours": 2})
    assert (late.status_code, late.json()["code"]) == (409, "HOURS_YEAR_CLOSED")
    assert await written(clone) == [1, 1, 0]
    told = await answer(client, as_role("bureau"), dispute, "upheld", correction={"claimed_hours": 2})
    assert told.status_code == 201, told.text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("status = 'upheld'", id="upheld without effect"),
        pytest.param("status = 'rejected'", id="rejected by nobody"),
        pytest.param("status = 'rejected', answered_by = asked_by, answered_at = now(), answer_reason = 'x'", id="own"),
    ],
)
async def test_database_refuses_half_an_answer(
    client: httpx.AsyncClient, as_role: SignIn, database: Database, world: World, change: str
) -> None:
    await ask(client, as_role("teacher"), **MISSING)
    with pytest.raises(Exception, match="ck_hours_disputes"):
        async with database.begin(world.region) as db:
            await db.execute(text(f"UPDATE hours_disputes SET {change} WHERE region_id = {world.region}"))
