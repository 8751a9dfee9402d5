"""Members come in by a clerk's file while a workshop is being declared, and by adjustment only afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn
from tests.factories.workshops import Studio, declaration

HEAD = ("工作坊名称", "教职工号", "姓名", "角色")
NAME = "小学语文年级学科工作坊"


@pytest_asyncio.fixture
async def desk(
    studio: Studio, app: FastAPI, database: Database, as_role: SignIn, tmp_path: Path
) -> AsyncIterator[Desk]:
    """A clerk, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Desk(studio.client, as_role, tmp_path)
    await anext(running, None)


@pytest.mark.clause("A6.4", "A6.13a")
async def test_members_from_a_file(studio: Studio, desk: Desk) -> None:
    await studio.settle()
    made = await studio.done("central_school", "", declaration(members=[]))
    rows = [
        (NAME, "10000000", "赵一", "主持人"),
        (NAME, "T11", "", "核心成员"),
        (NAME, "T12", "师12", "成员"),
    ]
    found = await desk.take("central_school", "workshop_members", [HEAD, *rows], mode="commit")
    assert (found["status"], found["counters"]["to_create"]) == ("committed", 3), found
    listed = (await studio.get("central_school", f"/{made['id']}/members"))["items"]
    assert sorted((one["teacher_name"], one["role"], one["joined_on"]) for one in listed) == [
        ("师11", "core", "2026-09-01"),
        ("师12", "applicant", "2026-09-01"),
        ("赵一", "core", "2026-09-01"),
    ]
    again = await desk.take(
        "central_school", "workshop_members", [HEAD, rows[0], (NAME, "T12", "", "核心成员")], mode="commit"
    )
    assert (again["counters"]["unchanged"], again["counters"]["to_update"]) == (1, 1)
    wrong = [(NAME, "T13", "别人", "成员"), (NAME, "none", "", "成员"), ("没有的工作坊", "T14", "", "成员")]
    refused = await desk.take("central_school", "workshop_members", [HEAD, *wrong], mode="commit")
    assert [(row, code) for row, _, code in await desk.faults("central_school", refused)] == [
        (2, "NAME_MISMATCH"),
        (3, "STAFF_NO_UNKNOWN"),
        (4, "WORKSHOP_UNKNOWN"),
    ]
    other = await desk.take("central_b", "workshop_members", [HEAD, rows[0]], mode="commit")
    assert [code for _, _, code in await desk.faults("central_b", other)] == ["WORKSHOP_UNKNOWN"]
    denied = await desk.send("training_school", "workshop_members", b"x", mode="validate")
    assert (denied.status_code, denied.json()["code"]) == (403, "PERMISSION_DENIED")
    assert len((await studio.get("central_school", f"/{made['id']}/members"))["items"]) == 3
