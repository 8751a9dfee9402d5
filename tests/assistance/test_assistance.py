"""Titles and pairs over the doors: recommended by 进修学校, set by another person, within figures and dates."""

import asyncio
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

TITLES, PAIRS = "/v1/school-titles", "/v1/assistance-pairs"
TERM = {"starts_on": "2026-09-01", "ends_on": "2027-08-31"}
HELPED = ("A2", "B1", "D")


async def post(
    client: httpx.AsyncClient, headers: dict[str, str], url: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    return await client.post(url, json=body, headers=headers)


async def titled(
    client: httpx.AsyncClient, as_role: SignIn, world: World, kind: str = "development_school"
) -> dict[str, Any]:
    """A title of A1 in force for the school year."""
    body = TERM | {"school_id": str(world.organisation("A1")), "kind": kind}
    made = (await post(client, as_role("training_school"), TITLES, body)).json()
    done = await post(client, as_role("bureau"), f"{TITLES}/{made['id']}:confirm")
    assert (done.status_code, done.json()["status"]) == (200, "confirmed"), done.text
    whole: dict[str, Any] = done.json()
    return whole


async def weak(clone: Clone, world: World) -> None:
    schools = [world.organisation(name) for name in HELPED]
    await fetch(clone, "UPDATE organisations SET is_weak = true WHERE id = ANY($1)", schools)


def pair(world: World, title: dict[str, Any], helped: str = "B1", **facts: Any) -> dict[str, Any]:
    return TERM | {"title_id": title["id"], "helped_id": str(world.organisation(helped))} | facts


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    titles = await fetch(clone, "SELECT id, status, version FROM school_titles ORDER BY id")
    pairs = await fetch(clone, "SELECT id, status, version FROM assistance_pairs ORDER BY id")
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [*map(tuple, titles), *map(tuple, pairs), *map(tuple, events)]


@pytest.mark.clause("M7.2b")
@pytest.mark.clause("A4.5")
async def test_title_pair_and_standing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, database: Database
) -> None:
    await weak(clone, world)
    title = await titled(client, as_role, world)
    standing = f"{TITLES}/{title['id']}/standing"
    alone = (await client.get(standing, headers=as_role("school"))).json()
    assert (alone["helps"], [one["required"] for one in alone["findings"]]) == (0, [1])
    one = ""
    for helped in HELPED:
        new = await post(client, as_role("training_school"), PAIRS, pair(world, title, helped))
        assert new.status_code == 201, new.text
        one = f"{PAIRS}/{new.json()['id']}"
        done = await post(client, as_role("bureau"), f"{one}:confirm")
        assert (done.status_code, done.json()["findings"]) == (200, []), done.text
    helping = (await client.get(standing, headers=as_role("school"))).json()
    assert (helping["helps"], helping["helps_min"], helping["helps_max"], helping["findings"]) == (3, 1, 3, [])
    assert (await client.get(one, headers=as_role("school_d"))).status_code == 200
    assert (await client.get(one, headers=as_role("school_b1"))).status_code == 404
    early = await post(client, as_role("bureau"), f"{TITLES}/{title['id']}:end", {"reason": "不再符合条件"})
    assert (early.status_code, early.json()["code"]) == (409, "SCHOOL_TITLE_HELPING")
    ended = await post(client, as_role("bureau"), f"{one}:end", {"reason": "已达目标"})
    assert (ended.json()["status"], ended.json()["answer_reason"]) == ("ended", "已达目标")
    with counted(database) as few:
        await client.get(f"{PAIRS}?limit=1", headers=as_role("training_school"))
    with counted(database) as many:
        listed = (await client.get(f"{PAIRS}?on=2026-10-01", headers=as_role("training_school"))).json()
    assert (len(listed["items"]), len(many)) == (3, len(few))
    query = '{schoolTitles(kind: development_school, on: "2026-10-01") {nodes {schoolName kind status}}}'
    shown = await data(client, as_role("central_school"), query)
    assert [one["kind"] for one in shown["schoolTitles"]["nodes"]] == ["development_school"]
    kinds = await fetch(clone, "SELECT kind FROM events WHERE entity = 'assistance_pair' ORDER BY seq")
    assert [one["kind"].rpartition(".")[2] for one in kinds] == ["recommended", "confirmed"] * 3 + ["ended"]


@pytest.mark.clause("A4.5")
@pytest.mark.clause("M4.1")
async def test_refusals_write_nothing(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
    await fetch(clone, "UPDATE organisations SET is_weak = true WHERE id = $1", world.organisation("A2"))
    development = await titled(client, as_role, world)
    demonstration = await titled(client, as_role, world, "demonstration_school")
    waiting = (await post(client, as_role("bureau"), PAIRS, pair(world, demonstration, "A2"))).json()
    assert [(one["rule"], one["severity"]) for one in waiting["findings"]] == [("assistance.across_areas", "advise")]
    before = await written(clone)
    late = {"ends_on": "2027-09-01"}
    again = TERM | {"school_id": str(world.organisation("A1")), "kind": "development_school"}
    abroad = again | {"school_id": str(world.organisation("X1"))}
    one = f"{PAIRS}/{waiting['id']}"
    cases: list[tuple[str, str, dict[str, Any] | None, int, str]] = [
        ("school", TITLES, again, 403, "PERMISSION_DENIED"),
        ("bureau_be", TITLES, again, 403, "PERMISSION_DENIED"),
        ("training_school", TITLES, abroad, 422, "REFERENCE_UNKNOWN"),
        ("training_school", TITLES, again | {"ends_on": "2026-08-31"}, 422, "INVALID"),
        ("training_school", PAIRS, pair(world, development, "A1"), 422, "RULE_BROKEN"),
        ("training_school", PAIRS, pair(world, development, "central B"), 422, "REFERENCE_UNKNOWN"),
        ("training_school", PAIRS, pair(world, development, "B1", **late), 422, "RULE_BROKEN"),
        ("training_school", f"{one}:confirm", None, 403, "PERMISSION_DENIED"),
        ("bureau", f"{one}:confirm", None, 403, "SEPARATION_OF_DUTIES"),
        ("abroad_bureau", f"{one}:confirm", None, 404, "NOT_FOUND"),
        ("bureau_2", f"{one}:refuse", {"reason": "不妥", "etag": '"9"'}, 412, "ETAG_MISMATCH"),
        ("bureau_2", f"{one}:end", {"reason": "不妥"}, 409, "STATUS_CONFLICT"),
    ]
    for who, url, body, status, code in cases:
        refused = await post(client, as_role(who), url, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, url, refused.text)
    whole = await post(client, as_role("training_school"), PAIRS, pair(world, development, "B1", **late))
    assert [fault["code"] for fault in whole.json()["errors"]] == ["assistance.within_title", "assistance.weak_school"]
    assert (await client.get(one, headers=as_role("school_b1"))).status_code == 404
    assert await written(clone) == before
    end = await post(
        client, as_role("bureau"), f"{TITLES}/{development['id']}:end", {"reason": "x", "ends_on": "2027-09-01"}
    )
    assert (end.status_code, end.json()["code"]) == (422, "ASSISTANCE_INVALID")
    told = await post(client, as_role("bureau_2"), f"{one}:refuse", {"reason": "不妥"})
    assert (told.status_code, told.json()["status"]) == (200, "refused")


async def test_titles_do_not_overlap_whoever_comes_first(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    body = TERM | {"school_id": str(world.organisation("A1")), "kind": "development_school"}
    later = body | {"starts_on": "2027-09-01", "ends_on": None}
    made = [(await post(client, as_role("training_school"), TITLES, one)).json() for one in (body, body, body, later)]
    urls = [f"{TITLES}/{one['id']}:confirm" for one in made]
    answers = await asyncio.gather(*(post(client, as_role("bureau"), url) for url in urls))
    assert sorted(one.status_code for one in answers) == [200, 200, 409, 409]
    assert {one.json().get("code") for one in answers} == {None, "SCHOOL_TITLE_OVERLAP"}
    assert answers[3].status_code == 200
    assert len(await fetch(clone, "SELECT 1 FROM school_titles WHERE status = 'confirmed'")) == 2


@pytest.mark.clause("A4.5")
async def test_two_at_once_do_not_pass_the_figure(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Four pairs were recommended, three may be in force: the title is held while a pair is set."""
    await weak(clone, world)
    await fetch(
        clone,
        "INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, name, is_weak)"
        " VALUES ($1, gen_random_uuid(), 'school', $2, 'central_school', '乙镇第二小学', true)",
        world.region, world.organisation("central B"),
    )  # fmt: skip
    other = (await fetch(clone, "SELECT id FROM organisations WHERE name = '乙镇第二小学'"))[0]["id"]
    title = await titled(client, as_role, world)
    bodies = [*(pair(world, title, one) for one in HELPED), pair(world, title, helped_id=str(other))]
    made = [(await post(client, as_role("training_school"), PAIRS, one)).json() for one in bodies]
    urls = [f"{PAIRS}/{one['id']}:confirm" for one in made]
    answers = await asyncio.gather(*(post(client, as_role("bureau"), url) for url in urls))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 422]
    assert len(await fetch(clone, "SELECT 1 FROM assistance_pairs WHERE status = 'confirmed'")) == 3
