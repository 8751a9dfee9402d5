"""A year of 送教送培 over REST: programmes, visits, lessons, receivers, and the hours that come of them."""

import asyncio
from typing import Any

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import put_project
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, World
from tests.trainers.test_appointing import refused

ON = "2026-11-23"
PROGRAMME = {
    "school_year": "2026-2027", "stage": "primary", "subject": "chinese", "title": "小学语文系列送教",
    "content": "大单元教学的实施与评价", "visits_planned": 4,
}  # fmt: skip
HELD = {"summary": "听课、评课、讲座各一次"}
REASON = {"reason": "天气原因，改为线上"}


async def visit(office: Bureau, world: World, **changes: Any) -> dict[str, Any]:
    """The body of a visit to A1 with one lesson of a teacher of B1; opens the programme unless one is given."""
    if "programme_id" not in changes:
        changes["programme_id"] = (await office.done("training_school", "delivery-programmes", PROGRAMME))["id"]
    lesson = {"title": "示范课：古诗两首", "hours": 2, "teacher_id": str(world.teacher("b1-1"))}
    given = {
        "host_school_id": str(world.organisation("A1")), "visit_on": "2026-11-10", "title": "甲镇小学语文送教",
        "hours": 3, "lessons": [lesson],
    }  # fmt: skip
    return {**given, **changes}


@pytest.mark.clause("M4.3")
async def test_programmes_of_a_year_and_their_end(office: Bureau, clone: Clone, world: World) -> None:
    connection = await clone.connect()
    project = await put_project(connection, HOME, kind="delivery")
    cancelled = await put_project(connection, HOME, status="cancelled")
    await connection.close()
    path = "delivery-programmes"
    await refused(
        office,
        clone,
        [
            ("school", path, PROGRAMME, 403, "PERMISSION_DENIED"),
            ("training_school", path, {**PROGRAMME, "stage": "senior_middle"}, 422, "RULE_BROKEN"),
            ("training_school", path, {**PROGRAMME, "subject": "magic"}, 422, "DELIVERY_INVALID"),
            ("training_school", path, {**PROGRAMME, "project_id": str(cancelled)}, 422, "DELIVERY_INVALID"),
        ],
    )
    made = await office.done("bureau", path, {**PROGRAMME, "project_id": str(project)})
    twice = await office.send("training_school", path, PROGRAMME)
    assert (twice.status_code, twice.json()["code"]) == (409, "DELIVERY_PROGRAMME_EXISTS")
    planned = await office.done(
        "training_school", "delivery-visits", await visit(office, world, programme_id=made["id"])
    )
    one = f"{path}/{made['id']}"
    refusals = [("close", {}, "DELIVERY_VISITS_PLANNED"), ("cancel", REASON, "DELIVERY_PROGRAMME_USED")]
    for verb, body, code in refusals:
        answer = await office.send("training_school", f"{one}:{verb}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    await office.done("training_school", f"delivery-visits/{planned['id']}:cancel", REASON)
    gone = await office.done("training_school", f"{one}:cancel", REASON)
    assert (gone["status"], gone["end_reason"]) == ("cancelled", REASON["reason"])
    again = await office.done("training_school", path, PROGRAMME)  # what is cancelled makes room
    late = await office.send("training_school", "delivery-visits", await visit(office, world, programme_id=made["id"]))
    assert (late.status_code, late.json()["code"]) == (422, "DELIVERY_INVALID")
    closed = await office.done("training_school", f"{path}/{again['id']}:close")
    assert closed["status"] == "closed"
    assert len((await office.get("teacher", f"{path}?school_year=2026-2027&stage=primary"))["items"]) == 2


@pytest.mark.clause("M4.3", "A7.7")
async def test_a_visit_is_planned_put_off_held_and_a_trainers_lesson_becomes_a_task(
    office: Bureau, clone: Clone, world: World
) -> None:
    term = await office.appointed(starts_on="2026-11-05", on="2026-11-01")
    body = await visit(office, world)
    trainer = {"title": "专题讲座", "hours": 1.5, "appointment_id": term["id"]}
    lessons = [*body["lessons"], trainer]
    unclear = [{**trainer, "teacher_id": str(world.teacher("b1-1"))}]
    await refused(
        office,
        clone,
        [
            ("school", "delivery-visits", body, 403, "PERMISSION_DENIED"),
            ("training_school", "delivery-visits", {**body, "visit_on": "2027-09-01"}, 422, "DELIVERY_INVALID"),
            ("training_school", "delivery-visits", {**body, "lessons": unclear}, 422, "DELIVERY_INVALID"),
            (
                "training_school",
                "delivery-visits",
                {**body, "host_school_id": str(world.organisation("central A"))},
                422,
                "DELIVERY_INVALID",
            ),
            ("training_school", "delivery-visits", {**body, "visit_on": "2026-11-04", "lessons": lessons}, 422,
             "DELIVERY_INVALID"),  # the trainer's term begins a day later
            ("training_school", "delivery-visits", {**body, "lessons": []}, 422, "INVALID"),
        ],
    )  # fmt: skip
    made = await office.done("training_school", "delivery-visits", {**body, "lessons": lessons})
    assert [(one["lecturer"], one["lecturer_name"]) for one in made["lessons"]] == [
        ("teacher", "郑七"),
        ("trainer", "赵一"),
    ]
    one = f"delivery-visits/{made['id']}"
    early = await office.send("training_school", f"{one}:reschedule", {"visit_on": "2026-11-04"})
    assert (early.status_code, early.json()["code"]) == (422, "DELIVERY_INVALID")
    await office.done("training_school", f"{one}:reschedule", {"visit_on": "2026-11-12", "etag": made["etag"]})
    stale = await office.send("training_school", f"{one}:hold", {**HELD, "etag": made["etag"]}, ON)
    assert stale.status_code == httpx.codes.PRECONDITION_FAILED
    before = await office.send("training_school", f"{one}:hold", HELD, "2026-11-11")
    assert (before.status_code, before.json()["code"]) == (409, "DELIVERY_NOT_YET")
    held = await office.done("training_school", f"{one}:hold", HELD, "2026-11-12")
    tasks = (await office.get("bureau", "trainer-assignments"))["items"]
    assert [(task["id"], task["duty"], task["hours"], task["done_on"]) for task in tasks] == [
        (held["lessons"][1]["assignment_id"], "delivery", 1.5, "2026-11-12")
    ]
    for verb, given in (("hold", HELD), ("cancel", REASON), ("reschedule", {"visit_on": "2026-11-13"})):
        answer = await office.send("training_school", f"{one}:{verb}", given, ON)
        assert (answer.status_code, answer.json()["code"]) == (409, "STATUS_CONFLICT")
    found = (await office.get("teacher", "delivery-visits?town=甲镇&status=held"))["items"]
    assert [item["id"] for item in found] == [made["id"]]


@pytest.mark.clause("M4.3")
async def test_receivers_get_hours_of_post_training_once(office: Bureau, clone: Clone, world: World) -> None:
    made = await office.done("training_school", "delivery-visits", await visit(office, world))
    one, names = f"delivery-visits/{made['id']}", ("a1-1", "a1-2", "a2-1")
    ids = {name: str(world.teacher(name)) for name in (*names, "x1-1")}
    attend = f"{one}:attend"
    refusals = [
        ("training_school", attend, {"teacher_ids": [ids["a1-1"]]}, "2026-11-09", 409, "DELIVERY_NOT_YET"),
        ("training_school", attend, {"teacher_ids": [ids["x1-1"]]}, ON, 422, "DELIVERY_INVALID"),
        ("school", attend, {"teacher_ids": [ids["a2-1"]]}, ON, 422, "DELIVERY_INVALID"),
        ("school_a2", attend, {"teacher_ids": [ids["a2-1"]]}, ON, 403, "OUT_OF_SCOPE"),
        ("central_school", attend, {"teacher_ids": [ids["a2-1"]]}, ON, 403, "PERMISSION_DENIED"),
    ]
    for who, path, body, day, status, code in refusals:
        answer = await office.send(who, path, body, day)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await fetch(clone, "SELECT 1 FROM delivery_attendances") == []
    await office.done("school", attend, {"teacher_ids": [ids["a1-1"], ids["a1-2"]]}, ON)
    seen = await office.done("training_school", attend, {"teacher_ids": [ids["a2-1"], ids["a2-1"]]}, ON)
    assert (seen["receivers"], seen["unconfirmed"]) == (3, 3)
    fewer = await office.done("school", attend, {"teacher_ids": [ids["a1-1"]], "replace": True}, ON)
    assert fewer["receivers"] == 2  # a1-2 is off; a2-1 is not this school's to take off
    await office.done("school", attend, {"teacher_ids": [ids["a1-2"]]}, ON)
    undone = await office.send("training_school", f"{one}:cancel", REASON)
    assert (undone.status_code, undone.json()["code"]) == (409, "DELIVERY_ATTENDED")
    confirm = f"{one}:confirmHours"
    early = await office.send("training_school_2", confirm, {}, ON)
    assert (early.status_code, early.json()["code"]) == (409, "DELIVERY_NOT_HELD")
    await office.done("training_school", f"{one}:hold", HELD, ON)
    for who, status, code in (("school", 403, "PERMISSION_DENIED"), ("training_school", 403, "SEPARATION_OF_DUTIES")):
        answer = await office.send(who, confirm, {}, ON)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await fetch(clone, "SELECT 1 FROM hours_entries") == []
    answers = await asyncio.gather(*(office.send("training_school_2", confirm, {}, ON) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 7
    done = next(one.json() for one in answers if one.status_code == httpx.codes.OK)
    assert (done["claimed_hours"], done["credited_hours"], len(done["lines"])) == (9, 9, 3)
    facts = "SELECT category, source, claimed, activity_title FROM hours_entries"
    rows = [tuple(row) for row in await fetch(clone, facts)]
    assert rows == [("post_training", "delivery", 3, "甲镇小学语文送教")] * 3
    more = await office.send("training_school", attend, {"teacher_ids": [ids["a1-1"]], "replace": True}, ON)
    assert more.json()["receivers"] == 3  # what has given hours stays
    lists = {
        who: (await office.get(who, f"{one}/attendance"))["items"]
        for who in ("bureau", "school", "teacher", "teacher_a2")
    }
    assert {who: len(items) for who, items in lists.items()} == {
        "bureau": 3,
        "school": 2,
        "teacher": 1,
        "teacher_a2": 1,
    }


@pytest.mark.clause("M4.3")
async def test_read_out_of_a_school_year(office: Bureau, world: World, database: Database, clone: Clone) -> None:
    empty = await office.get("bureau", "delivery-year?school_year=2026-2027")
    assert ([one["rule"] for one in empty["findings"]], empty["towns_missing"]) == (
        ["delivery.programme_missing"] * 3,
        ["乙镇", "甲镇"],
    )
    made = await office.done("training_school", "delivery-visits", await visit(office, world))
    one = f"delivery-visits/{made['id']}"
    await office.done("training_school", f"{one}:attend", {"teacher_ids": [str(world.teacher("a1-1"))]}, ON)
    await office.done("training_school", f"{one}:hold", HELD, ON)
    await office.done("training_school_2", f"{one}:confirmHours", {}, ON)
    other = await visit(office, world, programme_id=made["programme_id"], title="第二次")
    second = await office.done("training_school", "delivery-visits", other)
    two = f"delivery-visits/{second['id']}"
    names = [str(world.teacher(name)) for name in ("a1-1", "a1-2")]
    await office.done("training_school", f"{two}:attend", {"teacher_ids": names}, ON)
    await office.done("training_school", f"{two}:hold", HELD, ON)
    year = await office.get("teacher", "delivery-year?school_year=2026-2027")
    figures = ("programmes", "visits_planned", "visits_held", "lessons", "receivers", "attendances", "hours")
    assert [year[name] for name in figures] == [1, 4, 2, 2, 2, 3, 3]
    assert (year["towns_reached"], year["towns_missing"]) == (["甲镇"], ["乙镇"])
    assert [(item["stage"], item["visits"], item["receivers"]) for item in year["stages"]] == [
        ("primary", 2, 2),
        ("junior_middle", 0, 0),
        ("preschool", 0, 0),
    ]
    assert [item["actual"] for item in year["findings"]] == [0, 0]
    closing = await office.get("bureau", "hours-closings/2026-2027")
    assert ("delivery.hours_unconfirmed", 2) in [(item["rule"], item["actual"]) for item in closing["findings"]]
    entry = (await fetch(clone, "SELECT id FROM hours_entries"))[0]["id"]
    await office.done("bureau", f"hours-entries/{entry}:reverse", {"reason": "活动登记有误"}, ON)
    assert (await office.get("bureau", "delivery-year?school_year=2026-2027"))["hours"] == 0


async def test_lists_cost_the_same_however_long(
    client: httpx.AsyncClient, as_role: SignIn, office: Bureau, world: World, database: Database
) -> None:
    body, figures = await visit(office, world), []
    query = "{deliveryVisits{nodes{title lessons{title lecturerName}}} deliveryProgrammes{nodes{title visitsHeld}}}"
    await client.get("/v1/me", headers=as_role("bureau"))
    for number in range(3):
        await office.done("training_school", "delivery-visits", {**body, "title": f"送教 {number}"})
        with counted(database) as sent:
            await client.get("/v1/delivery-visits", headers=as_role("bureau"))
            await client.get("/v1/delivery-year?school_year=2026-2027", headers=as_role("bureau"))
            await client.post("/graphql", json={"query": query}, headers=as_role("bureau"))
        figures.append(len(sent))
    assert figures[1] == figures[2]
