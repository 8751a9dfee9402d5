"""Counts the SQL statements of a service, to prove that a list asks as many for one row as for many."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import event

from app.core.db import Database

SERVICE = "shixun"
"""The application name of the service's connections; an administrator's has none."""
_DIRECT = ("execute", "executemany", "fetch", "fetchrow", "fetchval")
_TRANSACTION = re.compile(r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b[^;]*;")
"""What the driver sends of itself where SQLAlchemy begins and ends a transaction."""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent while the block runs, in order; the one that names the region is among them.

    Those of SQLAlchemy, and those given to the driver itself (hot reads and their BEGIN and COMMIT).
    """
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    with ExitStack() as stack:
        for name in _DIRECT:
            noted = _noted(getattr(asyncpg.Connection, name), sent)
            stack.enter_context(patch.object(asyncpg.Connection, name, noted))
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)


def reads(sent: list[str]) -> int:
    """How many statements read records; who the caller is may be known from a moment ago, or be read once more."""
    return sum("SELECT" in one and "account_grants" not in one for one in sent)


def _noted(method: Callable[..., Awaitable[Any]], sent: list[str]) -> Callable[..., Awaitable[Any]]:
    """A method of the driver that also writes down what the service gives it."""

    async def call(connection: Any, query: str, *values: Any, **more: Any) -> Any:
        is_own = connection.get_settings().application_name == SERVICE
        if is_own and not _TRANSACTION.fullmatch(query):
            sent.append(query)
        return await method(connection, query, *values, **more)

    return call
