"""Placements over REST: transfer, leaving, coming back, going off post; history is kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.access import reactions
from app.access.context import Context
from app.reactions import REACTIONS
from app.teachers.service import refuse_closing_with_teachers
from tests.factories.cluster import Clone
from tests.factories.teachers import counts, fetch, new_teacher, spells
from tests.factories.world import World

As = Callable[[str], dict[str, str]]
HIRED = date(2015, 9, 1)
DAY = {"X-Shixun-Date": "2026-11-23"}


@pytest.fixture
def happenings(app: FastAPI) -> list[dict[str, Any]]:
    """What services say of rosters, noted besides what the application does about it."""
    assert app.state.entrance
    noted: list[dict[str, Any]] = []

    async def note(_ctx: Context, **facts: Any) -> None:
        noted.append(facts)

    wired = REACTIONS | {
        "roster.changed": (*REACTIONS.get("roster.changed", ()), note),
        "organisation.closing": (refuse_closing_with_teachers,),
    }
    reactions.install(wired)
    return noted


def move(world: World, school: str, **changes: Any) -> dict[str, Any]:
    """The body of a transfer."""
    return {
        "to_school_id": str(world.organisation(school)),
        "effective_on": "2026-09-01",
        "reason": "教师交流轮岗",
    } | changes


def url(world: World, teacher: str, verb: str = "") -> str:
    """The address of a teacher, or of a verb upon it."""
    return f"/v1/teachers/{world.teacher(teacher)}{verb}"


async def test_transfer_closes_the_spell_and_opens_one(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, happenings: list[dict[str, Any]]
) -> None:
    a1, a2 = world.organisation("A1"), world.organisation("A2")
    head = as_role("central_school") | DAY
    moved = await client.post(url(world, "a1-1", ":transfer"), json=move(world, "A2"), headers=head)
    assert moved.status_code == 200, moved.text
    assert (moved.json()["school_id"], moved.json()["school_name"], moved.json()["etag"]) == (
        str(a2),
        "甲镇第二小学",
        '"2"',
    )
    changed = date(2026, 9, 1)
    assert await spells(clone, world.teacher("a1-1")) == [(a1, True, HIRED, changed), (a2, True, changed, None)]
    assert [(one["teacher_ids"], set(one["school_ids"]), one["since"]) for one in happenings] == [
        ((world.teacher("a1-1"),), {a1, a2}, changed)
    ]
    events = await fetch(clone, "SELECT kind, organisation_id FROM events WHERE kind LIKE 'teacher.%' ORDER BY seq")
    assert [(row["kind"], row["organisation_id"]) for row in events] == [
        ("teacher.moved_away", a1),
        ("teacher.transferred", a2),
    ]


async def test_after_a_transfer_the_new_school_sees_the_teacher_and_the_old_one_does_not(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    await client.post(url(world, "a1-1", ":transfer"), json=move(world, "A2"), headers=as_role("bureau") | DAY)
    for username, status in (("school_a2", 200), ("school", 404), ("teacher", 200)):
        assert (await client.get(url(world, "a1-1"), headers=as_role(username))).status_code == status
    assert (
        await client.patch(url(world, "a1-1"), json={"title": "none"}, headers=as_role("school"))
    ).status_code == 404
    history = await client.get(url(world, "a1-1", "/employments"), headers=as_role("school_a2"))
    assert [(one["school_name"], one["ends_on"], one["reason"]) for one in history.json()["items"]] == [
        ("甲镇第二小学", None, None),
        ("甲镇第一小学", "2026-09-01", "教师交流轮岗"),
    ]


async def test_stage_and_subject_may_change_with_the_school(
    client: httpx.AsyncClient, as_role: As, world: World, happenings: list[dict[str, Any]]
) -> None:
    body = move(world, "B1", stage="junior_middle", subject="mathematics")
    moved = await client.post(url(world, "a1-1", ":transfer"), json=body, headers=as_role("training_school") | DAY)
    assert (moved.json()["stage"], moved.json()["subject"]) == ("junior_middle", "mathematics")
    assert [one["since"] for one in happenings] == [HIRED]
    unknown = move(world, "A1", stage="nursery")
    refused = await client.post(url(world, "a1-1", ":transfer"), json=unknown, headers=as_role("bureau") | DAY)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/stage")


@pytest.mark.parametrize(
    ("username", "teacher", "school", "status"),
    [
        ("bureau", "a1-1", "B1", 200),
        ("training_school", "a1-1", "D", 200),
        ("central_school", "a1-1", "A2", 200),
        ("central_school", "a1-1", "B1", 403),
        ("central_school", "b1-1", "A1", 404),
        ("central_school", "b1-1", "B1", 404),
        ("school", "a1-1", "A2", 403),
        ("teacher", "a1-1", "A2", 403),
        ("bureau_be", "a1-1", "A2", 403),
        ("bureau", "x1-1", "A1", 404),
        ("bureau", "a1-1", "X1", 422),
        ("abroad_bureau", "a1-1", "X1", 404),
    ],
)
async def test_who_may_transfer(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: As,
    world: World,
    clone: Clone,
    username: str,
    teacher: str,
    school: str,
    status: int,
) -> None:
    before = await counts(clone)
    head = as_role(username) | DAY
    answer = await client.post(url(world, teacher, ":transfer"), json=move(world, school), headers=head)
    assert answer.status_code == status, answer.text
    after = await counts(clone)
    grown = {"employments": 1, "events": 2} if status == 200 else {}
    assert after == {name: number + grown.get(name, 0) for name, number in before.items()}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"effective_on": "2026-11-24"}, {"/effective_on": "placement.future"}),
        ({"effective_on": "2015-09-01"}, {"/effective_on": "placement.before_spell"}),
        ({"reason": "电话13800005678"}, {"/reason": "reason.number"}),
        ({"reason": "同意轮岗", "school_id": None}, {"/school_id": "EXTRA_FORBIDDEN"}),
    ],
)
async def test_transfers_that_cannot_be(
    client: httpx.AsyncClient,
    as_role: As,
    world: World,
    clone: Clone,
    changes: dict[str, Any],
    faults: dict[str, str],
) -> None:
    before = await counts(clone)
    body = move(world, "A2", **changes)
    refused = await client.post(url(world, "a1-1", ":transfer"), json=body, headers=as_role("bureau") | DAY)
    assert refused.status_code == 422
    assert {fault["pointer"]: fault["code"] for fault in refused.json()["errors"]} == faults
    assert await counts(clone) == before


async def test_same_closed_and_outside_organisations_are_no_targets(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    head = as_role("bureau") | DAY
    ids = []
    for kind, parent in (("host_institution", None), ("school", str(world.organisation("central A")))):
        new = {"kind": kind, "parent_id": parent, "name": f"测试 {kind}"}
        ids.append((await client.post("/v1/organisations", json=new, headers=head)).json()["id"])
    assert (await client.post(f"/v1/organisations/{ids[1]}:close", headers=head)).status_code == 200
    codes = []
    for target in (str(world.organisation("A1")), *ids):
        body = move(world, "A1", to_school_id=target)
        refused = await client.post(url(world, "a1-1", ":transfer"), json=body, headers=head)
        codes += [(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]]
    assert codes == [
        ("/to_school_id", "placement.same_school"),
        ("/to_school_id", "placement.target_kind"),
        ("/to_school_id", "placement.target_closed"),
    ]


async def test_leaving_and_coming_back_keep_both_spells(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, happenings: list[dict[str, Any]]
) -> None:
    a1, head = world.organisation("A1"), as_role("school") | DAY
    body = {"left_on": "2026-03-01", "reason": "retirement", "note": "年满退休"}
    left = await client.post(url(world, "a1-1", ":leave"), json=body, headers=head)
    assert (left.status_code, left.json()["status"], left.json()["is_on_post"]) == (200, "left", False)
    assert await spells(clone, world.teacher("a1-1")) == [(a1, True, HIRED, date(2026, 3, 1))]
    history = await client.get(url(world, "a1-1", "/employments"), headers=head)
    assert history.json()["items"][0]["reason"] == "退休：年满退休"
    listed = (await client.get("/v1/teachers?status=left", headers=head)).json()["items"]
    assert [item["id"] for item in listed] == [str(world.teacher("a1-1"))]
    for verb, again in (
        (":leave", body),
        (":setOnPost", {"is_on_post": True, "effective_on": "2026-04-01", "reason": "返回岗位"}),
    ):
        refused = await client.post(url(world, "a1-1", verb), json=again, headers=head)
        assert (refused.status_code, refused.json()["possible"]) == (409, ["rejoin", "merge"])
    early = {"school_id": str(a1), "starts_on": "2026-02-28"}
    refused = await client.post(url(world, "a1-1", ":rejoin"), json=early, headers=head)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/starts_on")
    back = await client.post(url(world, "a1-1", ":rejoin"), json=early | {"starts_on": "2026-03-01"}, headers=head)
    assert (back.status_code, back.json()["status"], back.json()["is_on_post"]) == (200, "active", True)
    assert await spells(clone, world.teacher("a1-1")) == [
        (a1, True, HIRED, date(2026, 3, 1)),
        (a1, True, date(2026, 3, 1), None),
    ]
    assert [(one["school_ids"], one["since"]) for one in happenings] == [((a1,), date(2026, 3, 1))] * 2


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"left_on": "2026-11-24", "reason": "retirement"}, {"/left_on": "placement.future"}),
        ({"left_on": "2015-09-01", "reason": "retirement"}, {"/left_on": "placement.before_spell"}),
        ({"left_on": "2026-03-01", "reason": "boredom"}, {"/reason": "CODE_UNKNOWN"}),
        ({"left_on": "2026-03-01", "reason": "other", "note": "13800005678"}, {"/note": "reason.number"}),
    ],
)
async def test_leaving_that_cannot_be(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, body: dict[str, Any], faults: dict[str, str]
) -> None:
    before = await counts(clone)
    refused = await client.post(url(world, "a1-1", ":leave"), json=body, headers=as_role("school") | DAY)
    assert refused.status_code == 422
    assert {fault["pointer"]: fault["code"] for fault in refused.json()["errors"]} == faults
    assert await counts(clone) == before


async def test_a_school_takes_back_its_own_and_others_go_through_the_bureau(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    body = {"left_on": "2026-03-01", "reason": "resignation"}
    await client.post(url(world, "a1-1", ":leave"), json=body, headers=as_role("school") | DAY)
    back = {"school_id": str(world.organisation("A2")), "starts_on": "2026-04-01"}
    for username, status in (("school_a2", 404), ("school", 403), ("central_b", 404), ("bureau", 200)):
        answer = await client.post(url(world, "a1-1", ":rejoin"), json=back, headers=as_role(username) | DAY)
        assert answer.status_code == status, username
    assert (await client.get(url(world, "a1-1"), headers=as_role("school_a2"))).status_code == 200


async def test_going_off_post_begins_a_spell_at_the_same_school(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, happenings: list[dict[str, Any]]
) -> None:
    a1, head = world.organisation("A1"), as_role("school") | DAY
    body = {"is_on_post": False, "effective_on": "2026-10-08", "reason": "借调一年"}
    off = await client.post(url(world, "a1-1", ":setOnPost"), json=body, headers=head)
    assert (off.status_code, off.json()["is_on_post"]) == (200, False)
    again = await client.post(url(world, "a1-1", ":setOnPost"), json=body, headers=head)
    assert (again.status_code, again.json()["code"]) == (409, "ON_POST_UNCHANGED")
    since = date(2026, 10, 8)
    assert await spells(clone, world.teacher("a1-1")) == [(a1, True, HIRED, since), (a1, False, since, None)]
    on = await client.post(url(world, "a1-1", ":setOnPost"), json=body | {"is_on_post": True}, headers=head)
    assert on.status_code == 200
    assert await spells(clone, world.teacher("a1-1")) == [(a1, True, HIRED, since), (a1, True, since, None)]
    assert [one["since"] for one in happenings] == [since, since]
    early = body | {"effective_on": "2026-10-07"}
    refused = await client.post(url(world, "a1-1", ":setOnPost"), json=early, headers=head)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "placement.before_spell")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        (":leave", {"left_on": "2026-03-01", "reason": "retirement"}),
        (":setOnPost", {"is_on_post": False, "effective_on": "2026-03-01", "reason": "借调一年"}),
    ],
)
async def test_who_may_end_or_pause_an_employment(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, verb: str, body: dict[str, Any]
) -> None:
    before = await counts(clone)
    refusals = {"teacher": 403, "bureau_be": 403, "school_a2": 404, "central_b": 404, "abroad_bureau": 404}
    for username, status in refusals.items():
        answer = await client.post(url(world, "a1-1", verb), json=body, headers=as_role(username) | DAY)
        assert answer.status_code == status, username
    assert await counts(clone) == before
    for username, teacher in (("school", "a1-1"), ("central_school", "a1-2"), ("training_school", "a1-3")):
        answer = await client.post(url(world, teacher, verb), json=body, headers=as_role(username) | DAY)
        assert answer.status_code == 200, username


async def test_a_stale_version_stops_a_placement(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    await client.patch(url(world, "a1-1"), json={"title": "none"}, headers=as_role("bureau"))
    before = await counts(clone)
    body = move(world, "A2", etag='"1"')
    stale = await client.post(url(world, "a1-1", ":transfer"), json=body, headers=as_role("bureau") | DAY)
    assert (stale.status_code, stale.json()["current_etag"]) == (412, '"2"')
    assert await counts(clone) == before


async def test_merged_records_are_left_alone(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    await fetch(
        clone,
        "UPDATE teachers SET status = 'merged', is_on_post = false, merged_into_id = $2 WHERE id = $1",
        world.teacher("a1-1"),
        world.teacher("a1-2"),
    )
    head = as_role("bureau") | DAY
    refused = await client.patch(url(world, "a1-1"), json={"title": "none"}, headers=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "TEACHER_MERGED")
    assert refused.json()["merged_into_id"] == str(world.teacher("a1-2"))
    moved = await client.post(url(world, "a1-1", ":transfer"), json=move(world, "A2"), headers=head)
    assert (moved.status_code, moved.json()["possible"]) == (409, ["unmerge"])


@pytest.mark.usefixtures("happenings")
async def test_a_school_closes_only_when_nobody_is_employed_there(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    head = as_role("bureau") | DAY
    close = f"/v1/organisations/{world.organisation('A2')}:close"
    refused = await client.post(close, headers=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "ORGANISATION_NOT_EMPTY")
    for teacher in ("a2-1", "a2-2"):
        await client.post(url(world, teacher, ":transfer"), json=move(world, "A1"), headers=head)
    assert (await client.post(close, headers=head)).status_code == 200
    late = await client.post("/v1/teachers", json=new_teacher(world, "A2"), headers=head)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (422, "placement.target_closed")


async def test_a_change_of_subject_is_told_for_every_year(
    client: httpx.AsyncClient, as_role: As, world: World, happenings: list[dict[str, Any]]
) -> None:
    head = as_role("bureau")
    await client.patch(url(world, "a1-1"), json={"title": "none", "subject": "chinese"}, headers=head)
    assert happenings == []
    await client.patch(url(world, "a1-1"), json={"subject": "mathematics"}, headers=head)
    assert happenings == [
        {"teacher_ids": (world.teacher("a1-1"),), "school_ids": (world.organisation("A1"),), "since": HIRED}
    ]
