"""Monthly reviews by the right body, ranking, reminders, mentor pairs and subsidies."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.policy.load import Regulation
from app.workshops import service
from app.workshops.rules import cycle
from tests.factories.workshops import WORLD, Studio, declaration, held, person, stored
from tests.factories.world import World

REVIEW = {"month": "2026-10", "grade": "good", "feedback": "研讨充分，请增加展示课"}


@pytest.mark.clause("M7.1a")
async def test_a_month_is_reviewed_closed_and_told(studio: Studio, world: World) -> None:
    path = await studio.registered()
    await held(studio, path, [world.teacher("a1-1"), person(1, 1)], starts_on="2026-10-17")
    early = await studio.post("training_school", f"{path}/monthly-reviews", REVIEW | {"month": "2026-12"})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/month")
    made = await studio.done("training_school", f"{path}/monthly-reviews", REVIEW)
    assert made["statistics"] == {
        "activities": 1,
        "present": 2,
        "expected": 20,
        "attendance_rate": 0.1,
        "outputs": 0,
        "publications": 0,
    }
    assert (await studio.get("teacher", f"{path}/monthly-reviews"))["items"] == []
    one = f"{path}/monthly-reviews/{made['id']}"
    soon = await studio.post("training_school", f"{one}:close", {}, at="2026-10-31")
    assert (soon.status_code, soon.json()["code"]) == (409, "WORKSHOP_MONTH_NOT_OVER")
    await studio.done("training_school", f"{path}/monthly-reviews", REVIEW | {"grade": "excellent"})
    closed = await studio.done("training_school", f"{one}:close", {}, at="2026-11-01")
    assert (closed["status"], closed["grade"]) == ("closed", "excellent")
    told = (await studio.get("teacher", f"{path}/monthly-reviews"))["items"]
    assert [(row["month"], row["feedback"]) for row in told] == [("2026-10", REVIEW["feedback"])]
    again = await studio.post("training_school", f"{path}/monthly-reviews", REVIEW)
    assert (again.status_code, again.json()["code"]) == (409, "WORKSHOP_REVIEW_CLOSED")
    places = (await studio.get("central_school", "/v1/workshop-rankings?month=2026-10"))["items"]
    assert [(row["place"], row["previous_place"], row["trend"]) for row in places] == [(1, None, None)]
    assert (await studio.get("central_b", "/v1/workshop-rankings?month=2026-10"))["items"] == []


@pytest.mark.clause("M7.1a", "A3.5")
async def test_publications_of_the_month_are_counted(studio: Studio) -> None:
    path = await studio.registered()
    unit = {"organisation_id": str(WORLD.organisation("central A"))}
    own = {"subject_kind": "workshop", "subject_id": path[1:]}
    told = [
        (unit | own, "2026-10-01"),
        ({"organisation_id": str(WORLD.organisation("A1"))} | own, "2026-10-31"),
        (unit | {"title": f"{declaration()['name']}集中研修"}, "2026-10-09"),
        (unit | {"summary": f"记{declaration()['name']}"}, "2026-10-09"),
        (unit, "2026-10-09"),
        (unit | own | {"subject_id": str(uuid4()), "title": declaration()["name"]}, "2026-10-09"),
        (unit | own, "2026-11-01"),
        (unit | own, None),
    ]
    for place, (facts, out) in enumerate(told):
        item = {"column_code": "school_research", "title": "集体备课", "source": "教研组", "happened_on": "2026-10-01"}
        made = await studio.done("central_school", "/v1/publications", item | facts, at="2026-10-01")
        if out:
            how = {"channel": "师训公众号", "link": f"https://example.org/{place}", "published_on": out}
            await studio.done("training_school", f"/v1/publications/{made['id']}:publish", how, at="2026-11-02")
    review = await studio.done("training_school", f"{path}/monthly-reviews", REVIEW, at="2026-11-02")
    assert review["statistics"]["publications"] == 4


@pytest.mark.clause("M7.1a", "M6.2.3d")
@pytest.mark.parametrize(
    ("changes", "reviewer", "other"),
    [
        ({}, "training_school", "bureau_be"),
        ({"family": "principal_studio", "kind": None}, "training_school", "bureau_be"),
        ({"family": "homeroom_studio", "kind": None}, "bureau_be", "training_school"),
    ],
    ids=["workshop", "principals", "homeroom"],
)
async def test_each_is_reviewed_by_its_supervisor_only(
    studio: Studio, changes: dict[str, Any], reviewer: str, other: str
) -> None:
    await studio.settle()
    made = await studio.done("central_school", "", declaration(**changes), at="2026-09-05")
    path = f"/{made['id']}"
    await studio.done("central_school", f"{path}:submit", {}, at="2026-09-05")
    await studio.done(reviewer, f"{path}:register", {}, at="2026-09-05")
    before = await stored(studio.clone)
    refused = await studio.post(other, f"{path}/monthly-reviews", REVIEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "OTHER_BODY")
    for who in ("bureau", "central_school", "teacher"):
        assert (await studio.post(who, f"{path}/monthly-reviews", REVIEW)).status_code == 403
    assert await stored(studio.clone) == before
    await studio.done(reviewer, f"{path}/monthly-reviews", REVIEW)


@pytest.mark.clause("M7.1a", "M6.2.3b", "A6.6a")
async def test_reminders_say_what_is_due(studio: Studio, world: World) -> None:
    path = await studio.registered()
    await held(studio, path, [world.teacher("a1-1")], starts_on="2026-10-17")
    url = "/v1/workshop-reminders"
    due = (await studio.get("training_school", url, at="2026-11-10"))["items"]
    assert [[one["what"] for one in row["items"]] for row in due] == [["plan", "term", "review", "hours"]]
    await studio.done("training_school", f"{path}:confirmTerm", {"term": "2026-2027-1"})
    await studio.done("training_school", f"{path}:confirmHours", {"month": "2026-10"})
    due = (await studio.get("teacher", url, at="2026-11-10"))["items"]
    assert [one["what"] for one in due[0]["items"]] == ["plan", "review"]
    assert (await studio.get("school_d", url, at="2026-11-10"))["items"] == []


@pytest.mark.clause("A6.11", "A4.5")
async def test_a_pair_with_plan_and_result(studio: Studio, world: World) -> None:
    path = await studio.registered(kind="master_studio")
    body = {
        "workshop_id": path[1:],
        "mentor_id": str(person(1, 1)),
        "apprentice_id": str(world.teacher("b1-1")),
        "starts_on": "2026-10-01",
        "plan": "每月听评课两节",
    }
    before = await stored(studio.clone)
    wrong = await studio.post("teacher", "/v1/mentor-pairs", body | {"mentor_id": str(person(8, 5))})
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/mentor_id"]
    assert await stored(studio.clone) == before
    made = await studio.done("teacher", "/v1/mentor-pairs", body)
    twice = await studio.post("teacher", "/v1/mentor-pairs", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "MENTOR_PAIR_EXISTS")
    year = await studio.get("teacher", f"{path}/follow-up?school_year=2026-2027")
    assert year["people_led"] == 1
    told = {"ends_on": "2026-11-20", "result": "独立上公开课"}
    done = await studio.done("teacher", f"/v1/mentor-pairs/{made['id']}:finish", told)
    assert (done["status"], done["result"]) == ("finished", "独立上公开课")


@pytest.mark.clause("A6.8")
async def test_a_subsidy_is_granted_once_a_year_and_paid(studio: Studio, world: World) -> None:
    path = await studio.registered()
    me = str(world.teacher("a1-1"))
    body = {"workshop_id": path[1:], "teacher_id": me, "school_year": "2026-2027", "amount_fen": 150_000}
    for who in ("training_school", "central_school", "bureau_be"):
        assert (await studio.post(who, "/v1/workshop-subsidies", body)).status_code == 403
    stranger = await studio.post("bureau", "/v1/workshop-subsidies", body | {"teacher_id": str(person(8, 5))})
    assert [one["pointer"] for one in stranger.json()["errors"]] == ["/teacher_id"]
    made = await studio.done("bureau", "/v1/workshop-subsidies", body)
    twice = await studio.post("bureau", "/v1/workshop-subsidies", body)
    assert (twice.status_code, twice.json()["code"]) == (409, "WORKSHOP_SUBSIDY_EXISTS")
    paid = await studio.done("bureau", f"/v1/workshop-subsidies/{made['id']}:pay", {"paid_on": "2026-11-20"})
    assert (paid["status"], paid["paid_on"], paid["amount_fen"]) == ("paid", "2026-11-20", 150_000)
    mine = (await studio.get("teacher", "/v1/workshop-subsidies?school_year=2026-2027"))["items"]
    assert [row["id"] for row in mine] == [made["id"]]
    assert (await studio.get("school_d", "/v1/workshop-subsidies"))["items"] == []


@pytest.mark.clause("A6.7", "A6.13b")
async def test_membership_leads_to_priority_and_to_a_claim(studio: Studio, database: Database, world: World) -> None:
    path = await studio.registered()
    left = next(
        one for one in (await studio.get("teacher", f"{path}/members?limit=200"))["items"]
        if one["teacher_id"] == str(person(1, 2))
    )  # fmt: skip
    told = {"left_on": "2026-11-01", "reason": "transfer"}
    await studio.done("teacher", f"{path}/members/{left['id']}:end", told)
    who = Principal(world.region, world.account("training_school").id, Role.TRAINING_SCHOOL,
                    world.organisation("training school"), frozenset())  # fmt: skip
    asked = [person(1, 1), person(1, 2), person(8, 5)]
    async with database.begin(world.region) as db:
        ctx = Context(db, who, Regulation.load(("jiyuan_2022_109",)), Clock.at(date(2026, 11, 20)))
        assert await service.nomination_priority(ctx, asked, on=date(2026, 11, 20)) == [0, 2, 2]
        one = UUID(path[1:])
        assert await service.backbone_claims(ctx, [one], on=date(2028, 8, 31)) == []
        claims = await service.backbone_claims(ctx, [one], on=date(2028, 9, 1))
    assert len(claims) == 19
    assert person(1, 2) not in {claim.teacher_id for claim in claims}


@pytest.mark.clause("A6.7")
@pytest.mark.parametrize(
    ("levels", "place"), [(["city"], 0), (["school", "provincial"], 0), (["town"], 1), (["school"], 1), ([], 2)]
)
def test_city_members_come_first(levels: list[str], place: int) -> None:
    assert cycle.priority_of(levels) == place


@pytest.mark.clause("A6.13b")
@pytest.mark.parametrize(
    ("years", "is_excellent", "may"),
    [([2026, 2027], True, True), ([2026], True, False), ([2026, 2026], True, False), ([2026, 2027], False, False)],
)
def test_a_claim_needs_two_years_and_the_title(years: list[int], is_excellent: bool, may: bool) -> None:  # noqa: FBT001 - parameters
    pack = Regulation.load(("jiyuan_2022_109",))
    assert cycle.has_backbone_claim(pack, years, is_excellent=is_excellent, on=date(2026, 9, 1)) is may
