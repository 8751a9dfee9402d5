"""A term of school-based research as five roles play it, from the plan to the archive. [A5.5 to A5.10]"""

from typing import Any

import pytest

from tests.factories.research import Desk
from tests.factories.world import World

TERM = {"term": "2026-2027-1"}
CHECK = {"score": 92, "opinion": "材料齐全"}


async def done(desk: Desk, who: str, path: str, body: dict[str, Any], on: str) -> dict[str, Any]:
    """The body of a write that succeeds."""
    answer = await desk.post(who, path, body, on=on)
    assert answer.status_code in {200, 201}, (who, path, answer.text)
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.clause("A5.2", "A5.6", "A5.7.1", "A5.7.2", "A5.7.3", "A5.8.1", "A5.8.2")
async def test_a_term_is_played_by_five_roles(desk: Desk) -> None:
    """Plan, activity, sign-in, check, sample, assessment, hours; what each sees at the end agrees."""
    plan = await desk.plan(to="running")  # the school files, 进修学校 approves, the school starts
    one = await desk.activity("a1-2")
    path = f"/research-activities/{one['id']}"
    code = (await done(desk, "school", f"{path}:openSignIn", {}, "2026-10-14"))["code"]
    assert (await done(desk, "teacher", "/research-activities:signIn", {"code": code}, "2026-10-14"))["attended"] == 2
    await done(
        desk,
        "central_school",
        "/inspections",
        TERM | CHECK | {"school_id": str(World().organisation("A1"))},
        "2026-11-20",
    )
    await drawn_and_checked(desk)
    lines = [{"staff_no": desk.staff_no(name), "result": "qualified"} for name in ("a1-1", "a1-2", "a1-3")]
    said = await done(desk, "school", "/term-assessments:batchSet", TERM | {"lines": lines}, "2027-01-08")
    assert said["unassessed"] == 0
    claim = await done(desk, "school", "/research-activities:claimHours", TERM, "2027-01-08")
    (sheet,) = claim["submission_ids"]
    for who, verb in (("school", "submit"), ("central_school", "recommend"), ("training_school", "approve")):
        await done(desk, who, f"/hours-submissions/{sheet}:{verb}", {"note": "属实"}, "2027-01-12")
    mine = (await desk.get("teacher", "/hours-entries"))["items"]
    assert [(line["category"], line["credited_hours"]) for line in mine] == [("school_research", 2)]
    (shown,) = (await desk.get("bureau", "/school-plans?school_year=2026-2027"))["items"]
    assert (shown["id"], shown["status"], shown["is_late"]) == (plan["id"], "running", False)
    assert len((await desk.get("bureau", "/inspections?term=2026-2027-1"))["items"]) == 5
    archive = await desk.get("bureau", "/research-archive?school_year=2026-2027")
    school = next(one for area in archive["areas"] for one in area["items"] if one["activities"])
    assert school["missing"] == ["media", "results", "assessment", "summary"]  # the second term is to come


async def drawn_and_checked(desk: Desk) -> None:
    """The sample of all schools: drawn, handed in, corrected once, settled."""
    body = TERM | {"percent": 100}
    sample = await done(desk, "training_school", "/inspection-samples", body, "2026-12-28")
    await done(desk, "training_school", f"/inspection-samples/{sample['id']}:draw", {}, "2026-12-29")
    assert (await done(desk, "school", f"/inspection-samples/{sample['id']}:verify", {}, "2026-12-29"))["is_valid"]
    listed = (await desk.get("school", "/inspections"))["items"]
    one = next(one for one in listed if one["kind"] == "sample")
    steps: list[tuple[str, str, dict[str, Any], str]] = [
        ("school", "handIn", {"material": "方案、活动记录"}, "handed_in"),
        ("training_school", "assess", CHECK | {"correction_due_on": "2027-03-01"}, "correcting"),
        ("school", "correct", {"correction": "已补齐"}, "corrected"),
        ("training_school", "followUp", {"is_settled": True, "follow_up": "属实"}, "settled"),
    ]
    for who, verb, said, status in steps:
        assert (await done(desk, who, f"/inspections/{one['id']}:{verb}", said, "2026-12-30"))["status"] == status
