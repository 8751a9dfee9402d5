"""Statements compiled once and run by the driver itself: for hot reads, where building the statement costs most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.db import AnySelect, Direct

_DIALECT: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # the library leaves it untyped


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL for asyncpg and the names of its parameters in order."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]


def prepare(statement: AnySelect) -> Prepared:
    """Compile a statement; parameters without a value are given at each run."""
    compiled = statement.compile(dialect=_DIALECT)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Prepared(str(compiled), tuple(compiled.positiontup or ()), constants)


async def fetch(db: AsyncConnection | Direct, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
    """Rows of a prepared statement, in the transaction of the connection; values that are not used are ignored."""
    driver: Any = (await db.get_raw_connection()).driver_connection
    constants = prepared.constants
    arguments = [values[name] if name in values else constants[name] for name in prepared.names]
    rows: Sequence[Any] = await driver.fetch(prepared.sql, *arguments)
    return rows
