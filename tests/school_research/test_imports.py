"""A school's file becomes activities with who took part: each once, all faults of a row together. [A5.7.2]"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.imports import Desk as Clerk
from tests.factories.imports import working
from tests.factories.research import Desk, stored
from tests.factories.world import World

HEAD = ("活动主题", "活动日期", "场次", "研修内容", "研修方式", "主持人", "学时", "教职工号", "姓名")
KIND, TABLES = "research_attendance", ("research_activities", "research_attendance")


@pytest_asyncio.fixture
async def clerk(desk: Desk, app: FastAPI, database: Database, tmp_path: Path) -> AsyncIterator[Clerk]:
    """A clerk, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Clerk(desk.client, desk.as_role, tmp_path)
    await anext(running, None)


def row(world: World, teacher: str = "a1-1", **changes: str) -> tuple[str, ...]:
    """A good line, changed."""
    good = ("大单元备课", "2026-10-14", "", "日常教育教学研讨", "校园足球", "张三", "2", world.staff_no(teacher), "")
    return tuple((dict(zip(HEAD, good, strict=True)) | changes).values())


@pytest.mark.clause("A5.7.2", "A5.4")
async def test_a_file_becomes_activities_and_is_never_taken_twice(clerk: Clerk, desk: Desk, world: World) -> None:
    """An activity that stands gets the people it lacks; a label of the text becomes its code."""
    standing = await desk.activity("a1-1", title="读书会", content="校园足球", mode="自定", host="李四")
    lines = [
        row(world),
        row(world, "a1-2", 姓名="钱二", 学时="1.5"),
        row(world, 场次="下午"),
        *(
            row(world, one, 活动主题="读书会", 研修内容="校园足球", 研修方式="自定", 主持人="李四")
            for one in ("a1-1", "a1-3")
        ),
    ]
    first = await clerk.take("school", KIND, [HEAD, *lines], mode="commit")
    again = await clerk.take("school", KIND, [HEAD, *lines], mode="commit", force="true")
    told = [(one["status"], one["counters"]["to_create"], one["counters"]["unchanged"]) for one in (first, again)]
    assert told == [("committed", 4, 1), ("committed", 0, 5)], first
    listed = (await desk.get("school", "/research-activities"))["items"]
    assert sorted((one["title"], one["session"] or "", one["attended"], one["content"]) for one in listed) == [
        ("大单元备课", "", 2, "daily_teaching"), ("大单元备课", "下午", 1, "daily_teaching"),
        ("读书会", "", 2, "校园足球"),
    ]  # fmt: skip
    mine = next(one for one in listed if one["attended"] == 2 and one["id"] != standing["id"])
    people = (await desk.get("school", f"/research-activities/{mine['id']}/attendance"))["items"]
    assert sorted((one["teacher_name"], one["hours"]) for one in people) == [("赵一", 2), ("钱二", 1.5)]
    assert (mine["term"], mine["is_claimed"]) == ("2026-2027-1", False)


@pytest.mark.clause("A5.7.2")
async def test_two_files_of_one_school_at_once_make_one_activity(clerk: Clerk, desk: Desk, world: World) -> None:
    files = [[HEAD, *(row(world, one) for one in people)] for people in (("a1-1", "a1-2"), ("a1-2", "a1-3"))]
    found = await asyncio.gather(*(clerk.take("school", KIND, lines, mode="commit") for lines in files))
    assert [one["status"] for one in found] == ["committed"] * 2, found
    (mine,) = (await desk.get("school", "/research-activities"))["items"]
    assert mine["attended"] == 3
    people = (await desk.get("school", f"/research-activities/{mine['id']}/attendance"))["items"]
    assert len({one["teacher_id"] for one in people}) == len(people) == 3


@pytest.mark.clause("A5.2")
async def test_every_fault_is_told_at_once_and_nothing_is_written(
    clerk: Clerk, desk: Desk, world: World, clone: Clone
) -> None:
    """A teacher of another school reads like nobody; a cell that cannot be read does not hide the other faults."""
    await desk.activity("a1-1", title="已申报", host="张三", mode="校园足球")
    claimed = await desk.post("school", "/research-activities:claimHours", {"term": "2026-2027-1"})
    assert claimed.status_code == 200, claimed.text
    before = await stored(clone, *TABLES)
    lines = [
        row(world, "a2-1"),
        row(world, 姓名="周五"),
        row(world, "a1-2", 主持人="李四"),
        row(world, "a1-3", 活动日期="2031-10-14"),
        row(world, 教职工号="00000000", 学时="两个"),
        row(world, "a1-2", 活动主题="已申报"),
    ]
    taken = await clerk.take("school", KIND, [HEAD, *lines], mode="commit")
    assert taken["counters"]["to_create"] == 0, taken
    found = {(number, code) for number, _, code in await clerk.faults("school", taken)}
    assert found >= {
        (2, "STAFF_NO_UNKNOWN"), (3, "NAME_MISMATCH"), (4, "ACTIVITY_CONTRADICTS"), (5, "SCHOOL_YEAR_UNKNOWN"),
        (6, "STAFF_NO_UNKNOWN"), (7, "RESEARCH_ACTIVITY_CLOSED"),
    }, found  # fmt: skip
    after = await stored(clone, *TABLES)
    assert {name: after[name] for name in TABLES} == {name: before[name] for name in TABLES}
    for who in ("central_school", "training_school", "teacher"):
        assert (await clerk.send(who, KIND, b"x")).status_code == 403, who
