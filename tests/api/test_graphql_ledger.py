"""Hours over GraphQL: one statement per level, keys against repeats, and the year of a teacher."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid5

import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import ask, codes, data
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import HOME, World

AsRole = Callable[[str], dict[str, str]]
SCHOOL = """query($id: UUID!, $first: Int!) { organisation(uuid: $id) { name
  teachers(first: $first, sort: staff_no) { nodes { staffNo school { name parent { name } }
    hours(schoolYear: "2026-2027") { categories { category credited } }
    hoursEntries(first: 5) { activityDate creditedHours teacher { staffNo } } } } } }"""
POST = """mutation($new: HoursEntryCreateInput!, $key: String!) { postHoursEntry(input: $new, idempotencyKey: $key) {
  __typename ... on HoursEntry { uuid etag creditedHours category schoolYear findings { rule actual } }
  ... on Problem { code errors { pointer code } } } }"""
REVERSE = """mutation($id: UUID!, $key: String!) { reverseHoursEntry(uuid: $id, idempotencyKey: $key,
  input: {reason: "登记有误"}) { ... on HoursEntry { creditedHours reversesId } ... on Problem { code } } }"""


def line(world: World, teacher: str = "a1-1", **changes: Any) -> dict[str, Any]:
    return {
        "teacherId": str(world.teacher(teacher)),
        "category": "workshop",
        "claimedHours": 6,
        "activityTitle": "工作坊集中研修",
        "activityDate": "2026-10-17",
        "reason": "工作坊月度确认",
    } | changes


async def test_each_level_is_one_statement(
    client: httpx.AsyncClient, as_role: AsRole, database: Database, clone: Clone, world: World
) -> None:
    for day in (17, 18, 24):
        for teacher in ("a1-1", "a1-2"):
            new = line(world, teacher, activityDate=f"2026-10-{day}")
            await data(client, as_role("training_school"), POST, new=new, key=f"key-{day}-{teacher}")
    school = str(world.organisation("A1"))
    await _statements(client, as_role, database, id=school, first=1)
    few = await _statements(client, as_role, database, id=school, first=2)
    await _more_teachers(clone, world, 46)
    many = await _statements(client, as_role, database, id=school, first=50)
    assert (len(few[0]), len(many[0])) == (2, 50)
    # School, teachers, their school again (from memory) and its parent, entries, teachers of entries; the summaries,
    # prepared once and run by the driver.
    assert (few[1], many[1]) == (6, 6)


async def _statements(
    client: httpx.AsyncClient, as_role: AsRole, database: Database, **variables: Any
) -> tuple[list[Any], int]:
    with counted(database) as sent:
        found = await data(client, as_role("school"), SCHOOL, **variables)
    nodes: list[Any] = found["organisation"]["teachers"]["nodes"]
    return nodes, sum(statement.startswith("SELECT") for statement in sent)


async def _more_teachers(clone: Clone, world: World, count: int) -> None:
    connection = await clone.connect()
    try:
        for number in range(count):
            teacher = uuid5(world.organisation("A1"), str(number))
            await connection.execute(
                """INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_type, id_number,
                  id_number_index, id_number_masked, school_id, is_on_post, stage, subject, title, posts, honours,
                  status, joined_profession_on)
                SELECT region_id, $1, $2, name, sex, birth_date, id_type, id_number, $3, id_number_masked, school_id,
                  is_on_post, stage, subject, title, posts, honours, status, $4
                FROM teachers WHERE region_id = $5 AND id = $6""",
                teacher,
                f"2000{number:04d}",
                teacher.bytes * 2,
                date(2008, 8, 1),
                HOME,
                world.teacher("a1-1"),
            )
    finally:
        await connection.close()


async def test_same_key_posts_once(client: httpx.AsyncClient, as_role: AsRole, clone: Clone, world: World) -> None:
    head, new = as_role("training_school"), line(world)
    first = await data(client, head, POST, new=new, key="key-of-test-1")
    again = await data(client, head, POST, new=new, key="key-of-test-1")
    assert first == again
    assert first["postHoursEntry"] | {"uuid": "", "etag": ""} == {
        "__typename": "HoursEntry",
        "uuid": "",
        "etag": "",
        "creditedHours": 6.0,
        "category": "workshop",
        "schoolYear": "2026-2027",
        "findings": [],
    }
    other = await data(client, head, POST, new=line(world, claimedHours=3), key="key-of-test-1")
    assert other["postHoursEntry"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    short = await data(client, head, POST, new=new, key="short")
    assert short["postHoursEntry"]["code"] == "IDEMPOTENCY_KEY_INVALID"
    assert len(await fetch(clone, "SELECT 1 FROM hours_entries")) == 1


async def test_rules_are_those_of_rest(client: httpx.AsyncClient, as_role: AsRole, clone: Clone, world: World) -> None:
    body = await data(client, as_role("training_school"), POST, new=line(world, claimedHours=6.5), key="key-of-test-1")
    problem = body["postHoursEntry"]
    assert (problem["__typename"], [fault["pointer"] for fault in problem["errors"]]) == ("Problem", ["/claimed_hours"])
    odd = await data(client, as_role("training_school"), POST, new=line(world, claimedHours=0.3), key="key-of-test-2")
    assert [fault["pointer"] for fault in odd["postHoursEntry"]["errors"]] == ["/claimed_hours"]
    assert await fetch(clone, "SELECT 1 FROM hours_entries") == []
    assert await fetch(clone, "SELECT 1 FROM idempotency_keys") == []


async def test_batch_is_all_or_none(client: httpx.AsyncClient, as_role: AsRole, clone: Clone, world: World) -> None:
    query = """mutation($new: HoursEntriesCreateInput!) {
      postHoursEntries(input: $new, idempotencyKey: "key-of-test-1") {
        ... on HoursEntriesPosted { items { teacherId creditedHours } }
        ... on Problem { code errors { pointer } } } }"""
    good = [line(world), line(world, "a1-2")]
    bad = await data(client, as_role("training_school"), query, new={"entries": [*good, line(world, claimedHours=9)]})
    assert [fault["pointer"] for fault in bad["postHoursEntries"]["errors"]] == ["/entries/2/claimed_hours"]
    assert await fetch(clone, "SELECT 1 FROM hours_entries") == []
    posted = await data(client, as_role("training_school"), query, new={"entries": good})
    assert [item["creditedHours"] for item in posted["postHoursEntries"]["items"]] == [6.0, 6.0]


async def test_reversal_is_another_persons(client: httpx.AsyncClient, as_role: AsRole, world: World) -> None:
    posted = await data(client, as_role("training_school"), POST, new=line(world), key="key-of-test-1")
    entry = posted["postHoursEntry"]["uuid"]
    own = await data(client, as_role("training_school"), REVERSE, id=entry, key="key-of-test-2")
    assert own["reverseHoursEntry"] == {"code": "SEPARATION_OF_DUTIES"}
    other = await data(client, as_role("bureau"), REVERSE, id=entry, key="key-of-test-3")
    assert other["reverseHoursEntry"] == {"creditedHours": -6.0, "reversesId": entry}
    twice = await data(client, as_role("bureau"), REVERSE, id=entry, key="key-of-test-4")
    assert twice["reverseHoursEntry"] == {"code": "HOURS_ALREADY_REVERSED"}


async def test_ledger_and_completion_read_as_on_rest(client: httpx.AsyncClient, as_role: AsRole, world: World) -> None:
    await data(client, as_role("training_school"), POST, new=line(world), key="key-of-test-1")
    query = """{ hoursEntries(schoolYear: "2026-2027", category: workshop) { totalCount nodes { uuid activityTitle
      teacher { staffNo } school { name } } } hoursCompletion(schoolYear: "2026-2027") { target items { name teachers }
      total { teachers met share } } hoursCompletionTeachers(schoolYear: "2026-2027", first: 1) { totalCount
      nodes { staffNo remaining teacher { name } } } }"""
    found = await data(client, as_role("school"), query)
    rest = (await client.get("/v1/hours-entries", headers=as_role("school"))).json()["items"]
    assert [node["uuid"] for node in found["hoursEntries"]["nodes"]] == [item["id"] for item in rest]
    assert found["hoursEntries"]["nodes"][0]["school"] == {"name": "甲镇第一小学"}
    assert found["hoursCompletion"]["total"] == {"teachers": 3, "met": 0, "share": 0.0}
    assert found["hoursCompletionTeachers"]["totalCount"] == 3
    abroad = await data(client, as_role("school_b1"), "{hoursEntries{totalCount}}")
    assert abroad == {"hoursEntries": {"totalCount": 0}}


@pytest.mark.parametrize("year", ["2026", "2026-2028", "", "\u0000"])
async def test_years_are_checked(client: httpx.AsyncClient, as_role: AsRole, world: World, year: str) -> None:
    query = "query($id:UUID!,$y:String!){teacher(uuid:$id){name hours(schoolYear:$y){teacherId}}}"
    body = await ask(client, as_role("school"), query, id=str(world.teacher("a1-1")), y=year)
    assert (codes(body), body["data"]) == (["INVALID"], {"teacher": {"name": "赵一", "hours": None}})
