"""Cells of clerks' files: what each kind makes of them."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.batch import (
    CLEAR,
    Bool,
    CellError,
    CellKind,
    Code,
    Column,
    Date,
    Digits,
    Hours,
    IdNumber,
    Integer,
    Mobile,
    PersonName,
    Text,
    id_check_digit,
)
from tests.factories.hours_kind import Titles
from tests.factories.people import id_number

ID = id_number(date(1980, 1, 1), 123)
ID_X = next(found for n in range(1000) if (found := id_number(date(1980, 1, 1), n)).endswith("X"))
KINDS: tuple[CellKind, ...] = (
    Text(20), PersonName(), IdNumber(), Mobile(), Code(Titles()), Hours(), Date(), Date(is_end=True), Bool(),
    Integer(), Digits(10),
)  # fmt: skip


def read(
    kind: CellKind, cell: Any, header: str = "列", *, required: bool = False
) -> tuple[object, list[str], list[str]]:
    value, remarks = Column("column", header, kind, required=required).parser()(cell)
    return value, [remark.code for remark in remarks], [remark.text for remark in remarks]


def test_known_check_digits() -> None:
    assert id_check_digit("11010519491231002") == "X"
    assert id_check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        (ID, ID, []),
        (f"'{ID}", ID, ["TIDIED"]),
        (f'="{ID}"', ID, ["TIDIED"]),
        (f" {ID[:6]} {ID[6:]}\t", ID, ["TIDIED"]),
        ("".join(chr(ord(c) + 0xFEE0) for c in ID), ID, ["TIDIED"]),
        (ID_X.lower(), ID_X, ["TIDIED"]),
        (4.10881198001011e17, None, ["ID_NUMERIC"]),
        (int(ID.replace("X", "0")), None, ["ID_NUMERIC"]),
        ("4.10881E+17", None, ["ID_NUMERIC"]),
        (True, None, ["ID_FORMAT"]),
        (ID[:6] + "8" + ID[7:], None, ["ID_CHECKSUM"]),
        (ID[:17] + ("0" if ID[17] != "0" else "1"), None, ["ID_CHECKSUM"]),
        ("A" + ID[1:], None, ["ID_FORMAT"]),
        (ID[:17], None, ["ID_LENGTH"]),
        ("9999991980130" + "1011", None, ["ID_LENGTH"]),
        ("99999919801301011" + id_check_digit("99999919801301011"), None, ["ID_BIRTH_DATE"]),
        ("9" * 100_000, None, ["ID_LENGTH"]),
    ],
)
def test_id_number(cell: object, value: object, codes: list[str]) -> None:
    assert read(IdNumber(), cell)[:2] == (value, codes)


def test_first_generation_id_number_is_refused_with_advice() -> None:
    _, remarks = IdNumber().parser("身份证号")("999999800101123")
    assert remarks[0].text == "身份证号为 15 位，应为 18 位。"
    assert remarks[0].suggestion == "15 位是第一代身份证号，请填写现用的 18 位号码。"
    assert remarks[0].value == "***********1123"


def test_numeric_id_number_message() -> None:
    assert read(IdNumber(), 4.1e17, "身份证号")[2] == [
        "「身份证号」是数字格式，后几位已被 Excel 改成 0，无法还原。请把该列设为“文本”后重新输入 18 位号码。"
    ]


@pytest.mark.parametrize("cell", [ID[:16] + "99", ID + "1", 4.1e17, ID.lower() + " "])
def test_remarks_never_show_an_id_number(cell: str | float) -> None:
    for remark in IdNumber().parser("证件")(cell)[1]:
        assert ID[:12] not in f"{remark.text}{remark.value}"


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("张三", "张三", []),
        ("张　三", "张三", ["TIDIED"]),
        ("张 三\u200b\ufeff", "张三", ["TIDIED"]),
        ("张\xa0三", "张三", ["TIDIED"]),
        ("买买提•吐尔逊", "买买提·吐尔逊", ["TIDIED"]),
        ("买买提．吐尔逊", "买买提·吐尔逊", ["TIDIED"]),
        ("买买提 · 吐尔逊", "买买提·吐尔逊", ["TIDIED"]),
        ("买买提.吐尔逊", "买买提·吐尔逊", ["TIDIED"]),
        ("J. Smith", "J. Smith", []),
        ("张三（①）", "张三（①）", []),
        ("𠀋三", "𠀋三", []),
        ("张\ue000", "张\ue000", ["NAME_RARE_CHAR"]),
        ("张" * 51, None, ["TEXT_TOO_LONG"]),
        (12.0, None, ["NAME_FORMAT"]),
        ("123", None, ["NAME_FORMAT"]),
    ],
)
def test_person_name(cell: object, value: object, codes: list[str]) -> None:
    assert read(PersonName(), cell)[:2] == (value, codes)


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("13800001111", "13800001111", []),
        (13800001111.0, "13800001111", ["TIDIED"]),
        ("13800001111.0", "13800001111", ["TIDIED"]),
        ("+86 138-0000-1111", "13800001111", ["TIDIED"]),
        ("１３８００００１１１１", "13800001111", ["TIDIED"]),
        ("1.38E+10", None, ["MOBILE_FORMAT"]),
        ("03916633000", None, ["MOBILE_FORMAT"]),
    ],
)
def test_mobile(cell: object, value: object, codes: list[str]) -> None:
    assert read(Mobile(), cell)[:2] == (value, codes)


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("3419000001", "3419000001", []),
        (3419000001.0, "3419000001", []),
        (12.0, "0000000012", ["ZERO_PADDED"]),
        ("0012", "0000000012", ["ZERO_PADDED"]),
        ("３４１９０００００１", "3419000001", ["TIDIED"]),
        ("34190000012", None, ["DIGITS_LENGTH"]),
        ("34190x0001", None, ["DIGITS_LENGTH"]),
        (1.2345678901234568e16, None, ["NUMERIC_LOSSY"]),
        (-5.0, None, ["DIGITS_LENGTH"]),
    ],
)
def test_digits(cell: object, value: object, codes: list[str]) -> None:
    assert read(Digits(10), cell)[:2] == (value, codes)


def test_zero_padded_message() -> None:
    assert read(Digits(10), 12.0, "学校标识码")[2] == ["「学校标识码」不足 10 位，已在前面补 0，请核对。"]


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("高级教师", "senior", []),
        ("senior", "senior", []),
        ("小高", "senior", ["ALIAS_USED"]),
        ("高级", None, ["CODE_UNKNOWN"]),
        ("校长", None, ["CODE_UNKNOWN"]),
        ("高" * 201, None, ["TEXT_TOO_LONG"]),
    ],
)
def test_code(cell: object, value: object, codes: list[str]) -> None:
    assert read(Code(Titles()), cell)[:2] == (value, codes)


def test_code_messages() -> None:
    assert read(Code(Titles()), "小一", "职称")[2] == ["“小一”已按“一级教师”处理，请核对。"]
    assert read(Code(Titles()), "高级", "职称")[2] == ["「职称」“高级”不在列表中。您是不是想填：高级教师？"]
    assert read(Code(Titles()), "校长", "职称")[2] == ["「职称」“校长”不在列表中。"]


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("24", "24", []),
        ("1.5", "1.5", []),
        (24.0, "24", []),
        ("24学时", "24", ["TIDIED"]),
        ("24 课时", "24", ["TIDIED"]),
        ("２４", "24", ["TIDIED"]),
        ("二十四", "24", ["TIDIED"]),
        ("一百零五节", "105", ["TIDIED"]),
        ("十个学时", "10", ["TIDIED"]),
        ("三个半学时", "3.5", ["TIDIED"]),
        ("24.00", "24", ["TIDIED"]),
        ("3天", None, ["HOURS_UNIT"]),
        ("三天", None, ["HOURS_UNIT"]),
        ("2小时", None, ["HOURS_UNIT"]),
        ("1.25", None, ["HOURS_STEP"]),
        (0.1, None, ["HOURS_STEP"]),
        ("0", None, ["HOURS_RANGE"]),
        ("-6", None, ["HOURS_RANGE"]),
        ("10000", None, ["HOURS_RANGE"]),
        ("若干", None, ["HOURS_FORMAT"]),
        ("1e3", None, ["HOURS_FORMAT"]),
        (math.nan, None, ["HOURS_FORMAT"]),
        (math.inf, None, ["HOURS_FORMAT"]),
        (date(2022, 1, 2), None, ["HOURS_FORMAT"]),
        ("9" * 300, None, ["HOURS_FORMAT"]),
    ],
)
def test_hours(cell: object, value: str | None, codes: list[str]) -> None:
    found = read(Hours(), cell)
    assert found[1] == codes
    assert (found[0] if value is None else str(found[0])) == value


def test_days_instead_of_hours_message() -> None:
    text = read(Hours(advice="工作坊每天 6 学时"), "3天")[2]
    assert text == ["学时“3天”请换算成学时数（工作坊每天 6 学时）。"]


@pytest.mark.parametrize(
    ("cell", "value", "codes"),
    [
        ("2022-09-01", date(2022, 9, 1), []),
        (date(2022, 9, 1), date(2022, 9, 1), []),
        (datetime(2022, 9, 1, 8, 30), date(2022, 9, 1), []),  # noqa: DTZ001 -- as a workbook holds it
        ("2022年9月1日", date(2022, 9, 1), ["TIDIED"]),
        ("2022.9.1", date(2022, 9, 1), ["TIDIED"]),
        ("2022/9/1", date(2022, 9, 1), ["TIDIED"]),
        ("2022-9-1", date(2022, 9, 1), ["TIDIED"]),
        ("20220901", date(2022, 9, 1), ["TIDIED"]),
        (20220901.0, date(2022, 9, 1), ["TIDIED"]),
        ("2022-09-01 00:00:00", date(2022, 9, 1), ["TIDIED"]),
        (44805.0, date(2022, 9, 1), ["TIDIED"]),
        (44805.75, date(2022, 9, 1), ["TIDIED"]),
        ("44805", date(2022, 9, 1), ["TIDIED"]),
        ("２０２２．９．１", date(2022, 9, 1), ["TIDIED"]),
        ("2022-10", date(2022, 10, 1), ["DATE_MONTH_ONLY"]),
        ("2022年10月", date(2022, 10, 1), ["DATE_MONTH_ONLY"]),
        ("2022.10", date(2022, 10, 1), ["DATE_MONTH_ONLY"]),
        (2022.1, None, ["DATE_AMBIGUOUS"]),
        ("2022.1", None, ["DATE_AMBIGUOUS"]),
        (2022.9, None, ["DATE_AMBIGUOUS"]),
        ("1/9/2022", None, ["DATE_FORMAT"]),
        ("22.9.1", None, ["DATE_FORMAT"]),
        ("9月1日", None, ["DATE_FORMAT"]),
        (2022.0, None, ["DATE_FORMAT"]),
        (19_999.0, None, ["DATE_FORMAT"]),
        (60_001.0, None, ["DATE_FORMAT"]),
        (math.nan, None, ["DATE_FORMAT"]),
        ("2022-02-30", None, ["DATE_INVALID"]),
        ("至今", None, ["DATE_FORMAT"]),
        (time(8, 30), None, ["DATE_FORMAT"]),
    ],
)
def test_date(cell: object, value: object, codes: list[str]) -> None:
    assert read(Date(), cell)[:2] == (value, codes)


@pytest.mark.parametrize("word", ["至今", "长期", "现在"])
def test_open_end_is_no_date(word: str) -> None:
    assert read(Date(is_end=True), word, required=True)[:2] == (None, ["OPEN_END"])


def test_month_as_an_end_is_its_last_day() -> None:
    assert read(Date(is_end=True), "2024-02")[:2] == (date(2024, 2, 29), ["DATE_MONTH_ONLY"])


def test_date_messages() -> None:
    assert read(Date(), 2022.1)[2] == ["日期“2022.1”无法判断是 1 月还是 10 月，请写成 2022-10 或 2022年10月。"]
    assert read(Date(), "9月1日")[2] == ["日期“9月1日”写法不明确，请写成 2022-09-01。"]


@pytest.mark.parametrize(
    ("kind", "cell", "value", "codes"),
    [
        (Bool(), "是", True, []),
        (Bool(), "√", True, ["TIDIED"]),
        (Bool(), "否", False, []),
        (Bool(), 0.0, False, ["TIDIED"]),
        (Bool(), "也许", None, ["BOOL_FORMAT"]),
        (Integer(), "３", 3, ["TIDIED"]),
        (Integer(), 3.0, 3, []),
        (Integer(), 3.5, None, ["INTEGER_FORMAT"]),
        (Integer(1, 5), "6", None, ["INTEGER_RANGE"]),
        (Integer(), "9" * 5000, None, ["INTEGER_FORMAT"]),
        (Text(5), " 第１期（上）\n", "第1期（上）"[:5], ["TEXT_TOO_LONG"]),
        (Text(6), " 第１期（上）\n", "第1期（上）", ["TIDIED"]),
        (Text(), "一\n二", "一 二", ["TIDIED"]),
        (Text(), 12.0, "12", ["TIDIED"]),
        (Text(), 1.2345678901234568e16, None, ["NUMERIC_LOSSY"]),
        (Text(), "1.23457E+16", None, ["NUMERIC_LOSSY"]),
        (Text(), "a\x00b\ud800", "ab", ["TIDIED"]),
    ],
)
def test_other_kinds(kind: CellKind, cell: object, value: object, codes: list[str]) -> None:
    assert read(kind, cell)[:2] == (None if codes == ["TEXT_TOO_LONG"] else value, codes)


@pytest.mark.parametrize("cell", ["", "  ", "\u3000", "\u200b", None])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_blank_cells(kind: CellKind, cell: str | None) -> None:
    assert read(kind, cell) == (None, [], [])
    assert read(kind, cell, "某列", required=True) == (None, ["CELL_REQUIRED"], ["「某列」未填写。"])


@pytest.mark.parametrize("cell", [CellError("#N/A"), "#N/A", " #n/a "])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_failed_formula(kind: CellKind, cell: object) -> None:
    value, codes, texts = read(kind, cell, "学时")
    assert (value, codes) == (None, ["FORMULA_ERROR"])
    assert texts[0].upper() == "「学时」是公式且结果为 #N/A，请“复制→选择性粘贴→数值”。"


def test_the_word_clear_empties_an_optional_cell_only() -> None:
    assert read(Text(), "清空") == (CLEAR, [], [])
    assert read(Text(), "清空", required=True)[:2] == (None, ["CELL_REQUIRED"])


CELLS = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.-/年月日学时天X+E'=\"　 十百半#"),
    st.floats(), st.integers(), st.booleans(),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.none(),
    st.builds(CellError, st.text()),
    st.just(10**5000), st.just(timedelta.max), st.text(min_size=5000, max_size=6000, alphabet="9 二."),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(cell=CELLS)
def test_no_cell_makes_a_parser_raise(kind: CellKind, cell: Any) -> None:
    value, remarks = Column("column", "列", kind).parser()(cell)
    assert value is None or not any(remark.level == "error" for remark in remarks)
    assert all(remark.code and remark.text for remark in remarks)
    assert isinstance(value, (str, int, Decimal, date, type(None), type(CLEAR)))
