"""Files of exports, written row by row in bounded memory: workbooks, CSV and NDJSON, none of them with formulas."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import xlsxwriter

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet would take for a formula; tab and return are looked through."""

_LANDSCAPE_A4 = 9
_BOM = "\ufeff"


class Writer(Protocol):
    """A file being written."""

    def __enter__(self) -> Self:
        """Begin the file."""
        ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the file."""
        ...

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        ...


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula, blanks before it or not."""
    return text[:1] in {"\t", "\r", "\n"} or text.lstrip().startswith(FORMULA_SIGNS)


def shown(value: Any) -> str:
    """A value as text for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


class CsvWriter:
    """CSV in UTF-8 with BOM, every cell quoted; what looks like a formula begins with an apostrophe."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        """path: the file to make; headers: the first line."""
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._file.write(_BOM)
        self._writer.writerow(headers)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        self._file.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self._writer.writerows([_safe(value) for value in row] for row in rows)


def _safe(value: Any) -> str:
    text = shown(value)
    is_number = isinstance(value, int | float | Decimal)
    return f"'{text}" if not is_number and is_formula(text) else text


class LinesWriter:
    """NDJSON: one object a line, for programs; values as they are."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """path: the file to make; names: the keys of every object."""
        self._file, self._names = path.open("w", encoding="utf-8", newline=""), names

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        self._file.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        for row in rows:
            record = dict(zip(self._names, map(_plain, row), strict=True))
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


class SheetWriter:
    """A workbook: texts typed as text, header frozen and repeated, A4 landscape, page numbers in the footer."""

    def __init__(
        self, path: Path, headers: Sequence[tuple[str, int]], *, title: str, mark: str, **lines: str | None
    ) -> None:
        """headers: texts with their widths; title: the name of the sheet; mark: the watermark in head and foot.

        lines: notice, a line above the headers; signature, a line under the rows.
        """
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options | {"strings_to_numbers": False})
        self._text = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._number = self._book.add_format({"num_format": "General"})
        head = self._book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDEBF7", "border": 1})
        self._book.set_properties({"title": title, "comments": mark})
        self._sheet = self._book.add_worksheet(title[:31])
        self._line = 0
        self._signature, notice = lines.get("signature"), lines.get("notice")
        if notice:
            self._sheet.write_string(0, 0, notice, self._text)
            self._line = 1
        for place, (header, width) in enumerate(headers):
            self._sheet.set_column(place, place, width, self._text)
            self._sheet.write_string(self._line, place, header, head)
        self._sheet.freeze_panes(self._line + 1, 0)
        self._sheet.repeat_rows(0, self._line)
        self._sheet.set_landscape()
        self._sheet.set_paper(_LANDSCAPE_A4)
        self._sheet.fit_to_pages(1, 0)
        printed = mark.replace("&", "&&")
        self._sheet.set_header(f"&L{title}&R{printed}")
        self._sheet.set_footer(f"&L{printed}&C第 &P 页 共 &N 页")

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        if self._signature:
            self._sheet.write_string(self._line + 2, 0, self._signature, self._text)
        self._book.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        for row in rows:
            self._line += 1
            for place, value in enumerate(row):
                if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                    self._sheet.write_number(self._line, place, value, self._number)
                else:
                    self._sheet.write_string(self._line, place, shown(value), self._text)
