"""Reading an uploaded file: what it is, where its header stands, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bulk_import.reading.header import ColumnUse, HeaderNames, Layout, column_letter, find_header
from app.bulk_import.reading.limits import Limits, file_fault, refusal
from app.bulk_import.reading.rows import RowOptions, read_rows
from app.bulk_import.reading.sniff import FileKind, file_kind
from app.bulk_import.reading.text import CsvSource, NdjsonSource, open_csv, open_ndjson
from app.bulk_import.reading.workbook import WorkbookSource, open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.core.batch import Fault, ImportKind, ReadRow


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read. notes: what was found out about the file as a whole; meta: from the template."""

    file_kind: FileKind
    kind: ImportKind
    layout: Layout
    notes: tuple[Fault, ...]
    source: CsvSource | NdjsonSource | WorkbookSource
    options: RowOptions
    sheet: str | None
    meta: dict[str, str]

    @property
    def columns(self) -> tuple[ColumnUse, ...]:
        """Which column of the file is which column of the template, in the order of the file."""
        return self.layout.uses

    def rows(self) -> Iterator[ReadRow]:
        """Read the rows in order; each call reads the file again. Raises FileRefused, also half-way."""
        return read_rows(self.source.records(after=self.layout.header_row), self.layout, self.kind, self.options)


def read(
    path: Path,
    kind: ImportKind,
    *,
    filename: str,
    sheet: str | None = None,
    include_hidden_rows: bool = False,
    limits: Limits | None = None,
) -> Reading:
    """Open a file of rows of one kind. Raises FileRefused and nothing else, whatever the file holds.

    filename: as uploaded, for its extension only. sheet: the worksheet to read where several hold data.
    """
    limits = limits or Limits()
    names = HeaderNames(kind.columns)
    found = file_kind(path, filename)
    if found is FileKind.XLSX:
        return _read_workbook(open_workbook(path, limits, sheet=sheet), kind, names, include_hidden=include_hidden_rows)
    if found is FileKind.NDJSON:
        return _read_ndjson(open_ndjson(path, kind.columns, names, limits), kind, limits)
    source = open_csv(path, names, limits)
    layout = find_header(source.head(), names)
    options = RowOptions(limits.text_rows, is_text=True)
    return Reading(found, kind, layout, (*source.notes(), *layout.notes), source, options, None, {})


def _read_workbook(source: WorkbookSource, kind: ImportKind, names: HeaderNames, *, include_hidden: bool) -> Reading:
    told = source.meta.get("header_row", "")
    layout = find_header(
        source.head(),
        names,
        told=int(told) if told.isascii() and told.isdigit() and len(told) < 4 else None,  # noqa: PLR2004 -- a row near the top
    )
    notes = [*source.notes(), *layout.notes]
    hidden = source.hidden_after(layout.header_row)
    if hidden and not include_hidden:
        message = f"有 {hidden} 行被筛选或隐藏。请取消筛选，或确认“隐藏行也导入”。"
        raise refusal("ROWS_HIDDEN", message, value=str(hidden))
    if hidden:
        message = f"有 {hidden} 行被筛选或隐藏，已按要求一并导入。"
        notes.append(file_fault("ROWS_HIDDEN", message, "warning", value=str(hidden)))
    options = RowOptions(source.limits.workbook_rows, source.merges, source.is_1904)
    return Reading(FileKind.XLSX, kind, layout, tuple(notes), source, options, source.name, source.meta)


def _read_ndjson(source: NdjsonSource, kind: ImportKind, limits: Limits) -> Reading:
    uses = tuple(
        ColumnUse(place, column_letter(place), column.name, column) for place, column in enumerate(kind.columns)
    )
    return Reading(FileKind.NDJSON, kind, Layout(0, uses, ()), (), source, RowOptions(limits.text_rows), None, {})
