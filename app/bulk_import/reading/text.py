"""CSV and NDJSON files: their encoding, their delimiter and their records, streamed."""

from __future__ import annotations

import codecs
import csv
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from app.bulk_import.reading.limits import MIB, FileRefused, Limits, file_fault, refusal, too_big, too_wide
from app.core.batch import Column, Fault, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from app.bulk_import.reading.header import HeaderNames
    from app.core.batch import Cell

Record: TypeAlias = "tuple[int, list[Cell], tuple[Fault, ...]]"
"""A row of a file before its cells are read: number from 1, cells, what is wrong with the row as a whole."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = {",": "逗号", "\t": "制表符", ";": "分号", "，": "中文逗号"}
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def check_text(path: Path, limits: Limits) -> str:
    """Find the encoding of a text file by reading all of it: its mark, else strict UTF-8, else strict GB18030.

    Raises FileRefused with ENCODING, LINE_TOO_LONG and FILE_TOO_LARGE.
    """
    size = path.stat().st_size
    if size > limits.text_size:
        raise too_big(size, limits.text_size)
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in _BOMS if start.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            _decode_all(path, encoding, limits)
        except UnicodeError:
            continue
        return encoding
    raise _unknown_encoding()


def _decode_all(path: Path, encoding: str, limits: Limits) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    carried = 0
    with path.open("rb") as file:
        while chunk := file.read(MIB):
            carried = _check_lines(decoder.decode(chunk), carried, limits.line_length)
        decoder.decode(b"", final=True)


def _check_lines(text: str, carried: int, most: int) -> int:
    """Refuse NUL and lines of more than `most` characters; return the length of the last, unfinished line."""
    if "\0" in text:
        raise _unknown_encoding()
    start = 0
    allowed = most - carried
    while len(text) - start > allowed:
        end = max(text.rfind("\n", start, start + allowed + 1), text.rfind("\r", start, start + allowed + 1))
        if end < 0:
            raise refusal("LINE_TOO_LONG", f"文件中有超过 {most} 个字符的行，请检查引号和换行后重新导出。")
        start, allowed = end + 1, most
    start = max(start, text.rfind("\n", start) + 1, text.rfind("\r", start) + 1)
    return len(text) - start if start else carried + len(text)


def _unknown_encoding() -> FileRefused:
    return refusal("ENCODING", "文件编码无法识别，请另存为“CSV UTF-8”或 xlsx。")


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV file whose encoding is known and whose delimiter has been chosen."""

    path: Path
    encoding: str
    delimiter: str
    limits: Limits

    def notes(self) -> list[Fault]:
        """What was found out about the file."""
        notes = []
        if self.encoding == "gb18030":
            notes.append(file_fault("ENCODING_READ", "已按 GB18030 编码读取。", "fixed", value="GB18030"))
        if self.delimiter != ",":
            message = f"已按{_DELIMITERS[self.delimiter]}分隔读取。"
            notes.append(file_fault("DELIMITER_READ", message, "fixed", value=self.delimiter))
        return notes

    def head(self) -> list[list[Cell]]:
        """The first rows, in which the header is looked for."""
        return [cells for _, cells, _ in islice(self.records(), self.limits.header_within)]

    def records(self, after: int = 0) -> Iterator[Record]:
        """Stream the rows that follow row `after`."""
        most = self.limits.columns
        number = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                for number, cells in enumerate(csv.reader(file, delimiter=self.delimiter), 1):
                    if number <= after:
                        continue
                    if len(cells) > most:
                        while cells and not cells[-1]:
                            cells.pop()
                        if len(cells) > most:
                            raise too_wide(number, len(cells), most)
                    yield number, cells, ()  # type: ignore[misc]  # a list of str is read as cells and never kept
            except csv.Error:
                message = f"第{number + 1}行附近的引号不成对，请检查后重新导出。"
                raise refusal("CSV_QUOTES", message, row=number + 1) from None


def open_csv(path: Path, names: HeaderNames, limits: Limits) -> CsvSource:
    """Check a CSV file and choose the delimiter under which most headers are known."""
    encoding = check_text(path, limits)
    best, most = CsvSource(path, encoding, ",", limits), -1
    for delimiter in _DELIMITERS:
        source = CsvSource(path, encoding, delimiter, limits)
        hits = _best_hits(source, names)
        if hits > most:
            best, most = source, hits
    return best


def _best_hits(source: CsvSource, names: HeaderNames) -> int:
    most = 0
    try:
        for _, cells, _ in islice(source.records(), source.limits.header_within):
            most = max(most, names.hits(cells))
    except FileRefused:
        # Under a wrong delimiter the rows look broken; under the right one they are refused when they are read.
        return most
    return most


@dataclass(frozen=True, slots=True)
class NdjsonSource:
    """A file with one JSON object a line, under field names or headers."""

    path: Path
    encoding: str
    columns: tuple[Column, ...]
    names: HeaderNames

    def records(self, after: int = 0) -> Iterator[Record]:
        """Stream the rows; the cells stand in the order of `columns`."""
        places = {column.name: place for place, column in enumerate(self.columns)}
        unknown: set[str] = set()
        with self.path.open(encoding=self.encoding, newline="") as file:
            for number, line in enumerate(file, 1):
                if number <= after or not line.strip():
                    continue
                yield self._record(number, line, places, unknown)

    def _record(self, number: int, line: str, places: dict[str, int], unknown: set[str]) -> Record:
        cells: list[Cell] = [None] * len(self.columns)
        pairs = _pairs(line)
        if pairs is None:
            message = f"第{number}行不是一个 JSON 对象。"
            return number, cells, (file_fault("JSON_INVALID", message, "error", row=number, value=shown(line)),)
        faults: list[Fault] = []
        filled: set[int] = set()
        for key, value in pairs:
            column = self.names.find(key)
            if column is None:
                # Said once a name; the set stays small, whatever the file does.
                if key not in unknown and len(unknown) < 100:  # noqa: PLR2004 -- a hundred names say enough
                    unknown.add(key)
                    faults.append(_ignored(number, key))
                continue
            place = places[column.name]
            if place in filled:
                message = f"第{number}行「{column.header}」出现了两次，请保留一个。"
                faults.append(file_fault("HEADER_DUPLICATE", message, "error", row=number, column=column.header))
            filled.add(place)
            if isinstance(value, (str, int, float)) or value is None:
                cells[place] = value
            else:
                message = f"第{number}行「{column.header}」不是单个值。"
                faults.append(file_fault("JSON_NESTED", message, "error", row=number, column=column.header))
        return number, cells, tuple(faults)


def _pairs(line: str) -> list[tuple[str, object]] | None:
    """The members of the JSON object on a line, None when there is none that can be stored."""
    try:
        value = json.loads(line, object_pairs_hook=_Members, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, _Members):
        return None
    if "\\u" in line and any(_UNSTORABLE.search(part) for pair in value for part in pair if isinstance(part, str)):
        return None
    return value


class _Members(list[tuple[str, object]]):
    """The members of a JSON object in order, repeated names kept."""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _ignored(number: int, key: str) -> Fault:
    message = f"「{shown(key)}」不是模板中的列，未导入。"
    return file_fault("COLUMN_IGNORED", message, "warning", row=number, column=shown(key))


def open_ndjson(path: Path, columns: Sequence[Column], names: HeaderNames, limits: Limits) -> NdjsonSource:
    """Check an NDJSON file."""
    return NdjsonSource(path, check_text(path, limits), tuple(columns), names)
