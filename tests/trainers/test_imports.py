"""Terms that letters on paper stand for come in by a file of the county."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.access.context import Context
from app.core.batch.staging import Applied, Batch
from app.core.db import Database
from app.trainers.imports import TrainersKind
from tests.factories.cluster import Clone
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau, put_appointment
from tests.factories.world import World

HEAD = ("教职工号", "姓名", "来源", "学段", "学科", "聘期起始日", "聘书编号")
FIELD = ("一线名师", "小学", "语文")


@pytest_asyncio.fixture
async def desk(
    office: Bureau, app: FastAPI, database: Database, as_role: SignIn, tmp_path: Path
) -> AsyncIterator[Desk]:
    """A clerk, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Desk(office.client, as_role, tmp_path)
    await anext(running, None)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


@pytest.mark.clause("A7.6", "A7.5", "A7.2")
async def test_a_team_on_paper_is_put_on_record_once(office: Bureau, desk: Desk, world: World, clone: Clone) -> None:
    one, two = world.staff_no("a1-1"), world.staff_no("a2-1")
    rows = [(one, "赵一", *FIELD, "2025-09-01", "聘字001"), (two, "", *FIELD, "2022-11-01", "聘字002")]
    found = await desk.take("bureau", "trainers", [HEAD, *rows], mode="commit")
    assert (found["status"], found["applied"]) == ("committed", 2), found
    told = await desk.faults("bureau", found, "warning")
    assert [(row, code) for row, _, code in told] == [(2, "trainers.title"), (3, "trainers.title")]
    listed = (await office.get("bureau", "trainer-appointments?active_on=2025-10-31"))["items"]
    by_number = {item["number"]: item for item in listed}
    terms = [(by_number[f"聘字00{at}"]["starts_on"], by_number[f"聘字00{at}"]["until"]) for at in (1, 2)]
    assert terms == [("2025-09-01", "2028-09-01"), ("2022-11-01", "2025-11-01")]
    first = by_number["聘字001"]
    assert (first["route"], first["certificate_id"], first["holder_name"]) == ("recorded", None, "赵一")
    assert [(item["rule"], item["severity"]) for item in first["findings"]] == [("trainers.title", "advise")]
    fresh = (two, "周五", *FIELD, "2025-11-01", "聘字003")
    again = await desk.take("bureau", "trainers", [HEAD, rows[0], fresh], mode="commit")
    assert (again["counters"]["unchanged"], again["applied"]) == (1, 1)
    bad = {"school_year": "2025-2026", "result": "unqualified", "opinion": "未完成任务"}
    await office.done("bureau", f"trainer-appointments/{first['id']}:assess", bad)
    gone = await office.done("bureau", f"trainer-appointments/{first['id']}:dismiss", {"reason": "年度考核不合格"})
    assert gone["standing"] == "dismissed"  # though there is no letter of ours to take back
    events = await fetch(clone, "SELECT facts FROM events WHERE kind = 'trainer_appointment.batch_recorded'")
    assert len(events) == 2


@pytest.mark.clause("A7.6")
async def test_every_fault_of_a_file_is_told_at_once_and_nothing_is_written(
    office: Bureau, desk: Desk, world: World, clone: Clone
) -> None:
    one, two = world.staff_no("a1-1"), world.staff_no("a2-1")
    await desk.take("bureau", "trainers", [HEAD, (one, "", *FIELD, "2023-09-01", "聘字001")], mode="commit")
    rows = [
        (one, "别人", *FIELD, "2026-09-01", "聘字002"),
        ("none", "", "无此来源", "小学", "语文", "2025-09-01", "聘字001"),
        (one, "", *FIELD, "2026-08-31", "聘字004"),  # a day before the term on record ends
        (two, "", *FIELD, "2022-07-31", "聘字005"),  # a day before the regulation
        (two, "", *FIELD, "2099-01-01", "聘字006"),
        (two, "", *FIELD, "2023-09-01", "聘字007"),
        (two, "", *FIELD, "2026-08-31", "聘字008"),
        (two, "", "一线名师", "小学", "", "2020-13-01", "聘字009"),
    ]
    before = await fetch(clone, "SELECT id, version FROM trainer_appointments")
    refused = await desk.take("bureau", "trainers", [HEAD, *rows], mode="commit")
    assert (refused["status"], refused["applied"]) == ("invalid", 0)
    assert sorted((row, code) for row, _, code in await desk.faults("bureau", refused)) == [
        (2, "NAME_MISMATCH"),
        (3, "CODE_UNKNOWN"),
        (3, "STAFF_NO_UNKNOWN"),
        (3, "TRAINER_LETTER_TAKEN"),
        (4, "TRAINER_TERM_OVERLAP"),
        (5, "NO_POLICY"),
        (6, "OUT_OF_ORDER"),
        (8, "TRAINER_TERM_OVERLAP"),
        (9, "CELL_REQUIRED"),
        (9, "DATE_INVALID"),
    ]
    assert await fetch(clone, "SELECT id, version FROM trainer_appointments") == before
    for who in ("bureau_be", "training_school", "school"):
        denied = await desk.send(who, "trainers", b"x", mode="validate")
        assert (denied.status_code, denied.json()["code"]) == (403, "PERMISSION_DENIED")


@pytest.mark.clause("A7.6")
async def test_an_import_is_taken_back_as_far_as_nothing_has_come_of_it(
    office: Bureau, desk: Desk, world: World, clone: Clone
) -> None:
    one, two = world.staff_no("a1-1"), world.staff_no("a2-1")
    rows = [(one, "", *FIELD, "2025-09-01", "聘字001"), (two, "", *FIELD, "2025-09-01", "聘字002")]
    found = await desk.take("bureau", "trainers", [HEAD, *rows], mode="commit")
    listed = (await office.get("bureau", "trainer-appointments?active_on=2025-10-31"))["items"]
    worked = next(item for item in listed if item["number"] == "聘字002")
    task = {"appointment_id": worked["id"], "duty": "delivery", "place": "other", "title": "x", "done_on": "2026-10-20"}
    await office.done("bureau", "trainer-assignments", task)
    url, why = f"/v1/imports/{found['id']}:revert", {"reason": "传错了文件"}
    denied = await desk.client.post(url, json=why, headers=desk.as_role("training_school") | _key())
    assert denied.status_code == 404
    done = await desk.done("bureau", await desk.client.post(url, json=why, headers=desk.as_role("bureau") | _key()))
    assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 1, 1)
    kept = [(row, code) for row, _, code in await desk.faults("bureau", done, "warning") if code == "REVERT_KEPT"]
    assert kept == [(3, "REVERT_KEPT")]
    items = (await office.get("bureau", "trainer-appointments?standing=withdrawn"))["items"]
    assert [(item["number"], item["until"], item["end_reason"]) for item in items] == [
        ("聘字001", "2025-09-01", "传错了文件")
    ]
    assert (await office.get("bureau", "trainer-team?on=2026-01-01"))["people"] == 1
    again = await desk.take("bureau", "trainers", [HEAD, *rows], mode="commit")
    assert (again["status"], again["applied"], again["counters"]["unchanged"]) == ("committed", 1, 1)


@pytest.mark.clause("A7.6")
async def test_who_was_appointed_between_check_and_application_keeps_that_term(
    desk: Desk, world: World, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = world.staff_no("a1-1"), world.staff_no("a2-1")
    rows = [(two, "", *FIELD, "2025-09-01", "聘字001"), (one, "", *FIELD, "2025-09-01", "聘字002")]
    found = await desk.take("bureau", "trainers", [HEAD, *rows])
    assert (found["status"], found["counters"]["total"]) == ("validated", 2), found
    where = (world.region, uuid4(), world.teacher("a1-1"), world.organisation("A1"))
    as_written = TrainersKind.apply

    async def late(kind: TrainersKind, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        if not await fetch(clone, "SELECT 1 FROM trainer_appointments"):
            connection = await clone.connect()
            await put_appointment(connection, *where, starts_on="2026-09-01", ends_on="2029-09-01")
            await connection.close()
        return await as_written(kind, ctx, batch, first, last)

    monkeypatch.setattr(TrainersKind, "apply", late)
    url = f"/v1/imports/{found['id']}:commit"
    done = await desk.done("bureau", await desk.client.post(url, json={}, headers=desk.as_role("bureau") | _key()))
    assert (done["status"], done["applied"], done["refusal"]["code"]) == ("failed", 0, "TRAINER_TERM_OVERLAP"), done
    terms = await fetch(clone, "SELECT id FROM trainer_appointments")
    assert [row["id"] for row in terms] == [where[1]]


async def test_the_template_is_read_back_without_its_example(desk: Desk, as_role: SignIn) -> None:
    answer = await desk.client.get("/v1/import-templates/trainers.xlsx", headers=as_role("bureau"))
    found = await desk.done("bureau", await desk.send("bureau", "trainers", answer.content, name="t.xlsx"))
    assert (found["status"], found["counters"]["total"], found["counters"]["skipped"]) == ("validated", 1, 1), found
    assert all(column["field"] for column in found["columns"])
