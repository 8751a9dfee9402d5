"""Merging two records of one person: an alias, balances of the person, caps, the account, and back again."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.accounts.entry import Entrance
from app.core.db import Database
from app.hours import queries
from tests.factories.certificates import issue, reverse, token_of
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.world import World

AsRole = Callable[[str], dict[str, str]]
REASON = "同一人重复登记"


async def merge(
    client: httpx.AsyncClient, head: dict[str, str], alias: UUID, into: UUID, **more: Any
) -> httpx.Response:
    body = {"into_id": str(into), "reason": REASON, "is_same_person": True} | more
    return await client.post(f"/v1/teachers/{alias}:merge", json=body, headers=head | {"Idempotency-Key": str(uuid4())})


async def unmerge(client: httpx.AsyncClient, head: dict[str, str], alias: UUID) -> httpx.Response:
    key = {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/v1/teachers/{alias}:unmerge", json={"reason": "合并有误"}, headers=head | key)


async def post(client: httpx.AsyncClient, as_role: AsRole, teacher: UUID, *days: str, **more: Any) -> list[Any]:
    line = {"teacher_id": str(teacher), "category": "workshop", "claimed_hours": 6, "reason": "月度确认"} | more
    entries = [line | {"activity_title": f"研修 {teacher} {day}", "activity_date": day} for day in days]
    head = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
    answer = await client.post("/v1/hours-entries:batchCreate", json={"entries": entries}, headers=head)
    assert answer.status_code == 201, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def hours(client: httpx.AsyncClient, head: dict[str, str], teacher: UUID, category: str = "workshop") -> Any:
    answer = await client.get(f"/v1/teachers/{teacher}/hours?school_year=2026-2027", headers=head)
    return next(one["credited"] for one in answer.json()["categories"] if one["category"] == category)


async def differences(database: Database, world: World) -> list[Any]:
    async with database.begin(world.region) as db:
        found = [*await queries.summary_differences(db, world.region)]
        return [*found, *await queries.counter_differences(db, world.region, world.today)]


async def count(connection: asyncpg.Connection, query: str) -> int:
    found: int = await connection.fetchval(query)
    return found


@pytest.fixture
def alias(world: World) -> UUID:
    return world.teacher("a2-1")


@pytest.fixture
def kept(world: World) -> UUID:
    return world.teacher("a1-1")


@pytest.mark.clause("A6.13c")
async def test_the_person_keeps_forty_hours_and_both_histories(
    client: httpx.AsyncClient, as_role: AsRole, world: World, database: Database, alias: UUID, kept: UUID
) -> None:
    te = as_role("bureau")
    september = [f"2026-09-{day:02}" for day in range(7, 12)]
    await post(client, as_role, kept, *september)
    await post(client, as_role, alias, *september[:1], "2026-10-12", "2026-10-13")
    await post(client, as_role, alias, "2026-10-14", category="school_research", claimed_hours=24)
    answer = await merge(client, te, alias, kept)
    assert (answer.status_code, answer.json()["status"], answer.json()["merged_into_id"]) == (200, "merged", str(kept))
    # 30 of the record that stays; of the alias 6 fall on a day that is full, then 6 fit, then 4 of 6
    assert (await hours(client, te, kept), await hours(client, te, alias)) == (40, 0)
    assert await hours(client, te, kept, "school_research") == 24
    ledger = (await client.get(f"/v1/hours-entries?teacher_id={kept}&category=workshop", headers=te)).json()["items"]
    standing = {
        (one["teacher_id"], one["activity_date"]): one["credited_hours"]
        for one in ledger
        if not one["reversed_by_id"] and not one["reverses_id"]
    }
    assert sum(standing.values()) == 40
    assert standing[str(alias), september[0]] == 0
    assert standing[str(alias), "2026-10-13"] == 4
    assert sum(one["source"] == "reversal" for one in ledger) == 2
    assert await differences(database, world) == []
    url = f"/v1/teachers/{kept}/hours/explanation?school_year=2026-2027"
    told = (await client.get(url, headers=te)).json()
    workshop = next(one for one in told["categories"] if one["category"] == "workshop")
    assert (workshop["credited"], sum(one["credited"] for one in workshop["entries"])) == (40, 40)
    more = (await post(client, as_role, kept, "2026-11-02"))[0]
    assert (more["claimed_hours"], more["credited_hours"]) == (6, 0)
    own = (await client.get("/v1/hours-entries?category=school_research", headers=as_role("teacher"))).json()["items"]
    assert [one["teacher_id"] for one in own] == [str(alias)]
    query = "query($id:UUID!){teacher(uuid:$id){hoursEntries(first:3){teacherId}}}"
    newest = (await data(client, te, query, id=str(kept)))["teacher"]["hoursEntries"]
    assert {one["teacherId"] for one in newest} == {str(kept), str(alias)}


async def test_completion_counts_the_person_once(
    client: httpx.AsyncClient, as_role: AsRole, world: World, database: Database, alias: UUID, kept: UUID
) -> None:
    te = as_role("bureau")
    await post(client, as_role, kept, "2026-10-14", category="school_research", claimed_hours=12)
    posted = await post(client, as_role, alias, "2026-10-15", category="school_research", claimed_hours=12)
    url = "/v1/hours-completion?school_year=2026-2027"
    before = (await client.get(url, headers=te)).json()["total"]
    assert (await merge(client, te, alias, kept)).status_code == 200
    after = (await client.get(url, headers=te)).json()["total"]
    assert (after["teachers"] - before["teachers"], after["met"] - before["met"]) == (-1, 1)
    head = as_role("training_school_2") | {"Idempotency-Key": str(uuid4())}
    answer = await client.post(
        f"/v1/hours-entries/{posted[0]['id']}:reverse", json={"reason": "登记有误"}, headers=head
    )
    assert answer.status_code == 201, answer.text
    assert await hours(client, te, kept, "school_research") == 12
    assert (await client.get(url, headers=te)).json()["total"]["met"] == before["met"]
    assert await differences(database, world) == []


async def test_undoing_a_merge_gives_both_their_own_again(
    client: httpx.AsyncClient, as_role: AsRole, world: World, database: Database, alias: UUID, kept: UUID
) -> None:
    te = as_role("bureau")
    await post(client, as_role, kept, "2026-10-14")
    await post(client, as_role, alias, "2026-10-15")
    assert (await merge(client, te, alias, kept)).status_code == 200
    assert (await merge(client, te, kept, world.teacher("a1-2"))).status_code == 200
    followed = (await client.get(f"/v1/teachers/{alias}", headers=te)).json()
    assert followed["merged_into_id"] == str(world.teacher("a1-2"))
    assert await hours(client, te, world.teacher("a1-2")) == 12
    for one in (kept, alias):
        answer = await unmerge(client, te, one)
        assert (answer.json()["status"], answer.json()["is_on_post"], answer.json()["merged_into_id"]) == (
            "active", True, None,
        )  # fmt: skip
    left = {"left_on": "2026-11-01", "reason": "retirement"}
    assert (await client.post(f"/v1/teachers/{alias}:leave", json=left, headers=te)).status_code == 200
    assert (await merge(client, te, alias, kept)).status_code == 200
    assert (await unmerge(client, te, alias)).json()["status"] == "left"
    assert [await hours(client, te, one) for one in (kept, alias, world.teacher("a1-2"))] == [6, 6, 0]
    assert await differences(database, world) == []
    again = await unmerge(client, te, alias)
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")


async def test_the_account_goes_to_the_record_that_stays_or_is_locked(
    client: httpx.AsyncClient, as_role: AsRole, world: World, clone: Clone
) -> None:
    te = as_role("bureau")
    assert (await merge(client, te, world.teacher("a2-1"), world.teacher("a2-2"))).status_code == 200
    connection = await clone.connect()
    account = "SELECT teacher_id, status FROM accounts WHERE username = $1"
    assert tuple(await connection.fetchrow(account, "teacher_a2")) == (world.teacher("a2-2"), "active")
    assert (await merge(client, te, world.teacher("a2-2"), world.teacher("a1-1"))).status_code == 200
    assert tuple(await connection.fetchrow(account, "teacher_a2")) == (world.teacher("a2-2"), "locked")
    assert tuple(await connection.fetchrow(account, "teacher")) == (world.teacher("a1-1"), "active")
    await connection.close()


async def test_whose_record_was_merged_is_asked_to_sign_in_again_at_once(
    client: httpx.AsyncClient, as_role: AsRole, world: World
) -> None:
    """Who a token stands for is kept for seconds; a refusal does not go by what was known before the merge."""
    own = as_role("teacher_a2")
    alias, kept = world.teacher("a2-1"), world.teacher("a2-2")
    assert (await client.get(f"/v1/teachers/{alias}", headers=own)).status_code == 200
    assert (await client.get(f"/v1/teachers/{kept}", headers=own)).status_code == 404
    assert (await merge(client, as_role("bureau"), alias, kept)).status_code == 200
    asked = await client.get(f"/v1/teachers/{kept}", headers=own)
    assert (asked.status_code, asked.json()["code"]) == (401, "SESSION_REVOKED")


async def test_refusals_write_nothing(
    client: httpx.AsyncClient, as_role: AsRole, world: World, clone: Clone, alias: UUID, kept: UUID
) -> None:
    te, somebody = as_role("bureau"), world.teacher("b1-1")
    assert (await merge(client, te, somebody, kept)).status_code == 200
    connection = await clone.connect()
    trace = "SELECT count(*) FROM events WHERE kind <> 'access.refused'"
    before = await count(connection, trace)
    cases: list[tuple[str, UUID, UUID, dict[str, Any], tuple[int, str]]] = [
        ("bureau", kept, kept, {}, (409, "MERGE_ITSELF")),
        ("bureau", somebody, alias, {}, (409, "STATUS_CONFLICT")),
        ("bureau", alias, somebody, {}, (409, "TEACHER_MERGED")),
        ("bureau", alias, kept, {"is_same_person": False}, (409, "TEACHERS_DIFFER")),
        ("bureau", alias, kept, {"reason": "重复"}, (422, "INVALID")),
        ("bureau", alias, kept, {"reason": "证件 419001199001011234 重复"}, (422, "TEACHER_INVALID")),
        ("bureau", alias, kept, {"etag": '"9"'}, (412, "ETAG_MISMATCH")),
        ("bureau", alias, uuid4(), {}, (422, "REFERENCE_UNKNOWN")),
        ("bureau", alias, world.teacher("x1-1"), {}, (422, "REFERENCE_UNKNOWN")),
        ("bureau_be", alias, kept, {}, (403, "PERMISSION_DENIED")),
        ("training_school", alias, kept, {}, (403, "PERMISSION_DENIED")),
        ("abroad_bureau", alias, kept, {}, (404, "NOT_FOUND")),
    ]
    for role, one, into, more, expected in cases:
        answer = await merge(client, as_role(role), one, into, **more)
        assert (answer.status_code, answer.json()["code"]) == expected, (role, more, answer.text)
    answer = await client.post(f"/v1/teachers/{alias}:merge", json={"into_id": str(kept), "reason": REASON}, headers=te)
    assert answer.json()["code"] == "IDEMPOTENCY_KEY_MISSING"
    assert await count(connection, trace) == before
    assert await count(connection, "SELECT count(*) FROM teachers WHERE status = 'merged'") == 1
    await connection.close()


async def test_merges_that_cross_leave_one_person(
    client: httpx.AsyncClient, as_role: AsRole, world: World, database: Database, entrance: Entrance, clone: Clone
) -> None:
    """Three records merged into one another all at once: never a circle, never an alias of an alias."""
    three = [world.teacher(name) for name in ("a1-1", "a1-2", "a1-3")]
    for one in three:
        await post(client, as_role, one, "2026-10-14", "2026-10-15", "2026-10-16")
    pairs = [(one, other) for one in three for other in three if one != other]
    answers = await asyncio.gather(*(merge(client, as_role("bureau"), *pair) for pair in pairs))
    assert {answer.status_code for answer in answers} == {200, 409}
    assert sum(answer.status_code == 200 for answer in answers) == 2
    connection = await clone.connect()
    chained = "SELECT count(*) FROM teachers a JOIN teachers b ON b.id = a.merged_into_id WHERE b.status = 'merged'"
    assert await count(connection, chained) == 0
    assert await count(connection, "SELECT count(*) FROM teachers WHERE status = 'merged'") == 2
    sums = "SELECT max(credited) FROM hours_summaries WHERE category = 'workshop'"
    assert await connection.fetchval(sums) == 18  # 6 a day, however many records
    await connection.close()
    assert await differences(database, world) == []


async def test_merging_while_hours_are_posted_keeps_the_cap(
    client: httpx.AsyncClient, as_role: AsRole, world: World, database: Database, alias: UUID, kept: UUID
) -> None:
    days = [f"2026-10-{day:02}" for day in range(12, 18)]
    await post(client, as_role, kept, *days)

    async def one_more(place: int) -> int:
        line = {"teacher_id": str(alias if place % 2 else kept), "category": "workshop", "claimed_hours": 6}
        line |= {"activity_title": f"研修 {place}", "activity_date": f"2026-11-{place + 1:02}", "reason": "月度确认"}
        head = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
        return (await client.post("/v1/hours-entries", json=line, headers=head)).status_code

    posting = [asyncio.create_task(one_more(place)) for place in range(8)]
    merged = await merge(client, as_role("bureau"), alias, kept)
    statuses = await asyncio.gather(*posting)
    assert merged.status_code in {200, 503}
    assert set(statuses) <= {201, 409, 422, 503}
    if merged.status_code == 503:
        assert (await merge(client, as_role("bureau"), alias, kept)).status_code == 200
    assert await hours(client, as_role("bureau"), kept) <= 40
    assert await differences(database, world) == []


async def told(client: httpx.AsyncClient, certificate: dict[str, Any]) -> list[str]:
    """What verification says has changed since a certificate was issued."""
    shown = (await client.get(f"/v1/public/verifications/{token_of(certificate)}")).json()
    return [change["what"] for change in shown["changes"]]


@pytest.mark.clause("A5.7.1")
async def test_reports_and_certificates_take_the_other_record_in(
    client: httpx.AsyncClient, as_role: AsRole, world: World, alias: UUID, kept: UUID
) -> None:
    te, research = as_role("bureau"), {"category": "school_research", "claimed_hours": 12}
    await post(client, as_role, kept, "2026-10-14", **research)
    other = (await post(client, as_role, alias, "2026-10-15", "2026-10-16", **research))[0]
    assert (await merge(client, te, alias, kept)).status_code == 200

    async def figures() -> tuple[Any, ...]:
        query = {"school_year": "2026-2027"}
        trend = (await client.get("/v1/hours-completion/trend", params=query, headers=te)).json()["total"]
        now = (await client.get("/v1/hours-completion", params=query, headers=te)).json()["total"]
        form = (await client.get("/v1/hours-statistics", params=query, headers=te)).json()["total"]
        return trend["met"][-1], now["met"], trend["teachers"], form["teachers"] - form["untrained"], form["bands"]

    assert await figures() == (1, 1, 8, 1, [8, 0, 0, 0])
    one = (await issue(client, as_role("teacher"), world)).json()
    assert (one["content"]["total"], len(one["stands_on"]["records"])) == ("36", 3)
    await reverse(client, as_role, other["id"])
    assert await told(client, one) == ["所依据的一条学时记录（2026-10-15，12 学时）已红冲"]
    assert await figures() == (1, 1, 8, 1, [8, 0, 0, 0])
    two = (await issue(client, as_role("teacher"), world)).json()
    assert (two["content"]["total"], two["edition"]) == ("24", 2)
    assert (await unmerge(client, te, alias)).status_code == 200
    assert await told(client, two) == ["所依据的一条学时记录（2026-10-16，12 学时）已随档案分开"]
    assert await figures() == (0, 0, 9, 2, [9, 0, 0, 0])
    assert (await issue(client, as_role("teacher"), world)).json()["content"]["total"] == "12"


@pytest.mark.clause("A6.13c")
async def test_a_certificate_says_that_merging_reversed_what_it_stands_on(
    client: httpx.AsyncClient, as_role: AsRole, world: World, alias: UUID, kept: UUID
) -> None:
    """Both records have the same day: the younger entry is reversed and posted anew with nothing."""
    await post(client, as_role, kept, "2026-10-14")
    await post(client, as_role, alias, "2026-10-14", "2026-10-15")
    own = (await issue(client, as_role("teacher_a2"), world, "a2-1")).json()
    first = (await issue(client, as_role("teacher"), world)).json()
    assert (await merge(client, as_role("bureau"), alias, kept)).status_code == 200
    assert await told(client, own) == ["所依据的一条学时记录（2026-10-14，6 学时）已红冲"]
    assert await told(client, first) == []
    assert (await issue(client, as_role("teacher"), world)).json()["content"]["total"] == "12"
