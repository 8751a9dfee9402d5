"""Sealing: nothing missed, one chain, and nobody but the sealer continues it."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.commands import doctoring
from app.core.db import Database
from app.hours import jobs
from app.hours.queries import seals
from app.hours.service.sealing import SealRefused, seal_next
from app.hours.states import SEAL_ENTRIES_MAX
from tests.factories.cluster import Clone
from tests.factories.seals import add_entries, as_superuser, ids, seal_all, verdict
from tests.factories.world import ABROAD, HOME

ENTRIES = 40


@pytest_asyncio.fixture
async def admin(clone: Clone) -> AsyncIterator[asyncpg.Connection]:
    """A connection that passes every wall but no trigger."""
    connection = await clone.connect()
    yield connection
    await connection.close()


async def test_settled_entries_are_sealed_in_order_and_chained(
    admin: asyncpg.Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await seal_all(database) == 0
    await add_entries(admin, 3)
    assert await seal_all(database) == 3
    await add_entries(admin, 1001, mark="more")
    assert await seal_all(database) == 1001
    rows = await admin.fetch("SELECT * FROM hours_seals ORDER BY number")
    assert [(row["region_id"], row["number"], row["entries"]) for row in rows] == [
        (HOME, 1, 3),
        (HOME, 2, 1000),
        (HOME, 3, 1),
    ]
    assert [row["prev"] for row in rows] == [None, rows[0]["head"], rows[1]["head"]]
    assert [one for row in rows for one in row["entry_ids"]] == await ids(admin)
    found = await verdict(database)
    assert (found.seals, found.entries, found.fault) == (3, 1004, None)
    assert (await verdict(database, ABROAD)).seals == 0


async def test_background_sealer_waits_a_minute_or_for_a_thousand(
    admin: asyncpg.Connection, database: Database
) -> None:
    await add_entries(admin, 999)
    await jobs.seal_all(database)
    assert await admin.fetchval("SELECT count(*) FROM hours_seals") == 0
    await add_entries(admin, 1, mark="last")
    await jobs.seal_all(database)
    assert await admin.fetchval("SELECT entries FROM hours_seals") == 1000
    old = await as_superuser_of(admin)
    await add_entries(old, 1, mark="old")
    await old.execute(
        "UPDATE hours_entries SET posted_at = posted_at - interval '61 seconds' WHERE line_key = 'line-1old'"
    )
    await jobs.seal_all(database)
    assert await admin.fetchval("SELECT count(*) FROM hours_seals") == 2


async def as_superuser_of(connection: asyncpg.Connection) -> asyncpg.Connection:
    """The same connection, with the triggers of the ledger off."""
    await connection.execute("ALTER TABLE hours_entries DISABLE TRIGGER ALL")
    return connection


async def test_open_transaction_holds_the_seal_and_nothing_is_missed(
    clone: Clone, admin: asyncpg.Connection, database: Database
) -> None:
    slow = await clone.connect()
    transaction = slow.transaction()
    await transaction.start()
    await add_entries(slow, 1, mark="slow")
    await add_entries(admin, 2, mark="quick")
    assert await seal_all(database) == 0
    async with database.begin(HOME) as db:
        waiting = await seals.waiting(db, HOME, None)
    assert (waiting.entries, waiting.oldest is not None) == (2, True)
    await transaction.commit()
    await slow.close()
    assert await seal_all(database) == 3
    assert (await verdict(database)).fault is None


async def test_two_sealers_at_once_make_one_chain(admin: asyncpg.Connection, database: Database) -> None:
    await add_entries(admin, 50)
    counts = await asyncio.gather(*(seal_next(database, HOME, at_once=True) for _ in range(4)), return_exceptions=True)
    await seal_all(database)
    numbers = [one for one in counts if isinstance(one, int)]
    refused = [one for one in counts if isinstance(one, BaseException)]
    assert sum(numbers) == 50
    assert all(isinstance(one, IntegrityError) for one in refused)
    found = await verdict(database)
    assert (found.entries, found.fault) == (50, None)


@pytest.mark.parametrize("step", ["newest", "settled_after", "between", "now", "add"])
async def test_sealer_that_dies_leaves_nothing_and_the_next_one_goes_on(
    admin: asyncpg.Connection, database: Database, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await add_entries(admin, 5)
    real = getattr(seals, step)

    async def dies(*arguments: Any, **more: Any) -> None:
        await real(*arguments, **more)
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(seals, step, dies)
        with pytest.raises(ConnectionResetError):
            await seal_next(database, HOME, at_once=True)
    assert await admin.fetchval("SELECT count(*) FROM hours_seals") == 0
    assert await seal_all(database) == 5
    assert (await verdict(database)).fault is None


async def test_root_is_recomputed_before_it_is_signed(
    admin: asyncpg.Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_entries(admin, 5)
    real = seals.settled_after

    async def loses_one(*arguments: Any) -> Any:
        return (await real(*arguments))[1:]

    monkeypatch.setattr(seals, "settled_after", loses_one)
    with pytest.raises(SealRefused):
        await seal_next(database, HOME, at_once=True)
    assert await admin.fetchval("SELECT count(*) FROM hours_seals") == 0


async def test_chain_that_is_not_ours_is_not_continued(
    admin: asyncpg.Connection, clone: Clone, database: Database
) -> None:
    await add_entries(admin, 2)
    await seal_all(database)
    await add_entries(admin, 2, mark="later")
    root = await as_superuser(clone)
    await root.execute("UPDATE hours_seals SET signature = set_byte(signature, 0, 255 - get_byte(signature, 0))")
    with pytest.raises(SealRefused):
        await seal_next(database, HOME, at_once=True)
    await root.close()


async def test_database_that_was_moved_is_not_sealed_before_its_new_epoch(
    admin: asyncpg.Connection, clone: Clone, database: Database
) -> None:
    """Transaction ids begin anew on another server: without an epoch, entries would lie among sealed ones."""
    from app.core.db import OWNER_ROLE, asyncpg_url  # noqa: PLC0415 - the same
    from app.core.installation import begin_epoch, has_moved  # noqa: PLC0415 - of this case alone

    await add_entries(admin, 2)
    await seal_all(database)
    await admin.execute("UPDATE feed_epochs SET system_identifier = 'the server of before'")
    await add_entries(admin, 1, mark="here")
    async with database.begin() as db:
        assert await has_moved(db)
    with pytest.raises(SealRefused):
        await seal_next(database, HOME, at_once=True)
    role = OWNER_ROLE if clone.assumes_roles else None
    url = asyncpg_url(clone.owner)
    assert await begin_epoch(url, role=role, only_if_moved=True) == 2
    assert await begin_epoch(url, role=role, only_if_moved=True) is None
    await add_entries(admin, 1, mark="there")
    assert await seal_all(database) == 2
    assert [str(row["hi_epoch"]) for row in await admin.fetch("SELECT hi_epoch FROM hours_seals ORDER BY number")] == [
        "1",
        "2",
    ]
    assert (await verdict(database)).fault is None


async def test_service_role_cannot_change_or_fork_the_chain(admin: asyncpg.Connection, database: Database) -> None:
    await add_entries(admin, 2)
    await seal_all(database)
    before = await admin.fetch("SELECT * FROM hours_seals")
    copy = (
        "INSERT INTO hours_seals SELECT region_id, number + {n}, {prev}, root, sha256(head), lo_epoch, lo_xid, lo_seq,"
        " hi_epoch, hi_xid, hi_seq + {n}, entries, entry_ids, leaves, sealed_at, key_id, signature FROM hours_seals"
        " WHERE region_id = 419001 AND number = 1"
    )
    refused = [
        "UPDATE hours_seals SET root = head WHERE region_id = 419001",
        "DELETE FROM hours_seals WHERE region_id = 419001",
        "TRUNCATE hours_seals",
        copy.format(n=0, prev="prev"),  # a second first one
        copy.format(n=1, prev="NULL"),  # a second beginning
        copy.format(n=1, prev="sha256(root)"),  # after a seal that does not exist
    ]
    for statement in refused:
        with pytest.raises(DBAPIError):
            async with database.begin(HOME) as db:
                await db.execute(text(statement))
    async with database.begin(HOME) as db:
        await db.execute(text(copy.format(n=1, prev="head")))
        with pytest.raises(IntegrityError):
            await db.execute(text(copy.format(n=2, prev="head").replace("sha256(head)", "sha256(sha256(head))")))
        await db.rollback()
    assert await admin.fetch("SELECT * FROM hours_seals") == before


async def storm(clone: Clone, database: Database, writers: int, rounds: int) -> tuple[int, int]:
    """Writers with short and long transactions while a sealer runs in a loop; returns entries written and sealed."""
    done = asyncio.Event()
    sealed = 0

    async def write(name: int) -> int:
        dice = random.Random(name)  # noqa: S311 - how long to wait, not a secret
        connection = await clone.connect()
        written = 0
        for number in range(rounds):
            async with connection.transaction():
                await add_entries(connection, dice.randint(1, 3), mark=f"{name}-{number}a")
                await asyncio.sleep(dice.choice((0, 0, 0.01, 0.1)))
                await add_entries(connection, 1, mark=f"{name}-{number}b")
            written += 1
        await connection.close()
        return written

    async def seal() -> None:
        nonlocal sealed
        while not done.is_set():
            sealed += await seal_next(database, HOME, at_once=True)
            await asyncio.sleep(0)

    sealer = asyncio.create_task(seal())
    await asyncio.gather(*(write(name) for name in range(writers)))
    done.set()
    await sealer
    sealed += await seal_all(database)
    return await count(clone), sealed


async def count(clone: Clone) -> int:
    connection = await clone.connect()
    found: int = await connection.fetchval("SELECT count(*) FROM hours_entries")
    await connection.close()
    return found


async def test_nothing_is_missed_while_writers_and_sealer_run(clone: Clone, database: Database) -> None:
    written, sealed = await storm(clone, database, writers=8, rounds=6)
    found = await verdict(database)
    assert (sealed, found.entries, found.fault) == (written, written, None)


@pytest.mark.long
async def test_nothing_is_missed_with_32_writers(clone: Clone, database: Database) -> None:
    written, sealed = await storm(clone, database, writers=32, rounds=100)
    found = await verdict(database)
    assert (sealed, found.entries, found.fault) == (written, written, None)
    assert found.seals > 20


async def test_a_refusal_is_a_metric_and_doctor_names_it_until_it_is_over(
    admin: asyncpg.Connection, clone: Clone, database: Database, client: httpx.AsyncClient
) -> None:
    async def measured() -> list[str]:
        lines = (await client.get("/metrics")).text.splitlines()
        return [line for line in lines if line.startswith("shixun_seal_refus")]

    assert await measured() == []
    await add_entries(admin, 2)
    await seal_all(database)
    root = await as_superuser(clone)
    spoil = "UPDATE hours_seals SET signature = set_byte(signature, 0, 255 - get_byte(signature, 0))"
    await root.execute(spoil)
    await add_entries(admin, SEAL_ENTRIES_MAX, mark="later")
    for _ in range(2):
        await jobs.seal_all(database)
    assert await measured() == [
        f'shixun_seal_refusals_total{{region="{HOME}"}} 2.0', f'shixun_seal_refused{{region="{HOME}"}} 1.0'
    ]  # fmt: skip
    told = await doctoring.refused_seals(database)
    assert f"region {HOME} since 20" in str(told)
    assert "seal 1 does not hold its signature" in str(told)
    await root.execute(spoil)
    await root.close()
    await jobs.seal_all(database)
    assert (await measured())[1].endswith(" 0.0")
    assert await doctoring.refused_seals(database) is None
    assert await admin.fetchval("SELECT sum(entries) FROM hours_seals") == 2 + SEAL_ENTRIES_MAX
