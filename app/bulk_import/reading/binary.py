"""Old workbooks .xls (BIFF8 in a compound document): what calamine does not say is read from the records."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import olefile
import python_calamine

from app.bulk_import.reading.archive import unsafe
from app.bulk_import.reading.limits import Limits, too_big, too_many_rows, too_wide, unreadable
from app.bulk_import.reading.sheets import Book, Sheet, SheetFacts
from app.bulk_import.reading.workbook import choose, guarded, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.bulk_import.reading.workbook import WorkbookSource

_STREAMS: Final = ("Workbook", "Book")
_MACROS: Final = "_VBA_PROJECT_CUR"
_HEAD: Final = struct.Struct("<HH")
_BOUND_SHEET, _FILE_PASS, _DATE_MODE, _BOF, _EOF = 0x85, 0x2F, 0x22, 0x0809, 0x0A
_ROW, _FORMULA, _BOOL_ERR = 0x0208, 0x06, 0x0205
_VALUES: Final = frozenset({_FORMULA, _BOOL_ERR, 0xFD, 0x0203, 0x027E, 0xBD, 0x0204, 0xD6})
_MANY_RK: Final = 0xBD
_HIDDEN_BIT: Final = 0x20
_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_ROWS_MOST: Final = 65_536


def open_xls(path: Path, limits: Limits, *, sheet: str | None) -> tuple[WorkbookSource, ...]:
    """Check an old workbook and open the sheets to be read. Raises FileRefused."""
    size = path.stat().st_size
    if size > limits.workbook_size:
        raise too_big(size, limits.workbook_size)
    book = _book(path)
    facts = {one.name: known for one, known in zip(book.sheets, book.facts, strict=True)}
    chosen = choose(book.sheets, sheet, lambda one: facts[one.name].last_column >= 0)
    for one in chosen:
        _check(facts[one.name], limits)
    calamine = guarded(lambda: python_calamine.CalamineWorkbook.from_path(path))
    plain = Book(book.sheets, book.is_1904)
    return tuple(opened(calamine, one.name, facts[one.name], plain, meta={}, limits=limits) for one in chosen)


@dataclass(slots=True)
class _OldBook:
    """What the records of an old workbook say."""

    is_1904: bool = False
    sheets: tuple[Sheet, ...] = ()
    facts: list[SheetFacts] = field(default_factory=list)


def _book(path: Path) -> _OldBook:
    try:
        with olefile.OleFileIO(path) as document:
            if document.exists(_MACROS):
                raise unsafe("含有宏")
            name = next((name for name in _STREAMS if document.exists(name)), None)
            if name is None:
                raise unreadable()
            stream = document.openstream(name).read()
    except (OSError, ValueError, IndexError, struct.error, TypeError, AttributeError):
        raise unreadable() from None
    try:
        return _read(stream)
    except (struct.error, IndexError, UnicodeError):
        raise unreadable() from None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream up to its end, those of charts inside it left out."""
    place, depth = start, 0
    while place + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, place)
        place += _HEAD.size
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[place : place + length]
        place += length
    raise unreadable()


def _read(stream: bytes) -> _OldBook:
    book, places, sheets = _OldBook(), [], []
    for kind, body in _records(stream, 0):
        if kind == _FILE_PASS:
            raise unreadable()
        if kind == _DATE_MODE:
            book.is_1904 = body[:1] == b"\x01"
        elif kind == _BOUND_SHEET and body[5] == 0:
            places.append(struct.unpack_from("<I", body)[0])
            wide = body[7] & 1
            raw = body[8 : 8 + body[6] * (1 + wide)]
            name = raw.decode("utf-16-le" if wide else "latin-1")
            sheets.append(Sheet(name, body[4] & 3 == 0, name))
    if len({one.name for one in sheets}) != len(sheets):
        raise unreadable()
    book.sheets = tuple(sheets)
    book.facts = [_facts(stream, place) for place in places]
    return book


def _facts(stream: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    hidden: set[int] = set()
    filled: set[int] = set()
    for kind, body in _records(stream, start):
        if kind == _ROW and body[12] & _HIDDEN_BIT:
            hidden.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind in _VALUES:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_RK else column
            _reach(facts, row + 1, column, last)
            filled.add(row + 1)
            if shown := _failed(kind, body):
                facts.failed.setdefault(row + 1, {})[column] = shown
    facts.hidden.extend(sorted(hidden & filled))
    return facts


def _failed(kind: int, body: bytes) -> str | None:
    """What a formula or a cell shows that holds an error."""
    if kind == _BOOL_ERR and body[7]:
        return _ERRORS.get(body[6], "错误值")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:  # noqa: PLR2004 - the sign of an error
        return _ERRORS.get(body[8], "错误值")
    return None


def _reach(facts: SheetFacts, row: int, first: int, last: int) -> None:
    if facts.last_column < 0:
        facts.first_row, facts.first_column = row, first
    facts.first_row, facts.last_row = min(facts.first_row, row), max(facts.last_row, row)
    facts.first_column, facts.last_column = min(facts.first_column, first), max(facts.last_column, last)


def _check(facts: SheetFacts, limits: Limits) -> None:
    """The whole used area lies in memory: refuse what is larger than the limits, or than the format allows."""
    if facts.last_row > _ROWS_MOST:
        raise unreadable()
    if facts.last_column >= limits.columns:
        raise too_wide(facts.first_row, facts.last_column + 1, limits.columns)
    rows = facts.last_row - facts.first_row + 1
    if rows * (facts.last_column - facts.first_column + 1) > limits.workbook_grid_cells:
        raise too_many_rows(rows, limits.workbook_rows)
