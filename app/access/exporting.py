"""What a kind of export declares; domains offer kinds in their exports.py, the assembly hands them to app/exports."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.policy.finding import Finding

Value = str | int | float | Decimal | date | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: `name` for programs (ASCII), `header` for people; `width` in characters of a sheet."""

    name: str
    header: str
    width: int = 14


@dataclass(frozen=True, slots=True)
class Unmasked:
    """The same rows with numbers of persons in full 完整证件号码: who may, and what goes on record about each person.

    rows: whose each row is, and its values. event, entity: of the audit log, one for each row. check_reason: whether
    what the file is for may stand on record.
    """

    permission: Permission
    check_reason: Callable[[str], Sequence[Finding]]
    event: str
    entity: str
    columns: Callable[[Context, Any], tuple[Column, ...]]
    rows: Callable[[Context, Any], AsyncIterator[tuple[Place, tuple[Value, ...]]]]


@dataclass(frozen=True, slots=True)
class ExportKind:
    """A kind of rows that can be exported; rows are those the caller may see, masked, in a total order.

    filters: the schema of what may be asked for. columns: known before the rows, they may follow the regulation.
    signature: the line under a workbook that is printed and signed 签字盖章栏.
    """

    name: str
    title: str
    permission: Permission
    filters: type[BaseModel]
    columns: Callable[[Context, Any], tuple[Column, ...]]
    count: Callable[[Context, Any], Awaitable[int]]
    rows: Callable[[Context, Any], AsyncIterator[tuple[Value, ...]]]
    unmasked: Unmasked | None = None
    signature: str | None = None
