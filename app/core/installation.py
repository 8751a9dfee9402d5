"""What a database is for and whether it is fit to serve: purpose, migrations, rights of the service role."""

from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.core.db import Database

_PURPOSE = text("SELECT purpose FROM installation")
_REVISION = text("SELECT version_num FROM alembic_version")
_RIGHTS = text(
    "SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"
    " OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    " AND relkind IN ('r', 'p', 'v', 'm', 'S'))"
)
_HAS_MOVED = text(
    "SELECT (SELECT system_identifier FROM feed_epochs ORDER BY epoch DESC LIMIT 1)"
    " <> (SELECT CAST(system_identifier AS text) FROM pg_control_system())"
)
_NEW_EPOCH = text(
    "INSERT INTO feed_epochs (epoch, system_identifier)"
    " SELECT feed_epoch() + 1, CAST(system_identifier AS text) FROM pg_control_system() RETURNING epoch"
)


class Purpose(StrEnum):
    """What a database is for 用途: the test clock and demo sign-ins exist in demo and test databases only."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


async def purpose_of(database: Database) -> Purpose | None:
    """The purpose of a database, None if it was never set up."""
    async with database.begin() as connection:
        found = await connection.scalar(_PURPOSE)
    return Purpose(found) if found else None


async def revision_of(database: Database) -> str:
    """The migration a database stands at."""
    async with database.begin() as connection:
        return str(await connection.scalar(_REVISION))


async def has_too_many_rights(database: Database) -> bool:
    """Whether the role of the service owns tables or passes row-level security: it then must not serve."""
    async with database.begin() as connection:
        return bool(await connection.scalar(_RIGHTS))


async def has_moved(connection: AsyncConnection) -> bool:
    """Whether the database was restored on another server since its epoch began: transaction ids start anew there."""
    return bool(await connection.scalar(_HAS_MOVED))


async def begin_epoch(url: URL, *, role: str | None, only_if_moved: bool) -> int | None:
    """As the owner: start the next epoch of positions after a restore; returns its number, None if nothing was done.

    Nothing may be writing meanwhile: what is open would count among the entries of the old epoch.
    """
    settings = {"role": role} if role else {}
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"server_settings": settings})
    try:
        async with engine.begin() as connection:
            if only_if_moved and not await has_moved(connection):
                return None
            return int((await connection.execute(_NEW_EPOCH)).scalar_one())
    finally:
        await engine.dispose()
