"""Communities by subject, their sessions, and the yearly concentrated study."""

import pytest

from tests.factories.cluster import Clone
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau


@pytest.mark.clause("A7.9", "M4.4")
async def test_sessions_of_a_community_and_the_concentrated_study(office: Bureau, clone: Clone) -> None:
    term = await office.appointed(starts_on="2026-12-01")
    made = await office.done("training_school", "trainer-communities", {"subject": "chinese", "name": "语文研修共同体"})
    held = {"title": "单元整体教学研讨", "held_on": "2026-12-10", "hours": 3, "community_id": made["id"]}
    on = "2026-12-20"
    refusals = [
        ("trainer-communities", {"subject": "chinese", "name": "又一个"}, "training_school", "TRAINER_COMMUNITY_OPEN"),
        ("trainer-communities", {"subject": "magic", "name": "无此学科"}, "training_school", "TRAINER_INVALID"),
        ("trainer-communities", {"subject": "english", "name": "英语"}, "school", "PERMISSION_DENIED"),
        ("trainer-sessions", {**held, "held_on": "2026-12-21"}, "training_school", "TRAINER_INVALID"),
        ("trainer-sessions", {**held, "community_id": term["id"]}, "training_school", "TRAINER_INVALID"),
    ]
    for path, body, who, code in refusals:
        answer = await office.send(who, path, body, on)
        assert answer.json()["code"] == code, answer.text
    assert await fetch(clone, "SELECT 1 FROM trainer_sessions") == []
    session = await office.done("training_school", "trainer-sessions", held, on)
    attend = f"trainer-sessions/{session['id']}:attend"
    stranger = await office.send("training_school", attend, {"appointment_ids": [made["id"]]}, on)
    assert (stranger.status_code, stranger.json()["code"]) == (422, "TRAINER_INVALID")
    await office.done("training_school", attend, {"appointment_ids": [term["id"]]}, on)
    seen = await office.done("training_school", attend, {"appointment_ids": [term["id"]] * 2}, on)  # adds nothing
    assert seen["attended"] == 1
    names = (await office.get("school", f"trainer-sessions/{session['id']}/attendance"))["items"]
    assert [one["holder_name"] for one in names] == ["赵一"]
    whole = {**held, "community_id": None, "held_on": "2026-11-30"}
    study = await office.done("training_school", "trainer-sessions", whole, on)
    early = await office.send(
        "training_school", f"trainer-sessions/{study['id']}:attend", {"appointment_ids": [term["id"]]}, on
    )
    assert early.status_code == 422  # the term begins the day after
    found = (await office.get("teacher", "trainer-sessions?is_concentrated=true"))["items"]
    assert [one["id"] for one in found] == [study["id"]]
    teams = [(await office.get("bureau", f"trainer-team?on={day}"))["concentrated"] for day in ("2026-11-29", on)]
    assert teams == [0, 1]
    closed = await office.done("training_school", f"trainer-communities/{made['id']}:close")
    assert (closed["status"], closed["sessions"]) == ("closed", 1)


@pytest.mark.clause("A7.9")
async def test_members_and_convener_of_a_community(office: Bureau, clone: Clone) -> None:
    one = await office.appointed(starts_on="2026-12-01")
    two = await office.appointed(starts_on="2026-12-02", teacher="a2-1")
    made = await office.done("training_school", "trainer-communities", {"subject": "chinese", "name": "语文研修共同体"})
    other = await office.done("training_school", "trainer-communities", {"subject": "english", "name": "英语共同体"})
    path, on = f"trainer-communities/{made['id']}:compose", "2026-12-02"
    both = {"appointment_ids": [one["id"], two["id"]], "convener_id": two["id"]}
    refusals = [
        ("training_school", path, both, "2026-12-01", "TRAINER_INVALID"),  # the second begins a day later
        ("training_school", path, {**both, "convener_id": made["id"]}, on, "TRAINER_INVALID"),
        ("training_school", f"trainer-communities/{other['id']}:compose", both, on, "TRAINER_INVALID"),
        ("school", path, both, on, "PERMISSION_DENIED"),
    ]
    for who, where, body, day, code in refusals:
        answer = await office.send(who, where, body, day)
        assert answer.json()["code"] == code, answer.text
    assert await fetch(clone, "SELECT 1 FROM trainer_community_members") == []
    seen = await office.done("training_school", path, both, on)
    assert (seen["members"], seen["convener"]) == (2, "周五")
    listed = (await office.get("teacher", f"trainer-communities/{made['id']}/members", on))["items"]
    assert [(item["holder_name"], item["is_convener"], item["is_active"]) for item in listed] == [
        ("赵一", False, True),
        ("周五", True, True),
    ]
    fewer = await office.done("training_school", path, {"appointment_ids": [one["id"]]}, on)
    assert (fewer["members"], fewer["convener"]) == (1, None)
    await office.done("training_school", f"trainer-communities/{made['id']}:close")
    closed = await office.send("training_school", path, both, on)
    assert (closed.status_code, closed.json()["code"]) == (409, "TRAINER_COMMUNITY_CLOSED")
