"""How rows of a file reach a domain: a stage table, set-wise checks on it, and chunks that are applied in order.

Stage tables are UNLOGGED and without row-level security (COPY cannot pass it); their rows live while an import runs and
are made again from the stored file after a crash. Every statement names the region and the import.
"""
# ruff: noqa: S608 - names of our own tables and texts of our own; every value is a parameter

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, runtime_checkable

from sqlalchemy import Column as TableColumn
from sqlalchemy import Index, Integer, Table, Text, Uuid, text

from app.core.batch.protocol import Fault, ImportKind
from app.core.db import Base

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncConnection

PENDING, CREATE, UPDATE, UNCHANGED, REFUSED, SKIPPED = "?", "c", "u", "n", "e", "s"
"""What is planned for a row 新增、更新、未变、有误、跳过: one letter each."""
FAULTY = "f"
"""Has an error already and will be refused, but is looked at to the end: a clerk learns all of it at once."""
LOOKED_AT = f"('{PENDING}', '{FAULTY}')"
"""The plans of rows that a check may still find faults in, as SQL."""

COMMON_COLUMNS: Final = ("region_id", "import_id", "number", "id", "plan", "position")
FAULTS_PER_ROW: Final = 20


def stage_table(name: str, *columns: TableColumn[Any]) -> Table:
    """A stage table: the columns every kind has, then the kind's own.

    number: the row of the file. id: of what the row may create. plan: one of the letters above. position: place in the
    order of application, from 1.
    """
    return Table(
        name,
        Base.metadata,
        TableColumn("region_id", Integer, primary_key=True, autoincrement=False),
        TableColumn("import_id", Uuid, primary_key=True),
        TableColumn("number", Integer, primary_key=True, autoincrement=False),
        TableColumn("id", Uuid, nullable=False),
        TableColumn("plan", Text, nullable=False),
        TableColumn("position", Integer),
        *columns,
        Index(f"ix_{name}_position", "region_id", "import_id", "position"),
        prefixes=["UNLOGGED"],
    )


class Place(NamedTuple):
    """Where a field stands in the file: the header people read, and the letter of the column ("" if it is absent)."""

    header: str
    letter: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One import on its way in.

    organisations: whose rows the requester may touch, None for the whole region.
    """

    import_id: UUID
    region_id: int
    organisations: frozenset[UUID] | None
    places: Mapping[str, Place]
    school_year: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Parameters that every statement on the stage takes."""
        return {"region": self.region_id, "import": self.import_id}

    def covers(self, organisation: UUID) -> bool:
        """Whether the requester may touch rows of an organisation."""
        return self.organisations is None or organisation in self.organisations

    def fault(self, number: int, code: str, message: str, field_: str | None = None, **more: Any) -> Fault:
        """A fault of a row; message is what follows 第{r}行. more: value, suggestion, level (error)."""
        place = self.places.get(field_ or "", Place("", ""))
        return Fault(
            row=number,
            column=place.header or None,
            cell=f"{place.letter}{number}" if place.letter else None,
            code=code,
            message=f"第{number}行{message}",
            value=more.get("value"),
            level=more.get("level", "error"),
            suggestion=more.get("suggestion"),
        )


@dataclass(frozen=True, slots=True)
class Staged:
    """A row made ready for the stage: the kind's own columns in order, and what was found wrong while doing so."""

    columns: tuple[Any, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What one chunk did: the event's name and its facts."""

    event: str
    facts: dict[str, Any] = field(default_factory=dict)


class BatchKind(Protocol):
    """A kind of rows that can be imported 导入种类. `ctx` is the context of access; core does not know it."""

    @property
    def name(self) -> str:
        """The name in paths, lower snake case."""
        ...

    @property
    def title(self) -> str:
        """The name people read."""
        ...

    @property
    def permission(self) -> str:
        """What the requester must hold, and how far it reaches."""
        ...

    @property
    def table(self) -> Table:
        """The stage table, made by `stage_table`."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines for the sheet 填写说明 of the template."""
        ...

    def sheet(self, regulation: Any) -> ImportKind:
        """The columns, with the code lists of the region's regulation."""
        ...

    def staged(self, ctx: Any, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """A read row as the kind's own stage columns."""
        ...

    def checks(self) -> Sequence[Callable[[Any, Batch], Awaitable[None]]]:
        """Set-wise steps, each a transaction of its own; after them every row has a plan, and a position to apply."""
        ...

    async def apply(self, ctx: Any, batch: Batch, first: int, last: int) -> Applied:
        """Apply the rows of positions first to last, in the caller's transaction."""
        ...


@runtime_checkable
class Previewed(Protocol):
    """A kind that says what its rows would change: SQL of number, plan, before and after, over the stage `s`."""

    @property
    def preview_sql(self) -> str:
        """Rows that would make or change something, personal numbers masked."""
        ...


@runtime_checkable
class Complete(Protocol):
    """A kind whose files are meant to be whole: SQL of `before` for those who are stored but not in the file."""

    @property
    def absentees_sql(self) -> str:
        """Who is missing from the file, among the organisations that it speaks of and the requester reaches."""
        ...


@runtime_checkable
class Thorough(Protocol):
    """A kind whose checks look at faulty rows too; `staged` then meets None where a cell could not be read."""

    @property
    def checks_faulty(self) -> Literal[True]:
        """That it is one."""
        ...


@dataclass(frozen=True, slots=True)
class Undone:
    """What one step of taking back did: rows taken back, rows left since somebody had touched them, more to come."""

    reverted: int
    kept: int
    is_end: bool


@runtime_checkable
class Revertible(Protocol):
    """A kind whose imports can be taken back 撤回."""

    @property
    def revert_permission(self) -> str:
        """What must be held besides the permission of the import."""
        ...

    @property
    def is_reverted_by_another(self) -> bool:
        """Whether whoever imported may not take it back."""
        ...

    async def revert(self, ctx: Any, batch: Batch, *, reason: str, most: int) -> Undone:
        """Take back up to `most` rows that nobody has touched since, in the caller's transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """One set-wise check of a stage's rows: SQL of its condition, and what to say where it holds.

    condition, message, value: SQL expressions over the row `s`; message follows 第{r}行. field: whose cell it is.
    """

    condition: str
    code: str
    message: str
    field: str | None = None
    value: str = "NULL"
    level: Literal["error", "warning"] = "error"
    suggestion: str = "NULL"


def checks_sql(source: str, checks: Sequence[Check]) -> str:
    """A statement that writes the faults of all checks over the rows of `source` (a SELECT with number, r.v.)."""
    rows = ",\n".join(
        f"(coalesce({one.condition}, false), '{one.level}', '{one.code}', {_text(one.field)}, {one.message},"
        f" {one.value}::text, {one.suggestion}::text)"
        for one in checks
    )
    any_of = " OR ".join(f"({one.condition})" for one in checks)
    # Conditions first: without them every message of every row would be put together before it is thrown away.
    return f"""
    INSERT INTO import_faults (region_id, import_id, row, level, code, "column", cell, message, value, suggestion)
    SELECT :region, :import, s.number, v.level, v.code, p.place ->> 0, nullif(p.place ->> 1, '') || s.number,
           '第' || s.number || '行' || v.message, left(v.value, 200), left(v.suggestion, 200)
      FROM ({source}) AS s
     CROSS JOIN LATERAL (VALUES {rows}) AS v (holds, level, code, field, message, value, suggestion)
     CROSS JOIN LATERAL (SELECT CAST(:places AS jsonb) -> coalesce(v.field, '') AS place) AS p
     WHERE ({any_of}) AND v.holds
     ORDER BY s.number
    """


def _text(value: str | None) -> str:
    return "NULL" if value is None else f"'{value}'"


def places_of(batch: Batch) -> str:
    """The places of a batch as the JSON that `checks_sql` takes."""
    return json.dumps({name: list(place) for name, place in batch.places.items()}, ensure_ascii=False)


_PUT_FAULTS = text(
    """
    INSERT INTO import_faults (region_id, import_id, row, level, code, "column", cell, message, value, suggestion)
    SELECT :region, :import, f.row, f.level, f.code, f."column", f.cell, f.message, f.value, f.suggestion
      FROM jsonb_to_recordset(CAST(:faults AS jsonb)) AS f (row integer, level text, code text, "column" text,
           cell text, message text, value text, suggestion text)
    """
)


async def put_faults(db: AsyncConnection, batch: Batch, faults: Sequence[Fault]) -> None:
    """Write faults found in Python; those of the file as a whole have row 0."""
    if not faults:
        return
    body = [
        {
            "row": one.row or 0,
            "level": one.level,
            "code": one.code,
            "column": one.column,
            "cell": one.cell,
            "message": one.message,
            "value": one.value,
            "suggestion": one.suggestion,
        }
        for one in faults
    ]
    await db.execute(_PUT_FAULTS, {**batch.values, "faults": json.dumps(body, ensure_ascii=False)})


async def refuse_faulty(db: AsyncConnection, batch: Batch, table: Table) -> None:
    """Mark the pending rows that have an error by now; they are refused when every check has seen them."""
    statement = f"""
    UPDATE {table.name} AS s SET plan = '{FAULTY}'
     WHERE s.region_id = :region AND s.import_id = :import AND s.plan = '{PENDING}'
       AND EXISTS (SELECT 1 FROM import_faults f WHERE f.region_id = :region AND f.import_id = :import
                   AND f.row = s.number AND f.level = 'error')
    """
    await db.execute(text(statement), batch.values)


async def settle_faulty(db: AsyncConnection, batch: Batch, table: Table) -> None:
    """Refuse the rows that were found faulty: every check has seen them."""
    statement = f"""
    UPDATE {table.name} SET plan = '{REFUSED}'
     WHERE region_id = :region AND import_id = :import AND plan = '{FAULTY}'
    """
    await db.execute(text(statement), batch.values)


async def copy_rows(db: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY rows into a stage table, columns in the table's order, in the caller's transaction.

    The caller's transaction has begun with a statement of SQLAlchemy, or the driver would commit on its own.
    """
    raw = await db.get_raw_connection()
    driver: Any = raw.driver_connection
    columns = [column.name for column in table.columns]
    await driver.copy_records_to_table(table.name, records=rows, columns=columns)


MARK_UNDONE = text(
    "UPDATE import_changes SET undone = :is_done WHERE region_id = :region AND import_id = :import AND row = :at"
)
"""What became of a row that was to be taken back."""
