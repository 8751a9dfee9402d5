"""The process that reads a file: bounded in memory and time, ended with its parent, replaced for every file.

A thread would share the interpreter with the event loop (a workbook is parsed in one piece of seconds), keep the
worker's memory grown, and take the worker along when a hostile file needs too much. A process of its own does neither.
It gets the columns and the path only: no address of the database, no key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.bulk_import.reading import FileRefused, read
from app.bulk_import.reading.header import ColumnUse, Mappings
from app.bulk_import.reading.limits import bound
from app.bulk_import.states import FORMULA_SIGNS
from app.core.batch import Fault, ImportKind

ROWS_PER_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Task:
    """What to read, and how."""

    path: Path
    filename: str
    kind: ImportKind
    sheet: str | None
    include_hidden_rows: bool
    mappings: Mappings


@dataclass(frozen=True, slots=True)
class Opened:
    """The first answer: which column is what, and what was found out about the file.

    columns: letter, header, field, title (field and title None where the column is not imported).
    """

    columns: tuple[tuple[str, str, str | None, str | None], ...]
    notes: tuple[Fault, ...]


Row = tuple[int, tuple[object, ...], tuple[Fault, ...], bool]
"""Number, values in the order of the kind's columns, faults, whether the row is to be ignored."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read, or not to its end."""

    faults: tuple[Fault, ...]
    columns: tuple[tuple[str, str, str | None, str | None], ...] = ()


Answer = Opened | Refused | Sequence[Row]


def serve(pipe: Connection, task: Task) -> None:
    """Read a file; each message received is answered with the next batch, an empty one at the end."""
    bound()
    try:
        _serve(pipe, task)
    except FileRefused as refused:
        pipe.send(Refused(refused.faults, tuple(_column(use) for use in refused.columns)))
    except MemoryError:
        message = "文件占用的内存过大，无法读取。请删除多余的工作表和空行，或按学校拆分。"
        pipe.send(Refused((_stop("FILE_TOO_LARGE", message),)))
    except (EOFError, BrokenPipeError):
        return  # whoever asked is gone


def _serve(pipe: Connection, task: Task) -> None:
    found = read(
        task.path,
        task.kind,
        filename=task.filename,
        sheet=task.sheet,
        include_hidden_rows=task.include_hidden_rows,
        mappings=task.mappings,
    )
    columns = tuple(_column(use) for use in found.columns)
    pipe.recv()
    pipe.send(Opened(columns, found.notes))
    batch: list[Row] = []
    for row in found.rows():
        values = tuple([_unquoted(value) if value.__class__ is str else value for value in row.values.values()])
        batch.append((row.number, values, row.faults, row.ignored))
        if len(batch) == ROWS_PER_BATCH:
            pipe.recv()
            pipe.send(batch)
            batch = []
    pipe.recv()
    pipe.send(batch)
    if batch:
        pipe.recv()
        pipe.send([])


def _column(use: ColumnUse) -> tuple[str, str, str | None, str | None]:
    found = use.column
    return (use.letter, use.header, found.name, found.header) if found else (use.letter, use.header, None, None)


def _unquoted(value: object) -> object:
    """A text as it was before our own report put ' before it, so that a report sent back means the same rows."""
    text = str(value)
    return text[1:] if text[0] == "'" and text[1:2] in FORMULA_SIGNS else value


def died() -> Refused:
    """The answer for a process that ended without one."""
    return Refused((_stop("FILE_UNREADABLE", "文件无法读取：读取时占用过多内存或时间。请按学校拆分，或另存为 CSV。"),))


def _stop(code: str, message: str) -> Fault:
    return Fault(row=None, column=None, cell=None, code=code, message=message, value=None, level="stop")
