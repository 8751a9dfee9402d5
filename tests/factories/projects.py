"""Projects for tests, straight in the database: a project of a given status, trainees with their nominations."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

SOMEBODY = UUID("00000000-0000-4000-8000-00000000aaaa")
ANOTHER = UUID("00000000-0000-4000-8000-00000000bbbb")
THIRD = UUID("00000000-0000-4000-8000-00000000cccc")
FOURTH = UUID("00000000-0000-4000-8000-00000000dddd")


async def insert(connection: asyncpg.Connection, table: str, **values: Any) -> UUID:
    """A row as an administrator writes it; answers its id."""
    row = {"id": uuid4(), **values}
    marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())
    made: UUID = row["id"]
    return made


async def put_project(connection: asyncpg.Connection, region: int, *, status: str = "running", **facts: Any) -> UUID:
    """A project that is published and has come as far as `status`; answers its id."""
    about = {
        "level": "city",
        "kind": "backbone_teachers",
        "name": f"测试项目 {uuid4().hex[:8]}",
        "aim": "提升课堂教学能力",
        "start_year": 2026,
        "stage": "primary",
        "subject": "chinese",
        "quota": 10,
        "starts_on": date(2026, 10, 1),
        "ends_on": date(2027, 6, 30),
        "hours": 40,
        "hours_category": "city",
        "is_published": True,
        "made_by": SOMEBODY,
    }
    if status != "draft":
        about["submitted_by"] = SOMEBODY
    if status not in {"draft", "submitted"}:
        about |= {"approved_by": ANOTHER, "approved_at": await connection.fetchval("SELECT now()")}
    if status == "cancelled":
        about["reason"] = "经费调整"
    return await insert(connection, "projects", region_id=region, status=status, **about | facts)


async def put_trainee(
    connection: asyncpg.Connection,
    region: int,
    project: UUID,
    teacher: UUID,
    school: UUID,
    unit: UUID,
    **facts: Any,
) -> UUID:
    """A trainee enrolled by a confirmed nomination of the school; answers the trainee's id."""
    whose = {"region_id": region, "project_id": project, "teacher_id": teacher, "school_id": school, "unit_id": unit}
    nomination = await insert(
        connection,
        "project_nominations",
        **whose,
        route="school",
        status="confirmed",
        findings="[]",
        priority=2,
        nominated_by=SOMEBODY,
        nominated_on=date(2026, 9, 10),
        passed_by=ANOTHER,
        checked_by=THIRD,
        decided_by=FOURTH,
        decided_at=await connection.fetchval("SELECT now()"),
    )
    about = {"joined_on": date(2026, 10, 1), **facts}
    return await insert(connection, "project_trainees", **whose, nomination_id=nomination, **about)
