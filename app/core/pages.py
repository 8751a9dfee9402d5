"""Cursor pages: keyset on a total order, with a signed cursor that knows the filters it belongs to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import AnyRow, AnySelect
from app.core.errors import BadRequest

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
_SIGNATURE_BYTES = 12
R = TypeVar("R")
OrderColumn = ColumnElement[Any] | InstrumentedAttribute[Any]
_key: list[bytes] = []


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: limit (coerced to 1..200), cursor of the page before, and whether to count the whole."""

    limit: int = LIMIT_DEFAULT
    cursor: str | None = None
    include_total: bool = False

    @property
    def size(self) -> int:
        """The limit within its bounds."""
        return max(1, min(self.limit, LIMIT_MAX))


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Items of one page, the cursor after each item (same length), and the total if it was asked for."""

    items: Sequence[R]
    cursors: Sequence[str]
    has_more: bool
    total: int | None = None

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the next page, None on the last one."""
        return self.cursors[-1] if self.has_more and self.cursors else None


class Cursors(Sequence[str]):
    """The cursor after each row, sealed when it is looked at: most lists show the last one only."""

    def __init__(self, rows: Sequence[Any], order: Sequence[OrderColumn], scope: str) -> None:
        """rows: of the page; order, scope: as of `fetch_page`."""
        self._rows, self._names, self._scope = rows, [column.key or "" for column in order], scope

    def __len__(self) -> int:
        """As many as rows."""
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        """The cursor after a row."""
        if isinstance(index, slice):
            return [self._after(row) for row in self._rows[index]]
        return self._after(self._rows[index])

    def _after(self, row: Any) -> str:
        return seal([getattr(row, name) for name in self._names], self._scope)


def install(key: bytes) -> None:
    """Set the signing key of cursors for this process; the assembly does it once at start."""
    _key[:] = [key]


async def fetch_page(
    connection: AsyncConnection,
    statement: AnySelect,
    request: PageRequest,
    *,
    order: Sequence[OrderColumn],
    descending: bool = False,
    scope: str,
) -> Page[AnyRow]:
    """One page of a statement in one SQL statement (two with a total).

    order: columns that the statement selects, the last one unique; scope: a text that names the list and its filters,
    a cursor of another list or other filters is refused with 400 CURSOR_INVALID.
    """
    paged = statement
    if request.cursor:
        values = open_cursor(request.cursor, scope, order)
        key = tuple_(*order)
        paged = paged.where(key < tuple_(*values) if descending else key > tuple_(*values))
    ordered = [column.desc() if descending else column.asc() for column in order]
    rows = (await connection.execute(paged.order_by(*ordered).limit(request.size + 1))).all()
    items = rows[: request.size]
    total = None
    if request.include_total:
        total = await connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
    return Page(items, Cursors(items, order, scope), len(rows) > request.size, total)


def seal(values: Sequence[object], scope: str) -> str:
    """The cursor after a row: the values of its order columns, signed for one list and its filters."""
    body = json.dumps([_plain(value) for value in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(body, scope) + body).decode().rstrip("=")


def open_cursor(cursor: str, scope: str, order: Sequence[OrderColumn]) -> list[object]:
    """The values of a cursor again; 400 CURSOR_INVALID if it was made for another list or other filters."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        values: list[object] = json.loads(body) if hmac.compare_digest(signature, _sign(body, scope)) else []
        return [_typed(value, column) for value, column in zip(values, order, strict=True)]
    except (ValueError, TypeError) as error:
        message = "游标无效，或查询条件已改变。请从第一页重新查询。"
        raise BadRequest("CURSOR_INVALID", message) from error


def _sign(body: bytes, scope: str) -> bytes:
    return hmac.new(_key[0], scope.encode() + b"\x00" + body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _typed(value: Any, column: OrderColumn) -> object:
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if kind in {UUID, Decimal, int, str} else value
