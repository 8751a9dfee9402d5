"""The archive of a school and year over the six kinds, its zip, and the exchange each 中心校 owes."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.core.db import Database
from app.school_research.rules import Kept, missing
from app.school_research.states import ArchiveKind
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.research import Desk, stored
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.uploads import PDF, png, upload
from tests.factories.world import World

WHOLE = Kept(plan=True, activities=2, recorded=2, media=1, assessed_terms=2, results=True, summary=True)
FORM = "年度校本研修方案申请表-甲镇第一小学-2026-2027-第1稿.pdf"
YEAR = {"school_year": "2026-2027"}
TABLES = ("research_years", "research_exchanges")
EXCHANGE = {"held_on": "2026-09-05", "host": "一小", "theme": "大单元", "participants": 80, "summary": "六校交流"}
ARCHIVE, EXCHANGES = "/research-archive?school_year=2026-2027", "/research-exchanges?school_year=2026-2027"


@pytest.mark.clause("A5.10")
@pytest.mark.parametrize(
    ("lack", "kinds"),
    [
        ({}, []),
        ({"plan": False}, ["plan"]),
        ({"activities": 3}, ["records"]),
        ({"activities": 0, "recorded": 0}, ["records"]),
        ({"media": 0}, ["media"]),
        ({"results": False}, ["results"]),
        ({"assessed_terms": 1}, ["assessment"]),
        ({"summary": False}, ["summary"]),
    ],
)
def test_each_of_the_six_kinds_is_missed(lack: dict[str, Any], kinds: list[str]) -> None:
    assert missing(replace(WHOLE, **lack)) == kinds


@pytest.mark.clause("A5.10")
async def test_a_year_fills_up_and_comes_as_one_zip(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    """The read-out is by school, 中心校 and county; only pictures and recordings count as media."""
    empty = await desk.get("central_school", ARCHIVE)
    assert [one["missing"] for area in empty["areas"] for one in area["items"]] == [list(ArchiveKind)] * 2
    await desk.plan(to="running")
    one = await desk.activity("a1-1", title="听/评课")
    for name, content in (("课堂.png", png()), ("教案.pdf", PDF)):
        sent = await upload(client, as_role("school"), f"/v1/research-activities/{one['id']}", content, name)
        assert sent.status_code == 201, sent.text
    lines = [{"staff_no": desk.staff_no("a1-1"), "result": "qualified"}]
    for term in (1, 2):
        body = {"term": f"2026-2027-{term}", "lines": lines}
        said = await desk.post("school", "/term-assessments:batchSet", body, on="2027-07-01")
        assert said.status_code == 200, said.text
    for words in ({"results": "课例集"}, {"results": "=课例集", "summary": "目标达成"}):
        said = await desk.post("school", "/research-years:set", YEAR | words)
        assert (said.status_code, said.json()["school_name"]) == (200, "甲镇第一小学"), said.text
    shown = await desk.get("training_school", ARCHIVE)
    area = next(area for area in shown["areas"] if area["central_school_name"] == "甲镇中心校")
    assert (shown["complete"], area["schools"], area["complete"]) == (1, 2, 1)
    mine = next(one for one in area["items"] if one["is_complete"])
    assert (mine["activities"], mine["recorded"], mine["media"], mine["missing"]) == (1, 1, 1, [])
    query = '{researchArchive(schoolYear:"2026-2027"){complete areas{items{missing isComplete}}}}'
    assert (await data(client, as_role("school"), query))["researchArchive"]["complete"] == 1
    path = f"/v1/research-archive/{world.organisation('A1')}/files.zip?school_year=2026-2027"
    packed = await client.get(path, headers=as_role("central_school"))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert file.testzip() is None
        assert file.namelist() == [
            "目录.csv", FORM, "完备情况.csv", "活动记录.csv", "学期考核.csv", "成果.txt", "总结.txt",
            "2026-10-14 听_评课/001_课堂.png", "2026-10-14 听_评课/002_教案.pdf",
        ]  # fmt: skip
        assert file.read(FORM).startswith(b"%PDF")
        assert file.read("总结.txt").decode() == "目标达成"
        assert "缺" not in file.read("完备情况.csv").decode()


async def test_the_archive_costs_one_statement_for_any_number_of_schools(desk: Desk, database: Database) -> None:
    await desk.get("school", ARCHIVE)
    with counted(database) as one:
        assert (await desk.get("school", ARCHIVE))["schools"] == 1
    await desk.get("training_school", ARCHIVE)
    with counted(database) as all_:
        assert (await desk.get("training_school", ARCHIVE))["schools"] > 2
    assert len(one) == len(all_)


@pytest.mark.clause("M4.1", "A4.5")
async def test_whom_a_demonstration_school_helps_is_followed_up(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    term = {"starts_on": "2026-09-01", "ends_on": "2027-08-31"}
    for kind, helped in (("demonstration_school", "B1"), ("development_school", "D")):
        await fetch(clone, "UPDATE organisations SET is_weak = true WHERE id = $1", world.organisation(helped))
        body = term | {"school_id": str(world.organisation("A1")), "kind": kind}
        title = (await desk.post("training_school", "/school-titles", body)).json()
        assert (await desk.post("bureau", f"/school-titles/{title['id']}:confirm", {})).status_code == 200
        pair = term | {"title_id": title["id"], "helped_id": str(world.organisation(helped)), "goal": "共建教研组"}
        one = (await desk.post("training_school", "/assistance-pairs", pair)).json()
        assert (await desk.post("bureau", f"/assistance-pairs/{one['id']}:confirm", {})).status_code == 200
    path = "/research-help?school_year=2026-2027"
    (shown,) = (await desk.get("school", path))["items"]
    assert [shown[name] for name in ("goal", "has_plan", "activities", "last_score")] == ["共建教研组", False, 0, None]
    await desk.plan("school_b1", to="approved")
    check = {"term": "2026-2027-1", "school_id": str(world.organisation("B1")), "score": 88.5, "opinion": "扎实"}
    assert (await desk.post("central_b", "/inspections", check)).status_code == 201
    (shown,) = (await desk.get("training_school", path))["items"]
    assert [shown[name] for name in ("helped_name", "has_plan", "last_score")] == ["乙镇初级中学", True, 88.5]
    assert (await desk.get("school_b1", path))["items"][0]["pair_id"] == shown["pair_id"]
    assert (await desk.get("school_d", path))["items"] == []
    query = '{researchHelp(schoolYear: "2026-2027") {nodes {helperName lastScore}}}'
    assert len((await data(client, as_role("central_school"), query))["researchHelp"]["nodes"]) == 1


@pytest.mark.clause("A5.6")
async def test_each_central_school_owes_an_exchange_a_year(
    desk: Desk, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    owed = (await desk.get("training_school", EXCHANGES))["items"]
    assert len(owed) > 1
    assert not any(one["is_held"] or one["exchange"] for one in owed)
    first = (await desk.post("central_school", "/research-exchanges:set", EXCHANGE)).json()
    again = (await desk.post("central_school", "/research-exchanges:set", EXCHANGE | {"participants": 81})).json()
    assert (again["id"], again["school_year"], again["participants"]) == (first["id"], "2026-2027", 81)
    before = await desk.post("central_school", "/research-exchanges:set", EXCHANGE | {"held_on": "2026-08-31"})
    assert (before.json()["school_year"], before.json()["id"] != first["id"]) == ("2025-2026", True)
    held = (await desk.get("bureau", EXCHANGES))["items"]
    assert [one["central_school_name"] for one in held if one["is_held"]] == ["甲镇中心校"]
    query = '{researchExchanges(schoolYear:"2026-2027"){isHeld exchange{theme}}}'
    shown = (await data(client, as_role("central_school"), query))["researchExchanges"]
    assert shown == [{"isHeld": True, "exchange": {"theme": "大单元"}}]


async def test_each_refusal_writes_nothing(
    desk: Desk, clone: Clone, client: httpx.AsyncClient, as_role: SignIn
) -> None:
    before = await stored(clone, *TABLES)
    other = {"school_id": str(World().organisation("A1")), "summary": "好"}
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("school", "years", YEAR, 422, "INVALID"),
        ("school", "years", YEAR | {"summary": ""}, 422, "INVALID"),
        ("school_a2", "years", YEAR | other, 403, "OUT_OF_SCOPE"),
        ("central_school", "years", YEAR | {"summary": "好"}, 403, "PERMISSION_DENIED"),
        ("central_school", "exchanges", EXCHANGE | {"held_on": "2026-09-07"}, 422, "INVALID"),
        ("central_school", "exchanges", EXCHANGE | {"participants": 0}, 422, "INVALID"),
        ("school", "exchanges", EXCHANGE, 403, "PERMISSION_DENIED"),
        ("training_school", "exchanges", EXCHANGE, 403, "PERMISSION_DENIED"),
    ]
    for who, what, body, status, code in cases:
        refused = await desk.post(who, f"/research-{what}:set", body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (who, what, refused.text)
    path = f"/v1/research-archive/{World().organisation('A1')}/files.zip?school_year=2026-2027"
    for who, status in (("school_a2", 404), ("teacher", 403), ("school", 200)):
        assert (await client.get(path, headers=as_role(who))).status_code == status, who
    assert await stored(clone, *TABLES) == before
