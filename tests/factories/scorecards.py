"""Scorecards for tests: a team straight in the database, and parts of an answer."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.factories.cluster import Clone
from tests.factories.projects import insert, put_project, put_trainee
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


async def put_training(clone: Clone, world: World) -> UUID:
    """A project of 2026 with three places: two trainees, one of whom never came; one refused for its conditions."""
    connection = await clone.connect()
    unit, school = world.organisation("central A"), world.organisation("A1")
    project = await put_project(connection, HOME, status="running", starts_on=date(2026, 10, 1), quota=10)
    await insert(connection, "project_quotas", region_id=HOME, project_id=project, unit_id=unit, places=3, taken=2)
    whose = {"region_id": HOME, "project_id": project, "school_id": school, "unit_id": unit}
    found = [
        await put_trainee(connection, HOME, project, world.teacher(name), school, unit) for name in ("a1-1", "a1-2")
    ]
    await insert(
        connection,
        "project_nominations",
        **whose,
        teacher_id=world.teacher("a1-3"),
        route="school",
        status="rejected",
        findings=json.dumps([{"rule": "age", "severity": "must"}]),
        priority=2,
        nominated_by=uuid4(),
        nominated_on=date(2026, 9, 1),
        decided_by=uuid4(),
        decided_at=await connection.fetchval("SELECT now()"),
        reason="超过年龄上限",
    )
    session = await insert(
        connection,
        "training_sessions",
        region_id=HOME,
        project_id=project,
        held_on=date(2026, 10, 10),
        part="whole",
        hours=6,
        topic="大单元教学",
        mode="online",
        lecturer_name="专家",
        status="held",
        made_by=uuid4(),
    )
    for trainee, name, presence in zip(found, ("a1-1", "a1-2"), ("present", "absent"), strict=True):
        await insert(
            connection,
            "training_attendances",
            region_id=HOME,
            session_id=session,
            trainee_id=trainee,
            teacher_id=world.teacher(name),
            school_id=school,
            presence=presence,
            source="list",
            recorded_by=uuid4(),
        )
    await connection.close()
    return project


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
