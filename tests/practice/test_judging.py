"""Base schools, pairings, tracking visits, weights, results and the list of excellent trainees, over REST."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.access import reactions
from app.access.context import Context
from app.accounts.entry import Entrance
from app.policy.finding import Finding
from app.practice import service
from app.projects import service as projects
from tests.factories import keys
from tests.factories.cluster import Clone
from tests.factories.practice import Scene, refused
from tests.factories.projects import Office, insert
from tests.factories.world import World

REASON = {"reason": "学校布局调整"}
WEIGHTS = {"training": 40, "school_research": 30, "demonstration": 30}


async def put_school(clone: Clone, world: World, name: str) -> UUID:
    """Another primary school of 甲镇."""
    connection = await clone.connect()
    parent = {"parent_id": world.organisation("central A"), "parent_kind": "central_school", "is_compulsory": True}
    made = await insert(connection, "organisations", region_id=world.region, kind="school", name=name, **parent)
    await connection.close()
    return made


@pytest.mark.clause("M5.3")
async def test_a_town_has_at_most_two_base_schools(office: Office, clone: Clone, world: World) -> None:
    third = await put_school(clone, world, "甲镇第三小学")
    schools = [str(one) for one in (world.organisation("A1"), world.organisation("A2"), third)]
    named = [{"school_id": one, "starts_on": "2026-09-01"} for one in schools]
    await refused(
        office,
        clone,
        [
            ("bureau", "base-schools", named[0], 403, "PERMISSION_DENIED"),
            ("training_school", "base-schools", {**named[0], "school_id": str(world.organisation("D"))}, 422,
             "NOT_OF_A_TOWN"),
            ("training_school", "base-schools", {**named[0], "school_id": str(world.organisation("central A"))}, 422,
             "REFERENCE_UNKNOWN"),
        ],
    )  # fmt: skip
    answers = await asyncio.gather(*(office.send("training_school", "base-schools", body) for body in named * 4))
    assert [one.status_code for one in answers].count(201) <= 2
    codes = {one.json()["code"] for one in answers if one.status_code != 201}
    assert codes <= {"BASE_SCHOOLS_FULL", "BASE_SCHOOL_NAMED", "RULE_BROKEN"}
    for body in named:
        await office.send("training_school", "base-schools", body)
    kept = (await office.get("teacher", "base-schools?is_open=true"))["items"]
    assert sorted((row["slot"], row["slots"]) for row in kept) == [(1, 2), (2, 2)]
    left = next(body for body in named if body["school_id"] not in {row["school_id"] for row in kept})
    await refused(office, clone, [("training_school", "base-schools", left, 422, "practice.base_schools_per_town")])
    towns = (await office.get("school", "base-school-towns"))["items"]
    assert sorted((row["town"], row["base_schools"], row["is_met"]) for row in towns) == [
        ("乙镇", 0, False),
        ("甲镇", 2, True),
    ]
    end = f"base-schools/{kept[0]['id']}:end"
    await refused(
        office,
        clone,
        [
            ("training_school", end, {"ended_on": "2026-08-31", **REASON}, 422, "OUT_OF_ORDER"),
            ("training_school", end, {"ended_on": "2026-11-24", **REASON}, 422, "OUT_OF_ORDER"),
        ],
    )
    await office.done("training_school", end, {"ended_on": "2026-11-23", **REASON})
    again = await office.send("training_school", end, {"ended_on": "2026-11-23", **REASON})
    assert (again.status_code, again.json()["code"]) == (409, "PRACTICE_ENDED")
    assert (await office.done("training_school", "base-schools", left))["slot"] == kept[0]["slot"]


@pytest.mark.clause("M5.3", "A2.4")
async def test_trainers_are_paired_and_their_visits_dated(
    office: Office, scene: Scene, clone: Clone, world: World
) -> None:
    base = await office.done(
        "training_school", "base-schools", {"school_id": str(world.organisation("A1")), "starts_on": "2026-09-01"}
    )
    pairings = f"{scene.path}/practice-pairings"
    pair: dict[str, Any] = {"appointment_id": str(scene.appointment), "duty": "小学语文", "starts_on": "2026-10-01"}
    to_workshop, to_base = {**pair, "workshop_id": str(scene.workshop)}, {**pair, "base_school_id": base["id"]}
    await refused(
        office,
        clone,
        [
            ("school", pairings, to_base, 403, "PERMISSION_DENIED"),
            ("training_school", pairings, pair, 422, "ONE_TARGET"),
            ("training_school", pairings, {**to_base, "workshop_id": str(scene.workshop)}, 422, "ONE_TARGET"),
            ("training_school", pairings, {**to_base, "starts_on": "2029-09-01"}, 422, "REFERENCE_UNKNOWN"),
        ],
    )
    made = await office.done("training_school", pairings, to_base)
    await office.done("training_school", pairings, to_workshop)
    twice = await office.send("training_school", pairings, to_base)
    assert (twice.status_code, twice.json()["code"]) == (409, "PRACTICE_PAIRED")
    visits, visit = f"practice-pairings/{made['id']}/visits", {"visited_on": "2026-10-20", "content": "课例研讨"}
    await refused(
        office,
        clone,
        [
            ("teacher", visits, visit, 403, "OTHER_BODY"),
            ("school", visits, visit, 403, "PERMISSION_DENIED"),
            ("teacher_a2", visits, {**visit, "visited_on": "2026-09-30"}, 422, "OUTSIDE_PAIRING"),
            ("teacher_a2", visits, {**visit, "visited_on": "2026-11-24"}, 422, "OUTSIDE_PAIRING"),
        ],
    )
    await office.done("teacher_a2", visits, visit)
    same_day = await office.send("training_school", visits, visit)
    assert (same_day.status_code, same_day.json()["code"]) == (409, "PAIRING_VISIT_TAKEN")
    seen = (await office.get("teacher", f"{pairings}?target=base_school"))["items"]
    assert [(row["base_school_name"], row["visits"], row["last_visited_on"]) for row in seen] == [
        ("甲镇第一小学", 1, "2026-10-20")
    ]
    await office.done("training_school", f"practice-pairings/{made['id']}:end", {"ended_on": "2026-11-01", **REASON})
    late = await office.send("teacher_a2", visits, {**visit, "visited_on": "2026-11-02"})
    assert late.status_code == 422
    assert len((await office.get("bureau", f"{pairings}?is_open=true"))["items"]) == 1


@pytest.mark.clause("A2.5a")
async def test_tracking_visits_and_what_follows(office: Office, scene: Scene, clone: Clone, world: World) -> None:
    visit: dict[str, Any] = {
        "project_id": str(scene.project),
        "school_id": str(world.organisation("A1")),
        "visited_on": "2026-11-10",
        "found": "学员已开展示范课",
        "follow_up": "补齐听课记录",
        "follow_up_due_on": "2026-11-20",
    }
    stranger = str(world.teacher("a1-1"))
    await refused(
        office,
        clone,
        [
            ("school", "tracking-visits", visit, 403, "PERMISSION_DENIED"),
            ("teacher", "tracking-visits", visit, 403, "OTHER_BODY"),
            ("training_school", "tracking-visits", {**visit, "tracker_id": stranger}, 422, "REFERENCE_UNKNOWN"),
            ("training_school", "tracking-visits", {**visit, "follow_up_due_on": None}, 422, "FOLLOW_UP_WHOLE"),
            ("training_school", "tracking-visits", {**visit, "visited_on": "2026-11-24"}, 422, "OUT_OF_ORDER"),
        ],
    )
    made = await office.done("teacher_a2", "tracking-visits", visit)
    assert (made["tracker_name"], made["school_name"]) == ("周五", "甲镇第一小学")
    overdue = "tracking-visits?is_overdue=true"
    assert [row["id"] for row in (await office.get("school", overdue))["items"]] == [made["id"]]
    assert (await office.get("school", overdue, on="2026-11-20"))["items"] == []
    for who, many in {"school_a2": 0, "central_school": 1, "central_b": 0, "teacher": 0, "teacher_a2": 1}.items():
        assert len((await office.get(who, "tracking-visits"))["items"]) == many, who
    follow = f"tracking-visits/{made['id']}:followUp"
    early = {"followed_up_on": "2026-11-09", "result": "记录已补齐"}
    await refused(office, clone, [("training_school", follow, early, 422, "OUT_OF_ORDER")])
    done = await office.done("training_school", follow, {**early, "followed_up_on": "2026-11-22"})
    assert done["follow_up_result"] == "记录已补齐"
    await refused(office, clone, [("training_school", follow, early, 409, "TRACKING_SETTLED")])
    assert (await office.get("bureau", "tracking-visits?is_open=true"))["items"] == []


def lines(scene: Scene, *names: str, **points: float | None) -> dict[str, Any]:
    """A body of results."""
    given = {"training": 90, "school_research": 80, "demonstration": 70.5, **points}
    return {"lines": [{"trainee_id": str(scene.trainees[name]), **given} for name in names]}


@pytest.mark.clause("A2.5a", "A2.5b")
async def test_results_over_three_parts_and_the_excellent_ones(
    office: Office, scene: Scene, clone: Clone, entrance: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = f"{scene.path}/practice-results"
    head = office.as_role("training_school")

    async def weigh(**parts: int) -> Any:
        body = {**WEIGHTS, **parts}
        return await office.client.put(f"/v1/{scene.path}/practice-weights", json=body, headers=head)

    assert (await office.client.get(f"/v1/{scene.path}/practice-weights", headers=head)).status_code == 404
    wrong = await weigh(training=41)
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "practice.weights")
    both = lines(scene, "a1-1", "a1-2")
    await refused(
        office,
        clone,
        [
            ("school", results, both, 403, "PERMISSION_DENIED"),
            ("teacher", results, both, 403, "OTHER_BODY"),
            ("training_school", results, lines(scene, "a1-1", "a1-1"), 422, "TWICE"),
            ("training_school", results, lines(scene, "a1-1", training=100.5), 422, "practice.points"),
            ("training_school", results, lines(scene, "a1-1", training=None), 422, "TRAINING_SCORE_MISSING"),
            ("training_school", f"{results}:publish", {}, 409, "PRACTICE_WEIGHTS_MISSING"),
        ],
    )
    assert (await weigh()).status_code == 200
    assert await office.done("teacher_a2", results, both) == {"recorded": 2}
    monkeypatch.setitem(reactions._reactions, "practice_results.asked", (process_scores,))  # noqa: SLF001 - a stand-in
    await office.done("training_school", results, lines(scene, "a1-2", training=None, demonstration=100))
    seen = {
        who: len((await office.get(who, results))["items"]) for who in ("bureau", "school", "teacher", "teacher_a2")
    }
    assert seen == {"bureau": 2, "school": 0, "teacher": 0, "teacher_a2": 2}
    told = await office.done("training_school", f"{results}:publish")
    assert told == {"published": 1, "own": 1, "without": 2}
    await refused(office, clone, [("training_school", f"{results}:publish", {}, 403, "SEPARATION_OF_DUTIES")])
    assert await office.done("training_school_2", f"{results}:publish") == {"published": 1, "own": 0, "without": 1}
    shown = {row["teacher_name"]: row for row in (await office.get("school", results))["items"]}
    assert {name: row["total"] for name, row in shown.items()} == {"赵一": 81.15, "钱二": 90.0}
    assert len((await office.get("teacher", results))["items"]) == 1
    assert (await weigh(training=50, demonstration=20)).json()["code"] == "PRACTICE_WEIGHTS_FIXED"
    one = f"practice-results/{shown['钱二']['id']}"
    good = {"reason": "示范带动突出"}
    await refused(
        office,
        clone,
        [
            ("training_school", results, both, 422, "RESULT_PUBLISHED"),
            ("bureau", f"{one}:propose", good, 403, "PERMISSION_DENIED"),
            ("training_school", f"{one}:withdrawProposal", good, 409, "PRACTICE_NOT_PROPOSED"),
        ],
    )
    await office.done("training_school", f"{one}:propose", good)
    listed = (await office.get("bureau", f"{results}?is_proposed=true"))["items"]
    assert [(row["teacher_name"], row["proposal_reason"]) for row in listed] == [("钱二", good["reason"])]
    reopened = await office.done("training_school", f"{one}:reopen", {"reason": "示范带动分数有误"})
    assert (reopened["status"], reopened["proposed_on"]) == ("recorded", None)
    async with entrance.context(keys.token(World().account("bureau"))) as ctx:
        assert await closing_findings(ctx, scene) == [("practice.results_missing", "advise", 2)]


async def process_scores(_ctx: Context, *, trainee_ids: list[UUID], scores: dict[UUID, Decimal], **_: object) -> None:
    """What the package of training will answer."""
    scores |= dict.fromkeys(trainee_ids, Decimal(90))


async def closing_findings(ctx: Context, scene: Scene) -> list[tuple[str, str, object]]:
    """What closing the project now points out."""
    found: list[Finding] = []
    await service.note_missing_results(ctx, project=await projects.get_project(ctx, scene.project), findings=found)
    return [(one.rule, str(one.severity), one.actual) for one in found]
