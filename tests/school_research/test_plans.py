"""Yearly plans through the doors: the way to approval, amendments, the form, and what is refused."""

from io import BytesIO
from typing import Any

import asyncpg
import httpx
import pypdf
import pytest
from docx import Document

from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.research import CONTENT, LATE, Desk, stored
from tests.factories.world import World

SECOND = (
    "INSERT INTO school_plans (region_id, id, school_id, start_year, revision, status, content, amend_reason,"
    " created_by) SELECT region_id, gen_random_uuid(), school_id, start_year, 2, 'draft', content, 'x', created_by"
    " FROM school_plans"
)
TABLES = ("school_plans", "school_plan_acts")


@pytest.mark.clause("A5.6", "A5.7.3")
async def test_a_plan_from_draft_to_an_approved_amendment(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    plan = await desk.plan(to="submitted")
    path = f"/school-plans/{plan['id']}"
    assert (plan["due_on"], plan["is_late"], plan["revision"]) == ("2026-09-06", False, 1)
    sent = await desk.post("training_school", f"{path}:return", {"reason": "请补充经费"})
    assert (sent.json()["status"], sent.json()["opinion"]) == ("returned", "请补充经费")
    better = CONTENT | {"theme": "大单元教学（修改）"}
    assert (await desk.post("school", path, {"content": better}, method="PATCH")).status_code == 200
    for who, verb, status in (
        ("school", "submit", "submitted"),
        ("training_school", "approve", "approved"),
        ("school", "start", "running"),
    ):
        assert (await desk.post(who, f"{path}:{verb}", {}, on=LATE)).json()["status"] == status, verb
    frozen = await desk.post("school", path, {"content": CONTENT}, method="PATCH")
    assert (frozen.status_code, frozen.json()["code"]) == (409, "SCHOOL_PLAN_FROZEN")
    new = (await desk.post("school", f"{path}:amend", {"reason": "增加课题"})).json()
    assert (new["revision"], new["status"], new["content"]["theme"]) == (2, "draft", better["theme"])
    assert (await desk.get("teacher", "/school-plans"))["items"][0]["revision"] == 1
    assert (await desk.post("school", f"/school-plans/{new['id']}:submit", {}, on=LATE)).status_code == 200
    done = await desk.post("training_school", f"/school-plans/{new['id']}:approve", {}, on=LATE)
    assert (done.json()["status"], done.json()["is_late"]) == ("running", None)
    assert (await desk.get("school", path))["status"] == "superseded"
    acts = (await desk.get("school", f"{path}/acts"))["items"]
    assert [one["act"] for one in acts] == ["create", "submit", "return", "submit", "approve", "start", "supersede"]
    assert [one["content"]["theme"] for one in acts if one["content"]] == ["大单元教学", "大单元教学（修改）"]
    query = "query($id:UUID!){schoolPlan(uuid:$id){revision content{theme} school{name} acts{act}}}"
    shown = (await data(client, as_role("training_school"), query, id=new["id"]))["schoolPlan"]
    assert (shown["school"]["name"], [one["act"] for one in shown["acts"]]) == (
        "甲镇第一小学", ["amend", "submit", "approve", "start"],
    )  # fmt: skip


@pytest.mark.clause("A5.1", "A5.7.3")
async def test_late_needs_a_reason_and_progress_shows_who_is_missing(desk: Desk) -> None:
    plan = await desk.plan("school_d")  # a kindergarten
    path = f"/school-plans/{plan['id']}:submit"
    refused = await desk.post("school_d", path, {}, on=LATE)
    assert [one["code"] for one in refused.json()["errors"]] == ["school_plan.late_reason"]
    late = (await desk.post("school_d", path, {"late_reason": "园舍维修"}, on=LATE)).json()
    assert (late["is_late"], late["late_reason"], late["handed_in_on"]) == (True, "园舍维修", LATE)
    await desk.plan("school", to="submitted")
    url = "/school-plan-progress?school_year=2026-2027"
    areas = {one["central_school_name"]: one for one in (await desk.get("training_school", url, on=LATE))["items"]}
    figures = {name: [one[key] for key in ("schools", "handed_in", "late", "overdue")] for name, one in areas.items()}
    assert figures == {"甲镇中心校": [2, 1, 0, 1], "乙镇中心校": [1, 0, 0, 1], "市直学校": [1, 1, 1, 0]}
    assert [one["school_name"] for one in areas["甲镇中心校"]["items"]] == ["甲镇第二小学"]
    own = (await desk.get("central_school", url))["items"]
    assert [(one["central_school_name"], one["overdue"]) for one in own] == [("甲镇中心校", 0)]


@pytest.mark.clause("A5.7.3")
async def test_the_form_says_what_the_plan_says(desk: Desk, client: httpx.AsyncClient, as_role: SignIn) -> None:
    plan = await desk.plan(own_contents=["校园足球", "#panic()*[镕喆]"])
    answer = await client.get(f"/v1/school-plans/{plan['id']}.pdf", headers=as_role("school"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages)
    for words in ("甲镇第一小学", "大单元教学", "集体备课", "校本课程开发", "#panic()*[镕喆]", "1234.56", "语文组"):
        assert words in text.replace("\n", ""), words
    assert "扫码" not in text
    word = await client.get(f"/v1/school-plans/{plan['id']}.docx", headers=as_role("school"))
    assert (word.status_code, word.headers["content-type"].rpartition(".")[2]) == (200, "document")
    written = Document(BytesIO(word.content))
    cells = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    said = [*cells, *(paragraph.text for paragraph in written.paragraphs)]
    for words in (
        "甲镇第一小学",
        "研修主题：大单元教学",
        "#panic()*[镕喆]（学校自定）",
        "集体备课",
        "1234.56",
        "语文组",
    ):
        assert words in said, (words, said)
    hidden = await client.get(f"/v1/school-plans/{plan['id']}.docx", headers=as_role("school_b1"))
    assert hidden.status_code == 404


@pytest.mark.clause("A5.3")
async def test_aims_are_linked_to_the_three_year_plan_of_the_school(desk: Desk) -> None:
    three = {"aims": "建成研修型学校", "measures": "每年一个主题"}
    ids = {}
    for who, first in (("school", "2025-2026"), ("school", "2028-2029"), ("school_b1", "2026-2027")):
        made = await desk.post(who, "/development-plans", three | {"first_year": first})
        assert made.status_code == 201, made.text
        ids[first] = made.json()["id"]
    plan = await desk.plan()
    path = f"/school-plans/{plan['id']}"

    async def link(one: str) -> httpx.Response:
        content = plan["content"] | {"aims": plan["content"]["aims"] | {"development_plan_id": one}}
        return await desk.post("school", path, {"content": content}, method="PATCH")

    for first, code in (("2028-2029", "OUTSIDE_YEARS"), ("2026-2027", "REFERENCE_UNKNOWN")):
        refused = await link(ids[first])
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code), refused.text
    assert (await desk.get("school", path))["content"] == plan["content"]
    linked = await link(ids["2025-2026"])
    assert linked.json()["content"]["aims"]["development_plan_id"] == ids["2025-2026"]


async def test_each_refusal_writes_nothing(desk: Desk, clone: Clone, world: World) -> None:
    plan = await desk.plan(to="submitted")
    path = f"/school-plans/{plan['id']}"
    empty = await desk.plan("school_a2", principal=None, contents=[], own_contents=[], modes=[], own_modes=[])
    before = await stored(clone, *TABLES)
    year = {"school_year": "2026-2027"}
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "/school-plans", year, 409, "SCHOOL_PLAN_PENDING"),
        ("school", "/school-plans", {"school_year": "2030-2031"}, 422, "SCHOOL_YEAR_UNKNOWN"),
        ("school_b1", "/school-plans", year | {"content": {"contents": ["football"]}}, 422, "RULE_BROKEN"),
        ("school_b1", "/school-plans", year | {"school_id": str(world.organisation("A1"))}, 403, "OUT_OF_SCOPE"),
        ("central_school", "/school-plans", year, 403, "PERMISSION_DENIED"),
        ("school", f"{path}:approve", {}, 403, "PERMISSION_DENIED"),
        ("school_a2", f"{path}:withdraw", {}, 404, "NOT_FOUND"),
        ("school", f"{path}:start", {}, 409, "STATUS_CONFLICT"),
        ("school", f"{path}:amend", {"reason": "早了"}, 409, "STATUS_CONFLICT"),
        ("training_school", f"{path}:approve", {"etag": '"1"'}, 412, "ETAG_MISMATCH"),
        ("training_school", f"{path}:return", {}, 422, "INVALID"),
    ]
    for who, url, body, status, code in cases:
        answer = await desk.post(who, url, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, url, answer.text)
    answer = await desk.post("school_a2", f"/school-plans/{empty['id']}:submit", {})
    assert [one["code"] for one in answer.json()["errors"]] == [
        "school_plan.contents_missing", "school_plan.modes_missing", "school_plan.principal",
    ]  # fmt: skip
    assert await stored(clone, *TABLES) == before


async def test_the_database_keeps_what_was_handed_in(desk: Desk, clone: Clone) -> None:
    plan = await desk.plan(to="submitted")
    connection = await clone.connect()
    for statement, error in (
        ("UPDATE school_plans SET content = '{}'", asyncpg.RestrictViolationError),
        ("UPDATE school_plans SET decided_by = submitted_by, decided_at = now()", asyncpg.CheckViolationError),
        ("UPDATE school_plans SET is_late = true", asyncpg.CheckViolationError),
        ("DELETE FROM school_plan_acts", asyncpg.RestrictViolationError),
        (SECOND, asyncpg.UniqueViolationError),
    ):
        with pytest.raises(error):
            await connection.execute(statement)
    assert await connection.fetchval("SELECT status FROM school_plans") == plan["status"]
    await connection.close()
