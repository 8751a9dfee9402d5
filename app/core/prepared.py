"""Statements compiled once and run by the driver itself: for hot reads, where building the statement costs most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.db import AnyRow, AnySelect, Direct
from app.core.pages import Cursors, OrderColumn, Page, PageRequest, open_cursor

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
    """Rows of a prepared statement, in the transaction of the connection; values that are not used are ignored.

    Raises DBAPIError as SQLAlchemy would, so that refusals are told alike.
    """
    driver: Any = (await db.get_raw_connection()).driver_connection
    constants = prepared.constants
    arguments = [values[name] if name in values else constants[name] for name in prepared.names]
    try:
        rows: Sequence[Any] = await driver.fetch(prepared.sql, *arguments)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DBAPIError(prepared.sql, None, error, hide_parameters=True) from error
    return rows


class Named:
    """A row of a prepared statement, read by attribute like those of SQLAlchemy."""

    __slots__ = ("_mapping",)

    def __init__(self, fields: dict[str, Any]) -> None:
        """fields: its values by column."""
        self._mapping = fields

    def __getattr__(self, name: str) -> Any:
        """A column."""
        try:
            return self._mapping[name]
        except KeyError:
            raise AttributeError(name) from None


async def fetch_rows(db: AsyncConnection | Direct, prepared: Prepared, values: Mapping[str, Any]) -> list[AnyRow]:
    """The same as rows with attributes."""
    return [cast("AnyRow", Named(dict(row))) for row in await fetch(db, prepared, values)]


async def fetch_page(
    db: AsyncConnection | Direct,
    statement: Callable[[bool], Prepared],
    values: Mapping[str, Any],
    request: PageRequest,
    *,
    order: Sequence[OrderColumn],
    scope: str,
) -> Page[AnyRow]:
    """A page of a prepared statement without a total; order, scope: as of `pages.fetch_page`.

    statement: of whether it goes on after a cursor; its parameters are `size` and `after_0`, `after_1` …
    """
    after = open_cursor(request.cursor, scope, order) if request.cursor else []
    place = {f"after_{index}": value for index, value in enumerate(after)}
    given = {**values, **place, "size": request.size + 1}
    rows = await fetch_rows(db, statement(bool(after)), given)
    items = rows[: request.size]
    return Page(items, Cursors(items, order, scope), len(rows) > request.size)
