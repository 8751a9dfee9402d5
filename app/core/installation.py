"""What a database is for and whether it is fit to serve: purpose, migrations, rights of the service role."""

from enum import StrEnum

from sqlalchemy import text

from app.core.db import Database

_PURPOSE = text("SELECT purpose FROM installation")
_REVISION = text("SELECT version_num FROM alembic_version")
_RIGHTS = text(
    "SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"
    " OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    " AND relkind IN ('r', 'p', 'v', 'm', 'S'))"
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
