"""Files as clerks send them, made on the spot: workbooks by xlsxwriter, CSV in any encoding."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter
import xlwt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and what it shows; None: saved without a result."""

    text: str
    result: str | float | None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet of a workbook. merges: first row, first column, last row, last column, from 0."""

    rows: Sequence[Sequence[Any]]
    name: str = "数据"
    state: str = "visible"
    merges: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Sequence[int] = ()


def write_xlsx(path: Path, *sheets: SheetPlan, is_1904: bool = False) -> Path:
    """Write a workbook; days and times become date cells, Formula formulas, None nothing."""
    book = xlsxwriter.Workbook(path, {"date_1904": is_1904, "strings_to_numbers": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for plan in sheets:
        sheet = book.add_worksheet(plan.name)
        if plan.state != "visible":
            sheet.very_hidden() if plan.state == "very_hidden" else sheet.hide()
        for row, cells in enumerate(plan.rows):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, day)
        for first_row, first_column, last_row, last_column in plan.merges:
            value = plan.rows[first_row][first_column]
            sheet.merge_range(first_row, first_column, last_row, last_column, value)
        for row in plan.hidden_rows:
            sheet.set_row(row, None, None, {"hidden": True})
    book.close()
    return path


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, Formula):
        sheet.write_formula(row, column, cell.text, None, "" if cell.result is None else cell.result)
    elif isinstance(cell, (date, datetime)):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, cell)


def write_csv(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    """Write a CSV file as Excel does, with CR LF."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def rezip(source: Path, target: Path, change: Callable[[str, bytes], bytes | None], **added: bytes) -> Path:
    """Copy a zip file member by member; `change` gives the new content, None leaves the member out.

    added: further members, a double underscore in the name standing for a slash and a triple one for a dot.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in added.items():
            new.writestr(name.replace("___", ".").replace("__", "/"), content)
    return target


def write_xls(path: Path, *sheets: SheetPlan, is_1904: bool = False) -> Path:
    """Write an old workbook; merges and hidden rows as in `write_xlsx`."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_1904
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for plan in sheets:
        sheet = book.add_sheet(plan.name, cell_overwrite_ok=True)
        sheet.visibility = {"visible": 0, "hidden": 1, "very_hidden": 2}[plan.state]
        for row, cells in enumerate(plan.rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    is_day = isinstance(cell, (date, datetime))
                    sheet.write(row, column, cell, *((day,) if is_day else ()))
        for first_row, first_column, last_row, last_column in plan.merges:
            sheet.write_merge(first_row, last_row, first_column, last_column, plan.rows[first_row][first_column])
        for row in plan.hidden_rows:
            sheet.row(row).hidden = True
    book.save(str(path))
    return path


def html_table(rows: Iterable[Sequence[str]], *, charset: str = "gb2312") -> bytes:
    """A page with one table, as old systems give it out under the name .xls."""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = f'<html><head><meta charset="{charset}"></head><body><table border=1>{lines}</table></body></html>'
    return page.encode("gb18030" if charset == "gb2312" else charset)
