"""Objections, routes of nomination, and what follows from awards; awards on paper and what is exported."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.evaluations import (
    DECIDING,
    NOMINATING,
    PUBLIC,
    REASON,
    SCORING,
    Jury,
    put_member,
    put_workshop,
    refused,
)
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.teachers import fetch
from tests.factories.world import World

HEAD = ("奖项", "年度", "获奖对象", "名次", "颁发日期", "证书编号")


def new_key() -> dict[str, str]:
    """A key of its own for each request."""
    return {"Idempotency-Key": str(uuid4())}


@pytest_asyncio.fixture
async def desk(jury: Jury, app: FastAPI, database: Database, as_role: SignIn, tmp_path: Path) -> AsyncIterator[Desk]:
    """A clerk, with a worker behind the counter."""
    app.state.storage = tmp_path / "storage"
    running = working(database, tmp_path / "storage")
    await anext(running)
    yield Desk(jury.client, as_role, tmp_path)
    await anext(running, None)


@pytest.mark.clause("M7.1b", "A5.9")
async def test_objections_are_answered_by_another_and_block_the_decision(
    jury: Jury, clone: Clone, world: World
) -> None:
    campaign = await jury.campaign("advanced_unit", places=2)
    one = f"campaigns/{campaign['id']}"
    first = await jury.nominated(campaign, "central_school", world.organisation("A1"))
    second = await jury.nominated(campaign, "school_d", world.organisation("D"))
    gone = await jury.nominated(campaign, "central_b", world.organisation("B1"))
    await refused(
        jury,
        clone,
        [("central_school", f"campaign-candidates/{gone['id']}:withdraw", REASON, NOMINATING, 404, "NOT_FOUND")],
    )
    await jury.done("central_b", f"campaign-candidates/{gone['id']}:withdraw", REASON, NOMINATING)
    await jury.nominated(campaign, "central_b", world.organisation("B1"))
    await jury.done("bureau", f"{one}:score", on=SCORING)
    names = {"candidate_ids": [second["id"], first["id"]]}
    await jury.done("training_school", f"{one}:publicise", names, PUBLIC)
    lodge, body = f"{one}/objections", {"candidate_id": first["id"], "reason": "活动记录与事实不符"}
    await refused(
        jury,
        clone,
        [
            ("teacher", lodge, {**body, "candidate_id": gone["id"]}, PUBLIC, 422, "EVALUATION_INVALID"),
            ("teacher", lodge, body, "2026-12-23", 409, "PUBLICITY_OVER"),
        ],
    )
    lodged = await jury.done("teacher", lodge, body, "2026-12-22")
    by_clerk = await jury.done("training_school", lodge, {**body, "candidate_id": second["id"]}, PUBLIC)
    for who, many in (("teacher", 1), ("bureau", 2), ("training_school", 2), ("school", 0), ("central_school", 0)):
        assert len((await jury.get(who, lodge))["items"]) == many, who  # the own school reads no teacher's objection
    answer = {"is_upheld": True, "reason": "经核查属实，取消资格"}
    ask, other = f"campaign-objections/{lodged['id']}", f"campaign-objections/{by_clerk['id']}"
    await refused(
        jury,
        clone,
        [
            ("teacher", lodge, body, PUBLIC, 409, "OBJECTION_OPEN"),
            ("bureau", f"{one}:decide", {}, DECIDING, 409, "OBJECTIONS_OPEN"),
            ("training_school", f"{other}:answer", answer, DECIDING, 403, "SEPARATION_OF_DUTIES"),
            ("school", f"{ask}:answer", answer, DECIDING, 403, "PERMISSION_DENIED"),
        ],
    )
    await jury.done("bureau", f"{ask}:answer", answer, DECIDING)
    await jury.done("bureau", f"{other}:answer", {"is_upheld": False, "reason": "经核查不属实"}, DECIDING)
    left = await jury.get("school", f"campaign-candidates/{first['id']}")
    assert (left["status"], left["is_selected"], left["status_reason"]) == ("excluded", False, answer["reason"])
    await jury.done("bureau", f"{one}:decide", on=DECIDING)
    awards = (await jury.get("teacher", "awards?kind=advanced_unit"))["items"]
    assert [(one["holder_name"], one["place"]) for one in awards] == [("市直实验幼儿园", 1)]


@pytest.mark.clause("A6.7", "A6.13b")
async def test_city_workshop_enters_alone_and_its_award_makes_claims(jury: Jury, clone: Clone, world: World) -> None:
    workshop = await put_workshop(clone, world, start_year=2023, end_year=2024)
    town = await put_workshop(clone, world, unit="A2", leader="a2-1", level="town")
    member, late = world.teacher("b1-1"), world.teacher("b1-2")
    await put_member(clone, workshop, member, "2023-09-01")
    await put_member(clone, workshop, late, "2023-09-02")
    backbone = await jury.campaign("backbone_teacher", unit_places=0)
    nominate, body = f"campaigns/{backbone['id']}/candidates", {"subject_id": str(member), "grounds": "示范课多次"}
    alone, of_town = {**body, "workshop_id": str(workshop)}, {**body, "workshop_id": str(town)}
    stranger = {**alone, "subject_id": str(world.teacher("d-1"))}
    await refused(
        jury,
        clone,
        [
            ("teacher", nominate, body, NOMINATING, 403, "OTHER_BODY"),
            ("teacher", nominate, of_town, NOMINATING, 403, "OTHER_BODY"),
            ("teacher_a2", nominate, of_town, NOMINATING, 422, "RULE_BROKEN"),
            ("teacher", nominate, stranger, NOMINATING, 422, "EVALUATION_INVALID"),
            (
                "teacher",
                nominate,
                {**alone, "subject_id": str(world.teacher("a1-1"))},
                NOMINATING,
                403,
                "SEPARATION_OF_DUTIES",
            ),
            ("central_b", nominate, body, NOMINATING, 409, "CAMPAIGN_QUOTA_FULL"),
        ],
    )
    made = await jury.done("teacher", nominate, alone, NOMINATING)
    assert (made["route"], [one["rule"] for one in made["findings"]]) == ("workshop", ["campaign.workshop_priority"])
    assert (await jury.get("bureau", "backbone-claims"))["items"] == []
    await fetch(
        clone,
        "INSERT INTO awards (region_id, id, kind, year, subject, subject_id, holder_name, unit_id, teacher_id,"
        " workshop_id, route, number, awarded_on, granted_by) SELECT region_id, id, 'excellent_workshop', 2025,"
        " 'workshop', id, name, unit_id, leader_id, id, 'recorded', '奖字001', '2025-12-20', id FROM workshops"
        " WHERE level = 'city' RETURNING 1",
    )
    for who, found in (("bureau", [str(member)]), ("central_b", [str(member)]), ("central_school", [])):
        claims = (await jury.get(who, "backbone-claims"))["items"]
        assert [one["teacher_id"] for one in claims] == found
    assert str(late) not in str(await jury.get("bureau", "backbone-claims"))


@pytest.mark.clause("M7.1b")
async def test_awards_on_paper_come_in_by_a_file_and_leave_by_one(
    jury: Jury, desk: Desk, world: World, clone: Clone, as_role: SignIn
) -> None:
    day = "2024-12-20"
    rows = [
        ("校本研修示范校", "2024", "甲镇第一小学", "1", day, "奖字001"),
        ("校本研修先进个人", "2024", world.staff_no("a1-1"), "", day, "奖字002"),
        ("校本研修先进单位", "2024", "乙镇中心校", "", day, "奖字003"),
    ]
    found = await desk.take("bureau", "awards", [HEAD, *rows], mode="commit")
    assert (found["status"], found["applied"]) == ("committed", 3), found
    teacher = await jury.get("teacher", f"teachers/{world.teacher('a1-1')}")
    honours = [(one["code"], one["level"], one["awarded_on"], one["number"]) for one in teacher["awarded_honours"]]
    assert honours == [("research_advanced_person", "city", day, "奖字002")]
    again = await desk.take("bureau", "awards", [HEAD, rows[0]], mode="commit")
    assert (again["counters"]["unchanged"], again["applied"]) == (1, 0)
    wrong = [
        ("校本研修示范校", "2024", "甲镇第一小学", "", day, "奖字004"),
        ("校本研修示范校", "2024", "乙镇中心校", "", day, "奖字005"),
        ("年度优秀案例", "2024", "某案例", "", day, "奖字006"),
        ("无此奖项", "1999", "甲镇第一小学", "x", "2099-01-01", "奖字001"),
    ]
    refused_file = await desk.take("bureau", "awards", [HEAD, *wrong], mode="commit")
    assert (refused_file["status"], refused_file["applied"]) == ("invalid", 0)
    assert sorted((row, code) for row, _, code in await desk.faults("bureau", refused_file)) == [
        (2, "AWARD_THERE"),
        (3, "HOLDER_UNKNOWN"),
        (4, "HOLDER_UNKNOWN"),
        (5, "AWARD_NUMBER_TAKEN"),
        (5, "CODE_UNKNOWN"),
        (5, "INTEGER_FORMAT"),
        (5, "INTEGER_RANGE"),
        (5, "OUT_OF_ORDER"),
    ]
    denied = await desk.send("training_school", "awards", b"x", mode="validate")
    assert (denied.status_code, denied.json()["code"]) == (403, "PERMISSION_DENIED")
    assert len(await fetch(clone, "SELECT 1 FROM awards")) == 3
    made = await jury.done("school", "exports", {"kind": "awards", "format": "csv", "reason": "核对奖项"})
    taken = await jury.client.get(f"/v1/exports/{made['id']}/content", headers=as_role("school"))
    lines = taken.content.decode("utf-8-sig").strip().splitlines()
    assert (len(lines), sum("奖字00" in line for line in lines)) == (4, 3)


@pytest.mark.clause("M7.1b")
async def test_awards_on_paper_are_taken_back_unless_touched(
    jury: Jury, desk: Desk, clone: Clone, world: World
) -> None:
    rows = [
        ("校本研修示范校", "2024", "甲镇第一小学", "1", "2024-12-20", "奖字001"),
        ("校本研修先进单位", "2024", "乙镇中心校", "", "2024-12-20", "奖字003"),
        ("校本研修先进个人", "2024", world.staff_no("a1-1"), "", "2024-12-20", "奖字002"),
    ]
    found = await desk.take("bureau", "awards", [HEAD, *rows], mode="commit")
    listed = {one["number"]: one["id"] for one in (await jury.get("bureau", "awards"))["items"]}
    await jury.done("bureau", f"awards/{listed['奖字003']}:askRevocation", REASON)
    url, why = f"/v1/imports/{found['id']}:revert", {"reason": "传错了文件"}
    denied = await desk.client.post(url, json=why, headers=desk.as_role("training_school") | new_key())
    assert denied.status_code == 404
    done = await desk.done("bureau", await desk.client.post(url, json=why, headers=desk.as_role("bureau") | new_key()))
    assert (done["status"], done["reverted"], done["kept"]) == ("reverted", 2, 1)
    assert [code for _, _, code in await desk.faults("bureau", done, "warning")] == ["REVERT_KEPT"]
    gone = (await jury.get("school", "awards?status=withdrawn"))["items"]
    assert {one["number"]: one["revocation_reason"] for one in gone} == dict.fromkeys(
        ("奖字001", "奖字002"), "传错了文件"
    )
    assert (await jury.get("teacher", f"teachers/{world.teacher('a1-1')}"))["awarded_honours"] == []
    await refused(
        jury, clone, [("bureau", f"awards/{listed['奖字001']}:askRevocation", REASON, "", 409, "STATUS_CONFLICT")]
    )
    again = await desk.take("bureau", "awards", [HEAD, *rows], mode="commit")
    assert (again["status"], again["applied"], again["counters"]["unchanged"]) == ("committed", 2, 1)


async def test_ranking_is_exported_within_the_scope_and_lists_take_as_many_statements(
    jury: Jury, world: World, as_role: SignIn, database: Database
) -> None:
    campaign = await jury.campaign("advanced_unit", unit_places=5)
    url, head = f"/v1/campaigns/{campaign['id']}/candidates", as_role("bureau")
    sent = []
    for names in (("A1",), ("A2", "D", "B1")):
        for name in names:
            await jury.nominated(campaign, "training_school", world.organisation(name))
        with counted(database) as statements:
            assert (await jury.client.get(url, headers=head)).status_code == 200
        sent.append(len(statements))
    assert sent[0] == sent[1]
    for who, count in (("bureau", 4), ("central_school", 2), ("school", 1)):
        filters = {"campaign_id": campaign["id"]}
        body = {"kind": "campaign_ranking", "format": "csv", "reason": "核对名次", "filters": filters}
        made = await jury.done(who, "exports", body)
        taken = await jury.client.get(f"/v1/exports/{made['id']}/content", headers=as_role(who))
        assert len(taken.content.decode("utf-8-sig").strip().splitlines()) == count + 1
