"""Lists ask as many statements for many rows as for one, at both doors; two writers at once cannot adjust twice."""

import asyncio

import pytest

from app.core.db import Database
from tests.factories.graph import data
from tests.factories.statements import counted
from tests.factories.workshops import Studio, activity, declaration, members, person

GRAPH = """{workshops(first: 50) {nodes {uuid name unit {name} leader {name} status confirmedTerms
    members(first: 3) {teacherName} activities {title} plan(schoolYear: "2026-2027") {theme} reviews {month}}}}"""


async def test_statements_do_not_grow_with_the_rows(studio: Studio, database: Database) -> None:
    await studio.settle()
    counts = []
    for place in range(4):
        await studio.done("central_school", "", declaration(name=f"工作坊{place}"))
        if place in {0, 3}:
            with counted(database) as rest:
                assert len((await studio.get("central_school", "?include_total=true"))["items"]) == place + 1
            with counted(database) as graph:
                found = await data(studio.client, studio.headers("central_school"), GRAPH)
            assert len(found["workshops"]["nodes"]) == place + 1
            assert {one["leader"]["name"] for one in found["workshops"]["nodes"]} == {"赵一"}
            counts.append((len(rest), len(graph)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 6


@pytest.mark.clause("A6.6", "M7.1a")
async def test_what_hangs_on_a_workshop(studio: Studio) -> None:
    path = await studio.registered()
    for day in ("2026-10-17", "2026-11-07"):
        await studio.done("teacher", f"{path}/activities", activity(title=day, starts_on=day))
    schedule = [{"month": "2026-10", "topic": "研讨", "host_school_id": None}]
    plan = {"school_year": "2026-2027", "theme": "单元", "evaluation": "课例", "schedule": schedule}
    await studio.done("teacher", f"{path}/plans", plan)
    review = {"month": "2026-10", "grade": "good", "feedback": "请增加展示课"}
    await studio.done("training_school", f"{path}/monthly-reviews", review)
    graph = """{workshops {nodes {members {teacherName} activities(first: 1) {title}
        plan(schoolYear: "2026-2027") {theme} other: plan(schoolYear: "2025-2026") {theme} reviews {feedback}}}}"""
    shown = {
        who: (await data(studio.client, studio.headers(who), graph))["workshops"]["nodes"]
        for who in ("teacher", "training_school", "school_d")
    }
    one = shown["teacher"][0]
    assert (len(one.pop("members")), one.pop("activities")) == (20, [{"title": "2026-11-07"}])
    assert one == {"plan": {"theme": "单元"}, "other": None, "reviews": []}
    assert shown["training_school"][0]["reviews"] == [{"feedback": "请增加展示课"}]
    assert shown["school_d"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [("family=teacher_workshop", 1), ("level=town", 0), ("stage=primary&subject=chinese", 1), ("status=registered", 0)],
)
async def test_filters_narrow_the_list(studio: Studio, query: str, count: int) -> None:
    await studio.settle()
    made = await studio.done("central_school", "", declaration())
    assert len((await studio.get("training_school", f"?{query}"))["items"]) == count
    mine = (await studio.get("training_school", f"?member_id={person(1, 1)}&{query}"))["items"]
    assert [one["id"] for one in mine] == [made["id"]] * count


@pytest.mark.clause("A6.13a")
async def test_two_adjustments_at_once_leave_one(studio: Studio) -> None:
    path = await studio.registered()
    wanted = [
        {
            "remove": [str(person(town, 2))],
            "add": members((), [person(town, 5)]),
            "effective_on": "2026-11-01",
            "reason": "调整",
        }
        for town in (1, 2, 3)
    ]
    answers = await asyncio.gather(*(studio.post("teacher", f"{path}:adjustMembers", one) for one in wanted))
    assert sorted(one.status_code for one in answers) == [200, 422, 422]
    assert len((await studio.get("teacher", f"{path}/adjustments"))["items"]) == 1


@pytest.mark.clause("A6.13c")
async def test_a_month_is_confirmed_once_by_two_at_once(studio: Studio) -> None:
    path = await studio.registered()
    body = {"title": "研修", "starts_on": "2026-10-17", "host_school_id": declaration()["unit_id"]}
    lessons = {
        "lessons": [{"teacher_id": str(person(1, 1)), "title": "课"}],
        "talk_kind": "lecture",
        "talk_title": "题",
    }
    made = await studio.done("teacher", f"{path}/activities", body | lessons)
    one = f"{path}/activities/{made['id']}"
    there = {"day": "2026-10-17", "teacher_ids": [str(person(town, 1)) for town in range(1, 5)]}
    await studio.done("teacher", f"{one}/attendance", there)
    await studio.done("teacher", f"{one}:hold", {"summary": "记录"})
    month = {"month": "2026-10"}
    answers = await asyncio.gather(
        *(studio.post(who, f"{path}:confirmHours", month) for who in ("training_school", "training_school_2"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    connection = await studio.clone.connect()
    stands = await connection.fetchrow("SELECT count(*), sum(credited) FROM hours_entries WHERE source = 'workshop'")
    await connection.close()
    assert tuple(stands) == (4, 24)
