"""Typical cases: who hands in, who takes in, what is recommended upward and where it is used again."""

from typing import Any

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

URL = "/v1/cases"
CASE = {"term": "2026-2027-1", "title": "整本书阅读", "summary": "以任务群组织整本书阅读。"}
BODIES = {
    "review": {"decision": "accept", "reason": "可推广"},
    "recommend": {"recommended_to": "省项目办"},
    "uses": {"note": "校本研修学习", "used_on": "2026-11-20"},
}


async def submit(client: httpx.AsyncClient, headers: dict[str, str], **facts: Any) -> httpx.Response:
    return await client.post(URL, json=CASE | facts, headers=headers)


async def act(
    client: httpx.AsyncClient, headers: dict[str, str], case: dict[str, Any], verb: str, **body: Any
) -> httpx.Response:
    url = f"{URL}/{case['id']}{'/' if verb == 'uses' else ':'}{verb}"
    return await client.post(url, json=BODIES[verb] | body if verb in BODIES else None, headers=headers)


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    cases = await fetch(clone, "SELECT id, status, version FROM typical_cases ORDER BY id")
    uses = await fetch(clone, "SELECT id FROM case_uses ORDER BY id")
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [*map(tuple, cases), *map(tuple, uses), *map(tuple, events)]


@pytest.mark.clause("A2.5c")
@pytest.mark.clause("M6.2.3e")
async def test_from_the_teacher_to_other_schools(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, database: Database
) -> None:
    case = (await submit(client, as_role("teacher"))).json()
    assert (case["status"], case["teacher_id"]) == ("submitted", str(world.teacher("a1-1")))
    assert (await client.get(f"{URL}/{case['id']}", headers=as_role("school_b1"))).status_code == 404
    taken = await act(client, as_role("training_school"), case, "review", etag=case["etag"])
    assert (taken.status_code, taken.json()["status"], taken.json()["answer_reason"]) == (200, "accepted", "可推广")
    for who in ("school_b1", "school_d"):
        used = await act(client, as_role(who), case, "uses")
        assert used.status_code == 201, used.text
    twice = await act(client, as_role("school_d"), case, "uses")
    assert (twice.status_code, twice.json()["code"]) == (409, "CASE_USE_TAKEN")
    up = await act(client, as_role("training_school"), case, "recommend")
    assert (up.status_code, up.json()["recommended_to"], up.json()["uses"]) == (200, "省项目办", 2)
    kinds = await fetch(clone, "SELECT kind FROM events WHERE entity = 'typical_case' ORDER BY seq")
    verbs = ["submitted", "accepted", "used", "used", "recommended"]
    assert [one["kind"] for one in kinds] == [f"typical_case.{verb}" for verb in verbs]
    await submit(client, as_role("school"))
    with counted(database) as few:
        await client.get(f"{URL}?limit=1", headers=as_role("school"))
    with counted(database) as many:
        listed = (await client.get(f"{URL}?term=2026-2027-1", headers=as_role("school"))).json()
    assert (len(listed["items"]), len(many)) == (2, len(few))
    query = "query($u: UUID!) {caseUses(uuid: $u) {nodes {organisationId note}} typicalCase(uuid: $u) {uses status}}"
    shown = await data(client, as_role("teacher_a2"), query, u=case["id"])
    assert (shown["typicalCase"], len(shown["caseUses"]["nodes"])) == ({"uses": 2, "status": "recommended"}, 2)


async def test_a_case_changes_until_it_is_reviewed(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
    case = (await submit(client, as_role("teacher"))).json()
    url = f"{URL}/{case['id']}"
    changed = await client.patch(url, json={"title": "名著阅读", "etag": case["etag"]}, headers=as_role("teacher"))
    assert (changed.status_code, changed.json()["title"], changed.json()["summary"]) == (
        200,
        "名著阅读",
        CASE["summary"],
    )
    before = await written(clone)
    for who, body, status, code in (
        ("school_a2", {"title": "x"}, 404, "NOT_FOUND"),
        ("training_school", {"title": "x"}, 403, "PERMISSION_DENIED"),
        ("teacher", {"title": "x", "etag": case["etag"]}, 412, "ETAG_MISMATCH"),
        ("teacher", {"title": None}, 422, "INVALID"),
        ("teacher", {"term": "2026-2027-3"}, 422, "INVALID"),
    ):
        refused = await client.patch(url, json=body, headers=as_role(who))
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, refused.text)
    assert await written(clone) == before
    await act(client, as_role("training_school"), case, "review")
    late = await client.patch(url, json={"title": "x"}, headers=as_role("teacher"))
    assert (late.status_code, late.json()["code"]) == (409, "STATUS_CONFLICT")


async def test_refusals_write_nothing(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
    case = (await submit(client, as_role("school"))).json()
    before = await written(clone)
    for who, facts, status, code in (
        ("training_school", {}, 403, "PERMISSION_DENIED"),
        ("school", {"organisation_id": str(world.organisation("A2"))}, 403, "OUT_OF_SCOPE"),
        ("teacher", {"organisation_id": str(world.organisation("A2"))}, 403, "OUT_OF_SCOPE"),
        ("school", {"term": "2026-2027-3"}, 422, "INVALID"),
    ):
        refused = await submit(client, as_role(who), **facts)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, refused.text)
    moves: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "review", {}, 403, "PERMISSION_DENIED"),
        ("bureau", "recommend", {}, 403, "PERMISSION_DENIED"),
        ("school_a2", "withdraw", {}, 404, "NOT_FOUND"),
        ("school_a2", "uses", {}, 404, "NOT_FOUND"),
        ("school", "uses", {}, 409, "STATUS_CONFLICT"),
        ("training_school", "recommend", {}, 409, "STATUS_CONFLICT"),
        ("training_school", "review", {"decision": "decline", "reason": None}, 422, "INVALID"),
        ("training_school", "review", {"etag": '"7"'}, 412, "ETAG_MISMATCH"),
    ]
    for who, verb, body, status, code in moves:
        refused = await act(client, as_role(who), case, verb, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, verb, refused.text)
    assert await written(clone) == before
    declined = await act(client, as_role("training_school"), case, "review", decision="decline")
    assert declined.json()["status"] == "declined"
    late = await act(client, as_role("school"), case, "withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "STATUS_CONFLICT")
    with pytest.raises(Exception, match="ck_typical_cases_two_persons"):
        await fetch(clone, "UPDATE typical_cases SET answered_by = asked_by")
