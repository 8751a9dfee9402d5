"""Workbooks: the one sheet that is read, its values, merged cells and failed formulas."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

import python_calamine

from app.bulk_import.reading.archive import Archive, open_archive
from app.bulk_import.reading.limits import Limits, file_fault, refusal, unreadable
from app.bulk_import.reading.sheets import Book, Sheet, SheetFacts, has_cells, read_book, scan_sheet
from app.core.batch import CellError, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.bulk_import.reading.text import Record
    from app.core.batch import Cell, Fault

ALL_SHEETS: Final = "*"
META_SHEET: Final = "_meta"
GUIDE_SHEETS: Final = frozenset({"填写说明", "错误汇总"})
"""Visible sheets of our own templates and reports that hold no data."""
_META_ROWS: Final = 50

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range. Rows from 1, columns from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """The chosen sheet of a workbook. meta: what the template's own hidden sheet says, key to value."""

    name: str
    sheet: python_calamine.CalamineSheet
    facts: SheetFacts
    merges: tuple[Merge, ...]
    is_1904: bool
    meta: dict[str, str]
    limits: Limits
    hidden_sheets: tuple[str, ...]

    def notes(self) -> list[Fault]:
        """What was left out of the file."""
        names = self.hidden_sheets
        return [file_fault("SHEET_HIDDEN", f"隐藏工作表「{name}」未导入。", "fixed", value=name) for name in names]

    def head(self) -> list[list[Cell]]:
        """The first rows, in which the header is looked for."""
        return [cells for _, cells, _ in islice(self.records(), self.limits.header_within)]

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the rows that follow row `after`, from the first column of the sheet."""
        padding: list[Cell] = [""] * self.facts.first_column
        failed = self.facts.failed
        for number, values in enumerate(self.sheet.iter_rows(), 1):
            if number <= after:
                continue
            cells: list[Cell] = [*padding, *values]
            if number in failed:
                _put_failed(cells, failed[number])
            yield number, cells, ()

    def hidden_after(self, row: int) -> int:
        """How many rows with values below `row` are hidden or filtered away."""
        return sum(hidden > row for hidden in self.facts.hidden)


def _put_failed(cells: list[Cell], failed: dict[int, str]) -> None:
    for column, shown in failed.items():
        if column >= len(cells):
            cells += [""] * (column + 1 - len(cells))
        cells[column] = CellError(shown)


def open_workbook(path: Path, limits: Limits, *, sheet: str | None) -> tuple[WorkbookSource, ...]:
    """Check a workbook and open the sheets to be read: one, or with * all that hold data. Raises FileRefused."""
    archive = open_archive(path, limits)
    book = read_book(archive)
    chosen = choose(book.sheets, sheet, lambda one: has_cells(archive, one.member))
    facts = [scan_sheet(archive, one.member, limits) for one in chosen]
    calamine = guarded(lambda: python_calamine.CalamineWorkbook.from_path(path))
    meta = _meta(archive, book, calamine, limits)
    return tuple(
        opened(calamine, one.name, known, book, meta=meta, limits=limits)
        for one, known in zip(chosen, facts, strict=True)
    )


def opened(
    calamine: python_calamine.CalamineWorkbook,
    name: str,
    facts: SheetFacts,
    book: Book,
    *,
    meta: dict[str, str],
    limits: Limits,
) -> WorkbookSource:
    """The values of a sheet beside what was found out about it."""
    values = guarded(lambda: calamine.get_sheet_by_name(name))
    if values.start is not None:
        facts.first_column = values.start[1]
    merges = guarded(lambda: values.merged_cell_ranges) or []
    return WorkbookSource(
        name=name,
        sheet=values,
        facts=facts,
        merges=tuple(sorted((_merge(ends) for ends in merges), key=lambda merge: merge.first_row)),
        is_1904=book.is_1904,
        meta=meta,
        limits=limits,
        hidden_sheets=tuple(
            other.name for other in book.sheets if not other.is_visible and not other.name.startswith("_")
        ),
    )


def _merge(ends: tuple[tuple[int, int], tuple[int, int]]) -> Merge:
    (first_row, first_column), (last_row, last_column) = ends
    return Merge(first_row + 1, last_row + 1, first_column, last_column)


def choose(sheets: Sequence[Sheet], wanted: str | None, is_filled: Callable[[Sheet], bool]) -> list[Sheet]:
    """The sheets to read: the one that is wanted or that alone holds data, with * all that do."""
    visible = [sheet for sheet in sheets if sheet.is_visible and sheet.name not in GUIDE_SHEETS]
    if wanted not in {None, ALL_SHEETS}:
        for sheet in visible:
            if sheet.name == wanted:
                return [sheet]
        raise refusal("SHEET_UNKNOWN", f"文件中没有可见的工作表「{wanted}」。", value=wanted)
    filled = [sheet for sheet in visible if is_filled(sheet)]
    if not filled:
        raise refusal("FILE_EMPTY", "文件是空的，没有可导入的数据。")
    if len(filled) > 1 and wanted is None:
        names = "、".join(sheet.name for sheet in filled)
        message = f"文件中有 {len(filled)} 个工作表（{names}），请只保留一个，或选择要导入的工作表。"
        raise refusal("SHEET_AMBIGUOUS", message, value=names)
    return filled


def _meta(archive: Archive, book: Book, calamine: python_calamine.CalamineWorkbook, limits: Limits) -> dict[str, str]:
    sheet = next((sheet for sheet in book.sheets if sheet.name == META_SHEET and not sheet.is_visible), None)
    if sheet is None:
        return {}
    scan_sheet(archive, sheet.member, limits)
    values = guarded(lambda: calamine.get_sheet_by_name(sheet.name))
    rows = [[printed(cell).strip() for cell in row] for row in islice(values.iter_rows(), _META_ROWS)]
    return {row[0]: row[1] for row in rows if len(row) > 1 and row[0]}


def guarded(act: Callable[[], Result]) -> Result:
    """Call the library; whatever it makes of a damaged workbook is a refusal."""
    try:
        return act()
    except (python_calamine.CalamineError, OSError, ValueError):
        raise unreadable() from None
    except BaseException as panic:
        # A panic of the library is no Exception and its class has no importable name.
        if type(panic).__name__ == "PanicException":
            raise unreadable() from None
        raise
