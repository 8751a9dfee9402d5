"""Briefings over REST: put together from reports, edited, published under numbers without gaps, printed."""

import asyncio
import io
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pypdf
import pytest
from docx import Document

from tests.factories.cluster import Clone
from tests.factories.consultations import SAID, Consulting
from tests.factories.teachers import fetch

ON = "2026-11-23"
DAYS = {"starts_on": "2026-11-01", "ends_on": "2026-11-30"}
REASON = {"reason": "数据有误，另行发布"}


async def draft(office: Consulting, report: str, title: str = "十一月中旬会商", on: str = ON) -> Any:
    """A draft out of a report."""
    return await office.done("training_school", "briefings", {"title": title, **DAYS, "report_ids": [report]}, on)


@pytest.mark.clause("A3.4", "A3.2")
async def test_a_briefing_is_made_from_reports_edited_and_published_by_another(
    office: Consulting, clone: Clone, team: UUID
) -> None:
    accepted = [await office.accepted(team, "2026-11-05"), await office.accepted(team, "2026-11-15")]
    october = await office.accepted(team, "2026-10-05")
    waiting = (await office.reported(team, "2026-11-23")).rpartition("/")[2]
    new = {"title": "十一月会商简报", **DAYS, "report_ids": accepted[::-1], "report_to": "局领导"}
    cases = [
        ("bureau", "briefings", new, 403, "PERMISSION_DENIED"),
        ("training_school", "briefings", {**new, "report_ids": []}, 422, "INVALID"),
        ("training_school", "briefings", {**new, "report_ids": [waiting]}, 422, "REPORT_NOT_ACCEPTED"),
        ("training_school", "briefings", {**new, "report_ids": [october]}, 422, "REPORT_OF_ANOTHER_PERIOD"),
        ("training_school", "briefings", {**new, "report_ids": [str(team)]}, 422, "REFERENCE_UNKNOWN"),
        ("training_school", "briefings", {**new, "ends_on": "2026-10-31"}, 422, "OUT_OF_ORDER"),
    ]
    await office.refused(clone, cases, ON)
    made = await office.done("training_school", "briefings", new, ON)
    one = f"briefings/{made['id']}"
    lines = made["progress"].split("\n")
    assert lines == [f"语文子项目（2026 年 11 月{name}）：{SAID['progress']}" for name in ("上旬", "中旬")]
    assert (set(made["report_ids"]), made["number"], made["status"]) == (set(accepted), None, "draft")
    edited = (await office.patched("training_school", one, {"experience": None, "foreword": "按语。"}, ON)).json()
    assert (edited["experience"], edited["foreword"]) == (None, "按语。")
    cases = [
        ("training_school", f"{one}:publish", {}, 403, "SEPARATION_OF_DUTIES"),
        ("training_school_2", f"{one}:publish", {}, 422, "briefing.headings"),
        ("bureau", f"{one}:publish", {}, 403, "PERMISSION_DENIED"),
    ]
    await office.refused(clone, cases, ON)
    picked = (await office.patched("training_school", one, {"report_ids": accepted[:1]}, ON)).json()
    assert (picked["report_ids"], picked["experience"]) == (accepted[:1], f"语文子项目：{SAID['experience']}")
    for who in ("teacher", "school", "central_school"):
        assert (await office.client.get(f"/v1/{one}", headers=office.as_role(who))).status_code == 404
    done = await office.done("training_school_2", f"{one}:publish", {"etag": picked["etag"]}, ON)
    assert [done[name] for name in ("status", "year", "number", "published_on")] == ["published", 2026, 1, ON]
    roles = ("bureau", "training_school", "central_school", "school", "teacher")
    assert [(await office.get(who, one))["title"] for who in roles] == [new["title"]] * len(roles)
    assert (await office.patched("training_school", one, {"title": "改"}, ON)).json()["code"] == "STATUS_CONFLICT"
    feed = await fetch(clone, "SELECT facts->>'number' AS number FROM events WHERE kind = 'briefing.published'")
    assert [row["number"] for row in feed] == ["1"]
    gone = await office.done("training_school", f"{one}:withdraw", REASON, ON)
    assert [gone[name] for name in ("status", "number", "withdraw_reason")] == ["withdrawn", 1, REASON["reason"]]
    assert (await office.client.get(f"/v1/{one}", headers=office.as_role("teacher"))).status_code == 404
    await office.refused(clone, [("training_school_2", f"{one}:publish", {}, 409, "STATUS_CONFLICT")], ON)


@pytest.mark.clause("A3.4")
async def test_numbers_of_a_year_have_no_gaps_whatever_comes_at_once(
    office: Consulting, clone: Clone, team: UUID
) -> None:
    report = await office.accepted(team, "2026-11-05")
    made = [await draft(office, report, f"简报 {n}") for n in range(6)]
    await office.patched("training_school", f"briefings/{made[0]['id']}", {"progress": None}, ON)
    paths = [f"briefings/{one['id']}:publish" for one in made]
    answers = await asyncio.gather(*(office.send("training_school_2", path, {}, ON) for path in paths))
    assert sorted(one.status_code for one in answers) == [200] * 5 + [422]
    numbers = {one.json()["number"] for one in answers if one.status_code == httpx.codes.OK}
    assert numbers == {1, 2, 3, 4, 5}
    twice = await asyncio.gather(*(office.send("training_school_2", paths[1], {}, ON) for _ in range(3)))
    assert [one.status_code for one in twice] == [409] * 3
    withdrawn = made[5]["id"]
    await office.done("training_school", f"briefings/{withdrawn}:withdraw", REASON, ON)
    late = await draft(office, report, "下一期", "2026-12-31")
    sixth = await office.done("training_school_2", f"briefings/{late['id']}:publish", on="2026-12-31")
    after = await draft(office, report, "新年第一期", "2027-01-01")
    first = await office.done("training_school_2", f"briefings/{after['id']}:publish", on="2027-01-01")
    assert [(one["year"], one["number"]) for one in (sixth, first)] == [(2026, 6), (2027, 1)]
    listed = (await office.get("teacher", "briefings?year=2026"))["items"]
    assert len(listed) == 5  # all that stand: one of six was withdrawn and keeps its number
    with pytest.raises(asyncpg.UniqueViolationError):
        await fetch(clone, "UPDATE briefings SET number = 1 WHERE year = 2026 AND number = 2")
    with pytest.raises(asyncpg.CheckViolationError):
        await fetch(clone, "UPDATE briefings SET progress = NULL WHERE status = 'published'")


@pytest.mark.clause("A3.4", "A3.5")
async def test_paper_says_the_issue_and_every_part(office: Consulting, team: UUID) -> None:
    report = await office.accepted(team, "2026-11-05")
    made = await draft(office, report)
    one = f"briefings/{made['id']}"
    body = {"foreword": "按语：镕 喆 䶮。", "copy_to": "各中心校", "progress": "第一段。\n第二段。"}
    await office.patched("training_school", one, body, ON)

    async def got(ending: str) -> httpx.Response:
        answer = await office.client.get(f"/v1/{one}.{ending}", headers=office.as_role("bureau"))
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer

    assert "草稿" in (await got("txt")).text
    await office.done("training_school_2", f"{one}:publish", on=ON)
    parts = ["会商简报", "2026 年第 1 期", "一、实施进度", "二、经验做法", "三、不足与困难", "四、建议与措施"]
    parts += ["第二段。", "镕", "喆", "䶮", "各中心校"]
    text = (await got("txt")).text
    pdf = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO((await got("pdf")).content)).pages)
    word = "\n".join(line.text for line in Document(io.BytesIO((await got("docx")).content)).paragraphs)

    def plain(said: str) -> str:
        return "".join(said.split())

    for said in (text, pdf, word):
        assert [part for part in parts if plain(part) not in plain(said)] == []
    assert "filename*=UTF-8''" in (await got("pdf")).headers["content-disposition"]
    await office.done("training_school", f"{one}:withdraw", REASON, ON)
    assert "2026 年第 1 期（已撤回）" in (await got("txt")).text
