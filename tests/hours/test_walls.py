"""What the database itself refuses, whatever the code does."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.db import Database
from app.hours.queries import POST_HOURS, counter_differences, summary_differences
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.world import World

DAY = date(2026, 11, 23)


def ledger_line(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "teacher_id": str(world.teacher("a1-1")),
        "school_id": str(world.organisation("A1")),
        "school_year": 2026,
        "category": "workshop",
        "claimed": 6,
        "credited": 6,
        "activity_title": "题目",
        "activity_date": "2026-10-17",
        "source": "import",
        "line_key": str(uuid4()),
        "revision": 1,
        "findings": [],
        "policy_version": "test",
        "posted_by": str(world.account("training_school").id),
    } | changes


async def write(database: Database, region: int, lines: list[dict[str, Any]], *, cap: int | None = 40) -> None:
    async with database.begin(region) as db:
        open_account = text(
            "INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap)"
            " VALUES (:region, :teacher, :year, :category, :cap) ON CONFLICT DO NOTHING"
        )
        for one in lines:
            values = {"region": region, "teacher": UUID(one["teacher_id"]), "year": one["school_year"]}
            await db.execute(open_account, {**values, "category": one["category"], "cap": cap})
        await db.execute(POST_HOURS, {"region": region, "lines": json.dumps(lines), "today": DAY})


@pytest.mark.clause("A6.13c")
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        pytest.param({"claimed": 0, "credited": 0}, "ck_hours_entries_claimed", id="zero"),
        pytest.param({"claimed": -6, "credited": -6}, "ck_hours_entries_signs", id="negative without original"),
        pytest.param({"credited": 7}, "ck_hours_entries_signs", id="credited over claimed"),
        pytest.param({"claimed": "NaN", "credited": 0}, "ck_hours_entries_claimed", id="not a number"),
        pytest.param({"claimed": 400.5}, "ck_hours_entries_claimed", id="over the bound of a line"),
        pytest.param({"activity_date": "2026-08-31"}, "ck_hours_entries_activity_in_year", id="day of another year"),
        pytest.param({"category": "fun"}, "ck_hours_summaries_category", id="unknown category"),
        pytest.param({"line_key": None}, "ck_hours_entries_line_key", id="no key"),
        pytest.param({"school_id": str(uuid4())}, "fk_hours_entries", id="unknown school"),
        pytest.param({"reverses_id": str(uuid4())}, "reverse_hours", id="a reversal by the wrong door"),
    ],
)
async def test_bad_entries_are_refused_by_constraints(
    database: Database, world: World, clone: Clone, changes: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(DBAPIError, match=constraint):
        await write(database, world.region, [ledger_line(world, **changes)])
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 0
    await connection.close()


@pytest.mark.clause("A6.13c")
async def test_cap_is_a_check_of_the_summary_row(database: Database, world: World) -> None:
    lines = [ledger_line(world, activity_date=f"2026-10-{day:02d}") for day in range(1, 8)]
    with pytest.raises(DBAPIError, match="ck_hours_summaries_cap"):
        await write(database, world.region, lines)


@pytest.mark.parametrize("claimed", ["0.25", "0.45", "5.99"])
async def test_parts_of_a_half_are_refused_and_not_rounded(database: Database, world: World, claimed: str) -> None:
    with pytest.raises(DBAPIError, match="ck_hours_entries"):
        await write(database, world.region, [ledger_line(world, claimed=claimed, credited=claimed)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hours_entries SET credited = 0",
        "DELETE FROM hours_entries",
        "TRUNCATE hours_entries",
        "INSERT INTO hours_entries (region_id, id) VALUES (419001, gen_random_uuid())",
        "UPDATE hours_summaries SET credited = 99",
        "DELETE FROM hours_summaries",
        "UPDATE hours_completion_counters SET met = 0",
        "SELECT apply_hours(419001, '{}'::hours_line[], '2026-11-23', true)",
        "UPDATE events SET kind = 'x'",
        "DELETE FROM events",
        "ALTER TABLE hours_entries DISABLE TRIGGER ALL",
        "SET ROLE shixun_owner",
    ],
)
async def test_service_role_cannot_touch_the_past(database: Database, world: World, statement: str) -> None:
    await write(database, world.region, [ledger_line(world)])
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with database.begin(world.region) as db:
            await db.execute(text(statement))


async def test_another_region_is_invisible_and_unreachable(database: Database, world: World) -> None:
    await write(database, world.region, [ledger_line(world)])
    async with database.begin(world.abroad) as db:
        assert await db.scalar(text("SELECT count(*) FROM hours_entries")) == 0
        assert await db.scalar(text("SELECT count(*) FROM teachers")) == 1
    async with database.begin() as db:
        assert await db.scalar(text("SELECT count(*) FROM teachers")) == 0
    values = {"region": world.region, "lines": json.dumps([ledger_line(world)]), "today": DAY}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.begin(world.abroad) as db:
            await db.execute(POST_HOURS, values)


async def test_no_region_setting_is_left_on_a_pooled_connection(database: Database, world: World) -> None:
    async with database.begin(world.region) as db:
        assert await db.scalar(text("SELECT count(*) FROM organisations")) > 0
    for _ in range(20):
        async with database.begin() as db:
            assert await db.scalar(text("SELECT count(*) FROM organisations")) == 0


async def test_two_reversals_at_once_leave_one(
    client: httpx.AsyncClient, as_role: Any, world: World, clone: Clone
) -> None:
    entry = (await post(client, as_role("training_school"), line(world))).json()
    url = f"/v1/hours-entries/{entry['id']}:reverse"

    async def reverse(who: str) -> int:
        head = as_role(who) | {"Idempotency-Key": str(uuid4())}
        return (await client.post(url, json={"reason": "活动未举行"}, headers=head)).status_code

    codes = await asyncio.gather(*(reverse(who) for who in ("bureau", "bureau_2", "training_school_2") * 5))
    assert sorted(codes) == [201] + [409] * 14
    connection = await clone.connect()
    assert await connection.fetchval("SELECT sum(credited) FROM hours_entries") == 0
    assert await connection.fetchval("SELECT credited FROM hours_summaries") == 0
    await connection.close()


@pytest.mark.clause("A5.7.1")
async def test_counters_follow_the_threshold_both_ways(
    client: httpx.AsyncClient, as_role: Any, world: World, database: Database
) -> None:
    head = as_role("training_school")
    entries = []
    for teacher in ("a1-1", "a1-2", "a2-1", "b1-1"):
        for day in range(1, 5):
            body = line(world, teacher, category="school_research", activity_date=f"2026-10-{day:02d}")
            entries.append((await post(client, head, body)).json())

    async def met() -> int:
        answer = await client.get("/v1/hours-completion?school_year=2026-2027", headers=as_role("bureau"))
        return int(answer.json()["total"]["met"])

    assert await met() == 4
    undo = as_role("bureau") | {"Idempotency-Key": str(uuid4())}
    gone = await client.post(f"/v1/hours-entries/{entries[0]['id']}:reverse", json={"reason": "有误"}, headers=undo)
    assert gone.status_code == 201
    assert await met() == 3
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []
        assert await counter_differences(db, world.region, DAY) == []


@pytest.mark.clause("A5.7.1")
async def test_counters_and_summaries_are_right_after_a_storm(
    client: httpx.AsyncClient, as_role: Any, world: World, database: Database
) -> None:
    head = as_role("training_school")
    teachers = ("a1-1", "a1-2", "a1-3", "a2-1", "a2-2", "b1-1", "b1-2", "d-1")
    bodies = [
        line(world, teachers[n % 8], category="school_research", claimed_hours=4, session=str(n),
             activity_date=f"2026-10-{1 + n // 8:02d}")
        for n in range(64)
    ]  # fmt: skip
    answers = await asyncio.gather(*(post(client, head, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    async with database.begin(world.region) as db:
        assert await summary_differences(db, world.region) == []
        assert await counter_differences(db, world.region, DAY) == []
        assert await db.scalar(text("SELECT sum(met) FROM hours_completion_counters")) == 8
