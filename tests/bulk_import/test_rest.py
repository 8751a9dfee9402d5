"""Imports over REST: files in, rows out."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.files import SheetPlan, write_xlsx
from tests.factories.imports import LEDGER, ROSTER, Desk, csv_bytes
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
Headers = Callable[[str], dict[str, str]]
NEW_ID = id_number(date(1990, 5, 4), 123)
TABLES = ("teachers", "employments", "identity_numbers", "hours_entries", "hours_summaries", "organisations")


async def counts(clone: Clone) -> dict[str, int]:
    """Rows of everything an import may write."""
    connection = await clone.connect()
    found = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}
    await connection.close()
    return found


async def staged(clone: Clone) -> int:
    """Rows left in the stages."""
    connection = await clone.connect()
    found = [
        await connection.fetchval(f"SELECT count(*) FROM import_stage_{name}")
        for name in ("organisations", "teachers", "hours")
    ]
    await connection.close()
    return sum(found)


def day(world: World, teacher: str, number: int, **changes: str) -> tuple[str, ...]:
    """A line of a ledger file: an hour of a city training in October 2026."""
    facts = {"name": "", "category": "市培计划", "hours": "1", "title": f"培训{number}", "day": "2026-10-17"} | changes
    return (
        changes.get("staff_no", world.staff_no(teacher)),
        *(facts[n] for n in ("name", "category", "hours", "title", "day")),
    )


async def test_roster_then_ledger_are_committed_by_the_worker(desk: Desk, worker: Worker, clone: Clone) -> None:
    async with worker():
        roster = [ROSTER, ("20260001", "周新", NEW_ID, "2141990001", "小学", "语文", "小高")]
        made = await desk.take("training_school", "teachers", roster, mode="commit")
        lines = [LEDGER, ("20260001", "周新", "校本研修", "6", "集体备课", "2026-10-17")]
        posted = await desk.take("training_school", "hours_entries", lines, mode="commit")
    assert (made["status"], made["counters"]["to_create"], made["counters"]["warning"]) == ("committed", 1, 1)
    assert (posted["status"], posted["applied"]) == ("committed", 1)
    assert posted["operation"]["response"]["status"] == "committed"
    connection = await clone.connect()
    entry = dict(await connection.fetchrow("SELECT credited, source, source_id, school_year FROM hours_entries"))
    assert (entry["credited"], entry["source"], entry["school_year"]) == (6, "import", 2026)
    assert str(entry["source_id"]) == posted["id"]
    teacher = await connection.fetchrow("SELECT * FROM teachers WHERE staff_no = '20260001'")
    assert (teacher["title"], teacher["sex"], teacher["birth_date"]) == ("edu_l1", "male", date(1990, 5, 4))
    assert await connection.fetchval("SELECT starts_on FROM employments WHERE teacher_id = $1", teacher["id"]) == date(
        2026, 9, 1
    )
    await connection.close()
    assert await staged(clone) == 0


async def test_a_clerks_roster_is_read_as_it_stands(desk: Desk, worker: Worker, world: World, clone: Clone) -> None:
    """GB18030, a title row, another order of columns, full-width digits, spaces in names, 合计 below."""
    wide = NEW_ID.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    rows = [
        ("甲镇第一小学教师花名册", "", "", "", "", ""),
        ("姓 名", "公民身份号码（必填）", "任教学段", "工号*", "任教学科", "所在学校"),
        ("周　新", wide, "小学部", "２０２６０００１", "语文", "甲镇第一小学"),
        ("合计", "", "", "", "", ""),
    ]
    async with worker():
        sent = await desk.send(
            "school", "teachers", csv_bytes(rows, encoding="gb18030"), name="花名册.csv", mode="commit"
        )
        made = await desk.done("school", sent)
        lines = [
            ("２０２６年学时台账", "", "", "", ""),
            ("培训日期", "课时", "姓名", "职工号", "项目名称", "类别"),
            ("2026年10月17日", "６", "周新", "20260001", "集体备课", "校本"),
            ("2026.10.18", "6学时", "周新", "20260001", "集体备课", "校本研修"),
            ("2026/10/19", "四", "周新", "20260001", "集体备课", "校本研修"),
        ]
        sent = await desk.send("training_school", "hours_entries", csv_bytes(lines, encoding="gb18030"), mode="commit")
        posted = await desk.done("training_school", sent)
    assert (made["status"], made["counters"]["to_create"], made["counters"]["skipped"]) == ("committed", 1, 1), made
    assert [note["code"] for note in made["notes"]]
    assert posted["status"] == "committed", (posted["refusal"], await desk.faults("training_school", posted))
    connection = await clone.connect()
    rows = await connection.fetch("SELECT activity_date, claimed FROM hours_entries ORDER BY activity_date")
    assert [tuple(row) for row in rows] == [(date(2026, 10, 17), 6), (date(2026, 10, 18), 6), (date(2026, 10, 19), 4)]
    await connection.close()


async def test_a_workbook_is_validated_then_committed_by_its_etag(  # noqa: PLR0913, PLR0917 - fixtures
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers, tmp_path: Path
) -> None:
    rows = [LEDGER, (world.staff_no("a1-1"), "赵一", "工作坊", 6, "集中研修", date(2026, 10, 17))]
    path = write_xlsx(tmp_path / "学时.xlsx", SheetPlan(rows))
    before = await counts(clone)
    async with worker():
        found = await desk.done(
            "training_school", await desk.send("training_school", "hours_entries", path.read_bytes(), name=path.name)
        )
        assert (found["status"], found["counters"]["to_create"], found["possible"]) == (
            "validated",
            1,
            ["commit", "map", "cancel"],
        )
        assert await counts(clone) == before
        url, head = f"/v1/imports/{found['id']}:commit", as_role("training_school") | {"Idempotency-Key": str(uuid4())}
        stale = await client.post(url, json={"etag": '"1"'}, headers=head)
        assert (stale.status_code, stale.json()["code"]) == (412, "ETAG_MISMATCH")
        done = await desk.done("training_school", await client.post(url, json={"etag": found["etag"]}, headers=head))
        again = await client.post(url, json={}, headers=head | {"Idempotency-Key": str(uuid4())})
    assert (done["status"], done["applied"], done["possible"]) == ("committed", 1, ["revert"])
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")
    assert (await counts(clone))["hours_entries"] == 1


async def test_same_file_again_is_refused_and_forced_changes_nothing(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    rows = [LEDGER, *(day(world, "a1-1", number) for number in range(3))]
    async with worker():
        first = await desk.take("training_school", "hours_entries", rows, mode="commit")
        after = await counts(clone)
        again = await desk.send("training_school", "hours_entries", csv_bytes(rows))
        forced = await desk.take("training_school", "hours_entries", rows, mode="commit", force="true")
    assert (again.status_code, again.json()["code"], again.json()["import_id"]) == (
        409,
        "IMPORT_DUPLICATE_FILE",
        first["id"],
    )
    assert (forced["status"], forced["counters"]["unchanged"], forced["applied"]) == ("committed", 3, 0)
    assert await counts(clone) == after


async def test_one_key_is_one_import(desk: Desk, worker: Worker, world: World, storage: Path) -> None:
    body, key = csv_bytes([LEDGER, day(world, "a1-1", 1)]), str(uuid4())
    async with worker():
        first = await desk.send("training_school", "hours_entries", body, key=key)
        again = await desk.send("training_school", "hours_entries", body, key=key)
        assert (first.status_code, again.status_code, first.content) == (202, 202, again.content)
        assert again.headers["idempotent-replayed"] == "true"
        assert first.json()["links"]["import"] == f"/v1/imports/{first.json()['import_id']}"
        other = await desk.send("training_school", "hours_entries", body + b"\r\n", key=key)
        assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        await desk.done("training_school", first)
    assert len(list((storage / "imports").iterdir())) == 1


async def test_without_a_key_nothing_is_taken(client: httpx.AsyncClient, as_role: Headers, storage: Path) -> None:
    answer = await client.post(
        "/v1/imports", data={"kind": "teachers"}, files={"file": ("a.csv", b"x")}, headers=as_role("bureau")
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    assert list((storage / "imports").iterdir()) == []


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("bureau", "organisations", 202),
        ("bureau_be", "organisations", 403),
        ("training_school", "organisations", 202),
        ("central_school", "organisations", 403),
        ("school", "organisations", 403),
        ("bureau", "teachers", 202),
        ("bureau_be", "teachers", 403),
        ("central_school", "teachers", 202),
        ("school", "teachers", 202),
        ("teacher", "teachers", 403),
        ("training_school", "hours_entries", 202),
        ("bureau", "hours_entries", 403),
        ("central_school", "hours_entries", 403),
        ("school", "hours_entries", 403),
        ("teacher", "hours_entries", 403),
        ("training_school", "nothing", 404),
    ],
)
@pytest.mark.clause("A5.6")
async def test_who_may_import_what(desk: Desk, who: str, kind: str, status: int, storage: Path) -> None:
    answer = await desk.send(who, kind, b"x")
    assert answer.status_code == status, answer.text
    assert len(list((storage / "imports").iterdir())) == (status == 202)


async def test_imports_are_seen_by_their_organisation_only(
    desk: Desk, worker: Worker, client: httpx.AsyncClient, as_role: Headers
) -> None:
    async with worker():
        mine = await desk.take("bureau", "teachers", [ROSTER, ("1", "周新", NEW_ID, "2141990001", "小学", "语文", "")])
    url = f"/v1/imports/{mine['id']}"
    for path in (url, f"{url}/rows", f"{url}/report.csv"):
        found = {
            who: (await client.get(path, headers=as_role(who))).status_code
            for who in ("bureau_2", "school", "training_school", "abroad_bureau")
        }
        assert found == {"bureau_2": 200, "school": 404, "training_school": 404, "abroad_bureau": 404}, path
    cancel = await client.post(f"{url}:cancel", headers=as_role("school"))
    assert cancel.status_code == 404
    listed = {
        who: len((await client.get("/v1/imports", headers=as_role(who))).json()["items"])
        for who in ("bureau", "school")
    }
    assert listed == {"bureau": 1, "school": 0}
    assert (await client.get("/v1/imports", headers=as_role("teacher"))).status_code == 403


async def test_report_has_the_rows_of_the_counters_and_no_formula(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: Headers
) -> None:
    rows = [
        LEDGER,
        day(world, "a1-1", 1, title="=HYPERLINK(1)"),
        day(world, "a1-1", 2, name="+某人"),
        day(world, "a1-1", 3, hours="3天"),
        day(world, "a1-1", 1, title="=HYPERLINK(1)"),
        ("合计", "", "", "9", "", ""),
    ]
    async with worker():
        found = await desk.take("training_school", "hours_entries", rows, mode="commit", on_error="skip")
        assert found["status"] == "partially_committed", found
        answer = await client.get(f"/v1/imports/{found['id']}/report.csv", headers=as_role("training_school"))
        only = await client.get(f"/v1/imports/{found['id']}/report.csv?only=errors", headers=as_role("training_school"))
        assert answer.content.startswith("\ufeff".encode())
        report = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        mended = await desk.send("training_school", "hours_entries", answer.content, mode="commit", on_error="skip")
        again = await desk.done("training_school", mended)
    counted = found["counters"]
    assert report[0] == [*LEDGER, "导入结果", "错误原因", "原行号"]
    results = [row[-3] for row in report[1:]]
    assert len(results) == counted["total"] == 5
    assert (
        (results.count("成功"), results.count("失败"), results.count("跳过"))
        == (1, counted["error"], counted["skipped"])
        == (1, 2, 2)
    )
    assert [row[-1] for row in report[1:]] == ["2", "3", "4", "5", "6"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in report for cell in row)
    assert len(list(csv.reader(io.StringIO(only.text)))) == 1 + counted["error"]
    assert again["counters"]["unchanged"] == 1


async def test_a_refused_file_says_why_and_applies_nothing(
    desk: Desk, worker: Worker, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    before = await counts(clone)
    async with worker():
        missing = await desk.take("training_school", "teachers", [("姓名", "学段"), ("周新", "小学")], mode="commit")
        broken = await desk.done(
            "training_school", await desk.send("training_school", "teachers", b"PK\x03\x04garbage", name="a.xlsx")
        )
        macro = await desk.done(
            "training_school", await desk.send("training_school", "teachers", b"x" * 99, name="a.xlsm")
        )
        empty = await desk.take("training_school", "teachers", [ROSTER])
    refused = [missing, broken, macro, empty]
    assert {one["status"] for one in refused} == {"invalid"}
    assert {tuple(one["possible"]) for one in refused} == {("map", "cancel")}
    codes = [one["refusal"]["code"] for one in refused]
    assert codes == ["HEADER_MISSING", "FILE_UNREADABLE", "FILE_TYPE", "FILE_EMPTY"]
    assert await counts(clone) == before
    head = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
    answer = await client.post(f"/v1/imports/{missing['id']}:commit", json={"on_error": "skip"}, headers=head)
    assert (answer.status_code, answer.json()["code"]) == (409, "IMPORT_FILE_REFUSED")


async def test_files_over_the_limit_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, storage: Path) -> None:
    too_big = await desk.send("bureau", "teachers", b"x" * (20 * 1024 * 1024 + 1), name="a.xlsx")
    assert (too_big.status_code, too_big.json()["code"]) == (413, "FILE_TOO_LARGE")
    assert list((storage / "imports").iterdir()) == []


async def test_cancelled_before_it_runs(desk: Desk, client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    sent = await desk.send(
        "training_school", "hours_entries", csv_bytes([LEDGER, day(world, "a1-1", 1)]), mode="commit"
    )
    url = f"/v1/imports/{sent.json()['import_id']}:cancel"
    answer = await client.post(url, headers=as_role("training_school"))
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    operation = (await client.get(sent.headers["Location"], headers=as_role("training_school"))).json()
    assert (operation["status"], operation["done"]) == ("cancelled", True)
    again = await client.post(url, headers=as_role("training_school"))
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")


@pytest.mark.parametrize("kind", ["organisations", "teachers", "hours_entries"])
async def test_template_is_read_back_without_its_example(
    desk: Desk, worker: Worker, client: httpx.AsyncClient, as_role: Headers, kind: str
) -> None:
    answer = await client.get(f"/v1/import-templates/{kind}.xlsx", headers=as_role("training_school"))
    assert answer.status_code == 200
    book = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/workbook.xml").decode()
    assert book.count('state="veryHidden"') == 2
    async with worker():
        found = await desk.done(
            "training_school", await desk.send("training_school", kind, answer.content, name="t.xlsx")
        )
    assert (found["status"], found["counters"]["total"], found["counters"]["skipped"]) == ("validated", 1, 1), found
    assert all(column["field"] for column in found["columns"])


async def test_two_imports_at_once_write_each_row_once(desk: Desk, worker: Worker, world: World, clone: Clone) -> None:
    rows = [LEDGER, *(day(world, teacher, number) for number in range(200) for teacher in ("a1-1", "b1-1", "a2-1"))]
    roster = [
        ROSTER,
        *(
            (f"77{n:04d}", "周新", id_number(date(1980, 1, 1 + n % 28), 2 * n + 1), "2141990002", "小学", "语文", "")
            for n in range(60)
        ),
    ]
    async with worker():
        sent = [await desk.send("training_school", "hours_entries", csv_bytes(rows), mode="commit") for _ in range(2)]
        sent += [
            await desk.send("training_school", "teachers", csv_bytes(roster), mode="commit", on_error="skip")
            for _ in range(2)
        ]
        done = await asyncio.gather(*(desk.done("training_school", one) for one in sent))
    assert [one["status"] for one in done] == ["committed"] * 4
    assert sum(one["applied"] for one in done[:2]) == 600
    assert sum(one["applied"] for one in done[2:]) == 60
    assert (await counts(clone))["hours_entries"] == 600
