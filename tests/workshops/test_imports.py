"""Members come in by a clerk's file while a workshop is being declared, and by adjustment only afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn
from tests.factories.workshops import Studio, declaration, members, person

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


async def _taken_back(desk: Desk, found: dict[str, Any]) -> dict[str, Any]:
    head = desk.as_role("central_school") | {"Idempotency-Key": str(uuid4())}
    url, why = f"/v1/imports/{found['id']}:revert", {"reason": "传错了文件"}
    return await desk.done("central_school", await desk.client.post(url, json=why, headers=head))


@pytest.mark.clause("A6.4", "A6.13a")
async def test_an_import_is_taken_back_until_the_workshop_is_submitted(studio: Studio, desk: Desk) -> None:
    await studio.settle()
    made = await studio.done("central_school", "", declaration(members=members((), [person(1, 1), person(1, 2)])))
    path = f"/{made['id']}"

    async def roles() -> dict[str, str]:
        return {
            one["teacher_name"]: one["role"] for one in (await studio.get("central_school", f"{path}/members"))["items"]
        }

    before = await roles()
    rows = [
        (NAME, "T11", "", "核心成员"),
        (NAME, "T12", "", "核心成员"),
        (NAME, "T13", "", "成员"),
        (NAME, "T14", "", "成员"),
    ]
    found = await desk.take("central_school", "workshop_members", [HEAD, *rows], mode="commit")
    await studio.done("central_school", f"{path}:adjustMembers", {"remove": [str(person(1, 2)), str(person(1, 4))]})
    done = await _taken_back(desk, found)
    assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 2, 2)
    assert [row for row, _, code in await desk.faults("central_school", done, "warning") if code == "REVERT_KEPT"] == [
        3,
        5,
    ]
    assert await roles() == {"师11": before["师11"]}
    found = await desk.take("central_school", "workshop_members", [HEAD, *rows], mode="commit")
    connection = await studio.clone.connect()
    await connection.execute("UPDATE workshops SET status = 'submitted', submitted_by = created_by,"
                             " submitted_role = 'central_school' WHERE id = $1", made["id"])  # fmt: skip
    await connection.close()
    after = await roles()
    done = await _taken_back(desk, found)
    assert (done["reverted"], done["kept"]) == (0, 4)
    assert await roles() == after
