"""Files of exports: no formulas, whole texts, page set-up."""

import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.exports.writing import CsvWriter, LinesWriter, SheetWriter, is_formula

LEADS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u3000＝", "\n=")


@pytest.mark.parametrize("lead", LEADS)
def test_no_cell_begins_like_a_formula(tmp_path: Path, lead: str) -> None:
    text = f"{lead}HYPERLINK(1)"
    assert is_formula(text)
    path = tmp_path / "a.csv"
    with CsvWriter(path, ["甲", "乙"]) as file:
        file.write([(text, text)])
    body = path.read_bytes().decode("utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert body.partition("\r\n")[2].startswith(f'"\'{text}","\'{text}"')


def test_sheet_keeps_texts_as_texts_and_is_set_up_for_paper(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with SheetWriter(path, [("编号", 10), ("文字", 10), ("学时", 8)], title="测试", mark="导出编号 1") as file:
        file.write([("00123", f"{lead}1+1", Decimal("6.5")) for lead in LEADS])
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[1] == ["00123", "=1+1", 6.5]
    assert len(rows) == len(LEADS) + 1
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert all(mark in sheet for mark in ('state="frozen"', 'orientation="landscape"', 'paperSize="9"', "&amp;P 页"))


def test_lines_are_objects_with_plain_values(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    with LinesWriter(path, ["a", "b", "c", "d"]) as file:
        file.write([("=1", Decimal("0.5"), date(2026, 9, 1), None)])
    assert json.loads(path.read_text("utf-8")) == {"a": "=1", "b": 0.5, "c": "2026-09-01", "d": None}
