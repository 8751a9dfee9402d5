"""Scorecards for tests: a team straight in the database, and parts of an answer."""

from datetime import date
from typing import Any
from uuid import uuid4

from tests.factories.cluster import Clone
from tests.factories.trainers import put_appointment
from tests.factories.world import HOME, World

YEAR = "scorecards/2026"
TEAM, FUNDS, CITY = "support_system.trainer_team.team", "guarantees.funds.budget", "organisation.city_work.city_support"
LINKAGE, INTEGRATION = "support_system.resources.linkage", "support_system.resources.integration"
ECOLOGY, RATES = "effects.ecology.ecology", "implementation.delivery.rates"
SAID: dict[str, Any] = {"points": 2, "note": "已按要求完成，见佐证材料"}


def row(code: str, verb: str) -> str:
    """The path of a verb on a row of 2026."""
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
    """A row of a card."""
    return next(
        one
        for group in card["groups"]
        for indicator in group["indicators"]
        for one in indicator["requirements"]
        if one["code"] == code
    )


def figure(card: Any, code: str) -> Any:
    """A figure of a card."""
    return next(
        figure
        for group in card["groups"]
        for indicator in group["indicators"]
        for one in indicator["requirements"]
        for figure in one["figures"]
        if figure["code"] == code
    )
