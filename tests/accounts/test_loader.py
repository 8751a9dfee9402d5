"""Accounts that loaders store with a hash made beforehand."""

import asyncpg

from app.accounts import passwords
from app.accounts.queries.accounts import create_with_hash
from app.core.db import Database
from tests.accounts.conftest import Ask
from tests.factories.world import World


async def test_loader_stores_accounts_with_one_hash_made_beforehand(
    database: Database, world: World, sign_in: Ask, sql: asyncpg.Connection
) -> None:
    stored = passwords.hashed("t9k!mWq2zd")
    async with database.begin(world.region) as db:
        for number in range(3):
            await create_with_hash(
                db, world.region, f"Demo{number}", "演示", stored, "school", world.organisation("A1"), None, None
            )
    assert (await sign_in("demo1", "t9k!mWq2zd")).json()["role"] == "school"
    held = "SELECT count(*) FROM accounts WHERE username LIKE 'demo%' AND password_hash = $1"
    assert await sql.fetchval(held, stored) == 3
