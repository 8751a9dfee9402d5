"""Around an import: columns told, preview, who is missing, the report sent back, taken up again, taken back."""

import io
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import python_calamine

from app.hours.imports import HOURS
from tests.factories.certificates import issue, token_of
from tests.factories.cluster import Clone
from tests.factories.files import SheetPlan, write_xlsx
from tests.factories.imports import LEDGER, ROSTER, Desk
from tests.factories.people import id_number
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]
Headers = Callable[[str], dict[str, str]]
OWN = ["导入结果", "错误原因", "原行号"]


def line(world: World, teacher: str, number: int, **changes: str) -> tuple[str, ...]:
    """A good line of the ledger, changed."""
    day = (date(2026, 9, 2) + timedelta(days=number % 80)).isoformat()
    good = dict(zip(LEDGER, (world.staff_no(teacher), "", "校本研修", "1.5", f"研修{number}", day), strict=True))
    return tuple((good | changes).values())


async def items(client: httpx.AsyncClient, head: dict[str, str], url: str) -> list[dict[str, Any]]:
    answer = await client.get(url, headers=head)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_columns_told_once_are_remembered(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: Headers
) -> None:
    """Headers nobody knows: refused with the columns, told, read, and the next file of this shape read at once."""
    head = as_role("training_school")
    names = ("老师", "号", "类", "数", "干了什么", "哪天")

    def rows(title: str) -> list[tuple[str, ...]]:
        return [names, ("", world.staff_no("a1-1"), "校本研修", "2", title, "2026-10-17")]

    columns = {
        "号": "staff_no",
        "类": "category",
        "数": "claimed",
        "干了什么": "activity_title",
        "哪天": "activity_date",
    }
    async with worker():
        found = await desk.take("training_school", "hours_entries", rows("一"))
        assert (found["status"], found["refusal"]["code"]) == ("invalid", "HEADER_MISSING")
        assert [one["header"] for one in found["columns"]] == list(names)
        url = f"/v1/imports/{found['id']}/mapping"
        wrong = await client.put(
            url, json={"columns": {"无": "staff_no", "号": "x", "类": "claimed", "数": "claimed"}}, headers=head
        )
        assert wrong.status_code == 422
        assert [fault["code"] for fault in wrong.json()["errors"]] == ["HEADER_UNKNOWN", "FIELD_UNKNOWN", "FIELD_TWICE"]
        assert (await client.put(url, json={"columns": columns}, headers=as_role("school"))).status_code == 404
        sent = await client.put(url, json={"columns": columns, "etag": found["etag"]}, headers=head)
        assert sent.status_code == 202, sent.text
        sent.headers["Location"] = sent.json()["links"]["self"]
        told = await desk.done("training_school", sent)
        again = await desk.take("training_school", "hours_entries", rows("二"), mode="commit")
        other = await desk.take("training_school", "hours_entries", [(*names, "备注"), (*rows("三")[1], "")])
    assert (told["status"], told["counters"]["to_create"]) == ("validated", 1)
    assert (again["status"], again["applied"]) == ("committed", 1)
    assert other["refusal"]["code"] == "HEADER_MISSING"


async def test_preview_and_absentees(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: Headers
) -> None:
    head = as_role("central_school")
    rows = [
        ROSTER,
        (world.staff_no("a1-1"), "赵一", "", "", "", "", "高级教师"),
        ("77", "周新", id_number(date(1990, 1, 1), 1), "2141990002", "小学", "语文", ""),
    ]
    async with worker():
        found = await desk.take("central_school", "teachers", rows)
        lines = await desk.take("training_school", "hours_entries", [LEDGER, line(world, "a1-1", 1)], mode="commit")
    changed, made = await items(client, head, f"/v1/imports/{found['id']}/preview")
    assert (changed["row"], changed["plan"], changed["after"]["title"]) == (2, "update", "edu_senior")
    assert changed["before"]["title"] != "edu_senior"
    assert (made["row"], made["plan"], made["before"]) == (3, "create", None)
    assert "0101" not in str(made["after"]["id_number_masked"])
    absent = await items(client, head, f"/v1/imports/{found['id']}/absentees")
    names = {one["record"]["staff_no"] for one in absent}
    assert names == {world.staff_no(name) for name in ("a1-2", "a1-3", "a1-4", "a2-1", "a2-2")}
    posted = await items(client, as_role("training_school"), f"/v1/imports/{lines['id']}/preview")
    assert posted[0]["after"]["claimed_hours"] == 1.5
    none = await client.get(f"/v1/imports/{lines['id']}/absentees", headers=as_role("training_school"))
    assert (none.status_code, none.json()["code"]) == (409, "IMPORT_NO_ABSENTEES")
    for path in ("preview", "absentees"):
        assert (await client.get(f"/v1/imports/{found['id']}/{path}", headers=as_role("school"))).status_code == 404


async def test_the_report_is_mended_and_sent_again(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: Headers, tmp_path: Path
) -> None:
    """One cause of 201 rows is told once; the workbook has the columns that came, and is read back without ours."""
    head = as_role("training_school")
    many = [line(world, "a1-1", number, 教职工号="nobody") for number in range(201)]
    rows = [LEDGER, line(world, "a1-1", 300), *many, line(world, "a1-1", 301, 学时="3天")]
    path = write_xlsx(tmp_path / "学时.xlsx", SheetPlan(rows, "九月"))
    async with worker():
        sent = await desk.send(
            "training_school", "hours_entries", path.read_bytes(), name="学时.xlsx", mode="commit", on_error="skip"
        )
        found = await desk.done("training_school", sent)
        assert found["counters"] | {"unchanged": 0} == {
            "total": 203, "to_create": 1, "to_update": 0, "unchanged": 0, "warning": 0, "error": 202, "skipped": 0,
        }  # fmt: skip
        told = "同一原因共 201 行：教职工号“nobody”在系统中没有对应的教师，请核对，或先导入教师名册。"
        assert [(one["code"], one["rows"], one["first_row"]) for one in found["causes"]] == [
            ("TEACHER_UNKNOWN", 201, 3),
            ("HOURS_UNIT", 1, 204),
        ]
        assert found["causes"][0]["message"] == told
        url = f"/v1/imports/{found['id']}/report"
        whole = await client.get(f"{url}.xlsx", headers=head)
        only = await client.get(f"{url}.xlsx?only=errors", headers=head)
        plain = (await client.get(f"{url}.json?only=errors", headers=head)).json()
        assert (await client.get(f"{url}.pdf", headers=head)).status_code == 422
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(whole.content))
        sheet = book.get_sheet_by_name("九月").to_python()
        summary = book.get_sheet_by_name("错误汇总").to_python()
        faulty = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(only.content)).get_sheet_by_name("九月")
        mended: list[list[Any]] = [
            [*LEDGER, *OWN],
            *([world.staff_no("a1-1"), *row[1:]] for row in faulty.to_python()[1:]),
        ]
        mended[-1][3] = "3"
        again = await desk.done(
            "training_school",
            await desk.send(
                "training_school",
                "hours_entries",
                write_xlsx(tmp_path / "again.xlsx", SheetPlan(mended, "九月")).read_bytes(),
                name="again.xlsx",
                mode="commit",
            ),
        )
        same = await desk.done(
            "training_school", await desk.send("training_school", "hours_entries", whole.content, name="r.xlsx")
        )
    assert sheet[0] == [*LEDGER, *OWN]
    assert [row[-3] for row in sheet[1:]] == ["成功", *["失败"] * 202]
    assert [row[-1] for row in sheet[1:]] == [str(number) for number in range(2, 205)]
    assert summary[0] == ["原因", "行数", "示例行", "怎么改"]
    assert summary[1][:3] == [told, 201, 3]
    assert len(faulty.to_python()) == 203
    assert (len(plain["rows"]), plain["rows"][-1]["faults"][0]["code"]) == (202, "HOURS_UNIT")
    assert (again["status"], again["applied"]) == ("committed", 202)
    assert (same["counters"]["unchanged"], same["counters"]["error"]) == (1, 202)
    assert not any(column["field"] is None for column in again["columns"] if column["header"] not in OWN)


async def test_lines_without_a_form(
    desk: Desk, worker: Worker, world: World, client: httpx.AsyncClient, as_role: Headers
) -> None:
    """NDJSON as the body; the school year of the whole file is checked row by row."""
    head = as_role("training_school") | {"Content-Type": "application/x-ndjson"}
    body = "\n".join(
        f'{{"staff_no": "{world.staff_no("a1-1")}", "category": "school_research", "claimed": 1.5,'
        f' "activity_title": "研修", "activity_date": "{day}"}}'
        for day in ("2026-10-17", "2026-05-01")
    )
    url = "/v1/imports?kind=hours_entries&mode=commit&on_error=skip&school_year=2026-2027"
    async with worker():
        sent = await client.post(url, content=body.encode(), headers=head | {"Idempotency-Key": str(uuid4())})
        found = await desk.done("training_school", sent)
    assert (found["status"], found["applied"], found["school_year"]) == ("partially_committed", 1, "2026-2027")
    assert await desk.faults("training_school", found) == [(2, "G2", "DATE_OUT_OF_YEAR")]
    nothing = await client.post(
        url, content=b"", headers=as_role("training_school") | {"Idempotency-Key": str(uuid4())}
    )
    assert (nothing.status_code, nothing.json()["code"]) == (422, "INVALID")
    unkind = await client.post("/v1/imports", content=b"{}", headers=head | {"Idempotency-Key": str(uuid4())})
    assert (unkind.status_code, unkind.json()["code"]) == (422, "INVALID")


async def test_a_failed_import_is_taken_up_again(  # noqa: PLR0913, PLR0917 - fixtures
    desk: Desk,
    worker: Worker,
    world: World,
    clone: Clone,
    client: httpx.AsyncClient,
    as_role: Headers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second chunk fails; what the first applied stays, and :resume applies the rest, each row once."""
    rows = [LEDGER, *(line(world, "a1-1", number, 学时="0.5") for number in range(1500))]
    apply = type(HOURS).apply

    async def failing(kind: Any, ctx: Any, batch: Any, first: int, last: int) -> Any:
        if first > 1:
            raise ZeroDivisionError
        return await apply(kind, ctx, batch, first, last)

    monkeypatch.setattr(type(HOURS), "apply", failing)
    async with worker():
        found = await desk.take("training_school", "hours_entries", rows, mode="commit")
        assert (found["status"], found["applied"], found["possible"]) == ("failed", 1000, ["resume"])
        monkeypatch.undo()
        head, url = as_role("training_school"), f"/v1/imports/{found['id']}:resume"
        assert (await client.post(url, headers=as_role("school"))).status_code == 404
        sent = await client.post(url, headers=head)
        assert sent.status_code == 202, sent.text
        sent.headers["Location"] = sent.json()["links"]["self"]
        done = await desk.done("training_school", sent)
        again = await client.post(url, headers=head)
    assert (done["status"], done["applied"], done["counters"]["to_create"]) == ("committed", 1500, 1500)
    assert (again.status_code, again.json()["code"]) == (409, "STATUS_CONFLICT")
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 1500
    assert await connection.fetchval("SELECT sum(credited) FROM hours_summaries") == 750
    await connection.close()


async def test_an_import_of_hours_is_reversed_by_another(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    rows = [LEDGER, *(line(world, "a1-1", number) for number in range(5))]
    async with worker():
        found = await desk.take("training_school", "hours_entries", rows, mode="commit")
        url, body = f"/v1/imports/{found['id']}:revert", {"reason": "传错了文件"}
        other = as_role("training_school_2")
        paper = (await issue(client, as_role("teacher"), world)).json()
        entry = (await items(client, other, "/v1/hours-entries"))[0]
        await client.post(
            f"/v1/hours-entries/{entry['id']}:reverse",
            json={"reason": "已更正"},
            headers=other | {"Idempotency-Key": str(uuid4())},
        )
        own = await client.post(url, json=body, headers=as_role("training_school") | {"Idempotency-Key": str(uuid4())})
        assert (own.status_code, own.json()["code"]) == (403, "REVERT_BY_ANOTHER")
        bare = await client.post(url, json={}, headers=other | {"Idempotency-Key": str(uuid4())})
        assert bare.status_code == 422
        connection = await clone.connect()
        assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 6
        done = await desk.done(
            "training_school", await client.post(url, json=body, headers=other | {"Idempotency-Key": str(uuid4())})
        )
        twice = await client.post(url, json=body, headers=other | {"Idempotency-Key": str(uuid4())})
    assert (done["status"], done["reverted"], done["kept"], done["reason"]) == ("reverted", 4, 1, "传错了文件")
    assert (twice.status_code, twice.json()["code"]) == (409, "STATUS_CONFLICT")
    assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 10
    assert await connection.fetchval("SELECT sum(credited) FROM hours_summaries") == 0
    verified = (await client.get(f"/v1/public/verifications/{token_of(paper)}")).json()
    assert sorted(change["what"] for change in verified["changes"]) == sorted(
        f"所依据的一条学时记录（{row[5]}，1.5 学时）已红冲" for row in rows[1:]
    )
    await connection.close()


async def test_a_roster_is_taken_back_where_nobody_touched_it(
    desk: Desk, worker: Worker, world: World, clone: Clone, client: httpx.AsyncClient, as_role: Headers
) -> None:
    names = (*ROSTER, "手机号")
    known = [
        (world.staff_no(one), name, "", "", "", "数学", "高级教师", "13800001111")
        for one, name in (("a1-1", "赵一"), ("a1-2", "钱二"))
    ]
    new = ("77", "周新", id_number(date(1990, 1, 1), 1), "2141990002", "小学", "语文", "", "")
    connection = await clone.connect()
    query = "SELECT staff_no, stage, subject, title, mobile, joined_profession_on FROM teachers WHERE staff_no = $1"
    before = await connection.fetchrow(query, world.staff_no("a1-1"))
    async with worker():
        found = await desk.take("training_school", "teachers", [names, *known, new], mode="commit")
        assert (found["status"], found["applied"]) == ("committed", 3), found
        await connection.execute(
            "UPDATE teachers SET version = version + 1 WHERE staff_no = $1", world.staff_no("a1-2")
        )
        head = as_role("training_school") | {"Idempotency-Key": str(uuid4())}
        url = f"/v1/imports/{found['id']}:revert"
        done = await desk.done("training_school", await client.post(url, json={"reason": "名册有误"}, headers=head))
        late = await desk.take("training_school", "teachers", [ROSTER, (*new[:6], "一级教师")], mode="commit")
        await connection.execute(
            "UPDATE imports SET finished_at = finished_at - interval '8 days', status = 'committed'"
        )
        refused = await client.post(url, json={"reason": "名册有误"}, headers=head | {"Idempotency-Key": str(uuid4())})
    assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 2, 1), done
    assert await connection.fetchrow(query, world.staff_no("a1-1")) == before
    assert (await connection.fetchrow(query, world.staff_no("a1-2")))["subject"] == "mathematics"
    assert await connection.fetchval("SELECT status FROM teachers WHERE staff_no = '77'") == "left"
    assert [code for _, _, code in await desk.faults("training_school", late)] == ["TEACHER_LEFT"]
    assert (refused.status_code, refused.json()["code"]) == (409, "IMPORT_REVERT_LATE")
    await connection.close()
