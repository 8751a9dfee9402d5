"""Publications: who hands in, who puts out, consent of who is named, readings and the bonus of a month."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

URL = "/v1/publications"
ITEM = {"column_code": "school_research", "title": "集体备课", "source": "语文教研组", "happened_on": "2026-11-10"}
OUT = {"channel": "师训公众号", "link": "https://example.org/1", "published_on": "2026-11-13"}


async def submit(client: httpx.AsyncClient, headers: dict[str, str], **facts: Any) -> httpx.Response:
    return await client.post(URL, json=ITEM | facts, headers=headers)


async def act(
    client: httpx.AsyncClient, headers: dict[str, str], item: dict[str, Any], verb: str, **body: Any
) -> httpx.Response:
    given = {"publish": OUT, "return": {"reason": "请补充"}, "retract": {"reason": "有误"}}.get(verb)
    return await client.post(f"{URL}/{item['id']}:{verb}", json=given | body if given else None, headers=headers)


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    items = await fetch(clone, "SELECT id, status, version FROM publications ORDER BY id")
    readings = await fetch(clone, "SELECT id FROM publication_readings ORDER BY id")
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [*map(tuple, items), *map(tuple, readings), *map(tuple, events)]


@pytest.mark.clause("A3.5")
@pytest.mark.clause("M6.2.3e")
async def test_from_the_teacher_to_the_month(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    new = await submit(client, as_role("teacher"), persons=[{"name": "赵一"}])
    assert new.status_code == 201, new.text
    item = new.json()
    own = (str(world.organisation("A1")), str(world.teacher("a1-1")))
    assert (item["status"], item["organisation_id"], item["teacher_id"]) == ("submitted", *own)
    before = await written(clone)
    refused = await act(client, as_role("training_school"), item, "publish")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "publication.consent")
    assert await written(clone) == before
    back = await act(client, as_role("training_school"), item, "return")
    assert (back.json()["status"], back.json()["answer_reason"]) == ("returned", "请补充")
    consent = {"persons": [{"name": "赵一", "consented_on": "2026-11-11"}], "etag": back.json()["etag"]}
    again = await client.patch(f"{URL}/{item['id']}", json=consent, headers=as_role("teacher"))
    assert (again.status_code, again.json()["status"]) == (200, "submitted"), again.text
    await fetch(
        clone,
        "UPDATE organisations SET department_code = 'general_office' WHERE id = $1", world.organisation("desk be"),
    )  # fmt: skip
    out = await act(client, as_role("bureau_be"), item, "publish", etag=again.json()["etag"])
    assert (out.status_code, out.json()["status"], out.json()["answer_reason"]) == (200, "published", None), out.text
    body: dict[str, Any] = {}
    for day, count in (("2026-11-14", 900), ("2026-11-20", 499), ("2026-11-21", 500)):
        body = {"read_on": day, "readings": count}
        read = await client.post(f"{URL}/{item['id']}/readings", json=body, headers=as_role("training_school"))
        assert read.status_code == 201, read.text
    twice = await client.post(f"{URL}/{item['id']}/readings", json=body, headers=as_role("training_school"))
    assert (twice.status_code, twice.json()["code"]) == (409, "PUBLICATION_READING_TAKEN")
    shown = (await client.get(f"{URL}/{item['id']}", headers=as_role("school_b1"))).json()
    assert (shown["readings"], shown["read_on"]) == (500, "2026-11-21")
    url = f"/v1/publication-months/2026-11?organisation_id={own[0]}"
    month = (await client.get(url, headers=as_role("school"))).json()
    assert (month["count"], month["timely_count"], month["influential_count"], month["points"]) == (1, 1, 1, 1)
    kinds = await fetch(clone, "SELECT kind FROM events WHERE entity = 'publication' ORDER BY seq")
    verbs = ["submitted", "returned", "changed", "published", "read", "read", "read"]
    assert [one["kind"] for one in kinds] == [f"publication.{verb}" for verb in verbs]
    down = await act(client, as_role("bureau_be"), item, "retract")
    assert down.json()["status"] == "retracted"
    gone = (await client.get(url, headers=as_role("school"))).json()
    assert (gone["count"], gone["points"], gone["items"]) == (0, 0, [])


async def test_refusals_write_nothing(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
    item = (await submit(client, as_role("school"))).json()
    before = await written(clone)
    other = str(world.organisation("A2"))
    new: list[tuple[str, dict[str, Any], int, str]] = [
        ("training_school", {}, 403, "PERMISSION_DENIED"),
        ("school", {"organisation_id": other}, 403, "OUT_OF_SCOPE"),
        ("teacher", {"organisation_id": other}, 403, "OUT_OF_SCOPE"),
        ("central_school", {"organisation_id": str(world.organisation("B1"))}, 403, "OUT_OF_SCOPE"),
        ("school", {"subject_kind": "workshop"}, 422, "INVALID"),
        ("school", {"column_code": "sports", "happened_on": "2099-11-24"}, 422, "PUBLICATION_INVALID"),
    ]
    for who, facts, status, code in new:
        refused = await submit(client, as_role(who), **facts)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, facts, refused.text)
    refused = await submit(client, as_role("school"), **new[-1][1])
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/happened_on", "/column_code"}
    moves: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "publish", {}, 403, "PERMISSION_DENIED"),
        ("bureau", "publish", {}, 403, "PERMISSION_DENIED"),
        ("bureau_be", "publish", {}, 403, "PERMISSION_DENIED"),
        ("abroad_bureau", "publish", {}, 403, "PERMISSION_DENIED"),
        ("school_a2", "withdraw", {}, 404, "NOT_FOUND"),
        ("teacher", "withdraw", {}, 404, "NOT_FOUND"),
        ("training_school", "publish", {"published_on": "2026-11-09"}, 422, "RULE_BROKEN"),
        ("training_school", "publish", {"link": "javascript:alert(1)"}, 422, "INVALID"),
        ("training_school", "publish", {"etag": '"9"'}, 412, "ETAG_MISMATCH"),
        ("training_school", "retract", {}, 409, "STATUS_CONFLICT"),
    ]
    for who, verb, body, status, code in moves:
        refused = await act(client, as_role(who), item, verb, **body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, verb, refused.text)
    early = await client.post(f"{URL}/{item['id']}/readings", json={"readings": 1}, headers=as_role("training_school"))
    assert (early.status_code, early.json()["code"]) == (409, "STATUS_CONFLICT")
    assert await written(clone) == before
    taken = await act(client, as_role("central_school"), item, "withdraw")
    assert taken.json()["status"] == "withdrawn"


async def test_nobody_publishes_the_own_item_in_another_role(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    grant = uuid4()
    await fetch(
        clone,
        "INSERT INTO account_grants (region_id, id, account_id, role, organisation_id, starts_on)"
        " VALUES ($1, $2, $3, 'training_school', $4, '2022-09-01')",
        world.region, grant, world.account("teacher").id, world.organisation("training school"),
    )  # fmt: skip
    item = (await submit(client, as_role("teacher"))).json()
    before = await written(clone)
    for verb in ("publish", "return"):
        refused = await act(client, as_role("teacher") | {"X-Acting-Grant": str(grant)}, item, verb)
        assert (refused.status_code, refused.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert await written(clone) == before


async def test_one_link_is_one_item_whoever_comes_first(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    items = [(await submit(client, as_role("school"), title=f"第{one}条")).json() for one in range(4)]
    answers = await asyncio.gather(*(act(client, as_role("training_school"), one, "publish") for one in items))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    assert {one.json().get("code") for one in answers} == {None, "PUBLICATION_LINK_TAKEN"}
    assert len(await fetch(clone, "SELECT 1 FROM publications WHERE status = 'published'")) == 1


@pytest.mark.clause("A3.5")
async def test_month_of_a_workshop_and_statements(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, database: Database
) -> None:
    workshop, school = str(uuid4()), str(world.organisation("A1"))
    published = 0
    for place in range(7):
        about = {"subject_kind": "workshop", "subject_id": workshop} if place < 6 else {}
        item = (await submit(client, as_role("school"), **about)).json()
        out = await act(client, as_role("training_school"), item, "publish", link=f"https://example.org/{place}")
        published += out.status_code == 200
        await client.post(f"{URL}/{item['id']}/readings", json={"readings": 500}, headers=as_role("training_school"))
    assert published == 7
    asked = "{count points subjects {subjectKind subjectId count points} items {title timelyPoints}}"
    query = f'query($o: UUID!) {{publicationMonth(month: "2026-11", organisationId: $o) {asked}}}'
    with counted(database) as month:
        answer = (await data(client, as_role("training_school"), query, o=school))["publicationMonth"]
    assert (answer["count"], answer["points"], len(answer["items"])) == (7, 5, 7)
    assert answer["subjects"] == [{"subjectKind": "workshop", "subjectId": workshop, "count": 6, "points": 5}]
    url = f"{URL}?organisation_id={school}"
    with counted(database) as few:
        await client.get(f"{url}&limit=1", headers=as_role("training_school"))
    with counted(database) as many:
        listed = await client.get(url, headers=as_role("training_school"))
    assert len(listed.json()["items"]) == 7
    assert (len(many), len(month)) == (len(few), len(few) + 2)


async def test_what_the_database_holds(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
    """Consent, two persons and the whole of a publication hold whatever the code does."""
    item = (await submit(client, as_role("school"), persons=[{"name": "赵一"}])).json()
    out = "UPDATE publications SET status = 'published', channel = 'x', link = 'https://x', published_on = '2026-11-13'"
    for change, constraint in (
        (f"{out}, answered_by = gen_random_uuid(), answered_at = now()", "consent"),
        (f"{out}, answered_by = asked_by, answered_at = now(), persons = '[]'", "two_persons"),
        (f"{out}, persons = '[]'", "answer"),
        ("UPDATE publications SET published_on = '2026-11-13'", "published_whole"),
        ("UPDATE publications SET subject_kind = 'workshop'", "subject_whole"),
    ):
        with pytest.raises(Exception, match=f"ck_publications_.*{constraint}"):
            await fetch(clone, change)
    assert UUID(item["id"]) == (await fetch(clone, "SELECT id FROM publications WHERE status = 'submitted'"))[0]["id"]
