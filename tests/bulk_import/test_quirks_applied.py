"""The rows of the table of clerks' habits that ask the database, with their exact words."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import Any

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.imports import Desk
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
Headers = Callable[[str], dict[str, str]]
LINES = ("教职工号", "姓名", "学时类别", "学时", "活动名称", "活动日期", "学年")
PEOPLE = ("教职工号", "姓名", "身份证号", "性别", "学校标识码", "学校名称", "学段", "学科", "职称", "从教日期")
MAN = id_number(date(1991, 7, 8), 211)


async def messages(
    client: httpx.AsyncClient, head: dict[str, str], found: dict[str, Any]
) -> list[tuple[int, str, str]]:
    """Row, code and message of what is said about the rows."""
    answer = await client.get(f"/v1/imports/{found['id']}/rows?limit=200", headers=head)
    return [
        (one["row"], one["code"], one["message"])
        for one in answer.json()["items"]
        if one["row"] and one["level"] != "fixed"
    ]


@pytest.mark.clause("A6.13c")
async def test_hours_lines(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    """29, 32, 32b, 41, 42."""
    who = world.staff_no("a1-1")
    first = [(who, "赵一", "工作坊", "6", f"集中研修{n}", f"2026-09-{n:02d}", "") for n in range(1, 8)]
    lines = [
        first[0],
        (who, "赵一", "工作坊", "6.5", "一", "2026-10-11", ""),
        (who, "赵一", "工作坊", "-1", "二", "2026-10-12", ""),
        (who, "赵一", "市培", "25", "三", "2026-10-13", ""),
        (who, "赵一", "工作坊", "6", "四", "2026-10-14", "2025-2026"),
        (who, "钱二", "工作坊", "6", "五", "2026-10-15", ""),
    ]
    async with worker():
        capped = await desk.take("training_school", "hours_entries", [LINES, *first], mode="commit")
        found = await desk.take("training_school", "hours_entries", [LINES, *lines])
    head = as_role("training_school")
    assert [one for one in await messages(client, head, capped) if one[1] != "ALIAS_USED"] == [
        (8, "HOURS_CAPPED", "第8行：赵一 本学年工作坊学时已满 40，本次计入 4（附件6 第十三条）。")
    ]
    assert (capped["status"], capped["applied"]) == ("committed", 7)
    assert [one for one in await messages(client, head, found) if one[1] != "ALIAS_USED"] == [
        (3, "HOURS_PER_DAY", "第3行：工作坊每天按 6 学时计算，填报 6.5（附件6 第十三条）。"),
        (4, "HOURS_PER_DAY", "第4行学时“-1”应在 0.5 到 9999.5 之间。"),
        (5, "HOURS_PER_DAY", "第5行：一天最多 24 学时，填报 25。"),
        (6, "DATE_OUT_OF_YEAR", "第6行日期 2026-10-14 不在 2025-2026 学年内。"),
        (7, "NAME_MISMATCH", "第7行姓名“钱二”与系统中“赵*”不一致，请核对教职工号。"),
    ]
    assert found["counters"]["unchanged"] == 1


async def test_roster_rows(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    """20, 35 to 38, 41 to 43, 54's cause."""
    connection = await clone.connect()
    await connection.execute(
        "UPDATE organisations SET short_name = '实验小学' WHERE code IN ('2141990001', '2141990002')"
    )
    await connection.execute(
        "UPDATE teachers SET joined_profession_on = '2010-09-01' WHERE staff_no = $1", world.staff_no("a1-1")
    )
    new = {
        "教职工号": "77",
        "姓名": "周新",
        "身份证号": MAN,
        "学校标识码": "2141990001",
        "学段": "小学",
        "学科": "语文",
    }
    known = {"教职工号": world.staff_no("a1-1"), "姓名": "赵一"}
    cases: list[dict[str, str]] = [
        new | {"性别": "女"},
        new | {"教职工号": "78", "学段": "小学部", "职称": "小高", "身份证号": id_number(date(1990, 1, 1), 1)},
        new | {"教职工号": "79", "学科": "道法课", "身份证号": id_number(date(1990, 1, 1), 3)},
        new | {"教职工号": "80", "学校标识码": "", "学校名称": "实验小学", "身份证号": id_number(date(1990, 1, 1), 5)},
        new | {"教职工号": "81", "学校标识码": "3141990003", "身份证号": id_number(date(1990, 1, 1), 7)},
        new | {"教职工号": "82", "学校标识码": "2141990009", "身份证号": id_number(date(1990, 1, 1), 9)},
        {"教职工号": world.staff_no("a1-2"), "姓名": "赵一"},
        known | {"从教日期": ""},
    ]
    rows = [PEOPLE, *(tuple(one.get(name, "") for name in PEOPLE) for one in cases)]
    async with worker():
        found = await desk.take("central_school", "teachers", rows)
        cleared = await desk.take(
            "central_school",
            "teachers",
            [PEOPLE, tuple((known | {"从教日期": "清空"}).get(n, "") for n in PEOPLE)],
            mode="commit",
        )
    said = await messages(client, as_role("central_school"), found)
    assert said == [
        (2, "ID_CONFLICT", "第2行性别“女”与身份证号不一致。"),
        (3, "ALIAS_USED", "第3行“小学部”已按“小学”处理，请核对。"),
        (3, "ALIAS_USED", "第3行“小高”已按“一级教师”处理，请核对。"),
        (4, "CODE_UNKNOWN", "第4行「学科」“道法课”不在列表中。您是不是想填：道德与法治？"),
        (5, "SCHOOL_AMBIGUOUS", "第5行“实验小学”对应 2 所学校，请填写 10 位学校标识码。"),
        (6, "SCOPE_DENIED", "第6行学校“乙镇初级中学”不在您的管理范围。"),
        (7, "SCHOOL_UNKNOWN", "第7行学校标识码“2141990009”未登记。先登记学校再重新导入即可。"),
        (
            8,
            "NAME_MISMATCH",
            "第8行姓名“赵一”与系统中“钱*”不一致，请核对身份证号；确需改名请在教师档案中办理。",
        ),
    ]
    assert (found["counters"]["unchanged"], found["counters"]["to_create"]) == (1, 1)
    assert cleared["status"] == "committed"
    day = await connection.fetchval("SELECT joined_profession_on FROM teachers WHERE staff_no = $1", known["教职工号"])
    await connection.close()
    assert day is None
