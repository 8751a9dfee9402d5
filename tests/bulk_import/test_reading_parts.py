"""The parts of the reader that work unseen: numerals, letters, digests, the scan of a sheet, line lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.bulk_import.reading.archive import open_archive
from app.bulk_import.reading.duplicates import Earlier, SeenRows
from app.bulk_import.reading.header import HeaderNames, column_letter
from app.bulk_import.reading.limits import Limits
from app.bulk_import.reading.sheets import SheetFacts, scan_sheet
from app.bulk_import.reading.text import check_text
from app.core.batch import Column, Text, shown
from app.core.batch.measures import chinese_number
from tests.factories.files import Formula, SheetPlan, rezip, write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

SHEET_XML = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("六", 6), ("十", 10), ("十二", 12), ("二十", 20), ("二十四", 24), ("一百", 100), ("一百零五", 105),
        ("一百二十", 120), ("三百六十", 360), ("两千", 2000), ("一千零一", 1001), ("〇", 0), ("零", 0),
        ("二四", None), ("十百", None), ("六个", None), ("", None), ("二十二十", None),
    ],
)  # fmt: skip
def test_chinese_numbers(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(position: int, letters: str) -> None:
    assert column_letter(position) == letters


def test_shown_text_is_short() -> None:
    assert shown("长" * 41) == "长" * 39 + "…"
    assert shown("长" * 40) == "长" * 40


def test_one_spelling_cannot_name_two_columns() -> None:
    columns = [Column("a", "姓名", Text()), Column("b", "名字", Text(), aliases=("姓 名*",))]
    with pytest.raises(ValueError, match="names both a and b"):
        HeaderNames(columns)


def test_seen_rows_remember_the_first_of_each_key() -> None:
    seen = SeenRows()
    for row in range(1, 20_001):
        assert seen.earlier((f"key {row}",), (row,), row) is None
    assert seen.earlier(("key 7",), (7,), 30_000) == Earlier(7, is_same=True)
    assert seen.earlier(("key 20000",), (7,), 30_000) == Earlier(20_000, is_same=False)


def test_contents_that_python_hashes_alike_are_told_apart() -> None:
    seen = SeenRows()
    seen.earlier(("a",), (-1, None), 1)
    assert seen.earlier(("a",), (-2, None), 2) == Earlier(1, is_same=False)


def test_plain_scan_and_parser_find_the_same(tmp_path: Path) -> None:
    many: list[list[object]] = [[None, f"name {index}", index, None, "x"] for index in range(5000)]
    rows: list[list[object]] = [[], [None, "a", 1], *many]
    source = write_xlsx(tmp_path / "a.xlsx", SheetPlan(rows))
    parsed = rezip(source, tmp_path / "b.xlsx", lambda _, text: text.replace(b"<row ", b'<row hidden="0" '))
    facts = [scan_sheet(open_archive(path, Limits()), SHEET_XML, Limits()) for path in (source, parsed)]
    assert facts[0] == facts[1] == SheetFacts(first_row=2, last_row=5002, first_column=1, last_column=4)


def test_parser_finds_hidden_rows_and_errors_in_prefixed_xml(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a"], [Formula("=1/0", "#DIV/0!")], ["b"]]
    source = write_xlsx(tmp_path / "a.xlsx", SheetPlan(rows, hidden_rows=[2]))

    def prefix(name: str, text: bytes) -> bytes:
        if name != SHEET_XML:
            return text
        return (
            text.replace(b"</", b"</x:")
            .replace(b"<", b"<x:")
            .replace(b"<x:/x:", b"</x:")
            .replace(b"<x:?", b"<?")
            .replace(b"xmlns=", b"xmlns:x=")
        )

    path = rezip(source, tmp_path / "b.xlsx", prefix)
    facts = scan_sheet(open_archive(path, Limits()), SHEET_XML, Limits())
    assert list(facts.hidden) == [3]
    assert facts.failed == {2: {0: "#DIV/0!"}}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_measured_across_chunks(tmp_path: Path, newline: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((("x" * 65_000 + newline) * 60).encode())
    assert check_text(path, Limits()) == "utf-8"
