"""Attendance and marks by file, and what is exported: every fault of a row together, nothing taken twice. [A2.3b]"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.access.context import Context
from app.access.exporting import Value
from app.accounts.entry import Entrance
from app.core.db import Database
from app.training.exports import TRAINING_EXPORTS, TrainingOfProject
from tests.factories import keys
from tests.factories.imports import Desk, working
from tests.factories.training import SESSION, Course

HEAD = ("项目名称", "日期", "时段", "教职工号", "姓名", "考勤")
MARKS = ("项目名称", "作业", "教职工号", "成绩", "评语")


@pytest_asyncio.fixture
async def clerk(course: Course, app: FastAPI, database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """A clerk of 进修学校, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Desk(course.client, course.as_role, tmp_path)
    await anext(running, None)


async def exported(ctx: Context, place: int, course: Course) -> list[tuple[Value, ...]]:
    """The rows of an export of the project."""
    kind, only = TRAINING_EXPORTS[place], TrainingOfProject(project_id=course.project)
    found = [row async for row in kind.rows(ctx, only)]
    assert len(found) == await kind.count(ctx, only)
    assert {len(row) for row in found} <= {len(kind.columns(ctx, only))}
    return found


@pytest.mark.clause("A2.3b")
async def test_attendance_and_marks_by_file(clerk: Desk, course: Course, entrance: Entrance) -> None:
    await course.open(name="骨干教师培训")
    no = course.world.staff_no
    made = await course.well("training_school", "sessions", SESSION)
    good = ("骨干教师培训", "2026-11-23", "上午", no("a1-1"), "赵一", "√")
    lines = [
        good,
        (*good[:3], no("a1-2"), "", "缺勤"),
        (*good[:3], no("a2-1"), "赵一", "出勤"),
        (*good[:3], no("b1-1"), "", "出勤"),
        (*good[:2], "下午", no("a1-1"), "", "出勤"),
        (*good[:3], no("d-1"), "", "请假"),
        (*good[:3], "00000000", "", "出勤"),
    ]
    before = await course.stored()
    taken = await clerk.take("training_school", "attendance", [HEAD, *lines], mode="commit")
    found = {(number, code) for number, _, code in await clerk.faults("training_school", taken)}
    assert found >= {
        (4, "NAME_MISMATCH"), (5, "NOT_A_TRAINEE"), (6, "SESSION_UNKNOWN"), (7, "LEAVE_NOT_GRANTED"),
        (8, "STAFF_NO_UNKNOWN"),
    }, found  # fmt: skip
    assert await course.stored() == before
    for created, unchanged in ((2, 0), (0, 2)):
        taken = await clerk.take("training_school", "attendance", [HEAD, *lines[:2]], mode="commit", force="true")
        counters = taken["counters"]
        assert (taken["status"], counters["to_create"], counters["unchanged"]) == ("committed", created, unchanged)
    listed = (await course.read("training_school", f"sessions/{made['id']}/attendance"))["items"]
    assert {one["teacher_name"]: (one["presence"], one["source"]) for one in listed} == {
        "赵一": ("present", "import"),
        "钱二": ("absent", "import"),
    }
    await course.well("training_school", "assignments", {"title": "设计", "text": "设计", "due_on": "2026-11-30"})
    marks = [("骨干教师培训", "设计", no("a1-1"), "91", "好"), ("骨干教师培训", "随笔", no("a1-2"), "80", "")]
    wrong = await clerk.take("training_school", "marks", [MARKS, *marks], mode="commit")
    assert [code for _, _, code in await clerk.faults("training_school", wrong)] == ["ASSIGNMENT_UNKNOWN"]
    await clerk.take("training_school", "marks", [MARKS, marks[0]], mode="commit", force="true")
    mine = (await course.read("teacher", "submissions"))["items"]
    assert [(one["mark"], one["comment"], one["text"]) for one in mine] == [(91, "好", None)]
    async with entrance.context(keys.token(course.world.account("training_school"))) as ctx:
        assert {row[-2:] for row in await exported(ctx, 0, course)} == {("赵一", "出勤"), ("钱二", "缺勤")}
        summary = await exported(ctx, 1, course)
        assert (len(summary), {row[3]: row[7] for row in summary}["赵一"]) == (4, 1)
    async with entrance.context(keys.token(course.world.account("school"))) as ctx:
        assert await exported(ctx, 0, course) == []  # published once the session is held
        assert len(await exported(ctx, 1, course)) == 2
