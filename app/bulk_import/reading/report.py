"""The report of an import, written by a process of its own: the clerk's rows again, with what became of each.

The workbook may be mended and sent again: the same columns, and three of ours that are not read back. Faults come as
lines of JSON in the order of the rows, so that neither they nor the rows lie in memory as a whole.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import xlsxwriter

from app.bulk_import.reading.limits import bound
from app.bulk_import.reading.reading import read
from app.bulk_import.states import FORMULA_SIGNS, TEMPLATE_VERSION
from app.core.batch.staging import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.connection import Connection

    from app.bulk_import.reading.reading import Reading
    from app.core.batch import ImportKind, ReadRow

COLUMNS: Final = ("导入结果", "错误原因", "原行号")
_COMMENTS_MOST: Final = 2000
_REASON_MOST: Final = 2000
_GRAVE: Final = frozenset({"error", "stop"})
_SUMMARY: Final = ("原因", "行数", "示例行", "怎么改")


@dataclass(frozen=True, slots=True)
class ReportTask:
    """What to write: the file that was uploaded, a letter per row, faults in a file of JSON lines, and where to.

    words: letter -> what became of the row. head: further members of the JSON report.
    """

    path: Path
    filename: str
    kind: ImportKind
    options: dict[str, Any]
    outcomes: str
    words: Mapping[str, str]
    faults: Path
    causes: Sequence[Mapping[str, Any]]
    head: Mapping[str, Any]
    format: str
    only_errors: bool
    target: Path


@dataclass(frozen=True, slots=True)
class _Line:
    row: ReadRow
    letter: str
    faults: list[dict[str, Any]]

    @property
    def reason(self) -> str:
        told = [one["message"] for one in self.faults if one["level"] in {"error", "warning"}]
        return "；".join(told)[:_REASON_MOST]


def serve(_pipe: Connection, task: ReportTask) -> None:
    """Write a report; what the process that does nothing else runs."""
    write(task)


def write(task: ReportTask) -> None:
    """Write a report; the process ends with an error when the file cannot be read any more."""
    bound()
    found = read(task.path, task.kind, filename=task.filename, **task.options)
    with task.faults.open(encoding="utf-8") as file:
        lines = _lines(task, found, file)
        {"csv": _write_csv, "json": _write_json, "xlsx": _write_xlsx}[task.format](task, found, lines)


def _lines(task: ReportTask, found: Reading, file: IO[str]) -> Iterator[_Line]:
    told = (json.loads(line) for line in file)
    waiting = next(told, None)
    for row, letter in zip(found.rows(), task.outcomes, strict=False):
        mine = []
        while waiting is not None and waiting["row"] <= row.number:
            if waiting["row"] == row.number:
                mine.append(waiting)
            waiting = next(told, None)
        if letter == REFUSED or not task.only_errors:
            yield _Line(row, letter, mine)


def _headers(found: Reading) -> list[str]:
    headers = [""] * found.layout.width
    for use in found.columns:
        headers[use.position] = use.header
    return headers


def _raw(found: Reading, line: _Line) -> list[str]:
    width = found.layout.width
    return [*line.row.raw, *[""] * width][:width]


def _told(task: ReportTask, line: _Line) -> tuple[str, str, str]:
    return task.words.get(line.letter, ""), line.reason, str(line.row.number)


def _write_csv(task: ReportTask, found: Reading, lines: Iterator[_Line]) -> None:
    with task.target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*map(_safe, _headers(found)), *COLUMNS])
        for line in lines:
            writer.writerow([*map(_safe, _raw(found, line)), *map(_safe, _told(task, line))])


def _safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def _write_json(task: ReportTask, found: Reading, lines: Iterator[_Line]) -> None:
    headers = _headers(found)
    with task.target.open("w", encoding="utf-8") as file:
        head = {**task.head, "causes": list(task.causes), "columns": [name for name in headers if name]}
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
        for place, line in enumerate(lines):
            result, _, _ = _told(task, line)
            values = {name: cell for name, cell in zip(headers, _raw(found, line), strict=True) if name}
            body = {"row": line.row.number, "result": result, "values": values, "faults": line.faults}
            file.write((",\n" if place else "\n") + json.dumps(body, ensure_ascii=False))
        file.write("\n]}\n")


def _write_xlsx(task: ReportTask, found: Reading, lines: Iterator[_Line]) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(task.target, options)
    plain = book.add_format({"num_format": "@"})
    formats = {
        "plain": plain,
        "head": book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDEBF7", "border": 1}),
        "own": book.add_format({"bold": True, "num_format": "@", "bg_color": "#EDEDED", "border": 1}),
        "wrong": book.add_format({"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "doubtful": book.add_format({"num_format": "@", "bg_color": "#FFEB9C"}),
    }
    name = found.sheet if found.sheet and found.sheet != "*" else task.kind.title
    data = book.add_worksheet(name[:31])
    _fill_data(data, task, found, lines, formats)
    _fill_summary(book.add_worksheet("错误汇总"), task, formats)
    meta = book.add_worksheet("_meta")
    facts = (("kind", task.kind.name), ("template_version", TEMPLATE_VERSION), ("header_row", "1"))
    for place, fact in enumerate(facts):
        meta.write_row(place, 0, fact)
    meta.very_hidden()
    book.close()


def _fill_data(data: Any, task: ReportTask, found: Reading, lines: Iterator[_Line], formats: dict[str, Any]) -> None:
    headers = _headers(found)
    width = len(headers)
    data.set_column(0, width + 2, 16, formats["plain"])
    data.set_column(width + 1, width + 1, 60, formats["plain"])
    data.freeze_panes(1, 0)
    for place, header in enumerate(headers):
        data.write_string(0, place, header, formats["head"])
    for place, header in enumerate(COLUMNS, start=width):
        data.write_string(0, place, header, formats["own"])
    positions = {use.letter: use.position for use in found.columns}
    at = comments = 0
    for at, line in enumerate(lines, start=1):
        marked = _marked(line, positions)
        for place, cell in enumerate(_raw(found, line)):
            if cell or place in marked:
                level, message = marked.get(place, ("plain", ""))
                data.write_string(at, place, cell, formats[level])
                if message and comments < _COMMENTS_MOST:
                    comments += 1
                    data.write_comment(at, place, message)
        for place, told in enumerate(_told(task, line), start=width):
            data.write_string(at, place, told, formats["plain"])
    data.autofilter(0, 0, at, width + 2)


def _marked(line: _Line, positions: Mapping[str, int]) -> dict[int, tuple[str, str]]:
    """Position -> how grave and what, for the cells that a fault names."""
    marked: dict[int, tuple[str, str]] = {}
    for fault in line.faults:
        place = positions.get((fault["cell"] or "").rstrip("0123456789"))
        if place is None or fault["level"] == "fixed":
            continue
        level, message = marked.get(place, ("doubtful", ""))
        level = "wrong" if fault["level"] in _GRAVE else level
        marked[place] = level, f"{message}\n{fault['message']}".strip()[:500]
    return marked


def _fill_summary(summary: Any, task: ReportTask, formats: dict[str, Any]) -> None:
    summary.set_column(0, 0, 70)
    summary.set_column(1, 2, 10)
    summary.set_column(3, 3, 50)
    for place, title in enumerate(_SUMMARY):
        summary.write_string(0, place, title, formats["head"])
    for at, cause in enumerate(task.causes, start=1):
        summary.write_string(at, 0, cause["message"])
        summary.write_number(at, 1, cause["rows"])
        summary.write_number(at, 2, cause["first_row"])
        summary.write_string(at, 3, cause["advice"])
