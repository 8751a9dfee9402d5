"""Made-up teachers to add, and what the database holds of them."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from tests.factories.cluster import Clone
from tests.factories.people import id_number
from tests.factories.world import World

BIRTH = date(1990, 3, 15)
ID_NUMBER = id_number(BIRTH, 501)
MOBILE = "13800005678"
TABLES = ("teachers", "employments", "identity_numbers", "events")


def new_teacher(world: World, school: str = "A1", **changes: Any) -> dict[str, Any]:
    """The body of a request that adds a teacher."""
    body = {
        "staff_no": "20260001",
        "name": "新一一",
        "sex": "male",
        "birth_date": BIRTH.isoformat(),
        "id_number": ID_NUMBER,
        "mobile": MOBILE,
        "school_id": str(world.organisation(school)),
        "is_on_post": True,
        "starts_on": "2026-09-01",
        "stage": "primary",
        "subject": "chinese",
        "title": "edu_l2",
        "posts": ["homeroom_teacher"],
        "honours": [{"code": "backbone_teacher", "level": "city", "awarded_on": "2024-09-10"}],
        "joined_profession_on": "2012-08-01",
    }
    return body | changes


async def counts(clone: Clone) -> dict[str, int]:
    """How many rows the tables of teachers hold; refusals put themselves on record, so those events do not count."""
    connection = await clone.connect()
    try:
        found = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in TABLES}
        refused = await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'access.refused'")
        return found | {"events": found["events"] - refused}
    finally:
        await connection.close()


async def spells(clone: Clone, teacher_id: UUID) -> list[tuple[UUID, bool, date, date | None]]:
    """School, on post, first day and first day after of every spell, in order."""
    rows = await fetch(
        clone,
        "SELECT school_id, is_on_post, starts_on, ends_on FROM employments WHERE teacher_id = $1 ORDER BY starts_on",
        teacher_id,
    )
    return [(row["school_id"], row["is_on_post"], row["starts_on"], row["ends_on"]) for row in rows]


async def fetch(clone: Clone, statement: str, *values: Any) -> list[asyncpg.Record]:
    """Rows as the administrator sees them."""
    connection = await clone.connect()
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()
