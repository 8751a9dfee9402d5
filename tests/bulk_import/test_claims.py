"""A school's file becomes draft sheets: never entries, only of its own people, each line once. [A5.6] [A5.7.1]"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.hours.service import sheet_imports
from tests.factories.cluster import Clone
from tests.factories.hours import line as ledger_line
from tests.factories.hours import post
from tests.factories.imports import Desk, csv_bytes
from tests.factories.keys import SignIn
from tests.factories.submissions import Office
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
KIND = "research_hours"
HEADER = ("教职工号", "身份证号", "姓名", "学时", "活动名称", "活动日期", "场次", "学年")


def claim(world: World, teacher: str = "a1-1", **changes: str) -> tuple[str, ...]:
    """A good line of the school A1, changed."""
    good = (world.staff_no(teacher), "", "", "2", "集体备课", "2026-10-21", "", "")
    return tuple((dict(zip(HEADER, good, strict=True)) | changes).values())


async def sheets(client: httpx.AsyncClient, head: dict[str, str]) -> list[tuple[str, str, int]]:
    """Term, status and number of lines of the sheets, oldest first."""
    listed = (await client.get("/v1/hours-submissions?limit=100", headers=head)).json()["items"]
    return [(one["term"], one["status"], one["line_count"]) for one in reversed(listed)]


async def counted(clone: Clone) -> list[int]:
    """Sheets, lines, entries."""
    connection = await clone.connect()
    tables = ("hours_submissions", "hours_submission_lines", "hours_entries")
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    await connection.close()
    return found


@pytest.mark.clause("A5.6", "A5.7.1")
async def test_a_schools_file_becomes_drafts_by_term_and_is_never_taken_twice(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    """Terms part on the first day of the second; titles above the header, full-width digits, units and blanks."""
    school, by_number = as_role("school"), world.id_number("a1-2")
    office = Office(client, as_role)
    lines = [
        claim(world, 学时="２学时", 活动日期="2026年2月24日", 学年="2025-2026"),
        claim(world, 活动日期="2026.2.23", 姓名="赵　一"),
        ("",) * len(HEADER),
        claim(world, 教职工号="", 身份证号=f" {by_number}", 活动日期="2026/10/21"),
        claim(world, 场次="下午"),
        claim(world, 场次="下午"),
    ]
    rows = [("甲镇第一小学校本研修学时",), HEADER, *lines]
    async with worker():
        dry = await desk.take("school", KIND, rows)
        assert (dry["status"], dry["counters"]["to_create"], await counted(clone)) == ("validated", 4, [0, 0, 0]), dry
        preview = (await client.get(f"/v1/imports/{dry['id']}/preview", headers=school)).json()["items"]
        assert [(one["plan"], one["after"]["school_year"]) for one in preview] == [
            ("create", 2025), ("create", 2025), ("create", 2026), ("create", 2026)
        ]  # fmt: skip
        made = await desk.take("school", KIND, rows, mode="commit")
        assert (made["status"], made["applied"], made["counters"]["skipped"]) == ("committed", 4, 1), made
        drafts = [("2025-2026-1", "draft", 1), ("2025-2026-2", "draft", 1), ("2026-2027-1", "draft", 2)]
        assert sorted(await sheets(client, school)) == drafts
        again = await desk.take("school", KIND, rows, mode="commit", force="true")
        assert (again["status"], again["applied"], again["counters"]["unchanged"]) == ("committed", 0, 4), again
        listed = (await client.get("/v1/hours-submissions?term=2026-2027-1", headers=school)).json()["items"]
        for who, verb in (("school", "submit"), ("central_school", "recommend"), ("training_school", "approve")):
            moved = await office.post(who, f"/{listed[0]['id']}:{verb}", {})
            assert moved.status_code == 200, moved.text
        after = await desk.take("school", KIND, rows, mode="commit", force="true")
    assert (after["applied"], after["counters"]["unchanged"], await counted(clone)) == (0, 4, [3, 4, 2])


@pytest.mark.clause("A5.6", "A5.7.1")
async def test_each_refusal_of_a_claim_and_nothing_written(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    assert (await post(client, as_role("training_school"), ledger_line(
        world, "a1-2", category="school_research", activity_title="集体备课", activity_date="2026-10-21",
        claimed_hours=3,
    ))).status_code == 201  # fmt: skip
    connection = await clone.connect()
    await connection.execute("DELETE FROM school_years WHERE start_year = 2025")
    await connection.close()
    cases: list[tuple[dict[str, str], str, str]] = [
        ({"教职工号": "nobody"}, "TEACHER_UNKNOWN", "A"),
        ({"教职工号": world.staff_no("a2-1"), "姓名": "某人"}, "SCOPE_DENIED", "A"),
        ({"教职工号": world.staff_no("a1-4")}, "NOT_ON_POST", "F"),
        ({"姓名": "钱二", "活动名称": "一"}, "NAME_MISMATCH", "C"),
        ({"学时": "24.5", "活动名称": "二"}, "HOURS_PER_DAY", "D"),
        ({"学时": "0.3", "活动名称": "三"}, "HOURS_STEP", "D"),
        ({"学时": "0", "活动名称": "四"}, "HOURS_PER_DAY", "D"),
        ({"活动日期": "2099-10-17", "活动名称": "五"}, "DATE_FUTURE", "F"),
        ({"活动日期": "2026-03-01", "活动名称": "六"}, "SCHOOL_YEAR_UNKNOWN", "F"),
        ({"学年": "2025-2026", "活动名称": "七"}, "DATE_OUT_OF_YEAR", "F"),
        ({"教职工号": world.staff_no("a1-2")}, "HOURS_LINE_CONFLICT", "D"),
    ]
    rows = [HEADER, *(claim(world, **changes) for changes, _, _ in cases), claim(world, "a1-3")]
    async with worker():
        found = await desk.take("school", KIND, rows, mode="commit")
        faults = await desk.faults("school", found)
        assert faults == [(place, f"{cell}{place}", code) for place, (_, code, cell) in enumerate(cases, start=2)]
        assert (found["status"], await counted(clone)) == ("invalid", [0, 0, 1])
        report = await client.get(f"/v1/imports/{found['id']}/report.csv", headers=as_role("school"))
        assert "周" not in report.text  # no name of another school's teacher
        skipped = await desk.take("school", KIND, rows, mode="commit", on_error="skip", force="true")
    assert (skipped["status"], skipped["applied"], await counted(clone)) == ("partially_committed", 1, [1, 1, 1])


@pytest.mark.parametrize(
    ("who", "status"), [("school", 202), ("school_d", 202), ("central_school", 403), ("bureau", 403),
                        ("training_school", 403), ("teacher", 403)],
)  # fmt: skip
@pytest.mark.clause("A5.7.1")
async def test_only_schools_import_claims(desk: Desk, clone: Clone, who: str, status: int) -> None:
    assert (await desk.send(who, KIND, b"x")).status_code == status
    assert await counted(clone) == [0, 0, 0]


async def test_a_full_sheet_is_followed_by_another(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sheet_imports, "SHEET_MAX", 2)
    rows = [HEADER, *(claim(world, 活动名称=f"备课{number}") for number in range(5))]
    async with worker():
        assert (await desk.take("school", KIND, rows, mode="commit"))["applied"] == 5
    assert [lines for _, _, lines in await sheets(client, as_role("school"))] == [2, 2, 1]


@pytest.mark.clause("A5.6")
async def test_an_import_is_taken_back_where_its_lines_are_open_and_as_they_came(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    """The sheet of one term is submitted, in that of the other one line was corrected by hand."""
    rows = [
        HEADER, claim(world), claim(world, "a1-2"), claim(world, "a1-3"),
        claim(world, 活动日期="2026-05-06"), claim(world, 活动日期="2025-10-21"),
    ]  # fmt: skip

    office = Office(client, as_role)

    async def back(who: str, found: dict[str, Any], **body: str) -> httpx.Response:
        head = as_role(who) | {"Idempotency-Key": str(uuid4())}
        return await client.post(f"/v1/imports/{found['id']}:revert", json=body, headers=head)

    async with worker():
        found = await desk.take("school", KIND, rows, mode="commit")
        listed = {one["term"]: one["id"] for one in (await office.get("school", ""))["items"]}
        assert (await office.post("school", f"/{listed['2025-2026-2']}:submit", {})).status_code == 200
        path = f"/{listed['2026-2027-1']}/lines"
        line = (await office.get("school", path))["items"][0]
        changed = await client.patch(
            f"/v1/hours-submissions{path}/{line['id']}", json={"claimed_hours": 1}, headers=as_role("school")
        )
        assert changed.status_code == 200
        refused = (await back("school", found), await back("school_a2", found, reason="不是我的"))
        assert ([one.status_code for one in refused], await counted(clone)) == ([422, 404], [3, 5, 0])
        done = await desk.done("school", await back("school", found, reason="传错了文件"))
        assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 3, 2), done
        assert sorted(await sheets(client, as_role("school"))) == [
            ("2025-2026-1", "withdrawn", 0), ("2025-2026-2", "submitted", 1), ("2026-2027-1", "draft", 1)
        ]  # fmt: skip
        acts = (await office.get("school", f"/{listed['2025-2026-1']}/acts"))["items"]
        assert [(one["act"], one["note"]) for one in acts] == [("create", None), ("withdraw", "传错了文件")]
        # What was taken back may come again; what stands does not.
        again = await desk.take("school", KIND, rows, mode="commit", on_error="skip", force="true")
        faults = await desk.faults("school", again)
    assert (again["applied"], again["counters"]["unchanged"], [code for _, _, code in faults]) == (
        3, 1, ["HOURS_LINE_CONFLICT"],
    )  # fmt: skip


async def test_two_files_of_a_school_at_once_claim_each_line_once(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    lines = [claim(world, f"a1-{teacher}", 活动名称=f"备课{number}") for teacher in (1, 2, 3) for number in range(20)]
    sent = [await desk.send("school", KIND, csv_bytes([HEADER, *part]), mode="commit") for part in (lines, lines[::-1])]
    async with worker():
        done = [await desk.done("school", one) for one in sent]
    assert {one["status"] for one in done} == {"committed"}
    assert (sum(one["applied"] for one in done), (await counted(clone))[1]) == (60, 60)
