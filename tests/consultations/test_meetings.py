"""Meetings over REST: minutes confirmed by another person, decisions followed up."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.consultations import Consulting
from tests.factories.uploads import PDF
from tests.factories.world import World

ON = "2026-11-23"
REASON = {"reason": "登记有误，另行登记"}
MEETING: dict[str, Any] = {
    "title": "十一月中旬会商",
    "held_on": "2026-11-18",
    "place": "进修学校会议室",
    "attendees": [{"name": "项目办"}],
    "agenda": ["通报进度", "研究困难"],
    "decisions": [
        {"matter": "补报汇报", "responsible": "语文子项目组", "due_on": "2026-11-20"},
        {"matter": "落实送教车辆", "responsible": "张三", "due_on": "2026-12-10"},
    ],
}


@pytest.mark.clause("A3.4")
async def test_a_meeting_that_cannot_be_is_refused(office: Consulting, clone: Clone, world: World) -> None:
    meetings, teacher = "consultation-meetings", str(world.teacher("a1-1"))
    unknown = str(UUID(int=1))
    cases = [
        ("school", meetings, MEETING, 403, "PERMISSION_DENIED"),
        ("bureau_be", meetings, MEETING, 403, "PERMISSION_DENIED"),
        ("bureau", meetings, {**MEETING, "attendees": []}, 422, "INVALID"),
        ("bureau", meetings, {**MEETING, "attendees": [{}]}, 422, "NAME_MISSING"),
        ("bureau", meetings, {**MEETING, "attendees": [{"teacher_id": unknown}]}, 422, "REFERENCE_UNKNOWN"),
        ("bureau", meetings, {**MEETING, "attendees": [{"expert_id": teacher}]}, 422, "REFERENCE_UNKNOWN"),
        ("bureau", meetings, {**MEETING, "project_id": unknown}, 422, "REFERENCE_UNKNOWN"),
        ("bureau", meetings, {**MEETING, "held_on": "2026-11-24"}, 422, "OUT_OF_ORDER"),
        ("bureau", meetings, {**MEETING, "held_on": "2026-11-21"}, 422, "OUT_OF_ORDER"),  # due before it was held
    ]
    await office.refused(clone, cases, ON)
    empty = await office.get("bureau", meetings)
    assert empty["items"] == []


@pytest.mark.clause("A3.4", "A3.2")
async def test_minutes_are_confirmed_by_another_person_and_decisions_followed_up(
    office: Consulting, clone: Clone, world: World
) -> None:
    meetings, teacher = "consultation-meetings", str(world.teacher("a1-1"))
    people = [{"name": "项目办"}, {"teacher_id": teacher}, {"organisation_id": str(world.organisation("A1"))}]
    made = await office.done("bureau", meetings, {**MEETING, "attendees": people}, ON)
    one = f"{meetings}/{made['id']}"
    assert [who["name"] for who in made["attendees"]] == ["项目办", "赵一", "甲镇第一小学"]
    assert (made["decisions"], made["decisions_open"], made["status"]) == (2, 2, "draft")
    decisions = (await office.get("training_school", f"consultation-decisions?meeting_id={made['id']}", ON))["items"]
    assert [(row["position"], row["is_overdue"]) for row in decisions] == [(1, True), (2, False)]
    first = f"consultation-decisions/{decisions[0]['id']}"
    cases = [
        ("bureau", f"{one}:confirm", {}, 403, "SEPARATION_OF_DUTIES"),
        ("bureau_2", f"{one}:confirm", {}, 409, "CONSULTATION_MINUTES_MISSING"),
        ("training_school", f"{first}:complete", {"outcome": "已补报"}, 409, "CONSULTATION_MEETING_UNCONFIRMED"),
    ]
    await office.refused(clone, cases, ON)
    changes = {"minutes": "会议通报了各子项目进度。", "decisions": MEETING["decisions"][:1], "etag": made["etag"]}
    edited = (await office.patched("training_school", one, changes, ON)).json()
    assert (edited["decisions"], edited["minutes"]) == (1, changes["minutes"])
    assert (await office.patched("training_school", one, changes, ON)).status_code == 412
    await office.refused(clone, [("training_school", f"{one}:confirm", {}, 403, "SEPARATION_OF_DUTIES")], ON)
    done = await office.done("bureau", f"{one}:confirm", on=ON)  # the last who wrote was another
    assert (done["status"], done["decisions_open"]) == ("confirmed", 1)
    assert (await office.patched("bureau", one, {"place": "改"}, ON)).json()["code"] == "STATUS_CONFLICT"
    file = {"file": ("签到.pdf", PDF)}
    sent = await office.client.post(f"/v1/{one}/files", files=file, headers=office.as_role("training_school"))
    assert sent.status_code == httpx.codes.CREATED
    assert [row["name"] for row in (await office.get("bureau", f"{one}/files"))["items"]] == ["签到.pdf"]
    row = (await office.get("bureau", "consultation-decisions?is_overdue=true", ON))["items"][0]
    first = f"consultation-decisions/{row['id']}"
    cases = [
        ("teacher", f"{first}:complete", {"outcome": "已补报"}, 403, "PERMISSION_DENIED"),
        ("bureau", f"{first}:complete", {"outcome": "已补报", "ended_on": "2026-11-17"}, 422, "OUT_OF_ORDER"),
        ("bureau", f"{first}:complete", {"outcome": "已补报", "ended_on": "2026-11-24"}, 422, "OUT_OF_ORDER"),
        ("bureau", f"{first}:reopen", REASON, 409, "STATUS_CONFLICT"),
    ]
    await office.refused(clone, cases, ON)
    ended = await office.done("training_school", f"{first}:complete", {"outcome": "已补报"}, ON)
    assert (ended["status"], ended["ended_on"], ended["outcome"], ended["is_overdue"]) == ("done", ON, "已补报", False)
    again = await office.done("bureau", f"{first}:reopen", {"reason": "补报的不完整"}, ON)
    assert (again["status"], again["outcome"], again["reopen_reason"]) == ("open", None, "补报的不完整")
    dropped = await office.done("bureau", f"{first}:drop", {"reason": "该子项目已并入"}, ON)
    assert (dropped["status"], dropped["outcome"]) == ("dropped", "该子项目已并入")
    gone = await office.done("bureau_2", f"{one}:withdraw", REASON, ON)
    assert (gone["status"], gone["withdraw_reason"]) == ("withdrawn", REASON["reason"])
    await office.refused(clone, [("bureau", f"{first}:reopen", REASON, 409, "CONSULTATION_MEETING_UNCONFIRMED")], ON)
    assert (await office.get("bureau", "consultation-decisions"))["items"] == []
    assert len((await office.get("bureau", f"{meetings}?status=withdrawn&since=2026-11-18"))["items"]) == 1
