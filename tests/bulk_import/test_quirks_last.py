"""The last rows of the table of clerks' habits: signs of formulas in our own files, one cause of many rows, aliases.

Row 53 (a plan handed in late) waits for plans to be imported.
"""

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from app.commands.generated import PACKS
from app.core.batch.listed import Listed
from app.policy.load import Regulation
from tests.bulk_import.test_again import exported
from tests.bulk_import.test_whole import line
from tests.factories.exports import Clerk
from tests.factories.imports import LEDGER, ROSTER, Desk
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
LEADS = ("=1+1", "+研修", "-研修", "@研修")


async def test_52_signs_of_formulas_leave_as_text_and_come_back_as_they_were(
    desk: Desk, worker: Worker, clerk: Clerk, world: World
) -> None:
    who = "training_school"
    rows = [LEDGER, *(line(world, "a1-1", number, 活动名称=title) for number, title in enumerate(LEADS))]
    async with worker():
        found = await desk.take(who, "hours_entries", rows, mode="commit")
        assert (found["status"], found["applied"]) == ("committed", 4), await desk.faults(who, found)
        text = await exported(clerk, who, "hours_entries")
        book = await exported(clerk, who, "hours_entries", format="xlsx")
        back = [
            await desk.done(who, await desk.send(who, "hours_entries", body, name=f"台账.{ending}"))
            for body, ending in ((text, "csv"), (book, "xlsx"))
        ]
    titles = {cells.split('","')[5] for cells in text.decode("utf-8-sig").splitlines()[1:]}
    assert titles == {f"'{title}" for title in LEADS}
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert {row[5] for row in sheet[1:]} == set(LEADS)
    assert [(one["counters"]["unchanged"], one["counters"]["error"]) for one in back] == [(4, 0), (4, 0)]


async def test_54_more_than_200_errors_of_one_kind_are_one_cause(desk: Desk, worker: Worker) -> None:
    people = [
        (f"8{at}", f"周{'甲乙丙丁'[at % 4]}", id_number(date(1980 + at // 100, 1, 1), at % 100)) for at in range(202)
    ]
    rows = [
        ROSTER,
        *((*one, "2141990009" if at else "2141990008", "小学", "语文", "") for at, one in enumerate(people)),
    ]
    async with worker():
        found = await desk.take("training_school", "teachers", rows)
    told = [(one["code"], one["rows"], one["first_row"], one["message"]) for one in found["causes"]]
    assert told == [
        (
            "SCHOOL_UNKNOWN",
            201,
            3,
            "同一原因共 201 行：学校标识码“2141990009”未登记。先登记学校再重新导入即可。",
        ),
        ("SCHOOL_UNKNOWN", 1, 2, "学校标识码“2141990008”未登记。先登记学校再重新导入即可。"),
    ]


@pytest.mark.parametrize(
    ("list_name", "written", "label"),
    [
        ("sex", "男性", "男性"),
        ("sex", "M", "男性"),
        ("sex", "1", "男性"),
        ("stages", "小学部", "小学"),
        ("stages", "幼儿园", "学前教育"),
        ("titles", "中高", "高级教师"),
        ("titles", "小高", "一级教师"),
        ("titles", "中一", "一级教师"),
        ("subjects", "思品", "道德与法治"),
        ("subjects", "政治", "道德与法治"),
        ("subjects", "信息技术", "信息科技"),
        ("subjects", "外语", "英语"),
        ("subjects", "外语（不分语种）", "外语（不分语种）"),
        ("subjects", "日语", "日语"),
    ],
)
def test_35_words_of_clerks_name_entries_of_the_lists(list_name: str, written: str, label: str) -> None:
    found = Listed.of(Regulation.load(PACKS).codes(list_name)).match(written)
    assert found is not None
    assert found.name == label
    is_told = written not in {label, "M", "1"}
    assert list_name == "sex" or (found.how == "alias") is is_told
