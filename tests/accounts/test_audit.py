"""The audit log: who reads which events, filters and pages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.core import events
from app.core.db import Database
from tests.factories.world import World

Headers = Callable[[str], dict[str, str]]


@pytest_asyncio.fixture
async def happened(database: Database, world: World) -> None:
    """One event by each of five accounts; two of them about teachers."""
    acts: tuple[tuple[str, str | None, str], ...] = (
        ("bureau", None, "organisation.changed"),
        ("bureau_2", None, "organisation.changed"),
        ("training_school", "a1-1", "hours.posted"),
        ("school", "a1-1", "teacher.changed"),
        ("school_a2", "a2-1", "teacher.unmasked"),
        ("abroad_bureau", None, "organisation.changed"),
    )
    for username, teacher, kind in acts:
        account = world.account(username)
        event = events.draft(
            account.region_id,
            kind,
            entity="teacher" if teacher else "organisation",
            entity_id=world.teacher(teacher) if teacher else None,
            channel="audit" if kind == "teacher.unmasked" else "change",
            teacher_id=world.teacher(teacher) if teacher else None,
            account_id=account.id,
            acting_role=account.role,
            acting_organisation_id=world.organisation(account.organisation),
        )
        async with database.begin(account.region_id) as db:
            await events.append(db, [event])


async def _seen(client: httpx.AsyncClient, head: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/audit-events?{query}", headers=head)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.usefixtures("happened")
@pytest.mark.parametrize(
    ("reader", "actors"),
    [
        ("bureau", ["school_a2", "school", "training_school", "bureau_2"]),
        ("bureau_2", ["school_a2", "school", "training_school", "bureau"]),
        ("training_school", ["training_school"]),
        ("training_school_2", ["training_school"]),
        ("teacher", ["school", "training_school"]),
        ("teacher_a2", ["school_a2"]),
        ("abroad_bureau", []),
    ],
)
async def test_each_reads_what_the_table_says_newest_first(
    client: httpx.AsyncClient, as_role: Headers, world: World, reader: str, actors: list[str]
) -> None:
    seen = [item["account_id"] for item in await _seen(client, as_role(reader))]
    assert seen == [str(world.account(actor).id) for actor in actors]


@pytest.mark.parametrize("reader", ["bureau_be", "central_school", "school"])
async def test_others_read_nothing_and_the_try_is_on_record(
    client: httpx.AsyncClient, as_role: Headers, world: World, reader: str
) -> None:
    answer = await client.get("/v1/audit-events", headers=as_role(reader))
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    logged = await _seen(client, as_role("bureau"))
    assert [(item["kind"], item["account_id"]) for item in logged] == [
        ("access.refused", str(world.account(reader).id))
    ]
    assert logged[0]["facts"] == {"code": "PERMISSION_DENIED", "permission": "audit.read"}
    assert logged[0]["request_id"] == answer.headers["x-request-id"]


@pytest.mark.usefixtures("happened")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("channel=audit", 1),
        ("channel=change", 3),
        ("kind=hours.posted", 1),
        ("entity=teacher", 3),
        ("entity=teacher&channel=change", 2),
        ("kind=none", 0),
        ("until=2026-01-01T00:00:00%2B08:00", 0),
        ("since=2026-01-01T00:00:00%2B08:00", 4),
    ],
)
async def test_filters_narrow(client: httpx.AsyncClient, as_role: Headers, query: str, count: int) -> None:
    assert len(await _seen(client, as_role("bureau"), query)) == count


@pytest.mark.usefixtures("happened")
async def test_filters_by_entity_and_account(client: httpx.AsyncClient, as_role: Headers, world: World) -> None:
    head = as_role("bureau")
    assert len(await _seen(client, head, f"entity_id={world.teacher('a1-1')}")) == 2
    assert len(await _seen(client, head, f"account_id={world.account('school').id}")) == 1
    moment = (await _seen(client, head))[1]["occurred_at"]
    assert moment.endswith("+08:00")
    assert (await client.get("/v1/audit-events?since=2026-01-01T00:00:00", headers=head)).status_code == 422
    assert len(await _seen(client, head, f"since={quote(moment)}")) >= 1


@pytest.mark.usefixtures("happened")
async def test_pages_hold_every_event_once(client: httpx.AsyncClient, as_role: Headers) -> None:
    head, seen, cursor = as_role("bureau"), [], ""
    for _ in range(5):
        page = (await client.get(f"/v1/audit-events?limit=1&include_total=true{cursor}", headers=head)).json()
        seen += [item["id"] for item in page["items"]]
        assert page["total"] == 4
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 4
    assert seen == sorted(seen, reverse=True)


@pytest.mark.usefixtures("happened")
async def test_nobody_edits_the_log(database: Database, world: World, sql: asyncpg.Connection) -> None:
    before = await sql.fetch("SELECT * FROM events ORDER BY seq")
    for statement in ("UPDATE events SET kind = 'x'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.begin(world.region) as db:
                await db.exec_driver_sql(statement)
    assert await sql.fetch("SELECT * FROM events ORDER BY seq") == before
