"""A whole school year of a workshop played through by five roles, over the doors only."""

import pytest

from tests.factories.workshops import Studio, activity, declaration, members, person, sound, town_school
from tests.factories.world import World

DAYS = (
    "2026-09-12", "2026-10-17", "2026-11-14", "2026-12-12", "2027-01-09", "2027-03-13", "2027-04-17", "2027-05-15",
)  # fmt: skip
CORE = 5


@pytest.mark.clause("A6.13a", "A6.13c", "A6.5c", "A6.6a", "A6.6c", "M6.2.3b", "M7.1a", "A6.10")
async def test_a_school_year_of_a_workshop(studio: Studio, world: World) -> None:
    await studio.settle()
    path = await _apply_and_register(studio)
    await _plan(studio, path)
    await _adjust_once(studio, path)
    for place, day in enumerate(DAYS):
        await _gather(studio, world, path, place, day)
    await _months(studio, path)
    await _close(studio, path)


async def _apply_and_register(studio: Studio) -> str:
    """The teacher applies with too few people, mends it, the unit recommends, 进修学校 registers and confirms terms."""
    made = await studio.done("teacher", "", declaration(members=sound()[:19]), at="2026-08-25")
    path = f"/{made['id']}"
    few = await studio.post("teacher", f"{path}:submit", {}, at="2026-08-25")
    assert [one["code"] for one in few.json()["errors"] if one["params"]["severity"] == "must"] == [
        "workshop.full_members"
    ]
    last = sound()[19:]
    await studio.done("teacher", f"{path}:adjustMembers", {"add": last}, at="2026-08-26")
    for who, verb in (("teacher", "submit"), ("central_school", "recommend")):
        await studio.done(who, f"{path}:{verb}", {}, at="2026-08-26")
    for who in ("bureau", "bureau_be", "central_school", "central_b", "school", "teacher"):
        assert (await studio.post(who, f"{path}:register", {}, at="2026-08-28")).status_code in {403, 404}, who
    await studio.done("training_school", f"{path}:register", {"note": "同意"}, at="2026-08-28")
    await studio.done("training_school", f"{path}:confirmTerm", {"term": "2026-2027-1"}, at="2026-09-02")
    return path


async def _plan(studio: Studio, path: str) -> None:
    schedule = [{"month": day[:7], "topic": "集中研修"} for day in DAYS]
    body = {"school_year": "2026-2027", "theme": "单元整体教学", "schedule": schedule, "evaluation": "课例评价"}
    plan = await studio.done("teacher", f"{path}/plans", body, at="2026-09-03")
    await studio.done("teacher", f"{path}/plans/{plan['id']}:submit", {}, at="2026-09-03")
    await studio.done("training_school", f"{path}/plans/{plan['id']}:accept", {}, at="2026-09-04")


async def _adjust_once(studio: Studio, path: str) -> None:
    """One adjustment passes, the second of the year is refused; a retirement is none."""
    swap = {"remove": [str(person(1, 2))], "add": members((), [person(1, 5)]), "reason": "任务调整"}
    await studio.done("teacher", f"{path}:adjustMembers", swap | {"effective_on": "2026-10-10"}, at="2026-10-08")
    one = (await studio.get("training_school", f"{path}/adjustments"))["items"][0]
    await studio.done("training_school", f"{path}/adjustments/{one['id']}:approve", {}, at="2026-10-09")
    again = {"remove": [str(person(2, 2))], "add": members((), [person(2, 5)]), "reason": "再调整"}
    second = await studio.post(
        "teacher", f"{path}:adjustMembers", again | {"effective_on": "2027-03-01"}, at="2027-02-26"
    )
    assert second.json()["errors"][0]["code"] == "workshop.adjustments"


async def _gather(studio: Studio, world: World, path: str, place: int, day: str) -> None:
    """A gathering, hosted by the core members' units in turn; the last one is the reading forum."""
    core = [world.organisation("A1"), *(town_school(town) for town in range(1, CORE))]
    changes = {"title": f"第{place + 1}次集中研修", "starts_on": day, "host_school_id": str(core[place % CORE])}
    is_forum = place == len(DAYS) - 1
    body = activity(**changes, is_reading_forum=is_forum)
    made = await studio.done("teacher", f"{path}/activities", body, at=day)
    one = f"{path}/activities/{made['id']}"
    code = (await studio.done("teacher", f"{one}:openSignIn", {}, at=day))["code"]
    await studio.done("teacher", f"{one}:signIn", {"code": code}, at=day)
    there = {"day": day, "teacher_ids": [str(person(town, 1)) for town in range(1, CORE)]}
    await studio.done("central_school", f"{one}/attendance", there, at=day)
    await studio.done("teacher", f"{one}:hold", {"summary": "课例、议课与小结"}, at=day)
    if place in {0, CORE}:
        case = {
            "term": f"2026-2027-{1 if place == 0 else 2}", "title": f"案例{place}",
            "author_id": str(world.teacher("a1-1")), "summary": "过程与反思",
        }  # fmt: skip
        await studio.done("teacher", f"{path}/cases", case, at=day)


async def _months(studio: Studio, path: str) -> None:
    """进修学校 confirms the hours and reviews every month; the eighth day is shown, but not credited beyond 40."""
    credited = {}
    for day in DAYS:
        month, after = day[:7], "2027-06-20"
        for who in ("bureau_be", "bureau", "central_school"):
            refused = await studio.post(who, f"{path}:confirmHours", {"month": month}, at=after)
            assert refused.status_code == 403
        done = await studio.done("training_school", f"{path}:confirmHours", {"month": month}, at=after)
        credited[month] = (done["claimed_hours"], done["credited_hours"])
        review = {"month": month, "grade": "good", "feedback": "按计划开展"}
        assert (await studio.post("bureau_be", f"{path}/monthly-reviews", review, at=after)).status_code == 403
        made = await studio.done("training_school", f"{path}/monthly-reviews", review, at=after)
        await studio.done("training_school", f"{path}/monthly-reviews/{made['id']}:close", {}, at=after)
    assert [credited[day[:7]] for day in DAYS] == [(30.0, 30.0)] * 6 + [(30.0, 20.0), (30.0, 0.0)]
    hours = await studio.get("teacher", "/v1/hours-entries?category=workshop&include_total=true")
    assert (hours["total"], sum(one["credited_hours"] for one in hours["items"])) == (8, 40.0)
    assert sum(one["claimed_hours"] for one in hours["items"]) == 48.0


async def _close(studio: Studio, path: str) -> None:
    year = await studio.get("central_school", f"{path}/follow-up?school_year=2026-2027", at="2027-09-01")
    assert (year["plan_status"], year["gatherings"], year["reading_forums"]) == ("accepted", 8, 1)
    assert {one["hosted"] for one in year["hosts"]} == {1, 2}
    assert [one["rule"] for one in year["findings"]] == ["workshop.months_missed"]
    places = (await studio.get("teacher", "/v1/workshop-rankings?month=2027-05"))["items"]
    assert [(one["place"], one["previous_place"], one["trend"]) for one in places] == [(1, 1, 0)]
    assert (await studio.post("teacher", f"{path}:close", {"reason": "期满"}, at="2028-09-01")).status_code == 403
    closed = await studio.done("training_school", f"{path}:close", {"reason": "周期结束"}, at="2028-09-01")
    assert closed["status"] == "closed"
    late = await studio.post("teacher", f"{path}/activities", activity(), at="2028-09-01")
    assert (late.status_code, late.json()["code"]) == (409, "WORKSHOP_NOT_REGISTERED")
