"""Whole lists: how many rows a statement has, and its rows one after another in bounded memory."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.db import AnyRow, AnySelect

ROWS_AT_ONCE = 500


async def count_of(db: AsyncConnection, statement: AnySelect) -> int:
    """How many rows a statement has."""
    return int(await db.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0)


async def rows_of(db: AsyncConnection, statement: AnySelect) -> AsyncIterator[AnyRow]:
    """The rows of a statement through a cursor of the server: one snapshot, a few hundred rows in memory at once."""
    async with db.stream(statement.execution_options(yield_per=ROWS_AT_ONCE)) as found:
        async for row in found:
            yield row
