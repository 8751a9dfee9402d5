"""The card of a year over REST: figures and their records, what-if, and how many statements it takes."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.performance import service
from app.performance.service.reading import RecordFilter
from app.policy.load import Regulation
from tests.factories.cluster import Clone
from tests.factories.scorecards import (
    ECOLOGY,
    RATES,
    SAID,
    TEAM,
    YEAR,
    figure,
    put_team,
    put_training,
    requirement,
    row,
)
from tests.factories.statements import counted
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, World

BASES = f"{YEAR}/indicators/support_system.bases"


@pytest.mark.clause("A4.1", "A4.3", "M3.3")
async def test_every_number_leads_to_its_records(office: Bureau, clone: Clone, world: World) -> None:
    await put_team(clone, world)
    card = await office.get("bureau", YEAR)
    assert [group["sums"]["points"] for group in card["groups"]] == [8, 20, 40, 12, 20]
    assert card["sums"]["points"] == 100
    people, part = figure(card, "trainers.people"), figure(card, "trainers.took_part")
    assert (people["counted"], people["required"], people["is_met"], people["lacks"]) == (4, 50, False, 46)
    assert (part["counted"], part["base"], part["share"], part["required"], part["lacks"]) == (3, 4, 0.75, 0.9, 1)
    for group in card["groups"]:
        for indicator in group["indicators"]:
            for one in indicator["requirements"]:
                for number in one["figures"]:
                    if number["parts"]:
                        continue
                    path = f"{YEAR}/indicators/{indicator['code']}/records?figure={number['code']}&include_total=true"
                    found = await office.get("training_school", path)
                    counts = [record for record in found["items"] if record["is_counted"]]
                    assert len(counts) == number["counted"], number
                    assert number["base"] in {None, found["total"]}
    path = f"{YEAR}/indicators/support_system.trainer_team/records?figure=trainers.took_part&is_counted=false"
    idle = (await office.get("bureau", path))["items"]
    assert [(one["teacher_name"], one["organisation_name"], one["detail"]) for one in idle] == [
        ("赵一", "甲镇第一小学", "0")
    ]
    assert (await office.client.get(idle[0]["href"], headers=office.as_role("bureau"))).status_code == 200


@pytest.mark.clause("A4.2")
async def test_person_times_cost_points_and_bear_names(office: Bureau, clone: Clone, world: World) -> None:
    await put_training(clone, world)
    card = await office.get("bureau", YEAR)
    costs = {one["code"]: one["counted"] for one in requirement(card, RATES)["figures"]}
    assert {code: count for code, count in costs.items() if code.startswith("deductions.")} == {
        "deductions.short_nomination": 1,
        "deductions.missed_training": 1,
        "deductions.not_completed": 0,
        "deductions.not_eligible": 1,
    }
    part = figure(card, "rates.nomination")
    assert (part["counted"], part["base"], part["required"], part["lacks"]) == (2, 3, 1, 1)
    delivery = next(one for one in card["groups"][1]["indicators"] if one["code"] == "implementation.delivery")
    assert (delivery["sums"]["points"], delivery["sums"]["implied"]) == (12, 9)
    assert (card["sums"]["implied"], card["implied_of"]) == (9, 12)
    records = f"{YEAR}/indicators/implementation.delivery/records?figure=deductions."
    named = {
        ground: [
            (one["teacher_name"], one["organisation_name"])
            for one in (await office.get("bureau", records + ground))["items"]
        ]
        for ground in ("short_nomination", "missed_training", "not_eligible")
    }
    assert named == {
        "short_nomination": [(None, "甲镇中心校")],
        "missed_training": [("钱二", "甲镇第一小学")],
        "not_eligible": [("孙三", "甲镇第一小学")],
    }
    await office.done("bureau", row(RATES, "assess"), {**SAID, "points": 12})
    beyond = await office.send("bureau_2", row(RATES, "score"), {"points": 9.5})
    assert (beyond.status_code, beyond.json()["errors"][0]["code"]) == (422, "scorecard.implied")
    assert (await office.done("bureau_2", row(RATES, "score"), {"points": 9}))["scored_points"] == 9


@pytest.mark.clause("A4.2", "A4.3")
async def test_what_if_counts_and_marks_were_others(office: Bureau, clone: Clone, world: World) -> None:
    await put_training(clone, world)
    before = await office.get("bureau", YEAR)
    asked = {
        "counts": [
            {"figure": "deductions.missed_training", "counted": 0},
            {"figure": "trainers.people", "counted": 50},
        ],
        "points": [{"requirement": TEAM, "points": 4.5}],
    }
    found = await office.done("training_school", f"{YEAR}:whatIf", asked)
    assert (found["now"]["implied"], found["then"]["implied"]) == (9, 10)
    assert (found["now"]["open"], found["then"]["open"]) == (100, 95.5)
    changed = {one["indicator"]: (one["implied_then"], one["standing_then"]) for one in found["changes"]}
    assert changed == {"implementation.delivery": (10, 0), "support_system.trainer_team": (None, 4.5)}
    assert {one["code"]: one["is_met"] for one in found["figures"]} == {
        "deductions.missed_training": True,
        "trainers.people": True,
    }
    assert [one["open"] for one in found["costliest"]] == sorted(
        (one["open"] for one in found["costliest"]), reverse=True
    )
    wrong = {"counts": [{"figure": "no.such", "counted": 1}], "points": [{"requirement": TEAM, "points": 5.5}]}
    refused = await office.send("bureau", f"{YEAR}:whatIf", wrong)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/counts/0/figure", "/points/0/points"]
    assert await office.get("bureau", YEAR) == before


async def test_the_card_takes_five_statements_whatever_the_number_of_teachers(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    async def statements() -> int:
        with counted(database) as sent:
            await office.get("bureau", YEAR)
        return len(sent)

    await statements()
    before = await statements()
    await put_team(clone, world)
    await put_training(clone, world)
    for code in (TEAM, ECOLOGY):
        await office.done("training_school" if code == TEAM else "bureau", row(code, "assess"), SAID)
    assert await statements() == before + 1  # the files of rows, once there are rows
    assert before <= 5


async def test_a_year_that_has_not_begun_and_codes_that_do_not_exist(office: Bureau) -> None:
    for path, status, code in (
        ("scorecards/2099", 422, "SCORECARD_YEAR_AHEAD"),
        ("scorecards/2021", 422, "INVALID"),
        (f"{YEAR}/indicators/no.such", 404, "NOT_FOUND"),
        (f"{YEAR}/indicators/support_system.bases/records?figure=trainers.people", 404, "NOT_FOUND"),
        (
            f"{YEAR}/indicators/support_system.bases/records?figure=studio_share.teachers",
            409,
            "SCORECARD_FIGURE_COMPOSED",
        ),
        (f"{YEAR}/snapshots/1", 404, "NOT_FOUND"),
    ):
        answer = await office.client.get(f"/v1/{path}", headers=office.as_role("bureau"))
        assert (answer.status_code, answer.json()["code"]) == (status, code), path
    assert (await office.get("bureau", "scorecards"))["items"] == []


async def test_a_program_without_teachers_in_its_scope_sees_no_names(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    await put_team(clone, world)
    place = world.organisation("bureau")
    person = Principal(HOME, uuid4(), Role.BUREAU, place, frozenset({place}), "teacher_education")
    program = replace(person, scopes=frozenset({Permission.SCORECARD_READ}))
    named: dict[str, Any] = {}
    for name, who in (("person", person), ("program", program)):
        async with database.begin(HOME) as db:
            ctx = Context(db, who, Regulation.load(("jiyuan_2022_109",)), Clock.at(world.today))
            only = RecordFilter("trainers.people")
            found = await service.find_records(ctx, PageRequest(), 2026, "support_system.trainer_team", only)
            named[name] = {one.teacher_name for one in found.items}
    assert named["program"] == {None}
    assert None not in named["person"]
