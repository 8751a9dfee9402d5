"""Hours lines for tests."""

from typing import Any
from uuid import uuid4

import httpx

from tests.factories.world import World


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
