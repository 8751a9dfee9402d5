"""Files of the table of clerks' habits, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.bulk_import.reading import FileRefused, read
from app.bulk_import.reading.reading import Reading
from tests.factories.files import (
    SheetPlan,
    html_table,
    write_csv,
    write_xlsx,
)
from tests.factories.hours_kind import HoursKind
from tests.factories.people import id_number

KIND = HoursKind()
HEADER = ["身份证号", "姓名", "学时"]
A, B, C = (id_number(date(1980, 1, 1), number) for number in (1, 2, 3))
GOOD = [A, "张三", "6"]
Said = tuple[int | None, str, str]
"""Row (None: the file), code, message."""


@dataclass(frozen=True)
class Quirk:
    """A file, what is said about it, and the values of its rows that are not refused."""

    number: str
    make: Callable[[Path], Path]
    said: Sequence[Said] = ()
    values: Sequence[dict[str, Any]] = ()
    options: dict[str, Any] | None = None


def xlsx(*sheets: SheetPlan, name: str = "表.xlsx", is_1904: bool = False) -> Callable[[Path], Path]:
    return lambda folder: write_xlsx(folder / name, *sheets, is_1904=is_1904)


def sheet(*rows: Sequence[Any], **facts: Any) -> Callable[[Path], Path]:
    return xlsx(SheetPlan(rows, **facts))


def text(*rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> Callable[[Path], Path]:
    return lambda folder: write_csv(folder / "表.csv", rows, encoding=encoding, delimiter=delimiter)


def raw(content: bytes, name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def cell(column: str, value: Any, *more: Any) -> Callable[[Path], Path]:
    """One good row with a further column."""
    return sheet([*HEADER, column], [*GOOD, value], *more)


def meta(**facts: str) -> SheetPlan:
    return SheetPlan(list(facts.items()), "_meta", "very_hidden")


def saved_by(page: list[list[str]], charset: str) -> Callable[[Path], Path]:
    return raw(html_table(page, charset=charset), "导出.xls")


WRONG_CHECK = A[:17] + ("1" if A[17] != "1" else "2")
NUMERIC = "第2行「身份证号」是数字格式，后几位已被 Excel 改成 0，无法还原。请把该列设为“文本”后重新输入 18 位号码。"
TIDY_ID = (2, "TIDIED", "第2行「身份证号」已去除空格或符号。")
UNREADABLE = (None, "FILE_UNREADABLE", "文件有密码或已损坏，请取消密码后另存为 xlsx。")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
SEPTEMBER = {"starts": date(2022, 9, 1)}
SKIPPED = "第{}行为说明或合计行，已跳过。"
WIDE = A.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})


def tidied(column: str, before: object, after: object) -> Said:
    return (2, "TIDIED", f"第2行「{column}」“{before}”已整理为“{after}”。")


def refused_name(name: str) -> Quirk:
    extension = "." + name.rpartition(".")[2]
    words = f"暂不支持 {extension}，请在 WPS/Excel 中另存为 .xlsx。"
    return Quirk(f"50 {extension}", raw(OLE, name), [(None, "FILE_TYPE", words)])


def opened(path: Path, options: dict[str, Any]) -> tuple[list[Said], list[dict[str, object]]]:
    found: Reading = read(path, KIND, filename=path.name, **options)
    said: list[Said] = [(note.row, note.code, note.message) for note in found.notes]
    values = []
    refused: set[int | None] = set()
    for row in found.rows():
        said += [(fault.row, fault.code, fault.message) for fault in row.faults]
        refused |= {fault.row for fault in row.faults if fault.level == "error"}
        if not row.ignored:
            values.append((row.number, row.values))
    return said, [one for number, one in values if number not in refused]


def judge(folder: Path, quirk: Quirk) -> None:
    """Read the file and compare."""
    try:
        said, values = opened(quirk.make(folder), quirk.options or {})
    except FileRefused as refused:
        said, values = [(fault.row, fault.code, fault.message) for fault in refused.faults], []
    assert said == list(quirk.said)
    assert len(values) == len(quirk.values)
    for read_, wanted in zip(values, quirk.values, strict=True):
        assert {name: read_[name] for name in wanted} == wanted
