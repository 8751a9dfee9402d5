"""Commands that work on the configured database: make an account, make a region."""

import asyncio
import secrets
import sys
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.permissions import Role
from app.accounts.passwords import make_hash
from app.accounts.queries.accounts import create_with_hash
from app.commands.installation import installation
from app.core.constraints import refusal_for
from app.core.db import asyncpg_url
from app.core.ids import new_id
from app.demo.load import PACKS, Owner
from app.main import open_database


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
    if role not in set(Role):
        print(f"no such role: {role}; there are {', '.join(Role)}", file=sys.stderr)
        return 1
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

    try:
        return asyncio.run(run())
    except DBAPIError as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        print(f"{refusal.detail} ({refusal.code})", file=sys.stderr)
        return 1


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
