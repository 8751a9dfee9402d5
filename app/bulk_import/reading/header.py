"""The header row: where it stands, and which column of the file is which column of the template."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from app.bulk_import.reading.limits import FileRefused, file_fault
from app.core.batch import fold, printed, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.core.batch import Cell, Column, Fault

REPORT_HEADERS: Final = frozenset({"导入结果", "错误原因", "原行号"})
"""Columns our own report appends; a file that comes back with them is read without them."""

Mappings: TypeAlias = "Mapping[str, Mapping[str, str | None]]"
"""Fingerprint of a header row (see `fingerprint`) -> header in plain form -> field, None where it is not read."""

_SHARE: Final = 0.6
_SIGNS: Final = re.compile(r"[\s*_\u2731\u2217]+")
_REQUIRED: Final = re.compile(r"[(\[【{<《〔](?:必填项?|必须|必录|选填|可选|可空|非必填)[)\]】}>》〕]")
_BRACKETS: Final = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of the file. position: from 0; letter: as Excel shows it; column: None when it is not imported."""

    position: int
    letter: str
    header: str
    column: Column | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where. header_row counts from 1; width is the number of columns up to the last header."""

    header_row: int
    uses: tuple[ColumnUse, ...]
    notes: tuple[Fault, ...]

    @property
    def width(self) -> int:
        """Columns up to the last one with a header."""
        return max((use.position for use in self.uses), default=-1) + 1


def column_letter(position: int) -> str:
    """The letters of a column, from 0: A, B, ... Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def normal_header(text: str) -> str:
    """A header without spaces, line breaks, asterisks, underscores and （必填）, in plain form and lower case."""
    return _REQUIRED.sub("", _SIGNS.sub("", fold(text))).casefold().strip(":：")


def fingerprint(headers: Sequence[str]) -> str:
    """What tells a header row again: its headers in plain form, in order, as hexadecimal SHA-256."""
    return hashlib.sha256("\x1f".join(filter(None, map(normal_header, headers))).encode()).hexdigest()


class HeaderNames:
    """Every spelling under which the columns of a template are known."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Gather the spellings. Raises ValueError when one names two columns."""
        self.columns = tuple(columns)
        self._known: dict[str, Column] = {}
        for column in columns:
            for name in (column.name, column.header, *column.aliases):
                earlier = self._known.setdefault(normal_header(name), column)
                if earlier is not column:
                    message = f"{name!r} names both {earlier.name} and {column.name}"
                    raise ValueError(message)

    def find(self, cell: Cell) -> Column | None:
        """The column a header cell means."""
        if not isinstance(cell, str) or len(cell) > 200:  # noqa: PLR2004 -- no header is that long
            return None
        spelling = normal_header(cell)
        # 学时（每天6学时）: a hint in brackets at the end is not part of the name.
        return self._known.get(spelling) or self._known.get(_BRACKETS.sub("", spelling))

    def hits(self, row: Sequence[Cell]) -> int:
        """How many cells of a row are known headers."""
        return sum(self.find(cell) is not None for cell in row)


def find_header(
    rows: Sequence[Sequence[Cell]], names: HeaderNames, *, told: int | None = None, mappings: Mappings | None = None
) -> Layout:
    """Find the header among the first rows of a sheet and match its columns.

    rows: the first rows, from row 1. told: the header row the template's own sheet names, from 1. mappings: what was
    said of other files with the same headers; it wins.
    Raises FileRefused with HEADER_MISSING and HEADER_DUPLICATE.
    """
    index = told - 1 if told and told <= len(rows) and names.hits(rows[told - 1]) else _header_index(rows, names)
    mapped = _mapped(rows, names, mappings or {})
    if mapped is not None:
        headers, index, mapping = mapped
    elif index is None:
        uses = _uses(max(rows, key=_words, default=()), names, {})
        raise FileRefused(_missing([column.header for column in names.columns if column.required]), columns=uses)
    else:
        headers, index = _with_second_level(rows, index, names)
        mapping = {}
    uses = _uses(headers, names, mapping)
    faults = _duplicates(uses)
    found = {use.column.name for use in uses if use.column}
    absent = [column.header for column in names.columns if column.required and column.name not in found]
    if absent:
        faults.append(_missing(absent))
    if faults:
        raise FileRefused(*faults, columns=uses)
    return Layout(index + 1, uses, tuple(_notes(rows, index, uses)))


def _uses(headers: Sequence[Cell], names: HeaderNames, mapping: Mapping[str, str | None]) -> tuple[ColumnUse, ...]:
    fields = {column.name: column for column in names.columns}
    return tuple(
        ColumnUse(
            position,
            column_letter(position),
            _one_line(cell),
            fields.get(mapping[spelling] or "") if spelling in mapping else names.find(cell),
        )
        for position, cell in enumerate(headers)
        if printed(cell).strip()
        for spelling in (normal_header(_one_line(cell)),)
    )


def _mapped(
    rows: Sequence[Sequence[Cell]], names: HeaderNames, mappings: Mappings
) -> tuple[Sequence[Cell], int, Mapping[str, str | None]] | None:
    """The header row that a mapping was made for."""
    if not mappings:
        return None
    for place in range(len(rows)):
        for headers, index in ((list(rows[place]), place), _with_second_level(rows, place, names)):
            known = mappings.get(fingerprint([_one_line(cell) for cell in headers]))
            if known is not None:
                return headers, index, known
    return None


def _words(row: Sequence[Cell]) -> int:
    """How many cells of a row could be headers."""
    return sum(isinstance(cell, str) and bool(cell.strip()) for cell in row)


def _header_index(rows: Sequence[Sequence[Cell]], names: HeaderNames) -> int | None:
    required = sum(column.required for column in names.columns)
    hits = [names.hits(row) for row in rows]
    filled = [sum(bool(printed(cell).strip()) for cell in row) for row in rows]
    for index, count in enumerate(hits):
        if count and count >= _SHARE * filled[index]:
            return index
    most = max(hits, default=0)
    # A file with many columns of its own: most known headers, and at least as many as are required.
    return hits.index(most) if most and most >= min(required, 2) else None


def _with_second_level(rows: Sequence[Sequence[Cell]], index: int, names: HeaderNames) -> tuple[list[Cell], int]:
    if index + 1 < len(rows) and _is_lower_level(rows[index], rows[index + 1], names):
        index += 1
    headers = list(rows[index])
    if index:
        above = rows[index - 1]
        headers += [None] * (len(above) - len(headers))
        for position, cell in enumerate(above):
            if not printed(headers[position]).strip() and names.find(cell):
                headers[position] = cell
    return headers, index


def _is_lower_level(upper: Sequence[Cell], lower: Sequence[Cell], names: HeaderNames) -> bool:
    filled = [position for position, cell in enumerate(lower) if printed(cell).strip()]
    under_known = any(position < len(upper) and names.find(upper[position]) for position in filled)
    return bool(filled) and not under_known and names.hits(lower) >= _SHARE * len(filled)


def _duplicates(uses: Sequence[ColumnUse]) -> list[Fault]:
    first: dict[str, ColumnUse] = {}
    faults = []
    for use in uses:
        if use.column is None:
            continue
        earlier = first.setdefault(use.column.name, use)
        if earlier is not use:
            message = f"表头「{use.column.header}」出现了两次（{earlier.letter}列、{use.letter}列），请保留一列。"
            faults.append(file_fault("HEADER_DUPLICATE", message, "stop", column=use.column.header))
    return faults


def _missing(headers: Sequence[str]) -> Fault:
    listed = "」「".join(headers)
    message = f"缺少必填列：「{listed}」。请使用最新模板，不要删除或改名。"
    return file_fault("HEADER_MISSING", message, "stop", value="、".join(headers))


def _notes(rows: Sequence[Sequence[Cell]], index: int, uses: Sequence[ColumnUse]) -> list[Fault]:
    notes = []
    if any(printed(cell).strip() for row in rows[:index] for cell in row):
        message = f"已自动跳过标题行，表头识别为第{index + 1}行。"
        notes.append(file_fault("HEADER_FOUND", message, "fixed", row=index + 1))
    for use in uses:
        if use.column is None and normal_header(use.header) not in REPORT_HEADERS:
            message = f"「{use.header}」不是模板中的列，未导入。"
            notes.append(file_fault("COLUMN_IGNORED", message, "warning", row=index + 1, column=use.header))
    return notes


def _one_line(cell: Cell) -> str:
    return shown(cell).strip()
