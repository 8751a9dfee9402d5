"""Members: one adjustment a school year, leaving without one, and agreeing."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.factories.workshops import Studio, declaration, held, members, person, stored, town_school
from tests.factories.world import World

SWAP = {"remove": [str(person(1, 2))], "add": members((), [person(1, 5)]), "reason": "任务调整"}


@pytest.mark.clause("A6.13a")
async def test_members_are_adjusted_once_a_school_year(studio: Studio) -> None:
    path = await studio.registered()
    wanted = SWAP | {"effective_on": "2026-11-01"}
    await studio.done("teacher", f"{path}:adjustMembers", wanted)
    one = (await studio.get("training_school", f"{path}/adjustments"))["items"][0]
    assert (one["status"], one["school_year"], len(one["members"])) == ("proposed", "2026-2027", 2)
    for who, code in (("bureau", "OTHER_BODY"), ("central_school", "OTHER_BODY")):
        refused = await studio.post(who, f"{path}/adjustments/{one['id']}:approve", {})
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    await studio.done("training_school", f"{path}/adjustments/{one['id']}:approve", {})
    before = await stored(studio.clone)
    second = {"remove": [str(person(2, 2))], "add": members((), [person(2, 5)]), "reason": "再次调整"}
    answer = await studio.post("teacher", f"{path}:adjustMembers", second | {"effective_on": "2027-05-01"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "workshop.adjustments")
    assert await stored(studio.clone) == before
    listed = (await studio.get("teacher", f"{path}/members?on=2026-11-02&limit=200"))["items"]
    assert len(listed) == 20
    assert str(person(1, 5)) in {who["teacher_id"] for who in listed} - {str(person(1, 2))}
    history = (await studio.get("teacher", f"{path}/members?limit=200"))["items"]
    gone = next(who for who in history if who["teacher_id"] == str(person(1, 2)))
    assert (gone["left_on"], gone["left_reason"], len(history)) == ("2026-11-01", "adjustment", 21)
    await studio.done("teacher", f"{path}:adjustMembers", second | {"effective_on": "2027-09-10"})


@pytest.mark.clause("A6.13a")
async def test_a_returned_adjustment_does_not_count(studio: Studio) -> None:
    path = await studio.registered()
    wanted = SWAP | {"effective_on": "2026-11-01"}
    await studio.done("teacher", f"{path}:adjustMembers", wanted)
    one = (await studio.get("teacher", f"{path}/adjustments"))["items"][0]
    silent = await studio.post("training_school", f"{path}/adjustments/{one['id']}:return", {})
    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/note")
    await studio.done("training_school", f"{path}/adjustments/{one['id']}:return", {"note": "理由不足"})
    await studio.done("teacher", f"{path}:adjustMembers", wanted)


@pytest.mark.clause("A6.13a")
@pytest.mark.parametrize("reason", ["transfer", "retirement", "death"])
async def test_leaving_is_no_adjustment(studio: Studio, reason: str) -> None:
    path = await studio.registered()
    listed = (await studio.get("teacher", f"{path}/members?limit=200"))["items"]
    one = next(who for who in listed if who["teacher_id"] == str(person(1, 2)))
    told = {"left_on": "2026-10-01", "reason": "adjustment"}
    refused = await studio.post("teacher", f"{path}/members/{one['id']}:end", told)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "workshop.adjustments")
    left = await studio.done("teacher", f"{path}/members/{one['id']}:end", told | {"reason": reason})
    assert left["left_on"] == "2026-10-01"
    checked = await studio.done("teacher", f"{path}:checkComposition", {})
    full = next(one for one in checked["checks"] if one["finding"]["rule"] == "workshop.full_members")
    assert (full["finding"]["actual"], full["repair"]) == (19, "增加 1 名正式成员")
    wanted = {"add": members((), [person(1, 5)]), "effective_on": "2026-11-01", "reason": "补足"}
    await studio.done("teacher", f"{path}:adjustMembers", wanted)


@pytest.mark.clause("A6.4")
async def test_an_adjustment_that_breaks_the_numbers_is_refused(studio: Studio) -> None:
    path = await studio.registered()
    before = await stored(studio.clone)
    wanted: dict[str, Any] = {"remove": [str(person(1, 2))], "effective_on": "2026-11-01", "reason": "减员"}
    answer = await studio.post("teacher", f"{path}:adjustMembers", wanted)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "workshop.full_members")
    outside = await studio.post("teacher", f"{path}:adjustMembers", SWAP | {"effective_on": "2028-09-01"})
    assert [one["code"] for one in outside.json()["errors"]] == ["workshop.outside_cycle"]
    empty = await studio.post("teacher", f"{path}:adjustMembers", {"remove": [str(person(8, 5))]})
    assert [one["code"] for one in empty.json()["errors"]] == ["WORKSHOP_MEMBER_FAULT", "FIELD_REQUIRED"]
    assert await stored(studio.clone) == before


async def test_a_member_agrees(studio: Studio) -> None:
    path = await studio.registered()
    agreed = await studio.done("teacher", f"{path}:consent", {})
    assert agreed["consented_at"]
    assert (await studio.post("teacher_a2", f"{path}:consent", {})).status_code == 404


@pytest.mark.clause("A6.5a")
async def test_a_transfer_that_breaks_the_composition_is_put_on_record(studio: Studio, world: World) -> None:
    path = await studio.registered()
    body = {"to_school_id": str(town_school(1)), "effective_on": "2026-10-01", "reason": "工作需要"}
    await studio.done("bureau", f"/v1/teachers/{person(2, 1)}:transfer", body)
    connection = await studio.clone.connect()
    told = await connection.fetchval(
        "SELECT decided_under -> 'findings' -> 0 ->> 'rule' FROM events WHERE kind = 'workshop.composition_broken'"
    )
    await connection.close()
    assert told == "workshop.core_areas"
    checked = await studio.done("central_school", f"{path}:checkComposition", {})
    areas = next(one for one in checked["checks"] if one["finding"]["rule"] == "workshop.core_areas")
    assert (areas["finding"]["actual"], areas["repair_people"]) == (4, 1)


async def test_the_database_keeps_members_and_registrations(studio: Studio) -> None:
    await studio.registered()
    again = (
        "INSERT INTO workshop_registrations (region_id, id, workshop_id, start_year, end_year, registered_by)"
        " SELECT region_id, gen_random_uuid(), workshop_id, 2027, 2028, registered_by FROM workshop_registrations"
    )
    connection = await studio.clone.connect()
    for statement, told in (
        ("DELETE FROM workshop_members", "workshop_members"),
        ("DELETE FROM workshop_registrations", "only grows"),
        ("UPDATE workshop_acts SET note = 'x'", "only grows"),
        (again, "ex_workshop_registrations_one_at_a_time"),
    ):
        with pytest.raises(asyncpg.PostgresError, match=told):
            await connection.execute(statement)
    await connection.close()


@pytest.mark.clause("A6.13a", "A6.10")
async def test_another_leader_comes_with_an_adjustment(studio: Studio, world: World) -> None:
    path = await studio.registered()
    heir = str(world.teacher("a2-1"))
    wanted: dict[str, Any] = {"leader_id": heir, "effective_on": "2026-11-01", "reason": "主持人轮换"}
    alone = await studio.post("teacher", f"{path}:adjustMembers", wanted)
    assert (alone.status_code, alone.json()["errors"][0]["code"]) == (422, "workshop.leader")
    stranger = await studio.post("teacher", f"{path}:adjustMembers", wanted | {"leader_id": str(person(1, 1))})
    assert [one["code"] for one in stranger.json()["errors"]] == ["WORKSHOP_LEADER_UNIT"]
    swap = {"remove": [str(world.teacher("a1-1"))], "add": members([world.teacher("a2-1")])}
    await studio.done("central_school", f"{path}:adjustMembers", wanted | swap)
    one = (await studio.get("central_school", f"{path}/adjustments"))["items"][0]
    assert one["leader_id"] == heir
    await studio.done("training_school", f"{path}/adjustments/{one['id']}:approve", {})
    assert (await studio.get("central_school", path))["leader_id"] == heir
    assert (await studio.get("teacher_a2", path))["leader_name"] == "周五"


@pytest.mark.clause("A6.13a")
async def test_merged_records_are_one_member(studio: Studio, world: World) -> None:
    path = await studio.registered()
    alias, kept, today = person(1, 2), person(1, 5), world.today.isoformat()
    await held(studio, path, [alias, world.teacher("a1-1"), person(2, 3), person(2, 2)], starts_on="2026-10-17")
    why = {"reason": "同一人重复登记", "is_same_person": True}
    for one, into in ((alias, kept), (person(2, 3), person(2, 2)), (world.teacher("a1-1"), world.teacher("a1-3"))):
        await studio.done("bureau", f"/v1/teachers/{one}:merge", why | {"into_id": str(into)}, at=today)
    found = {
        one["teacher_id"]: (one["role"], one["joined_on"], one["left_on"])
        for one in (await studio.get("central_school", f"{path}/members?limit=200"))["items"]
    }
    assert found[str(alias)] == ("applicant", "2026-09-01", today)
    assert found[str(kept)] == ("applicant", today, None)
    assert found[str(person(2, 3))] == ("applicant", "2026-09-01", today)
    assert found[str(person(2, 2))] == ("applicant", "2026-09-01", None)
    assert found[str(world.teacher("a1-3"))] == ("core", today, None)
    now = await studio.get("central_school", path)
    assert (now["leader_id"], now["member_count"]) == (str(world.teacher("a1-3")), 19)
    done = await studio.done("training_school", f"{path}:confirmHours", {"month": "2026-10"})
    assert (len(done["lines"]), done["credited_hours"]) == (4, 18.0)
    assert (await studio.get("central_school", f"{path}/adjustments"))["items"] == []
    year = await studio.get("central_school", f"{path}/follow-up?school_year=2026-2027")
    assert (year["claimed_hours"], year["credited_hours"], year["attendance_rate"]) == (18, 18, round(3 / 19, 4))


TODAY = World().today.isoformat()
WHY = {"reason": "同一人重复登记", "is_same_person": True}


async def merge(studio: Studio, one: UUID, into: UUID) -> None:
    await studio.done("bureau", f"/v1/teachers/{one}:merge", WHY | {"into_id": str(into)}, at=TODAY)


async def part(studio: Studio, one: UUID) -> None:
    await studio.done("bureau", f"/v1/teachers/{one}:unmerge", {"reason": "并非同一人"}, at=TODAY)


async def spells(studio: Studio, path: str) -> dict[str, list[tuple[str, str, str | None]]]:
    """Members of a workshop with what is on record of them."""
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for one in (await studio.get("central_school", f"{path}/members?limit=200"))["items"]:
        found.setdefault(one["teacher_id"], []).append((one["role"], one["joined_on"], one["left_on"]))
    return found


@pytest.mark.clause("A6.13a", "A6.10")
async def test_undoing_a_merge_gives_memberships_back(studio: Studio, world: World) -> None:
    path = await studio.registered()
    before, shown = await spells(studio, path), await studio.get("central_school", path)
    leader, heir, last = world.teacher("a1-1"), world.teacher("a1-3"), world.teacher("a1-2")
    await merge(studio, leader, heir)
    await merge(studio, heir, last)
    await merge(studio, person(2, 3), person(2, 2))
    assert (await studio.get("central_school", path))["leader_id"] == str(last)
    await part(studio, leader)
    await part(studio, heir)
    await part(studio, person(2, 3))
    after, now = await spells(studio, path), await studio.get("central_school", path)
    assert {who: own for who, own in after.items() if who in before} == before
    assert after.keys() - before.keys() == {str(heir), str(last)}
    assert [own[-1][1] == own[-1][2] for who, own in after.items() if who not in before] == [True, True]
    assert [now[name] for name in ("leader_id", "member_count")] == [
        shown[name] for name in ("leader_id", "member_count")
    ]
    assert len((await studio.get("central_school", f"{path}/members?on={TODAY}&limit=200"))["items"]) == 20
    await merge(studio, leader, heir)
    assert (await studio.get("central_school", path))["leader_id"] == str(heir)


async def test_what_was_decided_since_a_merge_stands(studio: Studio) -> None:
    path = await studio.registered()
    alias, kept = person(1, 2), person(1, 5)
    await merge(studio, alias, kept)
    items = (await studio.get("central_school", f"{path}/members?limit=200"))["items"]
    made = next(one["id"] for one in items if one["teacher_id"] == str(kept))
    gone = {"left_on": "2026-12-01", "reason": "transfer"}
    await studio.done("central_school", f"{path}/members/{made}:end", gone, at="2026-12-01")
    await part(studio, alias)
    found = await spells(studio, path)
    assert (found[str(alias)][0][2], found[str(kept)][0][2]) == (TODAY, "2026-12-01")


async def test_a_draft_is_as_it_was(studio: Studio) -> None:
    await studio.settle()
    path = f"/{(await studio.done('teacher', '', declaration(), at='2026-09-05'))['id']}"
    alias, kept = person(1, 2), person(1, 5)
    await merge(studio, alias, kept)
    found = await spells(studio, path)
    assert (found[str(alias)][0][1:], found[str(kept)][0][1:]) == (("2026-09-01",) * 2, ("2026-09-01", None))
    assert (await studio.get("central_school", path))["member_count"] == 20
    await part(studio, alias)
    assert (await spells(studio, path))[str(alias)] == [("applicant", "2026-09-01", None)]
    assert (await studio.get("central_school", path))["member_count"] == 20


@pytest.mark.clause("A6.13a")
async def test_an_adjustment_proposed_before_a_merge_follows(studio: Studio) -> None:
    path = await studio.registered()
    alias, kept, leaves = person(8, 5), person(8, 4), person(1, 2)
    wanted = {"effective_on": TODAY, "reason": "学年调整", "remove": [str(leaves)], "add": members([], [alias])}
    await studio.done("teacher", f"{path}:adjustMembers", wanted)
    await merge(studio, alias, kept)
    one = (await studio.get("central_school", f"{path}/adjustments"))["items"][0]
    await studio.done("training_school", f"{path}/adjustments/{one['id']}:approve", {})
    found = await spells(studio, path)
    assert (found[str(kept)], found[str(leaves)][0][2]) == ([("applicant", TODAY, None)], TODAY)
    assert str(alias) not in found
