"""Coverage over REST, GraphQL and exports: who has no project, no workshop, too few hours, and how many they are."""

import csv
import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.import_kinds import EXPORTS
from app.policy.load import Regulation
from app.portfolio import service
from app.portfolio.queries.coverage import CoverageFilter
from tests.factories.cluster import Clone
from tests.factories.graph import ask, codes, data
from tests.factories.hours import credited
from tests.factories.portfolio import put_member, put_workshop
from tests.factories.projects import put_project, put_trainee
from tests.factories.statements import counted, reads
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, World

TODAY, YEAR = "2026-11-23", "2026-2027"
LIST = f"teacher-coverage?school_year={YEAR}"
SUMMARY = f"teacher-coverage/summary?school_year={YEAR}"
FLAGS = ("is_without_project", "is_without_workshop", "is_below_target")
ON_POST = {"赵一", "钱二", "孙三", "周五", "吴六", "郑七", "王八一", "冯九", "陈十"}


def names(found: Any) -> set[str]:
    """Who is in a list."""
    return {one["name"] for one in found["items"]}


async def scene(clone: Clone, world: World) -> None:
    """赵一 has everything, hours exactly at the target; the others are close to it from both sides.

    钱二: half an hour short, a project of last year. 孙三: dropped out of the project, left the workshop yesterday.
    周五: the project was cancelled, the workshop closed yesterday. 吴六: leaves the workshop tomorrow, is in a project
    that ends on the first day of the school year. 郑七: leads a studio without standing in its list.
    """
    connection = await clone.connect()
    hours = [("a1-1", 24.0), ("a1-2", 23.5), ("a2-2", 30.0)]
    await credited(connection, world, [(who, "school_research", date(2026, 10, 9), much) for who, much in hours])
    await credited(connection, world, [("a1-3", "school_research", date(2025, 10, 9), 24.0)])
    unit = world.organisation("central A")
    projects: dict[str, dict[str, Any]] = {
        "a1-1": {}, "a1-2": {"start_year": 2025, "starts_on": date(2025, 10, 1), "ends_on": date(2026, 8, 31)},
        "a1-3": {}, "a2-1": {"status": "cancelled"},
        "a2-2": {"start_year": 2025, "starts_on": date(2025, 10, 1), "ends_on": date(2026, 9, 1)},
    }  # fmt: skip
    for who, facts in projects.items():
        gone = {"status": "withdrawn", "left_on": date(2026, 10, 5), "left_reason": "病假"} if who == "a1-3" else {}
        project, school = await put_project(connection, HOME, **facts), world.organisation(who[:2].upper())
        await put_trainee(connection, HOME, project, world.teacher(who), school, unit, **gone)
    school, leader = world.organisation("D"), world.teacher("d-1")
    open_one = await put_workshop(connection, school, leader)
    closed = await put_workshop(connection, school, world.teacher("d-2"), status="closed", closed_on=date(2026, 11, 22))
    unsent = {"status": "draft", "registered_by": None, "submitted_by": None, "submitted_role": None}
    draft = await put_workshop(connection, school, leader, **unsent)
    await put_workshop(connection, world.organisation("B1"), world.teacher("b1-1"))
    left = {"left_reason": "工作调整", "left_on": date(2026, 11, 22)}
    await put_member(connection, open_one, world.teacher("a1-1"))
    await put_member(connection, open_one, world.teacher("a1-3"), **left)
    await put_member(connection, closed, world.teacher("a2-1"))
    await put_member(connection, open_one, world.teacher("a2-2"), **left | {"left_on": date(2026, 11, 24)})
    await put_member(connection, draft, world.teacher("b1-2"))
    await connection.close()


@pytest.mark.clause("M3.2", "A5.7.1")
async def test_who_lacks_what_at_the_boundaries(office: Bureau, clone: Clone, world: World) -> None:
    await scene(clone, world)
    found = await office.get("bureau", f"{LIST}&include_total=true", TODAY)
    assert (names(found), found["total"]) == (ON_POST, 9)
    assert [one["staff_no"] for one in found["items"]] == sorted(one["staff_no"] for one in found["items"])
    lacks = {one["name"]: [one[flag] for flag in FLAGS] for one in found["items"]}
    assert lacks == {
        "赵一": [False, False, False],
        "钱二": [True, True, True],
        "孙三": [True, True, True],
        "周五": [True, True, True],
        "吴六": [False, False, False],
        "郑七": [True, False, True],
        "王八一": [True, True, True],
        "冯九": [True, False, True],
        "陈十": [True, True, True],
    }
    hours = {one["name"]: (one["credited"], one["target"], one["remaining"]) for one in found["items"]}
    assert (hours["赵一"], hours["钱二"], hours["吴六"], hours["孙三"]) == (
        (24, 24, 0), (23.5, 24, 0.5), (30, 24, 0), (0, 24, 24),
    )  # fmt: skip
    for query, wanted in (
        ("has_gap=false", {"赵一", "吴六"}),
        ("has_gap=true&is_without_workshop=false", {"郑七", "冯九"}),
        ("is_without_project=false", {"赵一", "吴六"}),
        ("is_below_target=false&school_id=" + str(world.organisation("A1")), {"赵一"}),
        ("is_below_target=true&central_school_id=" + str(world.organisation("central A")), {"钱二", "孙三", "周五"}),
        ("stage=preschool", {"冯九", "陈十"}),
    ):
        assert names(await office.get("bureau", f"{LIST}&{query}", TODAY)) == wanted, query
    last = await office.get("bureau", "teacher-coverage?school_year=2025-2026", TODAY)
    had = {one["name"]: (one["is_without_project"], one["is_below_target"]) for one in last["items"]}
    assert (had["赵一"], had["钱二"], had["孙三"], had["吴六"]) == (
        (True, True), (False, True), (True, False), (False, True),
    )  # fmt: skip


@pytest.mark.clause("M3.2")
async def test_pages_follow_each_other_and_reach_is_that_of_the_table(
    office: Bureau, clone: Clone, world: World
) -> None:
    await scene(clone, world)
    whole = (await office.get("bureau", LIST, TODAY))["items"]
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        found = await office.get("bureau", f"{LIST}&limit=4{cursor and '&cursor=' + cursor}", TODAY)
        seen, cursor = seen + found["items"], found["next_cursor"]
    assert seen == whole
    for who, wanted in (
        ("training_school", ON_POST),
        ("central_school", {"赵一", "钱二", "孙三", "周五", "吴六"}),
        ("school", {"赵一", "钱二", "孙三"}),
        ("school_b1", {"郑七", "王八一"}),
        ("abroad_bureau", {"褚外"}),
    ):
        assert names(await office.get(who, LIST, TODAY)) == wanted
        assert (await office.get(who, SUMMARY, TODAY))["total"]["teachers"] == len(wanted)
    head = office.as_role("teacher")
    for path in (LIST, SUMMARY):
        answer = await office.client.get(f"/v1/{path}", headers=head)
        assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    for query, status, code in (
        ("teacher-coverage", 422, "INVALID"),
        ("teacher-coverage?school_year=2026", 422, "INVALID"),
        (f"{SUMMARY}&group_by=teacher", 422, "INVALID"),
        (f"{LIST}&cursor=x", 400, "CURSOR_INVALID"),
    ):
        answer = await office.client.get(f"/v1/{query}", headers=office.as_role("bureau"))
        assert (answer.status_code, answer.json()["code"]) == (status, code), query


@pytest.mark.clause("M3.2")
async def test_counts_are_those_of_the_list_by_counters_and_live(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    await scene(clone, world)
    people = (await office.get("bureau", LIST, TODAY))["items"]
    sums = {"teachers": len(people), **{f"without_{one}": 0 for one in ("project", "workshop")}, "below_target": 0}
    for one in people:
        sums["without_project"] += one["is_without_project"]
        sums["without_workshop"] += one["is_without_workshop"]
        sums["below_target"] += one["is_below_target"]
    assert sums == {"teachers": 9, "without_project": 7, "without_workshop": 5, "below_target": 7}
    for group in ("central_school", "school", "stage"):
        found = await office.get("bureau", f"{SUMMARY}&group_by={group}", TODAY)
        for name, count in sums.items():
            assert found["total"][name] == count == sum(one[name] for one in found["items"]), (group, name)
    towns = await office.get("bureau", SUMMARY, TODAY)
    assert (towns["reference_day"], towns["target"], towns["clause"]) == (TODAY, 24, "A5.7.1")
    assert {one["name"]: one["teachers"] for one in towns["items"]} == {
        "甲镇中心校": 5, "乙镇中心校": 2, "市直实验幼儿园": 2,
    }  # fmt: skip
    bureau = world.organisation("bureau")
    who = Principal(HOME, uuid4(), Role.BUREAU, bureau, frozenset({bureau}))
    regulation = Regulation.load(("jiyuan_2022_109",))
    async with database.begin(HOME) as connection:
        answers = [
            await service.summarise_coverage(Context(connection, who, regulation, clock), YEAR, "school")
            for clock in (Clock(world.today), Clock.at(world.today))
        ]
    assert answers[0] == answers[1]


@pytest.mark.clause("M3.2")
async def test_moves_in_midyear_and_merged_records(office: Bureau, clone: Clone, world: World) -> None:
    await scene(clone, world)
    connection = await clone.connect()
    one, school = world.teacher("a1-1"), world.organisation("B1")
    await connection.execute("UPDATE employments SET ends_on = '2026-11-23' WHERE teacher_id = $1", one)
    await connection.execute(
        "INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on)"
        " VALUES ($1, $2, $3, $4, true, '2026-11-23')", HOME, uuid4(), one, school,
    )  # fmt: skip
    await connection.execute("UPDATE teachers SET school_id = $2 WHERE id = $1", one, school)
    merged, kept = world.teacher("a2-2"), world.teacher("a2-1")
    await connection.execute(
        "UPDATE teachers SET status = 'merged', is_on_post = false, merged_into_id = $2 WHERE id = $1", merged, kept
    )
    await connection.close()
    assert "赵一" in names(await office.get("school", LIST, "2026-11-22"))
    assert "赵一" not in names(await office.get("school", LIST, TODAY))
    moved = {one["name"]: one for one in (await office.get("school_b1", LIST, TODAY))["items"]}["赵一"]
    assert ([moved[flag] for flag in FLAGS], moved["school_name"]) == ([False, False, False], "乙镇初级中学")
    person = {one["name"]: one for one in (await office.get("school_a2", LIST, TODAY))["items"]}
    assert {name: [one[flag] for flag in FLAGS[:2]] for name, one in person.items()} == {"周五": [False, False]}
    found = await office.get("school_a2", SUMMARY, TODAY)
    assert (found["total"]["teachers"], found["total"]["without_project"], found["total"]["without_workshop"]) == (
        1, 0, 0,
    )  # fmt: skip


@pytest.mark.clause("M3.2")
async def test_graphql_and_the_number_of_statements(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    await scene(clone, world)
    head = office.as_role("bureau")
    query = (
        f'{{teacherCoverage(schoolYear:"{YEAR}",isBelowTarget:false,first:1){{totalCount nodes{{name remaining}}'
        f' pageInfo{{endCursor}}}} teacherCoverageSummary(schoolYear:"{YEAR}",groupBy:"stage"){{total{{teachers}}}}}}'
    )
    mine = await data(office.client, head, query)
    assert (mine["teacherCoverage"]["totalCount"], mine["teacherCoverage"]["nodes"]) == (
        2, [{"name": "赵一", "remaining": 0}],
    )  # fmt: skip
    assert mine["teacherCoverageSummary"] == {"total": {"teachers": 9}}
    refused = await ask(office.client, office.as_role("teacher"), query)
    assert codes(refused) == ["PERMISSION_DENIED", "PERMISSION_DENIED"]
    for path, most in ((LIST, 1), (SUMMARY, 2)):
        with counted(database) as sent:
            await office.get("bureau", path)
        assert reads(sent) == most, path


@pytest.mark.clause("M3.2")
async def test_export_has_the_rows_of_the_list(app: FastAPI, clone: Clone, database: Database, world: World) -> None:
    await scene(clone, world)
    kind = next(one for one in EXPORTS if one.name == "teacher_coverage")
    central = world.organisation("central A")
    who = Principal(
        HOME, uuid4(), Role.CENTRAL_SCHOOL, central, frozenset({central, *map(world.organisation, ("A1", "A2"))})
    )
    only = kind.filters.model_validate({"school_year": YEAR, "is_without_project": True})
    async with database.begin(HOME) as connection:
        ctx = Context(connection, who, Regulation.load(("jiyuan_2022_109",)), Clock.at(world.today))
        head = [one.header for one in kind.columns(ctx, only)]
        rows = [row async for row in kind.rows(ctx, only)]
        assert await kind.count(ctx, only) == len(rows) == 3
        with pytest.raises(ValueError, match="school_year"):
            kind.filters.model_validate({})
        assert CoverageFilter(**only.model_dump()).is_without_project is True
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    assert [row[1] for row in csv.reader(io.StringIO(text.getvalue()))] == ["姓名", "钱二", "孙三", "周五"]
    assert len(head) == len(rows[0])
