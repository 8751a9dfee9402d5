"""Nominations come in by a clerk's file; the roster and the summary go out with the line to be signed."""

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.graph import data
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn
from tests.factories.projects import PROJECT, Office
from tests.factories.statements import counted

HEAD = ("项目名称", "教职工号", "姓名", "选送意见")
NAME = PROJECT["name"]
WIDE: dict[str, Any] = {"starts_on": "2030-01-10", "ends_on": "2030-06-30", "nominate_until": "2029-12-31"}


@pytest_asyncio.fixture
async def desk(
    office: Office, app: FastAPI, database: Database, as_role: SignIn, tmp_path: Path
) -> AsyncIterator[Desk]:
    """A clerk, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Desk(office.client, as_role, tmp_path)
    await anext(running, None)


@pytest.mark.clause("M6.3.2", "A2.2")
async def test_nominations_from_a_file(office: Office, desk: Desk) -> None:
    path = await office.selecting(**WIDE)
    rows = [
        (NAME, office.world.staff_no("a1-1"), "赵一", "同意"),
        (NAME, office.world.staff_no("a2-1"), "", ""),
        (NAME, office.world.staff_no("a1-2"), "", "名额不够"),
        (NAME, office.world.staff_no("b1-1"), "", "不是本单位"),
        ("没有的项目", office.world.staff_no("a2-2"), "别人", ""),
    ]
    refused = await desk.take("central_school", "nominations", [HEAD, *rows], mode="commit")
    assert [(row, code) for row, _, code in await desk.faults("central_school", refused)] == [
        (4, "PROJECT_NO_PLACE"),
        (5, "STAFF_NO_UNKNOWN"),
        (6, "PROJECT_UNKNOWN"),
        (6, "NAME_MISMATCH"),
    ]
    found = await desk.take("central_school", "nominations", [HEAD, *rows[:2]], mode="commit")
    assert (found["status"], found["counters"]["to_create"]) == ("committed", 2), found
    listed = (await office.get("central_school", f"{path}/nominations"))["items"]
    assert [(one["teacher_name"], one["status"], one["statement"]) for one in listed] == [
        ("赵一", "nominated", "同意"),
        ("周五", "nominated", None),
    ]
    again = await desk.take("school", "nominations", [HEAD, rows[0]], mode="commit")
    assert again["counters"]["unchanged"] == 1


@pytest.mark.clause("A2.2", "A2.3c")
async def test_the_roster_is_printed_with_a_line_to_be_signed(office: Office) -> None:
    path = await office.selecting()
    await office.confirmed(path)
    await office.nominated(path, "d-1", "school_d")
    counts = {"bureau": (1, 2), "school_d": (0, 1), "central_school": (1, 1)}
    lines: list[dict[str, Any]] = []
    for who, expected in counts.items():
        for kind, many in zip(("project_trainees", "project_nominations"), expected, strict=True):
            body = {"kind": kind, "format": "ndjson", "reason": "报送名册", "filters": {"project_id": path[9:]}}
            made = await office.done(who, "exports", body)
            taken = await office.client.get(f"/v1/exports/{made['id']}/content", headers=office.as_role(who))
            lines = [json.loads(line) for line in taken.text.splitlines()]
            assert (len(lines), kind) == (many, kind), who
    first = {key: lines[0][key] for key in ("number", "name", "sex", "stage", "subject", "title", "unit", "status")}
    assert first == {
        "number": 1, "name": "钱二", "sex": "男", "stage": "小学", "subject": "数学", "title": "一级教师",
        "unit": "甲镇中心校", "status": "已录取",
    }  # fmt: skip
    assert lines[0]["id_number"].startswith("**************")
    body = {"kind": "project_trainees", "format": "xlsx", "reason": "报送名册", "filters": {"project_id": path[9:]}}
    made = await office.done("bureau", "exports", body)
    book = await office.client.get(f"/v1/exports/{made['id']}/content", headers=office.as_role("bureau"))
    shared = ZipFile(io.BytesIO(book.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "填表人" in shared
    assert "（盖章）" in shared


GRAPH = """query($p: UUID!) {projects(first: 50) {nodes {uuid name hostName trainees}}
    projectNominations(uuid: $p, first: 50) {nodes {teacherName unitName findings {rule}}}
    projectTrainees(uuid: $p, first: 50) {nodes {teacherName schoolName}}
    subProjects(uuid: $p, first: 50) {nodes {name members {name isLead}}}}"""


async def test_statements_do_not_grow_with_the_rows(office: Office, database: Database, as_role: SignIn) -> None:
    path = await office.selecting(places={"central A": 4})
    counts: list[int] = []
    asked: list[int] = []
    found: dict[str, Any] = {}
    for teacher, who in (("a1-1", "school"), ("a1-2", "school"), ("a2-1", "school_a2")):
        await office.confirmed(path, teacher, who)
        await office.done("training_school", f"{path}/sub-projects", SUB | {"name": f"子项目 {teacher}"})
        for _ in range(2):  # the first time a connection may have statements of its own
            with counted(database) as sent:
                for part in ("", f"/{path[9:]}/nominations", f"/{path[9:]}/trainees", f"/{path[9:]}/sub-projects"):
                    await office.get("bureau", f"projects{part}")
                found = await data(office.client, as_role("bureau"), GRAPH, p=path[9:])
            asked.append(len(sent))
        counts.append(asked[-1])
    assert len(found["projectTrainees"]["nodes"]) == 3
    assert found["subProjects"]["nodes"][1]["members"] == [{"name": "张三", "isLead": True}]
    assert len(set(counts)) == 1


SUB = {"members": [{"name": "张三", "is_lead": True}]}
