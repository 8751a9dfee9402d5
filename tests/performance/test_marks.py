"""Marks over REST: whose row it is, two persons, points of an indicator, frozen years, evidence and what is printed."""

import asyncio
import hashlib
import io
import json
import zipfile
from typing import Any

import asyncpg
import httpx
import pytest
from python_calamine import CalamineWorkbook

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.scorecards import (
    CITY,
    ECOLOGY,
    FUNDS,
    INTEGRATION,
    LINKAGE,
    SAID,
    TEAM,
    YEAR,
    put_team,
    requirement,
    row,
)
from tests.factories.trainers import Bureau
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World

TABLES = ("scorecard_years", "scorecard_rows", "scorecard_snapshots", "scorecard_records")


async def stored(clone: Clone) -> list[int]:
    """How many rows each table has."""
    connection = await clone.connect()
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]
    await connection.close()
    return found


@pytest.mark.clause("A4.1")
async def test_only_the_named_department_assesses_and_nothing_is_written_otherwise(
    office: Bureau, clone: Clone
) -> None:
    for who, code, verb, body, status, problem in (
        ("bureau_be", CITY, "assess", SAID, 403, "OTHER_BODY"),
        ("training_school", CITY, "assess", SAID, 403, "OTHER_BODY"),
        ("bureau", TEAM, "assess", SAID, 403, "OTHER_BODY"),
        ("central_school", TEAM, "assess", SAID, 403, "PERMISSION_DENIED"),
        ("school", TEAM, "assess", SAID, 403, "PERMISSION_DENIED"),
        ("teacher", TEAM, "assess", SAID, 403, "PERMISSION_DENIED"),
        ("training_school", TEAM, "score", {"points": 1}, 403, "PERMISSION_DENIED"),
        ("bureau_be", CITY, "score", {"points": 1}, 403, "PERMISSION_DENIED"),
        ("bureau_be", ECOLOGY, "designate", {"departments": ["office"]}, 403, "PERMISSION_DENIED"),
        ("bureau", CITY, "score", {"points": 1}, 404, "NOT_FOUND"),
        ("bureau", CITY, "designate", {"departments": ["office"]}, 422, "SCORECARD_INVALID"),
        ("bureau", ECOLOGY, "designate", {"departments": ["no_such", "all_functional"]}, 422, "SCORECARD_INVALID"),
        ("bureau", CITY, "assess", {**SAID, "points": 3.5}, 422, "RULE_BROKEN"),
        ("bureau", CITY, "assess", {**SAID, "points": 0.3}, 422, "INVALID"),
        ("bureau", CITY, "assess", {**SAID, "links": [{"label": "a", "url": "javascript:x"}]}, 422, "INVALID"),
        ("bureau", "no.such.row", "assess", SAID, 404, "NOT_FOUND"),
    ):
        answer = await office.send(who, row(code, verb), body)
        assert (answer.status_code, answer.json()["code"]) == (status, problem), (who, code, verb, answer.text)
    for who in ("school", "central_school", "teacher"):
        assert (await office.client.get(f"/v1/{YEAR}", headers=office.as_role(who))).status_code == 403
    frozen = await office.send("training_school", f"{YEAR}:freeze", {})
    assert frozen.json()["code"] == "PERMISSION_DENIED"
    assert await stored(clone) == [0, 0, 0, 0]


@pytest.mark.clause("A4.1", "A3.6")
async def test_a_row_is_assessed_scored_by_another_person_returned_and_scored_again(office: Bureau) -> None:
    made = await office.done(
        "bureau", row(CITY, "assess"), {**SAID, "links": [{"label": "文件", "url": "https://a.cn/1"}]}
    )
    assert (made["status"], made["department"], made["points"]) == ("assessed", "teacher_education", 2)
    own = await office.send("bureau", row(CITY, "score"), {"points": 2})
    assert (own.status_code, own.json()["code"]) == (403, "SEPARATION_OF_DUTIES")
    stale = await office.client.post(
        f"/v1/{row(CITY, 'score')}", json={"points": 2}, headers=office.as_role("bureau_2") | {"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "ETAG_MISMATCH")
    scored = await office.done(
        "bureau_2", row(CITY, "score"), {"points": 1.5, "note": "材料不全", "etag": made["etag"]}
    )
    assert (scored["status"], scored["scored_points"], scored["points"]) == ("scored", 1.5, 2)
    again = await office.send("bureau_2", row(CITY, "score"), {"points": 2})
    assert (again.status_code, again.json()["possible"]) == (409, ["return"])
    late = await office.send("bureau", row(CITY, "assess"), SAID)
    assert (late.status_code, late.json()["code"]) == (409, "STATUS_CONFLICT")
    back = await office.done("bureau_2", row(CITY, "return"), {"reason": "请补充文件"})
    assert (back["status"], back["scored_points"], back["returned_reason"]) == ("returned", None, "请补充文件")
    owed = [
        (one["department"], one["act"])
        for one in (await office.get("bureau", YEAR))["owed"]
        if one["requirement"] == CITY
    ]
    assert owed == [("teacher_education", "assess_again")]
    redone = await office.done("bureau_2", row(CITY, "assess"), {**SAID, "points": 3})
    assert (redone["status"], redone["returned_reason"], redone["links"]) == ("assessed", None, [])
    assert (await office.done("bureau", row(CITY, "score"), {"points": 3}))["scored_points"] == 3
    sums = (await office.get("training_school", YEAR))["sums"]
    assert (sums["self_assessed"], sums["decided"], sums["open"]) == (3, 3, 97)


@pytest.mark.clause("A4.5")
async def test_rows_of_all_departments_are_designated_for_the_year(office: Bureau) -> None:
    named = await office.done("bureau", row(ECOLOGY, "designate"), {"departments": ["basic_education"]})
    assert (named["status"], named["designated"]) == ("open", ["basic_education"])
    refused = await office.send("bureau", row(ECOLOGY, "assess"), SAID)
    assert (refused.status_code, refused.json()["departments"]) == (403, ["basic_education"])
    made = await office.done("bureau_be", row(ECOLOGY, "assess"), SAID)
    assert made["department"] == "basic_education"
    shown = requirement(await office.get("bureau", YEAR), ECOLOGY)
    assert [one["label"] for one in shown["responsible"]] == ["基础教育科"]
    assert [one["code"] for one in shown["departments"]] == ["all_functional"]


@pytest.mark.clause("A4.3")
async def test_two_rows_at_once_do_not_take_more_than_the_indicator_has(
    office: Bureau, clone: Clone, database: Database
) -> None:
    """The two requirements of an indicator share its twelve points: in real transactions one of them is refused."""
    studio, cooperation = "support_system.bases.studio_share", "support_system.bases.university_cooperation"
    answers = await asyncio.gather(
        *(office.send("bureau", row(code, "assess"), {**SAID, "points": 8}) for code in (studio, cooperation))
    )
    assert sorted(one.status_code for one in answers) == [200, 422]
    assert (await stored(clone))[:2] == [1, 1]
    sums = (await office.get("bureau", YEAR))["sums"]
    assert sums["self_assessed"] == 8


@pytest.mark.clause("A4.1")
async def test_a_frozen_year_stays_as_it_was(office: Bureau, clone: Clone, database: Database) -> None:
    await office.done("bureau", row(CITY, "assess"), SAID)
    first = await office.done("bureau", f"{YEAR}:freeze", {})
    assert (first["number"], first["self_assessed"], first["decided"]) == (1, 2, 0)
    await office.done("bureau_2", row(CITY, "score"), {"points": 1})
    again = await office.send("bureau", f"{YEAR}:freeze", {})
    assert [one["pointer"] for one in again.json()["errors"]] == ["/reason"]
    second = await office.done("bureau_2", f"{YEAR}:freeze", {"reason": "省里要求补报"})
    assert (second["number"], second["decided"]) == (2, 1)
    kept = await office.get("training_school", f"{YEAR}/snapshots/1")
    content = json.dumps(kept["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert (hashlib.sha256(content.encode()).hexdigest(), kept["is_intact"]) == (first["sha256"], True)
    assert kept["content"]["sums"]["decided"] == 0
    assert requirement(kept["content"], CITY)["row"]["points"] == 2
    live = await office.get("bureau", YEAR)
    assert (live["sums"]["decided"], live["frozen"]["number"]) == (1, 2)
    assert [one["number"] for one in (await office.get("bureau", f"{YEAR}/snapshots"))["items"]] == [2, 1]
    years = (await office.get("bureau", "scorecards"))["items"]
    assert [(one["year"], one["decided"], one["frozen_number"], one["frozen_decided"]) for one in years] == [
        (2026, 1, 2, 1)
    ]
    async with database.begin(HOME) as db:
        with pytest.raises(Exception, match="permission denied"):
            await db.exec_driver_sql("UPDATE scorecard_snapshots SET decided = 99")
    connection = await clone.connect()
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("UPDATE scorecard_snapshots SET content = replace(content, '2026', '2027')")
    await connection.close()


@pytest.mark.clause("A4.1")
async def test_two_freezes_at_once_have_two_numbers(office: Bureau) -> None:
    made = await asyncio.gather(*(office.send("bureau", f"{YEAR}:freeze", {"reason": f"第{at}次"}) for at in range(3)))
    assert sorted(one.json()["number"] for one in made) == [1, 2, 3]


async def attach(office: Bureau, who: str, code: str, content: bytes = PDF) -> httpx.Response:
    """Upload evidence."""
    file = {"file": ("佐证.pdf", content)}
    return await office.client.post(f"/v1/{YEAR}/requirements/{code}/files", files=file, headers=office.as_role(who))


@pytest.mark.clause("A4.4")
async def test_evidence_lies_on_ones_own_row_and_is_packed_and_printed(
    office: Bureau, clone: Clone, world: World
) -> None:
    await put_team(clone, world)
    for who, code, status in (("bureau", TEAM, 403), ("training_school", FUNDS, 403), ("school", TEAM, 403)):
        assert (await attach(office, who, code)).status_code == status
    assert await stored(clone) == [0, 0, 0, 0]
    made = await attach(office, "training_school", TEAM)
    assert made.status_code == 201, made.text
    said = {"points": 4.5, "note": "=1+1", "links": [{"label": "通知", "url": "https://a.cn/2"}]}
    await office.done("training_school", row(TEAM, "assess"), said)
    await office.done("bureau", row(TEAM, "score"), {"points": 4})
    card = await office.get("bureau", YEAR)
    assert [one["name"] for one in requirement(card, TEAM)["evidence"]] == ["佐证.pdf"]
    listed = await office.get("bureau", f"{YEAR}/requirements/{TEAM}/files")
    assert [one["id"] for one in listed["items"]] == [made.json()["id"]]
    content = f"/v1/files/{made.json()['id']}/content"
    assert (await office.client.get(content, headers=office.as_role("bureau"))).status_code == 200
    assert (await office.client.get(content, headers=office.as_role("school"))).status_code == 404
    packed = await office.client.get(f"/v1/{YEAR}/files.zip", headers=office.as_role("training_school"))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        names = archive.namelist()
    assert any(name.endswith("佐证.pdf") for name in names)
    assert "绩效评级自评表2026.xlsx" in names
    table = await office.client.get(f"/v1/{YEAR}/table.xlsx", headers=office.as_role("bureau"))
    check_workbook(table.content, card)


def check_workbook(content: bytes, card: Any) -> None:
    """The printed table adds up by hand, and has the evidence behind it."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    table = book.get_sheet_by_name("评级表").to_python()
    rows = [line for line in table[2:] if line[2]]
    assert table[1][:4] == ["一级指标", "二级指标", "指标描述", "责任科室"]
    assert len(rows) == sum(len(one["requirements"]) for group in card["groups"] for one in group["indicators"])
    for column, name in ((5, "self_assessed"), (7, "decided")):
        marks = [value for line in rows if isinstance(value := line[column], float)]
        assert sum(marks) == card["sums"][name] == table[-1][column]
    team = next(line for line in rows if "50人" in str(line[2]))
    assert "在聘培训者 4 人（要求 50）" in str(team[4])
    assert team[6] == "=1+1"
    sources = book.get_sheet_by_name("数据来源").to_python()[2:]
    numbers = [one for group in card["groups"] for part in group["indicators"] for line in part["requirements"]
               for one in line["figures"]]  # fmt: skip
    assert [(line[1], line[2]) for line in sources] == [(one["label"], one["counted"]) for one in numbers]
    assert all(
        one["parts"] or f"figure={one['code']}" in str(line[9]) for line, one in zip(sources, numbers, strict=True)
    )
    evidence = book.get_sheet_by_name("佐证材料").to_python()
    assert [(line[2], line[3]) for line in evidence[2:]] == [("佐证.pdf", "文件"), ("通知", "链接")]


@pytest.mark.clause("A4.1")
async def test_points_of_neighbours_are_counted_with_what_is_decided(office: Bureau) -> None:
    """Integration and linkage share ten points; linkage belongs to two other desks, whom nobody here signs in for."""
    await office.done("bureau", row(INTEGRATION, "assess"), {**SAID, "points": 10})
    refused = await office.send("bureau", row(LINKAGE, "assess"), SAID)
    assert refused.json()["code"] == "OTHER_BODY"
    card = await office.get("bureau", YEAR)
    holder = next(one for one in card["groups"][2]["indicators"] if one["code"] == "support_system.resources")
    assert (holder["sums"]["self_assessed"], holder["sums"]["open"]) == (10, 0)
