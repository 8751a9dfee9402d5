"""What a lost database means: a connection that died in the pool is replaced, everything else is to be retried."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.constraints import refusal_for
from app.core.db import Database
from app.core.errors import Unavailable
from tests.factories.cluster import Clone
from tests.factories.world import HOME

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"


async def end_all(clone: Clone) -> None:
    """End every connection of the service, as a restart of the server does."""
    connection = await clone.connect()
    await connection.fetch(OTHERS, clone.name)
    await connection.close()


async def test_connections_that_died_in_the_pool_are_replaced(clone: Clone, database: Database) -> None:
    async with database.begin(HOME), database.begin(HOME), database.begin(HOME):
        pass
    await end_all(clone)
    for _ in range(4):
        async with database.begin(HOME) as db:
            assert await db.scalar(text("SELECT current_setting('shixun.region')")) == str(HOME)


async def test_a_connection_lost_in_a_transaction_is_to_be_tried_again(clone: Clone, database: Database) -> None:
    async def lose() -> None:
        async with database.begin(HOME) as db:
            await end_all(clone)
            await db.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as lost:
        await lose()
    refusal = refusal_for(lost.value)
    assert isinstance(refusal, Unavailable)
    assert (refusal.status, refusal.code) == (503, "CONNECTION_LOST")


async def test_a_database_that_is_away_is_to_be_tried_again() -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    for opened in (nowhere.begin(), nowhere.read(HOME)):
        with pytest.raises(Unavailable, match="DATABASE_AWAY"):
            await opened.__aenter__()
