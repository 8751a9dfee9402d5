"""Activities through the doors: attendance by list and by code, and the hours sheet that comes of them."""

from typing import Any

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.research import Desk, stored
from tests.factories.uploads import PDF, upload
from tests.factories.world import HOME, World

DAY = "2026-10-14"
TABLES = ("research_activities", "research_attendance", "hours_submissions", "hours_submission_lines")
CLAIM, TERM = "/research-activities:claimHours", {"term": "2026-2027-1"}


@pytest.mark.clause("A5.2", "A5.7.1", "A5.7.2")
async def test_attendance_of_a_term_becomes_the_hours_sheet(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    plan = await desk.plan(to="running")
    one = await desk.activity("a1-2", "a1-3")
    path = f"/research-activities/{one['id']}"
    assert (one["attended"], one["term"], one["plan_id"], one["is_claimed"]) == (2, TERM["term"], plan["id"], False)
    code = (await desk.post("school", f"{path}:openSignIn", {})).json()["code"]
    for _ in range(2):  # signing in twice counts once
        signed = await desk.post("teacher", "/research-activities:signIn", {"code": code}, on=DAY)
        assert (signed.status_code, signed.json()["attended"]) == (200, 3), signed.text
    mine = (await desk.get("teacher", f"{path}/attendance"))["items"]
    assert [(line["teacher_name"], line["means"]) for line in mine] == [("赵一", "code")]
    await desk.activity("a1-1", title="读书会", activity_date="2026-11-05", hours=1.5, content="校园足球")
    made = (await desk.post("school", CLAIM, TERM)).json()
    assert (made["activities"], made["lines"], len(made["submission_ids"])) == (2, 4, 1)
    sheet = await desk.get("school", f"/hours-submissions/{made['submission_ids'][0]}")
    assert (sheet["line_count"], sheet["claimed_hours"], sheet["category"]) == (4, 7.5, "school_research")
    closed = await desk.post("school", path, {"title": "改题"}, method="PATCH")
    assert (closed.status_code, closed.json()["code"]) == (409, "RESEARCH_ACTIVITY_CLOSED")
    again = await desk.post("school", CLAIM, TERM)
    assert (again.status_code, again.json()["code"]) == (409, "RESEARCH_NOTHING_TO_CLAIM")
    for who, verb in (("school", "submit"), ("training_school", "approve")):
        done = await desk.post(who, f"/hours-submissions/{sheet['id']}:{verb}", {}, on="2027-01-10")
        assert done.status_code == 200, done.text
    query = "query($id:UUID!){researchActivity(uuid:$id){isClaimed attendance{nodes{teacherName hours}}}}"
    shown = (await data(client, as_role("central_school"), query, id=one["id"]))["researchActivity"]
    assert (shown["isClaimed"], len(shown["attendance"]["nodes"])) == (True, 3)


async def test_a_withdrawn_sheet_frees_its_activities(desk: Desk) -> None:
    one = await desk.activity("a1-1")
    path = f"/research-activities/{one['id']}"
    first = (await desk.post("school", CLAIM, TERM)).json()["submission_ids"][0]
    assert (await desk.post("school", f"/hours-submissions/{first}:withdraw", {})).status_code == 200
    teacher = World().teacher("a1-1")
    struck = await desk.post("school", f"{path}/attendance/{teacher}", {}, method="DELETE")
    assert (struck.status_code, struck.json()["attended"]) == (200, 0)
    gone = await desk.post("school", f"{path}/attendance/{teacher}", {}, method="DELETE")
    assert gone.status_code == 404
    lines = {"lines": [{"name": "钱二", "hours": 1}]}
    assert (await desk.post("school", f"{path}/attendance:batchCreate", lines)).json()["attended"] == 1
    second = (await desk.post("school", CLAIM, TERM)).json()
    assert (second["lines"], second["submission_ids"] != [first]) == (1, True)
    assert (await desk.get("school", path))["submission_id"] == second["submission_ids"][0]


async def test_each_refusal_writes_nothing(desk: Desk, clone: Clone, world: World) -> None:
    one = await desk.activity("a1-1")
    path = f"/research-activities/{one['id']}"
    code = (await desk.post("school", f"{path}:openSignIn", {})).json()["code"]
    body = {key: one[key] for key in ("title", "activity_date", "content", "mode", "host", "hours")}
    other = {"lines": [{"teacher_id": str(world.teacher("a2-1"))}]}
    before = await stored(clone, *TABLES)
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "/research-activities", body, 409, "RESEARCH_ACTIVITY_REPEATED"),
        ("school", "/research-activities", body | {"content": "日常教育教学研讨", "title": "x"}, 422, "RULE_BROKEN"),
        ("school", "/research-activities", body | {"activity_date": "2031-10-01"}, 422, "SCHOOL_YEAR_UNKNOWN"),
        ("school", "/research-activities", body | {"hours": 0.3}, 422, "INVALID"),
        ("central_school", "/research-activities", body, 403, "PERMISSION_DENIED"),
        ("school", f"{path}/attendance:batchCreate", other, 422, "INVALID"),
        ("school", f"{path}:cancel", {"reason": "误", "etag": '"1"'}, 412, "ETAG_MISMATCH"),
        ("school_a2", f"{path}:cancel", {"reason": "误"}, 404, "NOT_FOUND"),
        ("training_school", f"{path}:cancel", {"reason": "误"}, 403, "PERMISSION_DENIED"),
        ("teacher", "/research-activities:signIn", {"code": code}, 409, "SIGN_IN_CODE_INVALID"),  # another day
        ("teacher_a2", "/research-activities:signIn", {"code": code}, 409, "SIGN_IN_CODE_INVALID"),
        ("school", CLAIM, {"term": "2026-2027-2"}, 409, "RESEARCH_NOTHING_TO_CLAIM"),
        ("central_school", CLAIM, TERM, 409, "SCHOOL_REQUIRED"),
        ("training_school", CLAIM, TERM, 403, "PERMISSION_DENIED"),
    ]
    for who, url, sent, status, wanted in cases:
        on = DAY if who == "teacher_a2" else "2026-10-15"
        answer = await desk.post(who, url, sent, on=on)
        assert (answer.status_code, answer.json()["code"]) == (status, wanted), (who, url, answer.text)
    assert await stored(clone, *TABLES) == before
    gone = (await desk.post("school", f"{path}:cancel", {"reason": "登记有误"})).json()
    assert (gone["status"], gone["cancel_reason"]) == ("cancelled", "登记有误")
    assert (await desk.post("school", f"{path}:cancel", {"reason": "再"})).json()["code"] == "RESEARCH_ACTIVITY_CLOSED"
    await desk.activity("a1-1")  # what was cancelled does not stand in the way


@pytest.mark.parametrize(("who", "lines"), [("school", 2), ("teacher", 1), ("school_a2", 0), ("central_school", 2)])
async def test_attendance_in_a_file(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn, who: str, lines: int
) -> None:
    await desk.activity("a1-1", "a1-2", content="校园足球")
    body = {"kind": "research_attendance", "format": "csv", "filters": TERM, "reason": "存档"}
    made = await desk.post(who, "/exports", body)
    assert made.status_code == 201, made.text
    text = (await client.get(made.json()["links"]["content"], headers=as_role(who))).content.decode("utf-8-sig")
    found = text.splitlines()[1:]
    assert len(found) == lines
    assert all(word in line for line in found for word in ("校园足球", "集体备课", "教研组长", "校长甲"))


@pytest.mark.clause("A5.10")
async def test_material_of_an_activity(desk: Desk, client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
    one = await desk.activity("a1-1")
    path = f"/v1/research-activities/{one['id']}"
    assert (await upload(client, as_role("school"), path, PDF, "记录.pdf")).status_code == 201
    before = await stored(clone, "files")
    for who, content, status, code in (
        ("school", b"<script>alert(1)</script>", 422, "FILE_TYPE_REFUSED"),
        ("school_a2", PDF + b"\n", 404, "NOT_FOUND"),
        ("central_school", PDF + b"\n", 403, "PERMISSION_DENIED"),
        ("teacher", PDF + b"\n", 403, "PERMISSION_DENIED"),
    ):
        refused = await upload(client, as_role(who), path, content, "现场.pdf")
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert await stored(clone, "files") == before
    listed = await client.get(f"{path}/files", headers=as_role("central_school"))
    assert [file["name"] for file in listed.json()["items"]] == ["记录.pdf"]
    assert (await client.get(f"{path}/files.zip", headers=as_role("training_school"))).status_code == 200
    query = "query($id:UUID!){researchActivity(uuid:$id){files{name}}}"
    assert (await data(client, as_role("school"), query, id=one["id"]))["researchActivity"]["files"] == [
        {"name": "记录.pdf"}
    ]
    await desk.post("school", f"/research-activities/{one['id']}:cancel", {"reason": "误"})
    late = await upload(client, as_role("school"), path, PDF + b"\n", "补.pdf")
    assert (late.status_code, late.json()["code"]) == (409, "RESEARCH_ACTIVITY_CLOSED")


@pytest.mark.long
@pytest.mark.clause("A5.6", "A5.7.1")
async def test_2000_rows_of_attendance_are_claimed_and_approved_in_one_go(desk: Desk, clone: Clone) -> None:
    connection = await clone.connect()
    await connection.execute(
        "INSERT INTO research_activities (region_id, id, school_id, start_year, term, title, activity_date, content,"
        " mode, host, hours, status, created_by) SELECT $1, gen_random_uuid(), $2, 2026, 1, '活动' || n,"
        " '2026-09-01'::date + n % 120, 'daily_teaching', 'observation', '甲', 0.5, 'open', gen_random_uuid()"
        " FROM generate_series(1, 667) n",
        HOME, World().organisation("A1"),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO research_attendance (region_id, id, activity_id, teacher_id, means, recorded_by)"
        " SELECT $1, gen_random_uuid(), a.id, t, 'list', gen_random_uuid() FROM research_activities a,"
        " unnest($2::uuid[]) t ORDER BY a.id, t LIMIT 2000",
        HOME, [World().teacher(one) for one in ("a1-1", "a1-2", "a1-3")],
    )  # fmt: skip
    made = (await desk.post("school", CLAIM, TERM, on="2027-01-15")).json()
    assert (made["lines"], len(made["submission_ids"])) == (2000, 1)
    path = f"/hours-submissions/{made['submission_ids'][0]}"
    for who, verb in (("school", "submit"), ("training_school", "approve")):
        done = await desk.post(who, f"{path}:{verb}", {}, on="2027-01-15")
        assert done.status_code == 200, done.text
    assert await connection.fetchval("SELECT count(*) FROM hours_entries WHERE source = 'submission'") == 2000
    assert await connection.fetchval("SELECT sum(credited) FROM hours_summaries") == 1000
    await connection.close()
