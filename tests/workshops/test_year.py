"""What a workshop does in a year: plan, activities, attendance, hours, and how it then stands."""

from typing import Any

import pytest

from tests.factories.uploads import PDF
from tests.factories.workshops import Studio, activity, held, members, person, sound, stored, town_school
from tests.factories.world import World

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-03", "2027-04", "2027-05")


def plan(count: int = 7) -> dict[str, Any]:
    """A plan with so many gatherings."""
    schedule = [{"month": name, "topic": f"第{place}次", "host_school_id": None} for place, name in enumerate(MONTHS)]
    return {"school_year": "2026-2027", "theme": "单元整体教学", "schedule": schedule[:count], "evaluation": "课例评价"}


@pytest.mark.clause("A6.6a")
async def test_a_plan_has_seven_gatherings_and_is_accepted_by_another(studio: Studio) -> None:
    path = await studio.registered()
    made = await studio.done("teacher", f"{path}/plans", plan(6))
    one = f"{path}/plans/{made['id']}"
    few = await studio.post("teacher", f"{one}:submit", {})
    found = few.json()["errors"][0]
    assert (few.status_code, found["code"], found["params"]["actual"]) == (422, "workshop.plan_gatherings", 6)
    await studio.done("teacher", f"{path}/plans", plan(7))
    assert (await studio.done("teacher", f"{one}:submit", {}))["status"] == "submitted"
    closed = await studio.post("teacher", f"{path}/plans", plan(7))
    assert (closed.status_code, closed.json()["code"]) == (409, "WORKSHOP_PLAN_CLOSED")
    other = await studio.post("bureau", f"{one}:accept", {})
    assert (other.status_code, other.json()["code"]) == (403, "OTHER_BODY")
    assert (await studio.done("training_school", f"{one}:accept", {}))["status"] == "accepted"


@pytest.mark.clause("A6.6b")
@pytest.mark.parametrize(
    ("lessons", "talk", "found"),
    [
        (0, "discussion", ["workshop.live_lessons"]),
        (1, "lecture", []),
        (2, "discussion", []),
        (3, "discussion", ["workshop.live_lessons"]),
        (1, None, ["workshop.discussion"]),
    ],
)
async def test_a_gathering_has_lessons_and_a_talk(
    studio: Studio,
    lessons: int,
    talk: str | None,
    found: list[str],
) -> None:
    path = await studio.registered()
    given = [{"teacher_id": str(person(1, 1)), "title": f"第{place}课"} for place in range(lessons)]
    changes = {"talk_kind": talk, "talk_title": "题目" if talk else None}
    made = await studio.done("teacher", f"{path}/activities", activity(lessons=given, **changes))
    answer = await studio.post("teacher", f"{path}/activities/{made['id']}:hold", {"summary": "记录"})
    rules = [one["code"] for one in answer.json().get("errors", ())]
    assert (answer.status_code, rules) == (422 if found else 200, found)


@pytest.mark.clause("A6.13c")
async def test_attendance_becomes_hours_capped_at_forty(studio: Studio, world: World) -> None:
    path = await studio.registered()
    me, other = world.teacher("a1-1"), person(1, 1)
    first = await held(studio, path, [me, other], starts_on="2026-10-17")
    refused = await studio.post("central_school", f"{path}:confirmHours", {"month": "2026-10"})
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    done = await studio.done("training_school", f"{path}:confirmHours", {"month": "2026-10"})
    assert (done["claimed_hours"], done["credited_hours"], len(done["lines"])) == (12.0, 12.0, 2)
    entry = (await studio.get("teacher", "/v1/hours-entries"))["items"][0]
    connection = await studio.clone.connect()
    stands = await connection.fetchrow("SELECT * FROM hours_entries WHERE id = $1", entry["id"])
    await connection.close()
    assert (entry["source"], str(stands["source_id"])) == ("workshop", first.rpartition("/")[2])
    people = [world.account(name).id for name in ("teacher", "training_school")]
    assert [stands["posted_by"], stands["approved_by"]] == people
    again = await studio.post("training_school", f"{path}:confirmHours", {"month": "2026-10"})
    assert (again.status_code, again.json()["code"]) == (409, "WORKSHOP_HOURS_NONE")
    await held(studio, path, [me], title="六天研修", starts_on="2026-11-02", ends_on="2026-11-07")
    one = (await studio.get("teacher", f"{path}/activities"))["items"][0]
    for day in range(3, 8):
        told = {"day": f"2026-11-0{day}", "teacher_ids": [str(me)]}
        await studio.done("teacher", f"{path}/activities/{one['id']}/attendance", told)
    done = await studio.done("training_school", f"{path}:confirmHours", {"month": "2026-11"})
    assert (done["claimed_hours"], done["credited_hours"]) == (36.0, 34.0)
    last = done["lines"][-1]
    assert (last["credited_hours"], last["findings"][0]["rule"]) == (4.0, "hours.yearly_cap")
    before = await stored(studio.clone)
    gone = {"day": "2026-11-07", "teacher_ids": [], "replace": True}
    kept = await studio.done("teacher", f"{path}/activities/{one['id']}/attendance", gone)
    assert kept["removed_count"] == 0
    assert (await stored(studio.clone))["hours_entries"] == before["hours_entries"]


@pytest.mark.clause("A6.13c")
async def test_attendance_without_hours_stops_the_closing_of_its_year(studio: Studio, world: World) -> None:
    path = await studio.registered()
    await held(studio, path, [world.teacher("a1-1"), person(1, 1)], starts_on="2026-10-17")
    url, day = "/v1/hours-closings/2026-2027", "2027-09-05"
    before = await stored(studio.clone)
    refused = await studio.post("training_school", f"{url}:close", {}, at=day)
    assert (refused.status_code, refused.json()["code"]) == (409, "HOURS_YEAR_UNSETTLED")
    assert await stored(studio.clone) == before
    shown = (await studio.get("school", url))["findings"]
    assert [(one["rule"], one["actual"], one["clause"]) for one in shown] == [
        ("workshop.hours_unconfirmed", 2, "A6.13c")
    ]
    assert (await studio.get("school", "/v1/hours-closings/2025-2026"))["findings"] == []
    await studio.done("training_school", f"{path}:confirmHours", {"month": "2026-10"})
    assert (await studio.done("training_school", f"{url}:close", {}, at=day))["findings"] == []


@pytest.mark.clause("A6.6a")
async def test_a_member_signs_in_with_the_code(studio: Studio) -> None:
    path = await studio.registered()
    made = await studio.done("teacher", f"{path}/activities", activity())
    one = f"{path}/activities/{made['id']}"
    early = await studio.post("teacher", f"{one}:signIn", {"code": "000000"}, at="2026-10-17")
    assert (early.status_code, early.json()["code"]) == (409, "WORKSHOP_SIGN_IN_CODE")
    code = (await studio.done("central_school", f"{one}:openSignIn", {}))["code"]
    assert code not in str(await studio.get("teacher", one))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert (await studio.post("teacher", f"{one}:signIn", {"code": wrong}, at="2026-10-17")).status_code == 409
    late = await studio.post("teacher", f"{one}:signIn", {"code": code}, at="2026-10-18")
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/day")
    for _ in range(2):
        wide = code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
        assert (await studio.done("teacher", f"{one}:signIn", {"code": wide}, at="2026-10-17"))["means"] == "self"
    assert (await studio.get("teacher", one))["present_count"] == 1
    assert (await studio.post("teacher_a2", f"{one}:signIn", {"code": code}, at="2026-10-17")).status_code == 404


@pytest.mark.clause("A6.6a")
async def test_strangers_and_other_days_are_refused(studio: Studio) -> None:
    path = await studio.registered()
    made = await studio.done("teacher", f"{path}/activities", activity())
    one = f"{path}/activities/{made['id']}"
    before = await stored(studio.clone)
    for told, at, pointer in (
        ({"day": "2026-10-17", "teacher_ids": [str(person(8, 5))]}, "2026-10-17", "/teacher_ids/0"),
        ({"day": "2026-10-18", "teacher_ids": []}, "2026-10-18", "/day"),
        ({"day": "2026-10-17", "teacher_ids": []}, "2026-10-16", "/day"),
    ):
        answer = await studio.post("teacher", f"{one}/attendance", told, at=at)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await stored(studio.clone) == before
    cancelled = await studio.done("teacher", f"{one}:cancel", {"note": "台风"})
    assert cancelled["status"] == "cancelled"


@pytest.mark.clause("A6.5c", "A6.6a", "A6.6c", "A6.R", "A4.5")
async def test_follow_up_says_what_is_done_and_due(studio: Studio, world: World) -> None:
    path = await studio.registered(kind="master_studio")
    await held(studio, path, [world.teacher("a1-1")], starts_on="2026-09-12")
    case = {"term": "2026-2027-1", "title": "单元案例", "author_id": str(person(1, 1)), "summary": "过程与反思"}
    await studio.done("teacher", f"{path}/cases", case)
    twice = await studio.post("teacher", f"{path}/cases", case)
    assert (twice.status_code, twice.json()["code"]) == (409, "WORKSHOP_CASE_EXISTS")
    url = f"{path}/follow-up?school_year=2026-2027"
    now = await studio.get("training_school", url, at="2026-11-15")
    assert (now["gatherings"], now["gatherings_required"], now["attendance_rate"]) == (1, 7, 0.05)
    assert [one["month"] for one in now["months"] if one["is_missed"]] == ["2026-10"]
    assert len(now["months"]) == 9
    hosted = {one["school_id"]: one["hosted"] for one in now["hosts"]}
    assert (len(hosted), hosted[str(town_school(1))], sum(hosted.values())) == (5, 1, 1)
    rules = {one["rule"]: (one["severity"], one["actual"], one["required"]) for one in now["findings"]}
    assert rules == {
        "workshop.gatherings": ("advise", 1, 7),
        "workshop.reading_forums": ("advise", 0, 1),
        "workshop.cases_second_term": ("advise", 0, 1),
        "workshop.people_led": ("advise", 0, 5),
        "workshop.months_missed": ("advise", 1, 0),
        "workshop.host_rotation": ("advise", 1, 5),
    }
    after = await studio.get("training_school", url, at="2027-09-01")
    assert {one["severity"] for one in after["findings"] if one["rule"] == "workshop.gatherings"} == {"must"}


@pytest.mark.clause("A6.R")
async def test_records_of_an_activity_are_seen_where_it_is(studio: Studio, world: World) -> None:
    path = await studio.registered(members=[*sound(), *members((), [world.teacher("b1-1"), world.teacher("a2-1")])])
    made = await studio.done("teacher", f"{path}/activities", activity())
    url = f"/v1/workshops{path}/activities/{made['id']}/files"
    head = studio.headers("teacher") | {"Idempotency-Key": "first-file"}
    sent = await studio.client.post(url, files={"file": ("记录.pdf", PDF)}, headers=head)
    assert sent.status_code == 201, sent.text
    listed = await studio.get("central_school", url)
    assert [one["name"] for one in listed["items"]] == ["记录.pdf"]
    one = f"/v1/files/{listed['items'][0]['id']}"
    listing = (await studio.get("teacher", f"{path}/members?limit=200"))["items"]
    shown = dict.fromkeys(("teacher", "central_school", "school_b1", "central_b", "teacher_a2"), 200)
    for who, status in (*shown.items(), ("school_d", 404), ("teacher_a2", 404)):
        if who == "teacher_a2" and status == 404:
            left = next(row["id"] for row in listing if row["teacher_id"] == str(world.teacher("a2-1")))
            gone = {"left_on": "2026-11-20", "reason": "transfer"}
            await studio.done("teacher", f"{path}/members/{left}:end", gone)
        for at in (url, f"{url}.zip", one, f"{one}/content"):
            answer = await studio.client.get(at, headers=studio.headers(who))
            assert answer.status_code == status, (who, at)
    refused = await studio.client.post(
        url,
        files={"file": ("记录.pdf", PDF)},
        headers=studio.headers("training_school") | {"Idempotency-Key": "second"},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
