"""The card of a year over REST: figures and their records, marks, freezing, what-if, files."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.factories.cluster import Clone
from tests.factories.trainers import Bureau, put_appointment
from tests.factories.world import HOME, World

YEAR = "scorecards/2026"
TEAM = "support_system.trainer_team.team"
FUNDS = "guarantees.funds.budget"
SUPPORT = "organisation.city_work.city_support"
ECOLOGY = "effects.ecology.ecology"
SAID: dict[str, Any] = {"points": 2, "note": "已按要求完成，见佐证材料"}


def row(code: str, verb: str) -> str:
    return f"{YEAR}/requirements/{code}:{verb}"


async def put_team(clone: Clone, world: World) -> None:
    """Four trainers, three of whom did a task in 2026."""
    connection = await clone.connect()
    for at, name in enumerate(("a1-1", "a1-2", "a2-1", "b1-1")):
        one, teacher, school = uuid4(), world.teacher(name), world.organisation(name[:2].upper())
        await put_appointment(connection, HOME, one, teacher, school, starts_on="2025-09-01", ends_on="2028-09-01")
        await connection.execute(
            "INSERT INTO trainer_assignments (region_id, id, appointment_id, teacher_id, school_id, duty, place, title,"
            " done_on, start_year, hours, fee_fen, assigned_by)"
            " VALUES ($1, $2, $3, $4, $5, 'delivery', 'workshop', '任务', $6::date, 2025, 2, 0, $2)",
            HOME, uuid4(), one, teacher, school, date(2025 if at == 0 else 2026, 3, 1),
        )  # fmt: skip
    await connection.close()


def requirement(card: Any, code: str) -> Any:
    return next(
        one
        for group in card["groups"]
        for indicator in group["indicators"]
        for one in indicator["requirements"]
        if one["code"] == code
    )


def figure(card: Any, code: str) -> Any:
    return next(
        figure
        for group in card["groups"]
        for indicator in group["indicators"]
        for one in indicator["requirements"]
        for figure in one["figures"]
        if figure["code"] == code
    )


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
