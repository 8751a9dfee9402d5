"""Monthly summaries over REST: after the month, by two persons, with what is missing on record."""

from uuid import UUID

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.consultations import Consulting

TEXT = {"month": "2026-11", "text": "各子项目按计划推进。"}
REASON = {"reason": "补交的汇报须写入小结"}


@pytest.mark.clause("A3.4", "A3.1")
async def test_a_month_is_summed_up_after_its_end_by_two_persons(office: Consulting, clone: Clone, team: UUID) -> None:
    summaries = "consultation-summaries"
    cases = [
        ("bureau", summaries, TEXT, 403, "PERMISSION_DENIED"),
        ("teacher", summaries, TEXT, 403, "PERMISSION_DENIED"),
        ("training_school", summaries, {**TEXT, "month": "2026-12"}, 422, "OUT_OF_ORDER"),
        ("training_school", summaries, {**TEXT, "month": "2026-13"}, 422, "INVALID"),
    ]
    await office.refused(clone, cases, "2026-11-30")
    await office.accepted(team, "2026-11-10")
    await office.reported(team, "2026-11-20", "2026-11-25")
    made = await office.done("training_school", summaries, TEXT, "2026-11-30")
    one = f"{summaries}/{made['id']}"
    again = await office.send("training_school_2", summaries, TEXT, "2026-11-30")
    assert (again.status_code, again.json()["code"]) == (409, "CONSULTATION_SUMMARY_EXISTS")
    cases = [
        ("training_school", f"{one}:close", {}, 403, "SEPARATION_OF_DUTIES"),
        ("training_school_2", f"{one}:close", {}, 422, "consultation.month_over"),
        ("bureau", f"{one}:close", {}, 403, "PERMISSION_DENIED"),
    ]
    await office.refused(clone, cases, "2026-11-30")
    counts = ("reports_due", "reports_in_time", "reports_late", "reports_missing")
    assert [made[name] for name in counts] == [3, 1, 1, 1]
    closed = await office.done("training_school_2", f"{one}:close", on="2026-12-01")
    assert ([closed[name] for name in counts], closed["status"]) == ([3, 1, 1, 1], "closed")
    found = [(finding["rule"], finding["severity"], finding["clause"]) for finding in closed["findings"]]
    names = ("reports_missing", "reports_late", "reports_undecided")
    assert found == [(f"consultation.{name}", "advise", "A3.4") for name in names]
    await office.reported(team, "2026-11-30", "2026-12-03")  # what comes later does not change what was closed
    assert [(await office.get("bureau", one))[name] for name in counts] == [3, 1, 1, 1]
    live = await office.get("bureau", "consultation-month?month=2026-11", "2026-12-04")
    assert (live["late"], live["missing"], live["summary_status"], live["is_summary_due"]) == (2, 0, "closed", False)
    changed = await office.patched("training_school", one, {"text": "改"}, "2026-12-04")
    assert (changed.status_code, changed.json()["code"]) == (409, "STATUS_CONFLICT")
    opened = await office.done("training_school", f"{one}:reopen", REASON, "2026-12-04")
    assert ([opened[name] for name in counts], opened["findings"]) == ([3, 1, 2, 0], [])
    assert (opened["status"], opened["reopen_reason"], opened["closed_at"]) == ("draft", REASON["reason"], None)
    edited = await office.patched("training_school_2", one, {"next_steps": "继续督促"}, "2026-12-04")
    assert edited.status_code == httpx.codes.OK
    await office.refused(clone, [("training_school_2", f"{one}:close", {}, 403, "SEPARATION_OF_DUTIES")], "2026-12-04")
    done = await office.done("training_school", f"{one}:close", on="2026-12-04")
    assert [finding["rule"] for finding in done["findings"]] == [f"consultation.{name}" for name in names[1:]]
    listed = (await office.get("bureau", f"{summaries}?year=2026&status=closed"))["items"]
    assert [(row["month"], row["reports_late"]) for row in listed] == [("2026-11", 2)]
    assert (await office.get("bureau", f"{summaries}?year=2025"))["items"] == []
    hidden = await office.client.get(f"/v1/{one}", headers=office.as_role("teacher"))
    assert hidden.status_code == httpx.codes.FORBIDDEN
