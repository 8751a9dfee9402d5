"""Hours lines for tests."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from tests.factories.world import TEACHERS, World


def line(world: World, teacher: str = "a1-1", **changes: Any) -> dict[str, Any]:
    """The body of a valid line: six hours of a workshop day on 2026-10-17."""
    return {
        "teacher_id": str(world.teacher(teacher)),
        "category": "workshop",
        "claimed_hours": 6,
        "activity_title": "工作坊集中研修",
        "activity_date": "2026-10-17",
        "reason": "工作坊月度确认",
    } | changes


async def post(
    client: httpx.AsyncClient, headers: dict[str, str], body: dict[str, Any], key: str | None = None
) -> httpx.Response:
    """Post one line under a fresh idempotency key, or the one given."""
    return await client.post("/v1/hours-entries", json=body, headers=headers | {"Idempotency-Key": key or str(uuid4())})


Credited = tuple[str, str, date, float]
"""Teacher, category, day, hours: an entry as it stands in the ledger."""


async def credited(connection: asyncpg.Connection, world: World, entries: Sequence[Credited], target: int = 24) -> None:
    """Entries written by the ledger's own function, with their summaries; of the home region."""
    lines = []
    for teacher, category, day, hours in entries:
        year = day.year if day.month >= 9 else day.year - 1
        goal = target if category == "school_research" else None
        await connection.execute(
            "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, target)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            world.region, world.teacher(teacher), year, category, goal,
        )  # fmt: skip
        school = next(place for name, _, place, _, _ in TEACHERS if name == teacher)
        one = uuid4()
        lines.append({
            "id": one, "teacher_id": world.teacher(teacher), "school_id": world.organisation(school),
            "school_year": year, "category": category, "claimed": hours, "credited": hours,
            "activity_title": "研修", "activity_date": day, "source": "import", "line_key": str(one), "revision": 1,
            "findings": [], "policy_version": "test", "posted_by": world.account("training_school_2").id,
        })  # fmt: skip
    async with connection.transaction():
        await connection.execute(f"SET LOCAL shixun.region = '{world.region}'")
        await connection.execute(
            "SELECT post_hours($1, ARRAY(SELECT l FROM jsonb_populate_recordset(NULL::hours_line, $2) AS l), $3)",
            world.region, json.dumps(lines, default=str), world.today,
        )  # fmt: skip
