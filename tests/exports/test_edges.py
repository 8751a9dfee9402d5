"""Exports' edges: numbers in full, two deciders at once, failing and dying jobs, and what a long export holds back."""

import asyncio
import io
import threading
import zipfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from app.core import operations
from app.core.db import Database
from app.exports.states import LAID_ASIDE
from app.exports.writing import CsvWriter
from tests.factories.cluster import Clone
from tests.factories.exports import Clerk
from tests.factories.graph import data
from tests.factories.world import World

Worker = Callable[[], AbstractAsyncContextManager[None]]


def files(app: FastAPI) -> list[Path]:
    folder: Path = app.state.storage / "exports"
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_numbers_in_full_bear_a_watermark_and_are_on_record_for_each_teacher(
    clerk: Clerk, world: World, clone: Clone
) -> None:
    made = await clerk.ask("bureau", "teachers", is_unmasked=True, format="xlsx")
    assert (made.status_code, made.json()["status"], made.json()["rows"]) == (201, "ready", 10), made.text
    export = made.json()
    body = (await clerk.content("bureau", export)).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[1][:6] == ["教职工号", "姓名", "性别", "出生日期", "身份证号", "手机号"]
    assert len(rows) == 12
    assert world.id_number("a1-1") in {row[4] for row in rows[2:]}
    number = export["id"][-12:]
    assert number in str(rows[0][0])
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        sheet, about = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("docProps/core.xml").decode()
    connection = await clone.connect()
    name = await connection.fetchval("SELECT display_name FROM accounts WHERE id = $1", world.account("bureau").id)
    seen = await connection.fetch(
        "SELECT teacher_id, facts FROM events WHERE kind = 'teacher.unmasked' AND channel = 'audit'"
    )
    await connection.close()
    assert all(f"{name}  20" in text and number in text for text in (sheet, about, str(rows[0][0])))
    assert len({row["teacher_id"] for row in seen}) == 10
    assert all(export["id"] in row["facts"] and "核对名册" in row["facts"] for row in seen)


async def test_numbers_in_full_need_the_right_a_workbook_and_a_second_person(
    clerk: Clerk, clone: Clone, app: FastAPI
) -> None:
    full: dict[str, Any] = {"is_unmasked": True, "format": "xlsx"}
    for who in ("central_school", "bureau_be"):
        refused = await clerk.ask(who, "teachers", **full)
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED"), who
    wrong = await clerk.ask(
        "bureau", "teachers", is_unmasked=True, filters={"weather": "fine"}, reason="核对13800001111"
    )
    assert [fault["code"] for fault in wrong.json()["errors"]] == [
        "EXPORT_UNMASKED_FORMAT",
        "reason.number",
        "EXTRA_FORBIDDEN",
    ]
    masked = await clerk.ask("bureau", "organisations", **full)
    assert [fault["code"] for fault in masked.json()["errors"]] == ["EXPORT_ALWAYS_MASKED"]
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM exports") == 0
    asked = (await clerk.ask("school", "teachers", **full)).json()
    assert (asked["status"], asked["rows"], asked["needs_second"]) == ("awaiting_approval", 4, True)
    assert await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'teacher.unmasked'") == 0
    await connection.close()
    assert files(app) == []


async def test_many_numbers_in_full_need_a_second_person_whoever_asks(clerk: Clerk, few: int) -> None:
    asked = (await clerk.ask("bureau", "teachers", is_unmasked=True, format="xlsx")).json()
    assert (asked["status"], asked["needs_second"], few) == ("awaiting_approval", True, 3)
    assert (await clerk.verb("bureau", asked["id"], "approve")).json()["code"] == "SEPARATION_OF_DUTIES"
    assert (await clerk.verb("training_school", asked["id"], "approve")).json()["status"] == "preparing"


async def test_of_two_who_agree_at_once_one_does(clerk: Clerk, few: int, clone: Clone) -> None:
    asked = (await clerk.ask("school", "teachers")).json()
    answers = await asyncio.gather(
        *(clerk.verb(who, asked["id"], verb, reason="不必") if verb == "refuse" else clerk.verb(who, asked["id"], verb)
          for who, verb in (("training_school", "approve"), ("training_school_2", "approve"), ("bureau", "refuse")))
    )  # fmt: skip
    assert sorted(one.status_code for one in answers) == [200, 409, 409]
    assert few == 3
    connection = await clone.connect()
    decided = await connection.fetchval("SELECT count(*) FROM events WHERE kind LIKE 'export.%ed' AND kind <> $1",
                                        "export.requested")  # fmt: skip
    assert decided == 1
    assert await connection.fetchval("SELECT count(*) FROM operations") <= 1
    await connection.close()


async def test_a_run_that_breaks_off_leaves_no_half_file_and_the_next_one_writes_it(
    clerk: Clerk, few: int, worker: Worker, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, broken = CsvWriter.write, list[int]()

    def breaking(writer: CsvWriter, rows: Any) -> None:
        write(writer, rows)
        if not broken:
            broken.append(len(files(app)))
            message = "the disk is full"
            raise OSError(message)

    monkeypatch.setattr(CsvWriter, "write", breaking)
    asked = (await clerk.ask("bureau", "teachers")).json()
    async with worker():
        done = await clerk.settled("bureau", asked["id"])
    assert (done["status"], broken, few) == ("ready", [1], 3)
    assert [path.stat().st_size for path in files(app)] == [done["file_size"]]
    assert len((await clerk.content("bureau", done)).text.splitlines()) == 11
    again = await clerk.get("bureau", asked["id"])
    assert again["fetched_at"] is not None


async def test_an_export_that_fails_says_why(
    clerk: Clerk, few: int, worker: Worker, app: FastAPI, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_writer: CsvWriter, _rows: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CsvWriter, "write", failing)
    asked = (await clerk.ask("bureau", "teachers")).json()
    own = (await clerk.ask("training_school", "teachers")).json()
    await clerk.verb("bureau", own["id"], "approve")
    connection = await clone.connect()
    gone = "UPDATE account_grants SET ends_on = starts_on WHERE account_id = $1::uuid"
    await connection.execute(gone, own["account_id"])
    async with worker():
        done = await clerk.settled("bureau", asked["id"])
        left = await clerk.settled("bureau", own["id"])
    assert (done["status"], done["failure"], few) == ("failed", "导出出错，没有完成。请联系管理员。", 3)
    assert left["status"] == "failed"
    assert "授权已变更" in left["failure"]
    assert files(app) == []
    assert await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'export.failed'") == 2
    await connection.close()


async def test_an_export_laid_aside_is_told_as_failed_until_its_task_runs_again(
    clerk: Clerk, few: int, worker: Worker, database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_writer: CsvWriter, _rows: Any) -> None:
        raise OSError

    monkeypatch.setattr(CsvWriter, "write", failing)
    asked = (await clerk.ask("bureau", "teachers")).json()
    head = clerk.as_role("bureau")
    async with worker():
        done = await clerk.settled("bureau", asked["id"])
        assert (done["status"], done["failure"], done["possible"], few) == ("failed", LAID_ASIDE, [], 3)
        listed = (await clerk.client.get("/v1/exports?status=failed&is_own=true", headers=head)).json()["items"]
        assert [one["id"] for one in listed] == [asked["id"]]
        assert (await clerk.client.get("/v1/exports?status=preparing", headers=head)).json()["items"] == []
        monkeypatch.undo()
        region = world.account("bureau").region_id
        async with database.begin(region) as db:
            await operations.retry(db, region, UUID(asked["operation_id"]))
        assert (await clerk.settled("bureau", asked["id"]))["status"] == "ready"


async def test_a_long_export_holds_back_neither_feed_nor_seals(
    clerk: Clerk, few: int, worker: Worker, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, begun, go_on = CsvWriter.write, threading.Event(), threading.Event()

    def waiting(writer: CsvWriter, rows: Any) -> None:
        begun.set()
        assert go_on.wait(30)
        write(writer, rows)

    monkeypatch.setattr(CsvWriter, "write", waiting)
    long = (await clerk.ask("bureau", "teachers")).json()
    async with worker():
        assert await asyncio.to_thread(begun.wait, 30)
        later = (await clerk.ask("training_school", "organisations", format="xlsx")).json()
        feed = (await clerk.client.get("/v1/events?limit=200", headers=clerk.as_role("bureau"))).json()["items"]
        connection = await clone.connect()
        holding = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
        )
        await connection.close()
        go_on.set()
        done = await clerk.settled("bureau", long["id"])
    assert (few, holding, done["status"]) == (3, 0, "ready")
    assert later["id"] in {one["entity_id"] for one in feed}


async def test_graphql_asks_and_decides_and_rest_has_the_bytes(
    clerk: Clerk, few: int, worker: Worker, client: httpx.AsyncClient
) -> None:
    ask = """mutation($input: ExportCreateInput!) { createExport(input: $input, idempotencyKey: "graph-export-1") {
      ... on Export { uuid status rows needsSecond isUnmasked } ... on Problem { code } } }"""
    wanted = {"kind": "teachers", "format": "csv", "reason": "核对名册", "filters": {}}
    school, training = clerk.as_role("school"), clerk.as_role("training_school")
    made = (await data(client, school, ask, input=wanted))["createExport"]
    assert (made["status"], made["needsSecond"], few) == ("awaiting_approval", True, 3)
    decide = """mutation($uuid: UUID!, $input: ExportApprovalInput!) {
      approveExport(uuid: $uuid, input: $input, idempotencyKey: "graph-export-2") {
        ... on Export { status decidedBy } ... on Problem { code } } }"""
    own = (await data(client, school, decide, uuid=made["uuid"], input={}))["approveExport"]
    assert own == {"code": "PERMISSION_DENIED"}
    stale = (await data(client, training, decide, uuid=made["uuid"], input={"etag": '"99"'}))["approveExport"]
    assert stale == {"code": "ETAG_MISMATCH"}
    yes = (await data(client, training, decide.replace("-2", "-3"), uuid=made["uuid"], input={}))["approveExport"]
    assert yes["status"] == "preparing"
    async with worker():
        await clerk.settled("school", made["uuid"])
    read = "query($uuid: UUID!) { export(uuid: $uuid) { status filters links { content } } exports { totalCount } }"
    found = await data(client, school, read, uuid=made["uuid"])
    assert found["export"]["status"] == "ready"
    assert found["exports"]["totalCount"] == 1
    assert (await client.get(found["export"]["links"]["content"], headers=school)).status_code == 200
