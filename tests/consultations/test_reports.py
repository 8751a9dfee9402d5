"""Reports of ten days over REST: written, handed in, late, returned, accepted; who has not reported."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.consultations import SAID, Consulting, put_sub_project
from tests.factories.keys import SignIn
from tests.factories.scorecards import figure
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World

ON = "2026-11-23"
REASON = {"reason": "请补充具体数据"}


@pytest.mark.clause("A3.4", "A3.3", "A3.1")
async def test_the_team_reports_and_another_person_of_the_office_accepts(
    office: Consulting, clone: Clone, team: UUID
) -> None:
    new = {"sub_project_id": str(team), "on": "2026-11-15", **SAID}
    reports = "consultation-reports"
    cases = [
        ("bureau", reports, new, 403, "PERMISSION_DENIED"),
        ("school", reports, new, 403, "PERMISSION_DENIED"),
        ("teacher_a2", reports, new, 422, "REFERENCE_UNKNOWN"),
        ("teacher", reports, {**new, "author": "张三"}, 422, "NOT_OF_THE_TEAM"),
        ("training_school", reports, {**new, "author": "王五"}, 422, "NOT_OF_THE_TEAM"),
        ("training_school", reports, {**new, "sub_project_id": str(UUID(int=1))}, 422, "REFERENCE_UNKNOWN"),
        ("training_school", reports, {**new, "on": "2026-12-01"}, 422, "consultation.window_begun"),
        ("training_school", reports, {**new, "on": "2026-09-30"}, 422, "consultation.project_running"),
    ]
    await office.refused(clone, cases, ON)
    made = await office.done("teacher", reports, {**new, "suggestions": None}, ON)
    one = f"{reports}/{made['id']}"
    told = ("author", "starts_on", "ends_on", "status", "late_days")
    assert [made[name] for name in told] == ["李四", "2026-11-11", "2026-11-20", "draft", None]
    twice = await office.send("training_school", reports, new, ON)
    assert (twice.status_code, twice.json()["code"]) == (409, "CONSULTATION_REPORT_EXISTS")
    cases = [
        ("teacher", f"{one}:submit", {}, 422, "consultation.headings"),
        ("teacher", f"{one}:accept", {}, 403, "PERMISSION_DENIED"),
        ("teacher_a2", f"{one}:submit", {}, 404, "NOT_FOUND"),
        ("training_school", f"{one}:accept", {}, 409, "STATUS_CONFLICT"),
    ]
    await office.refused(clone, cases, ON)
    body = {"suggestions": SAID["suggestions"], "difficulties": "路途较远", "etag": made["etag"]}
    assert (await office.patched("teacher", one, body, ON)).status_code == httpx.codes.OK
    assert (await office.patched("teacher", one, body, ON)).status_code == httpx.codes.PRECONDITION_FAILED
    sent = await office.done("training_school", f"{one}:submit", on=ON)
    assert [sent[name] for name in told] == ["李四", "2026-11-11", "2026-11-20", "submitted", 3]
    cases = [
        ("training_school", f"{one}:accept", {}, 403, "SEPARATION_OF_DUTIES"),
        ("training_school", f"{one}:return", REASON, 403, "SEPARATION_OF_DUTIES"),
        ("training_school_2", f"{one}:return", {"reason": "重"}, 422, "INVALID"),
    ]
    await office.refused(clone, cases, ON)
    assert (await office.patched("teacher", one, {"progress": "改"}, ON)).json()["code"] == "STATUS_CONFLICT"
    back = await office.done("training_school_2", f"{one}:return", REASON, "2026-11-24")
    assert (back["status"], back["return_reason"]) == ("returned", REASON["reason"])
    emptied = await office.patched("teacher", one, {"progress": None}, "2026-11-25")
    assert (emptied.status_code, emptied.json()["errors"][0]["code"]) == (422, "consultation.headings")
    assert (await office.patched("teacher", one, {"progress": "已完成 12 课时。"}, "2026-11-25")).status_code == 200
    again = await office.done("teacher", f"{one}:submit", on="2026-11-25")
    assert (again["submitted_on"], again["late_days"], again["return_reason"]) == (ON, 3, REASON["reason"])
    done = await office.done("training_school", f"{one}:accept", on="2026-11-26")
    assert (done["status"], done["return_reason"], done["progress"]) == ("accepted", None, "已完成 12 课时。")
    with pytest.raises(asyncpg.CheckViolationError):  # the table itself compares persons, whatever the code does
        await fetch(clone, "UPDATE consultation_reports SET decided_by = submitted_by")
    seen = {who: len((await office.get(who, reports))["items"]) for who in ("bureau", "teacher", "teacher_a2")}
    assert seen == {"bureau": 1, "teacher": 1, "teacher_a2": 0}


@pytest.mark.clause("A3.4")
async def test_of_many_reports_of_one_window_one_is_made(office: Consulting, clone: Clone, team: UUID) -> None:
    new = {"sub_project_id": str(team), **SAID}
    days = ("2026-11-11", "2026-11-15", "2026-11-20")
    answers = await asyncio.gather(
        *(office.send("training_school", "consultation-reports", {**new, "on": day}, ON) for day in days * 2)
    )
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    assert [row["n"] for row in await fetch(clone, "SELECT count(*) AS n FROM consultation_reports")] == [1]
    event = "SELECT count(*) AS n FROM events WHERE kind = 'consultation_report.written'"
    assert [row["n"] for row in await fetch(clone, event)] == [1]


@pytest.mark.clause("A3.4")
async def test_who_has_not_reported_and_who_is_reminded(
    office: Consulting, clone: Clone, team: UUID, world: World
) -> None:
    connection = await clone.connect()
    late_start: dict[str, Any] = {"starts_on": date(2026, 11, 11), "ends_on": date(2026, 11, 30)}
    other = await put_sub_project(connection, HOME, **late_start)
    for status in ("selecting", "cancelled"):  # has not begun, was given up: nothing is due of them
        await put_sub_project(connection, HOME, status=status)
    await connection.close()
    await office.reported(team, "2026-11-10")
    await office.reported(team, "2026-11-20", "2026-11-22")

    async def due(day: str, who: str = "bureau", more: str = "") -> list[tuple[str, object, int]]:
        items = (await office.get(who, f"consultation-dues?on={day}{more}", ON))["items"]
        names = {str(team): "team", str(other): "other"}
        return sorted((names[one["sub_project_id"]], one["late_days"], one["days_over"]) for one in items)

    assert await due("2026-11-05") == [("team", 0, 0)]  # the other begins on the 11th
    assert await due("2026-11-11") == [("other", None, 3), ("team", 2, 0)]
    assert await due("2026-11-11", more="&is_missing=true") == [("other", None, 3)]
    assert await due("2026-11-11", more="&is_missing=false") == [("team", 2, 0)]
    assert await due("2026-11-30") == [("other", None, 0), ("team", None, 0)]
    assert await due("2026-12-01") == [("team", None, 0)]  # the other has ended
    assert await due("2026-11-11", "teacher") == [("team", 2, 0)]  # its own team only
    assert await due("2026-11-11", "teacher_a2") == []
    owed = (await office.get("training_school", "consultation-reminders?include_total=true", ON))["items"]
    windows = [(one["starts_on"][5:], one["sub_project_id"] == str(team)) for one in owed]
    assert windows[:3] == [("10-01", True), ("10-11", True), ("10-21", True)]
    assert sorted(windows[3:]) == [("11-11", False), ("11-21", False), ("11-21", True)]
    assert "逾期 3 天" in next(one["message"] for one in owed if one["starts_on"] == "2026-11-11")
    paged, cursor, page = [], "", dict[str, Any]()
    for _ in owed:
        page = await office.get("training_school", f"consultation-reminders?limit=1{cursor}", ON)
        paged += page["items"]
        cursor = f"&cursor={page['next_cursor']}"
    assert (paged, page["next_cursor"]) == (owed, None)
    assert (await office.get("bureau", "consultation-reminders", "2022-07-15"))["items"] == []
    month = await office.get("training_school", "consultation-month?month=2026-11", ON)
    assert [(one["due"], one["in_time"], one["late"], one["missing"]) for one in month["windows"]] == [
        (1, 1, 0, 0),
        (2, 0, 1, 1),
        (2, 0, 0, 2),
    ]
    assert [month[name] for name in ("due", "undecided", "is_summary_due", "summary_id")] == [5, 2, False, None]
    assert (await office.get("bureau", "consultation-month?month=2026-10", ON))["is_summary_due"] is True
    before = await office.client.get("/v1/consultation-month?month=2022-07", headers=office.as_role("bureau"))
    far = await office.client.get("/v1/consultation-dues?on=9999-12-31", headers=office.as_role("bureau"))
    assert far.json()["code"] == "INVALID"
    assert before.status_code == httpx.codes.UNPROCESSABLE_ENTITY  # no policy yet


@pytest.mark.clause("A3.4", "A5.10")
async def test_files_export_and_the_cost_of_lists(
    office: Consulting, clone: Clone, team: UUID, database: Database, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    path = await office.reported(team, "2026-10-05")
    files = {"file": ("材料.pdf", PDF)}
    for who, status in (("bureau", 403), ("teacher", 201), ("teacher_a2", 404)):
        answer = await client.post(f"/v1/{path}/files", files=files, headers=as_role(who))
        assert answer.status_code == status, answer.text
    file = (await office.get("bureau", f"{path}/files"))["items"][0]
    seen = {
        who: (await client.get(f"/v1/files/{file['id']}", headers=as_role(who))).status_code
        for who in ("training_school", "teacher", "teacher_a2", "school")
    }
    assert seen == {"training_school": 200, "teacher": 200, "teacher_a2": 404, "school": 404}
    query = (
        '{consultationReports{nodes{author projectName}} consultationDues(on:"2026-10-05"){nodes{lead}}'
        " consultationReminders{nodes{message}} consultationSummaries{nodes{month reportsDue}} briefings{nodes{title}}}"
    )
    figures = []
    for number in range(1, 4):
        month = f"2026-{9 + number:02d}"
        summary = {"month": month, "text": "小结"}
        await office.done("training_school", "consultation-summaries", summary, "2026-12-31")
        await office.reported(team, f"{month}-11", "2026-12-31")
        await office.get("bureau", "consultation-reports")  # the sign-in is remembered
        with counted(database) as sent:
            answer = await client.post("/graphql", json={"query": query}, headers=as_role("bureau"))
        assert "errors" not in answer.json(), answer.text
        figures.append(len(sent))
    assert figures[0] == figures[1] == figures[2]
    asked = {"kind": "consultation_reports", "format": "csv", "reason": "对账", "filters": {"is_late": True}}
    export = await office.done("bureau", "exports", asked)
    content = (await client.get(f"/v1/exports/{export['id']}/content", headers=as_role("bureau"))).text
    assert (content.count("语文子项目"), "2026-10-11" in content, "2026-10-05" in content) == (3, True, False)
    assert (await office.send("school", "exports", asked)).status_code == httpx.codes.FORBIDDEN


@pytest.mark.clause("A3.4", "A3.6", "A4.2")
async def test_reports_stand_on_the_scorecard_and_beside_the_team(
    office: Consulting, clone: Clone, team: UUID, world: World
) -> None:
    late = await office.reported(team, "2026-11-05", "2026-11-12")
    in_time = [await office.reported(team, day) for day in ("2026-10-10", "2026-10-20")]
    card = await office.get("bureau", "scorecards/2026", ON)
    found = figure(card, "consultations.reports")
    assert (found["counted"], found["base"], found["share"]) == (2, 5, 0.4)
    path = "scorecards/2026/indicators/implementation.delivery/records?figure=consultations.reports&include_total=true"
    records = await office.get("training_school", path, ON)
    assert records["total"] == 5
    assert sorted(one["detail"] for one in records["items"]) == ["按时", "按时", "未提交", "未提交", "逾期 2 天"]
    hrefs = {one["href"] for one in records["items"]}
    assert {f"/v1/{one}" for one in (late, *in_time)} < hrefs
    for one in hrefs:
        assert (await office.client.get(one, headers=office.as_role("bureau"))).status_code == httpx.codes.OK
    evidence = await office.get("bureau", f"sub-projects/{team}/team-evidence/2026", ON)
    known = {one["code"]: [(line["actual"], line["required"]) for line in one["figures"]] for one in evidence["marks"]}
    assert known["process_quality"][-3:] == [("2", "5"), ("1", "0"), ("2", "0")]
    nobody = f"/v1/sub-projects/{UUID(int=1)}/team-evidence/2026"
    assert (await office.client.get(nobody, headers=office.as_role("bureau"))).status_code == httpx.codes.NOT_FOUND
    early = figure(await office.get("bureau", "scorecards/2022", ON), "consultations.reports")
    assert (early["counted"], early["base"]) == (0, 0)
    for teacher, status in (("teacher", 200), ("teacher_a2", 404)):
        answer = await office.client.get(f"/v1/{late}", headers=office.as_role(teacher))
        assert answer.status_code == status
    await office.done("teacher", "consultation-reports", {"sub_project_id": str(team), "on": ON}, ON)
    merge = {"into_id": str(world.teacher("a2-1")), "reason": "重复登记的档案", "is_same_person": True}
    await office.done("bureau", f"teachers/{world.teacher('a1-1')}:merge", merge)
    whose = await fetch(clone, "SELECT author_teacher_id AS id FROM consultation_reports WHERE status = 'draft'")
    assert [row["id"] for row in whose] == [world.teacher("a2-1")]
    await office.done("bureau", f"teachers/{world.teacher('a1-1')}:unmerge", {"reason": "合并有误"})
    whose = await fetch(clone, "SELECT author_teacher_id AS id FROM consultation_reports WHERE status = 'draft'")
    assert [row["id"] for row in whose] == [world.teacher("a1-1")]
