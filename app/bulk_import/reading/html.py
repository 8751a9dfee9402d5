"""Tables of web pages that old systems give out under the name .xls: read if there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from typing import TYPE_CHECKING, Final

from app.bulk_import.reading.limits import (
    MIB,
    Limits,
    file_fault,
    refusal,
    too_big,
    too_many_rows,
    too_wide,
    unreadable,
)
from app.bulk_import.reading.workbook import Merge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.bulk_import.reading.text import Record
    from app.core.batch import Cell, Fault

_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]{1,20})", re.IGNORECASE)
_CHINESE: Final = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})
_HEAD: Final = 4096
_SPAN_MOST: Final = 100
_CELL_MOST: Final = 64 * 1024
_CELLS_MOST: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class HtmlSource:
    """The rows of the one table of a page."""

    rows: list[list[str]]
    merges: tuple[Merge, ...]
    encoding: str
    limits: Limits

    def notes(self) -> list[Fault]:
        """Say what the file really is."""
        return [file_fault("HTML_READ", "文件实际是网页表格，已按表格读取。", "fixed", value=self.encoding)]

    def head(self) -> list[list[Cell]]:
        """The first rows, in which the header is looked for."""
        return [cells for _, cells, _ in islice(self.records(), self.limits.header_within)]

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the rows that follow row `after`."""
        for number, cells in enumerate(self.rows, 1):
            if number > after:
                yield number, list(cells), ()


def open_html(path: Path, limits: Limits) -> HtmlSource:
    """Read the table of a page. Raises FileRefused when there is none or more than one."""
    size = path.stat().st_size
    if size > limits.workbook_size:
        raise too_big(size, limits.workbook_size)
    with path.open("rb") as file:
        told = _CHARSET.search(file.read(_HEAD))
    named = told[1].decode().casefold() if told else ""
    encodings = ("gb18030", "utf-8-sig") if named in _CHINESE else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            table = _parsed(path, encoding, limits)
        except UnicodeError:
            continue
        return HtmlSource(table.rows, tuple(table.merges), encoding, limits)
    raise refusal("ENCODING", "文件编码无法识别，请另存为“CSV UTF-8”或 xlsx。")


def _parsed(path: Path, encoding: str, limits: Limits) -> _Table:
    table = _Table(limits)
    with path.open(encoding=encoding, newline="") as file:
        while chunk := file.read(MIB):
            table.feed(chunk)
    table.close()
    if table.count != 1:
        raise unreadable()
    return table


@dataclass
class _Table(HTMLParser):
    """The cells of the tables of a page; a cell over several columns stands in the first of them."""

    limits: Limits
    rows: list[list[str]] = field(default_factory=list)
    count: int = 0
    cells: int = 0
    text: list[str] | None = None
    spans: dict[int, int] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    size: int = 0
    place: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self.count += 1
        elif tag == "tr" and self.count:
            self._end_cell()
            self._begin_row()
        elif tag in {"td", "th"} and self.count:
            self._end_cell()
            if not self.rows:
                self._begin_row()
            self._begin_cell(dict(attrs))
        elif tag == "br" and self.text is not None:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in {"td", "th", "tr", "table"}:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self.text is not None:
            self.size += len(data)
            if self.size > _CELL_MOST:
                raise refusal("LINE_TOO_LONG", f"表格中有超过 {_CELL_MOST} 个字符的单元格，请检查后重新导出。")
            self.text.append(data)

    def _begin_row(self) -> None:
        if len(self.rows) > self.limits.workbook_rows + self.limits.header_within:
            raise too_many_rows(len(self.rows), self.limits.workbook_rows)
        self.rows.append([])
        self.spans = {column: left - 1 for column, left in self.spans.items() if left > 1}
        self._pass_spans()

    def _pass_spans(self) -> None:
        row = self.rows[-1]
        while len(row) in self.spans:
            row.append("")

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        row = self.rows[-1]
        self._pass_spans()
        self.text, self.size = [], 0
        across, down = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        first = len(row)
        row += [""] * across
        if down > 1:
            self.spans |= dict.fromkeys(range(first, first + across), down)
            self.merges.append(Merge(len(self.rows), len(self.rows) + down - 1, first, first + across - 1))
        self.place = first
        self.cells += across
        if len(row) > self.limits.columns:
            raise too_wide(len(self.rows), len(row), self.limits.columns)
        if self.cells > _CELLS_MOST:
            raise too_many_rows(len(self.rows), self.limits.workbook_rows)

    def _end_cell(self) -> None:
        if self.text is not None:
            self.rows[-1][self.place] = "".join(self.text).strip()
            self.text = None


def _span(told: str | None) -> int:
    text = (told or "").strip()
    return min(max(int(text), 1), _SPAN_MOST) if text.isascii() and text.isdigit() and len(text) < 6 else 1  # noqa: PLR2004 - digits
