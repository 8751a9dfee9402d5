"""A workshop from the declaration to its end: who does which step, and what is refused on the way."""

from typing import Any

import pytest

from tests.factories.workshops import Studio, declaration, members, person, stored
from tests.factories.world import World


@pytest.mark.clause("A6.1", "A6.10", "A6.13a", "M6.2.3b")
async def test_from_declaration_to_renewal_and_closing(studio: Studio, world: World) -> None:
    path = await studio.registered()
    row = await studio.get("training_school", path)
    assert (row["status"], row["core_count"], row["member_count"]) == ("registered", 5, 20)
    assert (row["school_year"], row["last_school_year"]) == ("2026-2027", "2027-2028")
    done = await studio.done("training_school", f"{path}:confirmTerm", {"term": "2026-2027-1"})
    assert done["confirmed_terms"] == ["2026-2027-1"]
    again = await studio.post("training_school", f"{path}:confirmTerm", {"term": "2026-2027-1"})
    assert (again.status_code, again.json()["code"]) == (409, "WORKSHOP_TERM_CONFIRMED")
    early = await studio.post("training_school", f"{path}:renew", {}, at="2027-08-31")
    assert (early.status_code, early.json()["errors"][0]["code"]) == (422, "workshop.renewal")
    renewed = await studio.done("training_school", f"{path}:renew", {}, at="2027-09-01")
    assert (renewed["school_year"], renewed["last_school_year"]) == ("2026-2027", "2029-2030")
    done = await studio.done("training_school", f"{path}:confirmTerm", {"term": "2027-2028-1"}, at="2027-09-02")
    assert done["confirmed_terms"] == ["2026-2027-1", "2027-2028-1"]
    closed = await studio.done("training_school", f"{path}:close", {"reason": "主持人退休"}, at="2027-10-01")
    assert (closed["status"], closed["closed_on"]) == ("closed", "2027-10-01")
    acts = (await studio.get("central_school", f"{path}/acts"))["items"]
    assert [one["act"] for one in acts] == [
        "create", "submit", "recommend", "register", "confirmTerm", "renew", "confirmTerm", "close",
    ]  # fmt: skip
    assert acts[-1]["note"] == "主持人退休"


@pytest.mark.clause("A6.13a")
async def test_a_leader_alone_cannot_have_it_registered(studio: Studio) -> None:
    await studio.settle()
    made = await studio.done("teacher", "", declaration())
    path = f"/{made['id']}"
    await studio.done("teacher", f"{path}:submit", {})
    before = await stored(studio.clone)
    early = await studio.post("training_school", f"{path}:register", {})
    assert (early.status_code, early.json()["code"]) == (409, "WORKSHOP_NOT_RECOMMENDED")
    assert await stored(studio.clone) == before
    back = await studio.done("central_school", f"{path}:return", {"reason": "主题不明确"})
    assert back["status"] == "returned"
    await studio.done("teacher", path, {"theme": "单元整体教学设计"}, method="PATCH")
    await studio.done("central_school", f"{path}:submit", {})
    same = await studio.post("central_school", f"{path}:recommend", {})
    assert (same.status_code, same.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    assert (await studio.done("training_school", f"{path}:register", {}))["status"] == "registered"


@pytest.mark.clause("A6.4", "A6.5a", "A6.5d")
async def test_submission_names_everything_that_is_broken(studio: Studio, world: World) -> None:
    await studio.settle()
    few = members([world.teacher("a1-1"), person(1, 1)], [person(1, 2)])
    made = await studio.done("teacher", "", declaration(members=few))
    before = await stored(studio.clone)
    answer = await studio.post("teacher", f"/{made['id']}:submit", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "RULE_BROKEN")
    must = [one for one in answer.json()["errors"] if one["params"]["severity"] == "must"]
    assert [(one["code"], one["params"]["actual"], one["params"]["clause"]) for one in must] == [
        ("workshop.core_members", 2, "A6.4"),
        ("workshop.full_members", 3, "A6.4"),
        ("workshop.core_areas", 2, "A6.5a"),
        ("workshop.own_unit_core_share", 0.3333, "A6.5b"),
        ("workshop.applicant_areas", 1, "A6.5d"),
    ]
    assert await stored(studio.clone) == before
    checked = await studio.done("teacher", f"/{made['id']}:checkComposition", {})
    repairs = {one["finding"]["rule"]: (one["repair"], one["repair_people"]) for one in checked["checks"]}
    assert repairs["workshop.core_members"] == ("增加 3 名核心成员", 3)
    assert not checked["is_acceptable"]


@pytest.mark.clause("M4.2", "M6.2.3d", "A6.10")
@pytest.mark.parametrize(
    ("changes", "body", "others"),
    [
        ({"level": "city"}, "training_school", ("bureau", "bureau_be", "central_school")),
        ({"level": "provincial"}, "bureau", ("training_school", "bureau_be", "central_school")),
        ({"family": "homeroom_studio", "kind": None}, "bureau_be", ("bureau", "training_school", "central_school")),
        ({"level": "town"}, "central_school", ("bureau", "training_school", "bureau_be")),
    ],
    ids=["city", "provincial", "homeroom", "town"],
)
async def test_each_is_registered_by_its_body_only(
    studio: Studio, changes: dict[str, Any], body: str, others: tuple[str, ...]
) -> None:
    await studio.settle()
    made = await studio.done("teacher", "", declaration(**changes))
    path = f"/{made['id']}"
    await studio.done("teacher", f"{path}:submit", {})
    if body != "central_school":
        await studio.done("central_school", f"{path}:recommend", {})
    before = await stored(studio.clone)
    for who in others:
        answer = await studio.post(who, f"{path}:register", {})
        assert (answer.status_code, answer.json()["code"]) == (403, "OTHER_BODY"), who
    assert await stored(studio.clone) == before
    answer = await studio.post(body, f"{path}:register", {})
    assert (answer.status_code, answer.json()["status"]) == (200, "registered")


@pytest.mark.clause("A6.1")
async def test_faults_of_a_declaration_come_together(studio: Studio, world: World) -> None:
    body = declaration(
        kind=None, stage="nonsense", leader_id=str(world.teacher("b1-1")), members=[{"staff_no": "0", "role": "core"}]
    )
    before = await stored(studio.clone)
    answer = await studio.post("central_school", "", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "WORKSHOP_INVALID")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/members/0", "/stage", "/kind", "/leader_id"]
    under = declaration(unit_id=str(world.organisation("A1")), members=[])
    answer = await studio.post("school", "", under)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "workshop.unit")
    assert await stored(studio.clone) == before


@pytest.mark.clause("A6.9", "A6.12")
async def test_it_is_seen_by_its_people_only(studio: Studio) -> None:
    path = await studio.registered()
    for who, count in (("central_school", 1), ("school", 1), ("teacher", 1), ("central_b", 0), ("school_d", 0)):
        assert len((await studio.get(who, ""))["items"]) == count, who
    hidden = await studio.client.get(f"/v1/workshops{path}", headers=studio.headers("central_b"))
    assert hidden.status_code == 404
    proposal = {key: one for key, one in declaration().items() if key not in {"name", "theme"}}
    twin = await studio.done("central_school", ":checkComposition", proposal)
    advice = {one["finding"]["rule"]: one for one in twin["checks"]}
    assert advice["workshop.homogeneous"]["is_met"] is False
    assert advice["workshop.one_per_level"]["finding"]["actual"] == 20
    assert twin["is_acceptable"]
