"""From the records of a file to read rows: what is skipped, filled, parsed and found twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from app.bulk_import.reading.duplicates import SeenRows
from app.bulk_import.reading.limits import file_fault, too_many_rows
from app.core.batch import DAYS_1904, Date, Fault, ReadRow, fold, printed, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.bulk_import.reading.header import ColumnUse, Layout
    from app.bulk_import.reading.text import Record
    from app.bulk_import.reading.workbook import Merge
    from app.core.batch import Cell, Column, ImportKind, Parse, Parsed, Remark

_Planned: TypeAlias = "tuple[int, str, Parse, dict[Cell, Parsed] | None, ColumnUse]"
"""Position, field name, parser, readings worth remembering, place: looked up once per cell, so a plain tuple."""

_REMEMBERED_MOST: Final = 4096
_EXAMPLE: Final = "示例"
_NOTE: Final = re.compile(
    r"[(\[【<《]?示?例(?:行|数据)?\d*[)\]】>》]?(?::.*)?"
    r"|[(\[【<《]?样例\d*[)\]】>》]?(?::.*)?"
    r"|例如[:,].*"
    r"|填[表写报]说明.*|说明:.*|注意?:.*|备注:.*|注意事项.*"
    r"|(?:本页|本表)?(?:合计|总计|小计|共计)(?:[:\d(].*)?"
    r"|(?:填表|制表|填报|审核|经办|负责|联系|单位负责|学校负责)人(?:\(?(?:签字|签名|签章|盖章)\)?)?(?::.*)?"
    r"|(?:校长|领导|单位)?(?:签字|签名|签章|盖章|公章)(?:\(.*\))?(?::.*)?"
    r"|(?:填表|填报|制表|报送)?(?:日期|时间):.*|(?:填报|报送)?单位(?:\(盖章\)|\(公章\)):?.*",
    re.DOTALL,
)
_NOTE_STARTS: Final = frozenset("示例样填说注备本合总小共制审经负联单学校领签盖公日时报(（[【<《＜")


@dataclass(frozen=True, slots=True)
class RowOptions:
    """What a kind of file asks of its rows.

    is_text: every cell is text, and cells right of the header are an error (a stray comma).
    """

    rows_most: int
    merges: tuple[Merge, ...] = ()
    is_1904: bool = False
    is_text: bool = False


def read_rows(records: Iterator[Record], layout: Layout, kind: ImportKind, options: RowOptions) -> Iterator[ReadRow]:
    """Read the records below the header, in order. Raises FileRefused when there are too many rows."""
    reader = _RowReader(layout, kind, options)
    count = 0
    width = reader.width
    for number, cells, faults in records:
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        if not faults and reader.is_blank(cells):
            continue
        if reader.is_note(cells):
            yield _skipped(number, cells, "说明或合计行")
            continue
        if word := next((word for word in kind.skipped if word in cells), None):
            yield _skipped(number, cells, f"{word}记录")
            continue
        count += 1
        if count > options.rows_most:
            count += sum(1 for _, rest, _ in records if not reader.is_blank(rest + [""] * (width - len(rest))))
            raise too_many_rows(count, options.rows_most)
        yield reader.row(number, cells, faults)


def _skipped(number: int, cells: list[Cell], what: str) -> ReadRow:
    fault = file_fault("ROW_SKIPPED", f"第{number}行为{what}，已跳过。", "fixed", row=number)
    return ReadRow(number, {}, (fault,), _raw(cells), ignored=True)


def _raw(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple([cell if isinstance(cell, str) else printed(cell) for cell in cells])


class _RowReader:
    """The parsers of a file's columns, made once, and what must be remembered from row to row."""

    def __init__(self, layout: Layout, kind: ImportKind, options: RowOptions) -> None:
        uses = [(use, use.column) for use in layout.uses if use.column is not None]
        self.width = layout.width
        self.kind = kind
        self.blank: dict[str, object] = dict.fromkeys((column.name for column in kind.columns), None)
        self.positions = [use.position for use, _ in uses]
        self.plan = [_planned(use, column, is_1904=options.is_1904) for use, column in uses]
        self.examples = {use.position: column.example for use, column in uses if column.example}
        self.seen = SeenRows()
        self.merges = _Merges(options.merges, layout)
        self.is_text = options.is_text

    def is_blank(self, cells: list[Cell]) -> bool:
        """Whether every cell of a known column is blank."""
        for position in self.positions:
            cell = cells[position]
            if cell.__class__ is str:
                if cell and not cell.isspace():
                    return False
            elif cell is not None:
                return False
        return True

    def is_note(self, cells: list[Cell]) -> bool:
        """Whether a row is an example, an explanation, a sum or a signature line."""
        first = cells[0] or next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "")
        if isinstance(first, str):
            start = first[0] if first and first[0] > " " else first.strip()[:1]
            if start in _NOTE_STARTS and _NOTE.fullmatch(_squeezed(first)):
                return True
        return _EXAMPLE in cells or (len(self.examples) > 2 and self._is_example(cells))  # noqa: PLR2004 -- not by chance

    def _is_example(self, cells: list[Cell]) -> bool:
        return all(printed(cells[position]).strip() == example for position, example in self.examples.items())

    def row(self, number: int, cells: list[Cell], faults: tuple[Fault, ...]) -> ReadRow:
        """Read the cells of one row."""
        raw = _raw(cells)
        found = list(faults)
        if self.is_text and len(cells) > self.width:
            found += self._surplus(number, cells)
        if self.merges.are_left:
            found += self.merges.fill(number, cells)
        values = self.blank.copy()
        for position, name, parse, remembered, use in self.plan:
            cell = cells[position]
            if remembered is None or cell.__class__ is not str:
                values[name], remarks = parse(cell)
            elif cell in remembered:
                values[name], remarks = remembered[cell]
            else:
                parsed = values[name], remarks = parse(cell)
                if len(remembered) < _REMEMBERED_MOST:
                    remembered[cell] = parsed
            if remarks:
                found += [_placed(number, use, remark) for remark in remarks]
        return self._against_earlier(number, values, found, raw)

    def _surplus(self, number: int, cells: list[Cell]) -> list[Fault]:
        surplus = sum(bool(printed(cell).strip()) for cell in cells[self.width :])
        if not surplus:
            return []
        message = f"第{number}行比表头多 {surplus} 列，可能是内容里有分隔符，请加引号或改用 xlsx。"
        return [file_fault("CELLS_SURPLUS", message, "error", row=number)]

    def _against_earlier(
        self, number: int, values: dict[str, object], faults: list[Fault], raw: tuple[str, ...]
    ) -> ReadRow:
        key = self.kind.row_key(values)
        earlier = None if key is None else self.seen.earlier(key, tuple(values.values()), number)
        if earlier is None:
            return ReadRow(number, values, tuple(faults), raw)
        if earlier.is_same:
            message = f"第{number}行与第{earlier.row}行完全相同，已忽略。"
            faults.append(file_fault("DUPLICATE_SAME", message, "warning", row=number))
            return ReadRow(number, values, tuple(faults), raw, ignored=True)
        faults += [self._conflict(number, earlier.row), self._conflict(earlier.row, number)]
        return ReadRow(number, values, tuple(faults), raw)

    def _conflict(self, row: int, other: int) -> Fault:
        message = f"第{row}行与第{other}行{self.kind.key_title}相同但内容不同，请核对后只保留一行。"
        return file_fault("DUPLICATE_CONFLICT", message, "error", row=row)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", fold(text[:200]))


def _planned(use: ColumnUse, column: Column, *, is_1904: bool) -> _Planned:
    parse = column.parser()
    if is_1904 and isinstance(column.kind, Date):
        parse = _from_1904(parse)
    return use.position, column.name, parse, {} if column.kind.repeats else None, use


def _from_1904(parse: Parse) -> Parse:
    def shifted(cell: Cell) -> Parsed:
        is_serial = isinstance(cell, (int, float)) and not isinstance(cell, bool) and 10_000 < cell < 60_000  # noqa: PLR2004 -- days
        return parse(cell + DAYS_1904 if is_serial else cell)  # type: ignore[operator]  # a number, as just tested

    return shifted


def _placed(number: int, use: ColumnUse, remark: Remark) -> Fault:
    return Fault(
        row=number,
        column=use.column.header if use.column else use.header,
        cell=f"{use.letter}{number}",
        code=remark.code,
        message=f"第{number}行{remark.text}",
        value=remark.value,
        level=remark.level,
        suggestion=remark.suggestion,
    )


class _Merges:
    """The merged ranges below the header, taken as the rows come."""

    def __init__(self, merges: Sequence[Merge], layout: Layout) -> None:
        self.columns = {use.position: use.column.header for use in layout.uses if use.column}
        below = [merge for merge in merges if merge.first_row > layout.header_row and self._touches(merge)]
        self.waiting = below[::-1]
        self.active: list[tuple[Merge, Cell]] = []

    def _touches(self, merge: Merge) -> bool:
        return any(merge.first_column <= position <= merge.last_column for position in self.columns)

    @property
    def are_left(self) -> bool:
        """Whether any range is still open or to come."""
        return bool(self.waiting or self.active)

    def fill(self, number: int, cells: list[Cell]) -> list[Fault]:
        """Write the value of open ranges into the row; say so once a range, refuse rows merged across."""
        faults = []
        while self.waiting and self.waiting[-1].first_row <= number:
            merge = self.waiting.pop()
            value = cells[merge.first_column] if merge.first_row == number else None
            self.active.append((merge, value))
            if merge.first_column == merge.last_column and value not in {"", None}:
                faults.append(self._filled(number, merge, value))
        self.active = [(merge, value) for merge, value in self.active if merge.last_row >= number]
        for merge, value in self.active:
            if merge.first_column != merge.last_column:
                message = f"第{number}行有横向合并单元格，请取消合并后重填。"
                faults.append(file_fault("MERGED_ACROSS", message, "error", row=number))
            elif cells[merge.first_column] in {"", None} and value is not None:
                cells[merge.first_column] = value
        return faults

    def _filled(self, number: int, merge: Merge, value: Cell) -> Fault:
        header = self.columns[merge.first_column]
        message = f"第{number}–{merge.last_row}行「{header}」是合并单元格，已按“{shown(value)}”补全，请核对。"
        return file_fault("MERGED_FILLED", message, "warning", row=number, column=header, value=shown(value))
