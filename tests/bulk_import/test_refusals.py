"""Every reason to refuse a row, once: its code and its cell, and nothing written."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from uuid import uuid4

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.imports import ROSTER, Desk
from tests.factories.keys import SignIn
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
HOURS = ("教职工号", "身份证号", "姓名", "学时类别", "学时", "活动名称", "活动日期", "场次", "学年", "来源标识")
FULL = (*ROSTER, "性别", "出生日期", "手机号", "学校名称", "是否在岗", "从教日期", "到校日期")
ORGANISATIONS = ("机构代码", "机构名称", "机构类别", "上级机构", "学段", "义务教育学校", "薄弱学校", "乡镇")
FRESH = id_number(date(1991, 7, 8), 211)


def hours_line(world: World, **changes: str) -> tuple[str, ...]:
    """A good line, changed."""
    good = dict(
        zip(
            HOURS,
            (world.staff_no("a1-1"), "", "赵一", "工作坊", "6", "集中研修", "2026-10-17", "", "", ""),
            strict=True,
        )
    )
    return tuple((good | changes).values())


def born(month: int, day: int) -> str:
    """The identity number of somebody born in 1991."""
    return id_number(date(1991, month, day), 1)


def roster_row(**changes: str) -> tuple[str, ...]:
    """A good new teacher, changed."""
    good = ("20260001", "周新", FRESH, "2141990001", "小学", "语文", "一级教师", "", "", "", "", "", "", "")
    return tuple((dict(zip(FULL, good, strict=True)) | changes).values())


async def rows(clone: Clone, *tables: str) -> list[int]:
    """How many rows tables have."""
    connection = await clone.connect()
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    await connection.close()
    return found


@pytest.mark.clause("A6.13c", "A5.2")
async def test_each_refusal_of_an_hours_line(desk: Desk, worker: Worker, world: World, clone: Clone) -> None:
    cases: list[tuple[dict[str, str], str, str | None]] = [
        ({"教职工号": "nobody"}, "TEACHER_UNKNOWN", "A"),
        ({"教职工号": "", "身份证号": FRESH, "活动名称": "一"}, "TEACHER_UNKNOWN", "B"),
        ({"教职工号": "", "身份证号": "", "活动名称": "二"}, "TEACHER_MISSING", "A"),
        ({"身份证号": world.id_number("b1-1"), "姓名": ""}, "TEACHER_CONFLICT", "A"),
        ({"姓名": "赵二", "活动名称": "三"}, "NAME_MISMATCH", "C"),
        ({"学时": "6.5", "活动名称": "四"}, "HOURS_PER_DAY", "E"),
        ({"学时类别": "市培计划", "学时": "24.5"}, "HOURS_PER_DAY", "E"),
        ({"学时": "3天", "活动名称": "五"}, "HOURS_UNIT", "E"),
        ({"学时": "0", "活动名称": "六"}, "HOURS_PER_DAY", "E"),
        ({"学时": "0.3", "活动名称": "七"}, "HOURS_STEP", "E"),
        ({"学时类别": "娱乐"}, "CODE_UNKNOWN", "D"),
        ({"活动日期": "2099-10-17"}, "DATE_FUTURE", "G"),
        ({"活动日期": "2022-07-31"}, "NO_POLICY_YET", "G"),
        ({"活动日期": "2014-10-17"}, "NO_POLICY_YET", "G"),
        ({"活动日期": "9月1日"}, "DATE_FORMAT", "G"),
        ({"学年": "2025-2026", "活动名称": "八"}, "DATE_OUT_OF_YEAR", "G"),
        ({"学年": "2025", "活动名称": "九"}, "YEAR_FORMAT", "I"),
        ({"来源标识": "编号 1"}, "EXTERNAL_KEY_FORMAT", "J"),
        ({"教职工号": world.staff_no("a1-4"), "姓名": ""}, "NOT_ON_POST", "G"),
        ({"教职工号": world.staff_no("x1-1"), "姓名": "褚外"}, "TEACHER_UNKNOWN", "A"),
        ({"身份证号": "4.19001E+17", "活动名称": "十"}, "ID_NUMERIC", "B"),
    ]
    lines = [hours_line(world, **changes) for changes, _, _ in cases]
    async with worker():
        found = await desk.take("training_school", "hours_entries", [HOURS, *lines], mode="commit")
        faults = await desk.faults("training_school", found)
    expected = [(place, f"{column}{place}", code) for place, (_, code, column) in enumerate(cases, start=2)]
    assert sorted(faults) == sorted([*expected, (15, "G15", "NOT_EMPLOYED")])  # before the regulation, and before her
    assert (found["status"], found["counters"]["error"]) == ("invalid", len(cases))
    assert await rows(clone, "hours_entries", "hours_summaries") == [0, 0]


@pytest.mark.clause("A6.13c", "A5.2")
async def test_every_fault_of_a_line_is_told_at_once(desk: Desk, worker: Worker, world: World, clone: Clone) -> None:
    cases: list[tuple[dict[str, str], set[tuple[str, str]]]] = [
        ({"学时": "2小时", "姓名": "赵二"}, {("E", "HOURS_UNIT"), ("C", "NAME_MISMATCH")}),
        ({"学时": "0.3", "教职工号": "nobody"}, {("E", "HOURS_STEP"), ("A", "TEACHER_UNKNOWN")}),
        (
            {"学时": "7", "姓名": "赵二", "来源标识": "编号 1"},
            {("E", "HOURS_PER_DAY"), ("C", "NAME_MISMATCH"), ("J", "EXTERNAL_KEY_FORMAT")},
        ),
        ({"学时": "3天", "教职工号": "", "身份证号": ""}, {("E", "HOURS_UNIT"), ("A", "TEACHER_MISSING")}),
        # What could not be read is not said to be missing, nor judged by.
        ({"教职工号": "", "身份证号": "4.19001E+17"}, {("B", "ID_NUMERIC")}),
        ({"活动日期": "9月1日", "学年": "2025-2026"}, {("G", "DATE_FORMAT")}),
        ({"学时类别": "娱乐", "学时": "99"}, {("D", "CODE_UNKNOWN")}),
    ]
    async with worker():
        lines = [hours_line(world, 活动名称=f"第{at}项", **changes) for at, (changes, _) in enumerate(cases)]
        found = await desk.take("training_school", "hours_entries", [HOURS, *lines], mode="commit")
        faults = await desk.faults("training_school", found)
    expected = [(at, f"{cell}{at}", code) for at, (_, all_of) in enumerate(cases, start=2) for cell, code in all_of]
    assert sorted(faults) == sorted(expected)
    assert (found["status"], found["counters"]["error"]) == ("invalid", len(cases))
    assert await rows(clone, "hours_entries", "hours_summaries") == [0, 0]


async def test_every_fault_of_a_roster_row_is_told_at_once(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    wrong_digit = born(1, 1)[:-1] + ("0" if born(1, 1)[-1] != "0" else "1")
    other = {"教职工号": world.staff_no("a1-2"), "身份证号": world.id_number("a1-2"), "姓名": "错名"}
    cases: list[tuple[dict[str, str], set[str]]] = [
        (
            {"教职工号": "a1", "身份证号": wrong_digit, "学科": "道法课", "学校标识码": "9999999999"},
            {"ID_CHECKSUM", "CODE_UNKNOWN", "SCHOOL_UNKNOWN"},
        ),
        ({"教职工号": "a2", "身份证号": born(1, 2), "性别": "女", "学段": "高校"}, {"ID_CONFLICT", "CODE_UNKNOWN"}),
        ({**other, "学科": "道法课", "学校标识码": "9999999999"}, {"NAME_MISMATCH", "CODE_UNKNOWN", "SCHOOL_UNKNOWN"}),
        ({"教职工号": "", "身份证号": born(1, 3), "出生日期": "1991-02-03"}, {"CELL_REQUIRED", "ID_CONFLICT"}),
        ({"教职工号": "a4", "姓名": "", "身份证号": "", "学段": ""}, {"CELL_REQUIRED"}),
    ]
    before = await rows(clone, "teachers")
    async with worker():
        lines = [roster_row(**changes) for changes, _ in cases]
        found = await desk.take("bureau", "teachers", [FULL, *lines], mode="commit")
        faults = await desk.faults("bureau", found)
    told: dict[int, set[str]] = {}
    for row, _, code in faults:
        told.setdefault(row, set()).add(code)
    assert told == {at: codes for at, (_, codes) in enumerate(cases, start=2)}
    assert len({cell for row, cell, _ in faults if row == len(cases) + 1}) == len(("姓名", "身份证号", "学段"))
    assert (found["status"], found["counters"]["error"]) == ("invalid", len(cases))
    assert await rows(clone, "teachers") == before


async def test_lines_that_contradict_each_other_or_the_ledger(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    by_number = {"教职工号": "", "身份证号": world.id_number("a1-1"), "姓名": ""}
    async with worker():
        first = [HOURS, hours_line(world), hours_line(world, **by_number), hours_line(world)]
        made = await desk.take("training_school", "hours_entries", first, mode="commit")
        assert (made["status"], made["applied"], made["counters"]["skipped"]) == ("committed", 1, 2), made
        second = [
            HOURS,
            hours_line(world, 学时="3"),
            hours_line(world, 活动名称="甲", 学时="2"),
            hours_line(world, 活动名称="甲", 学时="3"),
            hours_line(world, 活动名称="乙", 学时="2"),
            hours_line(world, **by_number, 活动名称="乙", 学时="3"),
        ]
        found = await desk.take("training_school", "hours_entries", second, mode="commit", on_error="skip")
        faults = await desk.faults("training_school", found)
    codes = {row: code for row, _, code in faults}
    assert codes == {
        2: "HOURS_LINE_CONFLICT", 3: "DUPLICATE_CONFLICT", 4: "DUPLICATE_CONFLICT", 5: "DUPLICATE_CONFLICT",
        6: "DUPLICATE_CONFLICT",
    }  # fmt: skip
    assert await rows(clone, "hours_entries") == [1]


async def test_a_line_that_was_corrected_is_known_by_its_new_content(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    """A file with the corrected day changes nothing; the old day beside it is the same line and a contradiction."""
    right = {"活动日期": "2026-10-18"}
    async with worker():
        await desk.take("training_school", "hours_entries", [HOURS, hours_line(world)], mode="commit")
        entry = (await client.get("/v1/hours-entries", headers=as_role("bureau"))).json()["items"][0]["id"]
        for who, verb, body in (
            ("training_school_2", "reverse", {"reason": "日期有误"}),
            ("training_school", "recredit", {"reason": "更正日期", "activity_date": "2026-10-18"}),
        ):
            head = as_role(who) | {"Idempotency-Key": str(uuid4())}
            made = await client.post(f"/v1/hours-entries/{entry}:{verb}", json=body, headers=head)
            assert made.status_code == 201, made.text
        lines = [HOURS, hours_line(world, **right), hours_line(world, **right, 学时="3", 场次=""), hours_line(world)]
        again = await desk.take("training_school", "hours_entries", lines[:2], mode="commit")
        other = await desk.take("training_school", "hours_entries", [HOURS, *lines[2:]], mode="commit")
        faults = await desk.faults("training_school", other)
    assert (again["status"], again["applied"], again["counters"]["unchanged"]) == ("committed", 0, 1)
    assert [code for _, _, code in faults] == ["DUPLICATE_CONFLICT", "DUPLICATE_CONFLICT"]
    assert await rows(clone, "hours_entries") == [3]


async def test_each_refusal_of_a_roster_row(desk: Desk, worker: Worker, world: World, clone: Clone) -> None:

    def of(teacher: str, name: str) -> dict[str, str]:
        return {"教职工号": world.staff_no(teacher), "身份证号": world.id_number(teacher), "姓名": name}

    cases: list[tuple[dict[str, str], str]] = [
        ({"教职工号": "a1", "身份证号": ""}, "CELL_REQUIRED"),
        ({"教职工号": "a2", "学段": "", "身份证号": born(1, 1)}, "CELL_REQUIRED"),
        ({"教职工号": "a3", "学校标识码": "", "身份证号": born(1, 2)}, "CELL_REQUIRED"),
        ({"教职工号": "编号", "身份证号": born(1, 3)}, "TEACHER_STAFF_NO"),
        ({"教职工号": "a4", "性别": "女", "身份证号": born(1, 4)}, "ID_CONFLICT"),
        ({"教职工号": "a5", "出生日期": "1991-01-06", "身份证号": born(1, 5)}, "ID_CONFLICT"),
        ({"教职工号": "a6", "学校标识码": "9999999999", "身份证号": born(1, 6)}, "SCHOOL_UNKNOWN"),
        ({"教职工号": "a7", "学校标识码": "", "学校名称": "没有小学", "身份证号": born(1, 7)}, "SCHOOL_UNKNOWN"),
        ({"教职工号": "a8", "身份证号": world.id_number("a1-2")}, "ID_NUMBER_TAKEN"),
        ({"教职工号": "a9", "身份证号": world.id_number("x1-1")}, "ID_NUMBER_TAKEN"),
        ({"教职工号": world.staff_no("a1-3"), "姓名": "孙三"}, "STAFF_NO_TAKEN"),
        (of("a1-1", "赵二"), "NAME_MISMATCH"),
        (of("a2-1", "周五"), "SCHOOL_CHANGE"),
        (of("a1-4", "李四") | {"是否在岗": "是"}, "ON_POST_CHANGE"),
        ({"教职工号": "b1", "身份证号": id_number(date(2015, 1, 8), 1)}, "TEACHER_AGE"),
        ({"教职工号": "b2", "到校日期": "2099-01-01", "身份证号": born(1, 8)}, "TEACHER_DAY_FUTURE"),
        ({"教职工号": "b3", "身份证号": "4.19001E+17"}, "ID_NUMERIC"),
        ({"教职工号": "b4", "学科": "道法课程", "身份证号": born(1, 9)}, "CODE_UNKNOWN"),
        ({"教职工号": "b5", "身份证号": born(2, 1)}, "DUPLICATE_CONFLICT"),
        ({"教职工号": "b6", "身份证号": born(2, 1)}, "DUPLICATE_CONFLICT"),
    ]  # fmt: skip
    before = await rows(clone, "teachers", "employments", "identity_numbers")
    async with worker():
        body = [FULL, *(roster_row(**changes) for changes, _ in cases)]
        found = await desk.take("bureau", "teachers", body, mode="commit")
        faults = await desk.faults("bureau", found)
    by_row = {place: code for place, (_, code) in enumerate(cases, start=2)}
    assert {row: code for row, _, code in faults if code != "TEACHER_DAY_TOO_YOUNG"} == by_row
    assert await rows(clone, "teachers", "employments", "identity_numbers") == before


@pytest.mark.parametrize(
    ("who", "refused"),
    [("bureau", []), ("training_school", []), ("central_school", [4]), ("school", [3, 4]), ("school_b1", [2, 3])],
)
async def test_rows_outside_the_scope_are_refused_row_by_row(
    desk: Desk, worker: Worker, clone: Clone, who: str, refused: list[int]
) -> None:
    """Rows 2-4 name new teachers of A1, A2 and B1."""
    schools = ("2141990001", "2141990002", "3141990003")
    body = [
        roster_row(教职工号=f"s{place}", 身份证号=id_number(date(1990, 1, 1 + place), 1), 学校标识码=school)
        for place, school in enumerate(schools)
    ]
    async with worker():
        found = await desk.take(who, "teachers", [FULL, *body], mode="commit", on_error="skip")
        faults = await desk.faults(who, found)
    assert faults == [(row, f"D{row}", "SCOPE_DENIED") for row in refused]
    assert (await rows(clone, "teachers"))[0] == 11 + 3 - len(refused)


async def test_a_known_teacher_of_another_school_is_not_shown(desk: Desk, worker: Worker, world: World) -> None:
    row = roster_row(教职工号=world.staff_no("b1-1"), 姓名="某某", 身份证号=world.id_number("b1-1"))
    async with worker():
        found = await desk.take("school", "teachers", [FULL, row], mode="commit")
    answer = await desk.client.get(f"/v1/imports/{found['id']}/rows", headers=desk.as_role("school"))
    assert [one["code"] for one in answer.json()["items"]] == ["SCOPE_DENIED"]
    assert "郑" not in answer.text
    assert world.id_number("b1-1") not in answer.text


async def test_a_roster_corrects_what_it_may_and_says_what_stays(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    known = {"教职工号": world.staff_no("a1-1"), "身份证号": world.id_number("a1-1"), "姓名": "赵一"}
    plain = known | {"学科": "", "职称": "", "学校标识码": "", "学段": ""}
    change = {"学科": "数学", "手机号": "13800001111", "从教日期": "2009-08-01"}
    async with worker():
        done = [
            await desk.take("school", "teachers", [FULL, roster_row(**(plain | more))], mode="commit")
            for more in ({}, change, change | {"职称": " "}, {"手机号": "清空"})
        ]
    kinds = [(one["counters"]["unchanged"], one["counters"]["to_update"], one["applied"]) for one in done]
    assert kinds == [(1, 0, 0), (0, 1, 1), (1, 0, 0), (0, 1, 1)]
    connection = await clone.connect()
    row = await connection.fetchrow("SELECT * FROM teachers WHERE id = $1", world.teacher("a1-1"))
    await connection.close()
    assert (row["subject"], row["title"], row["mobile"], row["joined_profession_on"]) == (
        "mathematics",
        "edu_l1",
        None,
        date(2009, 8, 1),
    )
    assert row["version"] == 3


async def test_organisations_are_added_and_corrected_by_code(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    body = [
        ORGANISATIONS,
        ("9000000002", "丁镇小学", "学校", "丁镇中心校", "小学", "是", "否", "丁镇"),
        ("9000000001", "丁镇中心校", "中心校", "", "", "", "", "丁镇"),
        ("2141990001", "甲镇第一小学", "学校", "甲镇中心校", "小学", "是", "是", "甲镇"),
        ("2141990002", "甲镇第二小学", "学校", "", "", "", "", ""),
    ]
    bad = [
        ORGANISATIONS,
        ("9000000003", "丁镇二小", "学校", "没有中心校", "小学", "", "", ""),
        ("9000000004", "戊镇中心校", "中心校", "甲镇中心校", "", "", "", ""),
        ("2141990001", "甲镇第一小学", "学校", "乙镇中心校", "", "", "", ""),
        ("3141990003", "乙镇初级中学", "中心校", "", "", "", "", ""),
        ("代码", "己镇小学", "学校", "", "", "", "", ""),
    ]
    async with worker():
        made = await desk.take("bureau", "organisations", body, mode="commit")
        again = await desk.take("bureau", "organisations", body, mode="commit", force="true")
        refused = await desk.take("training_school", "organisations", bad, mode="commit")
        faults = await desk.faults("training_school", refused)
    counters = made["counters"]
    assert await desk.faults("bureau", made) == []
    assert (made["status"], counters["to_create"], counters["to_update"], counters["unchanged"]) == (
        "committed",
        2,
        1,
        1,
    )
    assert (again["applied"], again["counters"]["unchanged"]) == (0, 4)
    codes = ["PARENT_UNKNOWN", "PARENT_KIND", "PARENT_FIXED", "KIND_FIXED", "ORGANISATION_CODE_FORMAT"]
    assert [(row, code) for row, _, code in faults] == list(enumerate(codes, start=2))
    connection = await clone.connect()
    school = await connection.fetchrow(
        "SELECT o.kind, p.code AS above FROM organisations o JOIN organisations p ON p.id = o.parent_id"
        " WHERE o.code = '9000000002'"
    )
    assert tuple(school) == ("school", "9000000001")
    assert await connection.fetchval("SELECT is_weak FROM organisations WHERE code = '2141990001'")
    await connection.close()


async def test_lines_of_a_closed_year_are_refused(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    head = as_role("bureau") | {"Idempotency-Key": str(uuid4())}
    closed = await client.post("/v1/hours-closings/2025-2026:close", json={}, headers=head)
    assert closed.status_code == 201, closed.text
    lines = [HOURS, hours_line(world, 活动日期="2025-10-17"), hours_line(world)]
    async with worker():
        found = await desk.take("training_school", "hours_entries", lines, mode="commit", on_error="skip")
        faults = await desk.faults("training_school", found)
    assert faults == [(2, "G2", "HOURS_YEAR_CLOSED")]
    assert (await rows(clone, "hours_entries"), found["applied"]) == ([1], 1)
