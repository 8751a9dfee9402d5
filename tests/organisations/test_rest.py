"""Organisations and school years over REST."""

from collections.abc import Callable

import httpx
import pytest

from tests.factories.world import World

Headers = Callable[[str], dict[str, str]]


async def test_bureau_lists_the_tree_by_name(client: httpx.AsyncClient, as_role: Headers) -> None:
    answer = await client.get("/v1/organisations?kind=school", headers=as_role("bureau"))
    assert answer.status_code == 200, answer.text
    assert [item["code"] for item in answer.json()["items"]] == ["3141990003", "1141990004", "2141990001", "2141990002"]
    assert answer.json()["next_cursor"] is None


async def test_pages_follow_the_cursor_and_refuse_it_on_other_filters(
    client: httpx.AsyncClient, as_role: Headers
) -> None:
    head = as_role("school")
    seen: list[str] = []
    cursor = ""
    for _ in range(6):
        answer = (await client.get(f"/v1/organisations?limit=3{cursor}", headers=head)).json()
        seen += [item["id"] for item in answer["items"]]
        if not answer["next_cursor"]:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert len(seen) == len(set(seen)) == 10
    refused = await client.get(f"/v1/organisations?kind=school{cursor}", headers=head)
    assert (refused.status_code, refused.json()["code"]) == (400, "CURSOR_INVALID")


async def test_create_change_close_and_reopen(client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    head = as_role("training_school")
    new = {
        "kind": "school",
        "parent_id": str(world.organisation("central A")),
        "name": "甲镇第三小学",
        "code": "2141990077",
        "stages": ["primary"],
        "is_compulsory": True,
    }
    made = await client.post("/v1/organisations", json=new, headers=head)
    assert made.status_code == 201, made.text
    one = made.json()
    url = f"/v1/organisations/{one['id']}"
    assert (one["etag"], made.headers["etag"], one["status"]) == ('"1"', '"1"', "open")
    assert (await client.get(url, headers=head | {"If-None-Match": '"1"'})).status_code == 304
    changed = await client.patch(url, json={"name": "甲镇中心小学", "etag": '"1"'}, headers=head)
    assert (changed.status_code, changed.json()["name"], changed.json()["etag"]) == (200, "甲镇中心小学", '"2"')
    stale = await client.patch(url, json={"name": "又改", "etag": '"1"'}, headers=head)
    assert (stale.status_code, stale.json()["code"], stale.json()["current_etag"]) == (412, "ETAG_MISMATCH", '"2"')
    closed = await client.post(f"{url}:close", headers=head)
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    again = await client.post(f"{url}:close", headers=head)
    assert (again.status_code, again.json()["possible"]) == (409, ["reopen"])


async def test_validate_only_answers_the_same_and_stores_nothing(client: httpx.AsyncClient, as_role: Headers) -> None:
    head = as_role("bureau")
    new = {"kind": "host_institution", "name": "某师范大学", "code": "4141999999"}
    dry = await client.post("/v1/organisations?validate_only=true", json=new, headers=head)
    assert dry.status_code == 201
    listed = await client.get("/v1/organisations?kind=host_institution", headers=head)
    assert listed.json()["items"] == []


@pytest.mark.parametrize("role", ["bureau_be", "central_school", "school", "teacher"])
async def test_others_may_not_change_the_tree(client: httpx.AsyncClient, as_role: Headers, role: str) -> None:
    answer = await client.post(
        "/v1/organisations", json={"kind": "host_institution", "name": "某大学"}, headers=as_role(role)
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    found = await client.get("/v1/organisations?kind=host_institution", headers=as_role("bureau"))
    assert found.json()["items"] == []


async def test_all_faults_come_at_once(client: httpx.AsyncClient, as_role: Headers) -> None:
    bad = {"kind": "university", "name": "", "town": "\u0000", "stages": "x", "secret": 1}
    answer = await client.post("/v1/organisations", json=bad, headers=as_role("bureau"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/kind", "/name", "/town", "/stages", "/secret"}


async def test_another_region_is_not_found(client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    answer = await client.get(f"/v1/organisations/{world.organisation('X1')}", headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.clause("A5.7.3")
async def test_calendar_shows_weeks_and_the_due_day_of_plans(client: httpx.AsyncClient, as_role: Headers) -> None:
    answer = await client.get("/v1/school-years/2026-2027", headers=as_role("teacher"))
    body = answer.json()
    assert body["terms"][0]["weeks"][0] == {"number": 1, "starts_on": "2026-08-31", "ends_on": "2026-09-06"}
    assert body["school_plan_due_on"] == "2026-09-06"
    bad = await client.get("/v1/school-years/2026-2028", headers=as_role("teacher"))
    assert bad.status_code == 422
