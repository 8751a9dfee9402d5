"""Alembic's environment: migrations run as the owner role, one transaction per revision."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.tables import METADATA


def is_compared(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Whether the models are asked about a thing: stage tables of imports are the kinds' own."""
    return not (kind == "table" and (name or "").startswith("import_stage_"))


def run(connection: Connection) -> None:
    """Run the revisions on an open connection; a migration waits for locks at most two seconds."""
    connection.exec_driver_sql("SET lock_timeout = '2s'")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        transaction_per_migration=True,
        compare_server_default=True,
        include_object=is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Open the owner's connection and run."""
    options = context.config.attributes
    settings = {"role": options["role"]} if options.get("role") else {}
    engine = create_async_engine(options["url"], poolclass=NullPool, connect_args={"server_settings": settings})
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect())
