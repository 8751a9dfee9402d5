"""Reading an uploaded file: what it is, where its header stands, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bulk_import.reading.binary import open_xls
from app.bulk_import.reading.header import ColumnUse, HeaderNames, Layout, Mappings, column_letter, find_header
from app.bulk_import.reading.html import HtmlSource, open_html
from app.bulk_import.reading.joined import JoinedSource
from app.bulk_import.reading.limits import Limits, file_fault, refusal
from app.bulk_import.reading.rows import RowOptions, read_rows
from app.bulk_import.reading.sniff import FileKind, file_kind
from app.bulk_import.reading.text import CsvSource, NdjsonSource, open_csv, open_ndjson
from app.bulk_import.reading.workbook import WorkbookSource, open_workbook
from app.bulk_import.states import TEMPLATE_VERSION
from app.core.batch import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.core.batch import Fault, ImportKind, ReadRow


@dataclass(frozen=True, slots=True)
class Heads:
    """By what the header row is known: the names of the template, and what was said of other files."""

    names: HeaderNames
    mappings: Mappings


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read. notes: what was found out about the file as a whole; meta: from the template."""

    file_kind: FileKind
    kind: ImportKind
    layout: Layout
    notes: tuple[Fault, ...]
    source: CsvSource | NdjsonSource | WorkbookSource | HtmlSource | JoinedSource
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


def read(  # noqa: PLR0913 - how a file is to be read
    path: Path,
    kind: ImportKind,
    *,
    filename: str,
    sheet: str | None = None,
    include_hidden_rows: bool = False,
    mappings: Mappings | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Open a file of rows of one kind. Raises FileRefused and nothing else, whatever the file holds.

    filename: as uploaded, for its extension only. sheet: the worksheet to read where several hold data, * for all.
    mappings: which columns are what, by the fingerprint of their headers.
    """
    limits = limits or Limits()
    names = HeaderNames(kind.columns)
    heads = Heads(names, mappings or {})
    found = file_kind(path, filename)
    if found in {FileKind.XLSX, FileKind.XLS}:
        open_book = open_workbook if found is FileKind.XLSX else open_xls
        sources = open_book(path, limits, sheet=sheet)
        return _read_workbook(found, sources, kind, heads, include_hidden=include_hidden_rows)
    if found is FileKind.NDJSON:
        return _read_ndjson(open_ndjson(path, kind.columns, names, limits), kind, limits)
    if found is FileKind.HTML:
        page = open_html(path, limits)
        return _of_text(found, kind, page, heads, RowOptions(limits.workbook_rows, page.merges, is_text=True))
    return _of_text(found, kind, open_csv(path, names, limits), heads, RowOptions(limits.text_rows, is_text=True))


def _of_text(
    found: FileKind, kind: ImportKind, source: CsvSource | HtmlSource, heads: Heads, options: RowOptions
) -> Reading:
    layout = find_header(source.head(), heads.names, mappings=heads.mappings)
    return Reading(found, kind, layout, (*source.notes(), *layout.notes), source, options, None, {})


def _read_workbook(
    found: FileKind,
    sources: tuple[WorkbookSource, ...],
    kind: ImportKind,
    heads: Heads,
    *,
    include_hidden: bool,
) -> Reading:
    first = sources[0]
    layouts = [_layout(source, heads) for source in sources]
    layout, notes = layouts[0], [*first.notes(), *_version_notes(first, kind)]
    for one in layouts:
        notes += one.notes
    hidden = sum(source.hidden_after(one.header_row) for source, one in zip(sources, layouts, strict=True))
    if hidden and not include_hidden:
        message = f"有 {hidden} 行被筛选或隐藏。请取消筛选，或确认“隐藏行也导入”。"
        raise refusal("ROWS_HIDDEN", message, value=str(hidden))
    if hidden:
        message = f"有 {hidden} 行被筛选或隐藏，已按要求一并导入。"
        notes.append(file_fault("ROWS_HIDDEN", message, "warning", value=str(hidden)))
    if len(sources) == 1:
        options = RowOptions(first.limits.workbook_rows, first.merges, first.is_1904)
        return Reading(found, kind, layout, tuple(notes), first, options, first.name, first.meta)
    joined = JoinedSource.of(sources, layouts)
    options = RowOptions(first.limits.workbook_rows, joined.merges, first.is_1904)
    return Reading(found, kind, layout, (*notes, *joined.notes()), joined, options, "*", first.meta)


def _layout(source: WorkbookSource, heads: Heads) -> Layout:
    told = source.meta.get("header_row", "")
    return find_header(
        source.head(),
        heads.names,
        told=int(told) if told.isascii() and told.isdigit() and len(told) < 4 else None,  # noqa: PLR2004 -- a row near the top
        mappings=heads.mappings,
    )


def _version_notes(source: WorkbookSource, kind: ImportKind) -> list[Fault]:
    """What the template's own sheet says: an older version is accepted, another kind's template is not."""
    meta = source.meta
    if meta.get("kind", kind.name) != kind.name:
        message = f"这是“{meta['kind']}”的模板，不能用来导入{kind.title}。请下载{kind.title}的模板。"
        raise refusal("TEMPLATE_KIND", message, value=meta["kind"])
    version = meta.get("template_version", TEMPLATE_VERSION)
    if version == TEMPLATE_VERSION:
        return []
    message = f"模板版本为 {shown(version)}，最新为 {TEMPLATE_VERSION}，建议重新下载。"
    return [file_fault("TEMPLATE_OLD", message, "warning", value=shown(version))]


def _read_ndjson(source: NdjsonSource, kind: ImportKind, limits: Limits) -> Reading:
    uses = tuple(
        ColumnUse(place, column_letter(place), column.name, column) for place, column in enumerate(kind.columns)
    )
    return Reading(FileKind.NDJSON, kind, Layout(0, uses, ()), (), source, RowOptions(limits.text_rows), None, {})
