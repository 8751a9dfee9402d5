"""What the service says about itself."""

import httpx
import pytest

from app.core.db import Database
from app.core.ids import new_id
from app.core.operations import Requester, start
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.world import World


@pytest.mark.clause("A6.4", "A6.13c", "A6.5b")
@pytest.mark.parametrize(
    ("code", "value", "reference"),
    [
        ("workshops.core_members.min", 5, "附件6 第四条"),
        ("workshops.core_members.max", 7, "附件6 第四条"),
        ("hours.workshop.cap_yearly", 40, "附件6 第十三条"),
        ("workshops.own_unit_core_share_max", 0.2, "附件6 第五条"),
    ],
)
async def test_rules_answer_with_value_and_clause(
    client: httpx.AsyncClient, as_role: SignIn, code: str, value: float, reference: str
) -> None:
    answer = (await client.get(f"/v1/policy/rules/{code}", headers=as_role("teacher"))).json()
    assert (answer["value"], answer["reference"]) == (value, reference)


async def test_unknown_rules_and_sets_are_not_found(client: httpx.AsyncClient, as_role: SignIn) -> None:
    head = as_role("school")
    for url in ("/v1/policy/rules/hours.nothing", "/v1/reference-data/nothing"):
        assert (await client.get(url, headers=head)).status_code == 404


async def test_test_clock_moves_the_day_of_a_request(client: httpx.AsyncClient, as_role: SignIn) -> None:
    head = as_role("bureau") | {"X-Shixun-Date": "2027-09-01"}
    answer = (await client.get("/v1/bootstrap", headers=head)).json()
    assert (answer["today"], answer["school_year"]) == ("2027-09-01", "2027-2028")


async def test_reference_data_is_cached_by_its_etag(client: httpx.AsyncClient, as_role: SignIn) -> None:
    first = await client.get("/v1/reference-data", headers=as_role("teacher"))
    again = await client.get(
        "/v1/reference-data", headers=as_role("teacher") | {"If-None-Match": first.headers["etag"]}
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_probes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (200, "ok")
    assert b"shixun_requests" in (await client.get("/metrics")).content


async def test_feed_gives_every_change_once_in_order(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    head = as_role("training_school")
    for day in range(1, 8):
        await post(client, head, line(world, activity_date=f"2026-10-{day:02d}"))
    async with database.begin(world.region):  # a transaction without writes holds nothing back
        seen: list[float] = []
        after = ""
        for _ in range(5):
            page = (await client.get(f"/v1/events?limit=3{after}", headers=as_role("bureau"))).json()
            seen += [float(item["facts"]["credited"]) for item in page["items"]]
            after = f"&after={page['next_cursor']}"
            if not page["has_more"]:
                break
    assert seen == [6, 6, 6, 6, 6, 6, 4]
    for role, count in (("school", 7), ("school_a2", 0), ("teacher", 7), ("central_b", 0), ("abroad_bureau", 0)):
        page = (await client.get("/v1/events", headers=as_role(role))).json()
        assert len(page["items"]) == count, role
    bad = await client.get("/v1/events?after=nonsense", headers=as_role("bureau"))
    assert (bad.status_code, bad.json()["code"]) == (400, "CURSOR_INVALID")


async def test_operation_is_shown_to_its_organisation_only(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    requester = Requester(new_id(), "school", world.organisation("A1"), {})
    async with database.begin(world.region) as db:
        operation = await start(db, world.region, "test.kind", {}, requester=requester)
    shown = await client.get(f"/v1/operations/{operation}", headers=as_role("school"))
    assert (shown.status_code, shown.json()["done"], shown.headers["retry-after"]) == (200, False, "2")
    for role in ("school_a2", "bureau", "abroad_school"):
        for url in (f"/v1/operations/{operation}", f"/v1/operations/{operation}/events"):
            assert (await client.get(url, headers=as_role(role))).status_code == 404


async def test_method_override_makes_a_patch_of_a_post(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    url = f"/v1/organisations/{world.organisation('A1')}"
    head = as_role("bureau") | {"X-HTTP-Method-Override": "PATCH"}
    answer = await client.post(url, json={"town": "新镇"}, headers=head)
    assert (answer.status_code, answer.json()["town"]) == (200, "新镇")
    refused = await client.post(url, json={}, headers=as_role("bureau") | {"X-HTTP-Method-Override": "DELETE"})
    assert refused.status_code == 405


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "JSON_INVALID"),
        (b"\xff\xfe", "JSON_INVALID"),
        (b"[]", "INVALID"),
        (b'{"kind": "school", "name": "\\ud800"}', "INVALID"),
        (b'{"kind": 99999999999999999999999999}', "INVALID"),
    ],
)
async def test_malformed_bodies_are_one_problem_and_never_500(
    client: httpx.AsyncClient, as_role: SignIn, content: bytes, code: str
) -> None:
    head = as_role("bureau") | {"Content-Type": "application/json"}
    answer = await client.post("/v1/organisations", content=content, headers=head)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
