"""Commands that work on the configured database: check the ledger, make an account, make a region."""

import asyncio
import secrets
import sys
from uuid import UUID

from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.passwords import make_hash
from app.accounts.queries.accounts import create_with_hash
from app.commands.installation import installation
from app.core.clock import Clock
from app.core.db import Database, asyncpg_url
from app.core.ids import new_id
from app.demo.load import PACKS, Owner
from app.hours import queries as hours
from app.main import open_database

console = Console(stderr=True)


def verify_ledger() -> int:
    """Every region: summaries against entries, counters against rows; answers 1 at a difference."""

    async def run() -> int:
        with installation() as here:
            database = open_database(here.settings)
            found, today = 0, Clock.running().today
            for region in await _regions(database):
                async with database.begin(region) as db:
                    await db.execute(text("SET LOCAL statement_timeout = '10min'"))
                    with console.status(f"checking region {region}"):
                        differences = [
                            *await hours.summary_differences(db, region),
                            *await hours.counter_differences(db, region, today),
                        ]
                for difference in differences:
                    print(difference)
                found += len(differences)
            await database.close()
        print("the ledger is right" if not found else f"{found} differences", file=sys.stderr)
        return 1 if found else 0

    return asyncio.run(run())


async def _regions(database: Database) -> list[int]:
    async with database.begin() as db:
        return list((await db.execute(text("SELECT id FROM regions ORDER BY id"))).scalars())


def create_region(code: int, name: str, bureau: str) -> int:
    """Name a region for real use, with its bureau and the desk 教师教育科, so that a first account can be made."""

    async def run() -> int:
        with installation() as here:
            owner = Owner(asyncpg_url(here.owner_url), here.owner_role)
            async with owner.begin() as db:
                await db.execute(_PURPOSE)
                values = {"id": code, "name": name, "packs": list(PACKS)}
                if (await db.execute(_REGION, values)).first() is None:
                    print(f"region {code} exists already", file=sys.stderr)
                    return 1
            database = open_database(here.settings)
            async with database.begin(code) as db:
                ids = {"region": code, "bureau": new_id(), "desk": new_id(), "name": bureau}
                await db.execute(_BUREAU, ids)
                await db.execute(_DESK, ids)
            await database.close()
        print(
            f"next: shixun account create NAME --role bureau --region {code} --organisation '{bureau}'"
            " --department teacher_education",
            file=sys.stderr,
        )
        return 0

    return asyncio.run(run())


_PURPOSE = text("INSERT INTO installation (purpose) VALUES ('production') ON CONFLICT DO NOTHING")
_REGION = text(
    "INSERT INTO regions (id, name, policy_packs) VALUES (:id, :name, :packs) ON CONFLICT DO NOTHING RETURNING id"
)
_BUREAU = text("INSERT INTO organisations (region_id, id, kind, name) VALUES (:region, :bureau, 'bureau', :name)")
_DESK = text(
    "INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, department_code, name)"
    " VALUES (:region, :desk, 'department', :bureau, 'bureau', 'teacher_education', '教师教育科')"
)


def create_account(
    username: str, role: str, region: int, organisation: str, department: str | None, name: str | None
) -> int:
    """Make an account with one grant; prints its password once."""
    password = secrets.token_urlsafe(12)

    async def run() -> int:
        with installation() as here:
            database = open_database(here.settings)
            async with database.begin(region) as db:
                place = await _organisation(db, region, organisation)
                desk = await _desk(db, region, department)
                if place is None or (department and desk is None):
                    print("no such organisation or department in this region", file=sys.stderr)
                    return 1
                hashed = await make_hash(password)
                await create_with_hash(db, region, username, name or username, hashed, role, place, desk)
            await database.close()
        print(f"{username} {password}")
        return 0

    return asyncio.run(run())


async def _organisation(db: AsyncConnection, region: int, named: str) -> UUID | None:
    find = text("SELECT id FROM organisations WHERE region_id = :region AND (code = :named OR name = :named) LIMIT 2")
    found = (await db.execute(find, {"region": region, "named": named})).scalars().all()
    return found[0] if len(found) == 1 else None


async def _desk(db: AsyncConnection, region: int, department: str | None) -> UUID | None:
    find = text(
        "SELECT id FROM organisations WHERE region_id = :region AND department_code = :code AND status = 'open'"
    )
    found: UUID | None = await db.scalar(find, {"region": region, "code": department})
    return found
