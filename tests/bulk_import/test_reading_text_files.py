"""CSV and NDJSON files as clerks and scripts send them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.bulk_import.reading import FileKind, FileRefused, Limits, read
from tests.factories.files import write_csv
from tests.factories.hours_kind import HoursKind
from tests.factories.people import id_number

if TYPE_CHECKING:
    from pathlib import Path

    from app.bulk_import.reading import Reading
    from app.core.batch import ReadRow

KIND = HoursKind()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HEADER = ["身份证号", "姓名", "学时"]
IDS = [id_number(date(1980, 1, 1), sequence) for sequence in range(20)]


def rows_of(count: int) -> list[list[str]]:
    return [[IDS[index], "张三", str(index + 1)] for index in range(count)]


def open_rows(path: Path, rows: list[list[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> Reading:
    return read(write_csv(path / "a.csv", rows, encoding=encoding, delimiter=delimiter), KIND, filename="a.csv")


def open_bytes(path: Path, content: bytes, filename: str = "a.csv", *, limits: Limits | None = None) -> Reading:
    file = path / "upload"
    file.write_bytes(content)
    return read(file, KIND, filename=filename, limits=limits)


def refused(path: Path, content: bytes, filename: str = "a.csv", *, limits: Limits | None = None) -> tuple[str, str]:
    with pytest.raises(FileRefused) as caught:
        list(open_bytes(path, content, filename, limits=limits).rows())
    (fault,) = caught.value.faults
    assert fault.level == "stop"
    return fault.code, fault.message


def codes(row: ReadRow) -> list[str]:
    return [fault.code for fault in row.faults]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("gb18030", "已按 GB18030 编码读取。"),
        ("utf-16", None),
        ("utf-16-be", None),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, note: str | None) -> None:
    rows = [HEADER, [IDS[0], "张𠀋", "6"]]
    if encoding == "utf-16-be":
        rows[0] = ["\ufeff" + HEADER[0], *HEADER[1:]]
    reading = open_rows(tmp_path, rows, encoding=encoding)
    (row,) = reading.rows()
    assert row.number == 2
    assert row.values["name"] == "张𠀋"
    assert row.values["hours"] == Decimal(6)
    assert row.values["mobile"] is None
    assert row.raw == (IDS[0], "张𠀋", "6")
    assert [fault.message for fault in reading.notes] == ([note] if note else [])


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\xfd", b"a,b\0c\n", "姓名\n".encode("gbk") + b"\x81\xff,", b"\xef\xbb\xbf\xff"]
)
def test_undecodable_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content) == ("ENCODING", "文件编码无法识别，请另存为“CSV UTF-8”或 xlsx。")


@pytest.mark.parametrize(("delimiter", "word"), [("\t", "制表符"), (";", "分号"), ("，", "中文逗号")])
def test_delimiters(tmp_path: Path, delimiter: str, word: str) -> None:
    reading = open_rows(tmp_path, [HEADER, *rows_of(2)], delimiter=delimiter)
    assert [row.values["id_number"] for row in reading.rows()] == IDS[:2]
    assert [(fault.code, fault.message) for fault in reading.notes] == [("DELIMITER_READ", f"已按{word}分隔读取。")]


def test_unicode_text_of_excel(tmp_path: Path) -> None:
    reading = open_rows(tmp_path, [HEADER, *rows_of(3)], encoding="utf-16", delimiter="\t")
    assert len(list(reading.rows())) == 3


def test_title_rows_above_the_header(tmp_path: Path) -> None:
    reading = open_rows(tmp_path, [["某校学时汇总表", "", ""], [], HEADER, *rows_of(1)])
    assert [row.number for row in reading.rows()] == [4]
    assert reading.notes[0].message == "已自动跳过标题行，表头识别为第3行。"


@pytest.mark.parametrize(
    "header",
    [
        ["*身份证件号", " 姓　名 ", "学时（必填）"],
        ["公民身份\n号码", "姓名*", "学 时(每天6学时)"],
        ["id_number", "NAME", "hours"],
        ["证件号码：", "【必填】姓名", "学时"],
    ],
)
def test_header_spellings(tmp_path: Path, header: list[str]) -> None:
    reading = open_rows(tmp_path, [header, *rows_of(1)])
    assert [use.column.name for use in reading.columns if use.column] == ["id_number", "name", "hours"]
    assert [row.faults for row in reading.rows()] == [()]


def test_columns_in_another_order(tmp_path: Path) -> None:
    reading = open_rows(tmp_path, [["学时", "姓名", "身份证号"], ["6", "张三", IDS[0]]])
    (row,) = reading.rows()
    assert (row.values["id_number"], row.values["hours"]) == (IDS[0], Decimal(6))


def test_two_level_header(tmp_path: Path) -> None:
    rows = [["基本信息", "", "培训信息", ""], ["身份证号", "姓名", "项目名称", "学时"], [IDS[0], "张三", "研修", "6"]]
    assert [row.number for row in open_rows(tmp_path, rows).rows()] == [3]


def test_two_level_header_with_names_on_both_levels(tmp_path: Path) -> None:
    rows = [["身份证号", "姓名", "培训信息", ""], ["", "", "项目名称", "学时"], [IDS[0], "张三", "研修", "6"]]
    (row,) = open_rows(tmp_path, rows).rows()
    assert (row.number, row.values["name"], row.values["activity"]) == (3, "张三", "研修")


def test_missing_required_column(tmp_path: Path) -> None:
    content = "身份证号,职称,备注\n".encode()
    assert refused(tmp_path, content) == (
        "HEADER_MISSING",
        "缺少必填列：「姓名」「学时」。请使用最新模板，不要删除或改名。",
    )
    assert refused(tmp_path, b"a,b\n1,2\n")[0] == "HEADER_MISSING"


def test_header_twice(tmp_path: Path) -> None:
    content = "身份证号,姓名,学时,证件号码\n".encode()
    assert refused(tmp_path, content) == (
        "HEADER_DUPLICATE",
        "表头「身份证号」出现了两次（A列、D列），请保留一列。",
    )


def test_unknown_column_is_ignored_but_not_our_own_report_columns(tmp_path: Path) -> None:
    rows = [[*HEADER, "备注", "导入结果", "错误原因", "原行号"], [*rows_of(1)[0], "x", "失败", "y", "2"]]
    reading = open_rows(tmp_path, rows)
    assert [(fault.code, fault.message) for fault in reading.notes] == [
        ("COLUMN_IGNORED", "「备注」不是模板中的列，未导入。")
    ]
    assert [row.raw[3] for row in reading.rows()] == ["x"]


@pytest.mark.parametrize(
    "first",
    [
        "示例",
        "（示例）",
        "例：",
        "合计",
        "合 计：",
        "填表说明：学时按天",
        "填表人：",
        "负责人（签字）",
        "注：",
        "填报日期：2022年",
    ],
)
def test_example_sum_and_signature_rows_are_skipped(tmp_path: Path, first: str) -> None:
    (row,) = open_rows(tmp_path, [HEADER, [first, "", "12"]]).rows()
    assert row.ignored
    assert [(fault.code, fault.message) for fault in row.faults] == [("ROW_SKIPPED", "第2行为说明或合计行，已跳过。")]


@pytest.mark.parametrize("first", ["示例课教学研讨", "合格教师", "备课组", "日照", "注重实践"])
def test_rows_that_only_begin_like_a_note_are_kept(tmp_path: Path, first: str) -> None:
    rows = [["项目名称", *HEADER], [first, *rows_of(1)[0]]]
    assert [row.ignored for row in open_rows(tmp_path, rows).rows()] == [False]


def test_row_equal_to_the_examples_of_the_template_is_skipped(tmp_path: Path) -> None:
    by_name = dict(zip(["id_number", "name", "hours"], rows_of(1)[0], strict=True))
    columns = tuple(replace(column, example=by_name.get(column.name, "")) for column in KIND.columns)
    path = write_csv(tmp_path / "a.csv", [HEADER, *rows_of(2)])
    reading = read(path, HoursKind(columns=columns), filename="a.csv")
    assert [row.ignored for row in reading.rows()] == [True, False]


def test_blank_rows_are_passed_over_and_numbers_stay_those_of_excel(tmp_path: Path) -> None:
    rows = [HEADER, [], rows_of(1)[0], ["", " ", "\u3000"], rows_of(2)[1], *[["", "", ""]] * 50]
    assert [row.number for row in open_rows(tmp_path, rows).rows()] == [3, 5]


def test_quoted_line_break_counts_as_one_row(tmp_path: Path) -> None:
    content = f'身份证号,姓名,学时,项目名称\n{IDS[0]},张三,6,"a\nb"\n{IDS[1]},李四,6,c\n'.encode()
    assert [(row.number, row.values["activity"]) for row in open_bytes(tmp_path, content).rows()] == [
        (2, "a b"),
        (3, "c"),
    ]


def test_fault_says_where(tmp_path: Path) -> None:
    (row,) = open_rows(tmp_path, [["姓名", "学时", "身份证号"], ["张三", "6", "4.10881E+17"]]).rows()
    (fault,) = row.faults
    assert (fault.row, fault.column, fault.cell, fault.code, fault.level) == (
        2,
        "身份证号",
        "C2",
        "ID_NUMERIC",
        "error",
    )
    assert fault.message.startswith("第2行「身份证号」是数字格式")
    assert row.is_refused


def test_surplus_cells_are_an_error(tmp_path: Path) -> None:
    (row,) = open_rows(tmp_path, [HEADER, [*rows_of(1)[0], "", "x"]]).rows()
    assert [fault.message for fault in row.faults] == [
        "第2行比表头多 1 列，可能是内容里有分隔符，请加引号或改用 xlsx。"
    ]


def test_short_row_is_filled_with_blanks(tmp_path: Path) -> None:
    (row,) = open_rows(tmp_path, [HEADER, [IDS[0]]]).rows()
    assert codes(row) == ["CELL_REQUIRED", "CELL_REQUIRED"]


def test_same_row_twice_keeps_the_first(tmp_path: Path) -> None:
    same = [IDS[0], "张三", "6"]
    first, second = open_rows(tmp_path, [HEADER, same, [f" {IDS[0]}", "张　三", "6学时"]]).rows()
    assert (first.ignored, first.faults) == (False, ())
    assert second.ignored
    assert [fault.message for fault in second.faults if fault.code == "DUPLICATE_SAME"] == [
        "第3行与第2行完全相同，已忽略。"
    ]


def test_same_key_with_other_content_refuses_both_rows(tmp_path: Path) -> None:
    first, second = open_rows(tmp_path, [HEADER, [IDS[0], "张三", "6"], [IDS[0], "张三", "7"]]).rows()
    assert first.faults == ()
    assert [(fault.row, fault.message) for fault in second.faults] == [
        (3, "第3行与第2行身份证号相同但内容不同，请核对后只保留一行。"),
        (2, "第2行与第3行身份证号相同但内容不同，请核对后只保留一行。"),
    ]
    assert {fault.code for fault in second.faults} == {"DUPLICATE_CONFLICT"}


def test_too_many_rows_are_counted_to_the_end(tmp_path: Path) -> None:
    content = "".join(f"{','.join(row)}\n" for row in [HEADER, *rows_of(5)]) + ",,\n" * 9
    assert len(list(open_bytes(tmp_path, content.encode(), limits=Limits(text_rows=5)).rows())) == 5
    assert refused(tmp_path, content.encode(), limits=Limits(text_rows=3)) == (
        "FILE_TOO_LARGE",
        "文件共 5 行，超过 3 行，请按学校拆分。",
    )


def test_too_many_bytes(tmp_path: Path) -> None:
    limits = Limits(text_size=1024 * 1024)
    assert refused(tmp_path, b"a" * (1024 * 1024 + 1), limits=limits) == (
        "FILE_TOO_LARGE",
        "文件共 2 MB，超过 1 MB，请按学校拆分。",
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("身份证号,姓名,学时\n" + "x" * 65_537, "LINE_TOO_LONG"),
        ("身份证号,姓名,学时\n" + "x" * 3_000_000, "LINE_TOO_LONG"),
        ("身份证号,姓名,学时" + ",a" * 200, "FILE_TOO_LARGE"),
        ("身份证号,姓名,学时\n" + "1," * 30_000 + "1", "FILE_TOO_LARGE"),
        ('身份证号,姓名,学时\n"' + "x\n" * 100_000, "CSV_QUOTES"),
    ],
)
def test_files_made_to_exhaust_are_refused(tmp_path: Path, content: str, code: str) -> None:
    assert refused(tmp_path, content.encode())[0] == code


def test_a_line_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    line = f"{IDS[0]},张三,6,"
    content = f"身份证号,姓名,学时,备注\r\n{line}{'x' * (65_536 - len(line))}\r\n"
    assert len(list(open_bytes(tmp_path, content.encode()).rows())) == 1


def test_many_trailing_commas_are_no_columns(tmp_path: Path) -> None:
    content = "".join(",".join(row) + "," * 30_000 + "\n" for row in [HEADER, *rows_of(2)])
    assert len(list(open_bytes(tmp_path, content.encode()).rows())) == 2


@pytest.mark.parametrize(
    ("content", "filename", "code", "message"),
    [
        (b"", "a.csv", "FILE_EMPTY", "文件是空的，没有可导入的数据。"),
        (b" \r\n ", "a.csv", "FILE_EMPTY", "文件是空的，没有可导入的数据。"),
        (b"x", "a.et", "FILE_TYPE", "暂不支持 .et，请在 WPS/Excel 中另存为 .xlsx。"),
        (b"x", "a.numbers", "FILE_TYPE", "暂不支持 .numbers，请在 WPS/Excel 中另存为 .xlsx。"),
        (b"x", "A.XLSM", "FILE_TYPE", "暂不支持 .xlsm，请在 WPS/Excel 中另存为 .xlsx。"),
        (b"%PDF-1.7", "a.csv", "FILE_TYPE", "暂不支持 .pdf，请在 WPS/Excel 中另存为 .xlsx。"),
        (OLE, "a.xls", "FILE_UNREADABLE", "文件有密码或已损坏，请取消密码后另存为 xlsx。"),
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "FILE_UNREADABLE",
            "文件有密码或已损坏，请取消密码后另存为 xlsx。",
        ),
        (b"PK\x03\x04broken", "a.xlsx", "FILE_UNREADABLE", "文件有密码或已损坏，请取消密码后另存为 xlsx。"),
        (b"PX\0\0", "a.xlsx", "FILE_UNREADABLE", "文件有密码或已损坏，请取消密码后另存为 xlsx。"),
    ],
)  # fmt: skip
def test_refused_kinds_of_files(tmp_path: Path, content: bytes, filename: str, code: str, message: str) -> None:
    assert refused(tmp_path, content, filename) == (code, message)


def test_text_with_the_name_of_a_workbook_is_read(tmp_path: Path) -> None:
    content = "\n".join("\t".join(row) for row in [HEADER, *rows_of(1)]).encode("gb18030")
    reading = open_bytes(tmp_path, content, "a.xls")
    assert (reading.file_kind, len(list(reading.rows()))) == (FileKind.CSV, 1)


def test_ndjson(tmp_path: Path) -> None:
    lines = [
        {"id_number": IDS[0], "name": "张三", "hours": 6, "starts": "2022-09-01"},
        {"身份证号": IDS[1], "姓名": "李四", "学时": "1.5", "x": 1},
        {"id_number": int(IDS[2].replace("X", "0")), "name": "王五", "hours": 6.5},
    ]
    content = "\n\n".join(json.dumps(line) for line in lines).encode()
    reading = open_bytes(tmp_path, content, "a.ndjson")
    first, second, third = reading.rows()
    assert reading.file_kind is FileKind.NDJSON
    assert (first.number, first.values["hours"], first.values["starts"]) == (1, Decimal(6), date(2022, 9, 1))
    assert (second.number, second.values["hours"], codes(second)) == (3, Decimal("1.5"), ["COLUMN_IGNORED"])
    assert (third.number, third.values["hours"], codes(third)) == (5, Decimal("6.5"), ["ID_NUMERIC"])


@pytest.mark.parametrize(
    "line", ["[1]", "{", "[" * 60_000, '{"name": NaN}', '{"name": "\\u0000"}', '{"name": "\\ud800"}', "9" * 5000]
)
def test_lines_that_are_no_storable_object(tmp_path: Path, line: str) -> None:
    (row,) = open_bytes(tmp_path, line.encode(), "a.ndjson").rows()
    assert codes(row)[0] == "JSON_INVALID"
    assert row.is_refused


def test_member_twice_and_nested_member(tmp_path: Path) -> None:
    content = json.dumps({"id_number": IDS[0], "name": "张三", "hours": [6]})[:-1] + ', "姓名": "李四"}'
    (row,) = open_bytes(tmp_path, content.encode(), "a.ndjson").rows()
    assert codes(row) == ["JSON_NESTED", "HEADER_DUPLICATE", "CELL_REQUIRED"]


@given(content=st.binary(max_size=2000), named=st.sampled_from(["a.csv", "a.ndjson", "a.xlsx", "a.xls", "a"]))
@example(content=b"PK\x03\x04" + b"\0" * 40, named="a.xlsx")
@example(content=b'{"a":' * 400, named="a.ndjson")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_are_read_or_refused(tmp_path: Path, content: bytes, named: str) -> None:
    with suppress(FileRefused):
        rows = list(open_bytes(tmp_path, content, named).rows())
        assert all(row.number >= 1 for row in rows)


@given(tail=st.binary(max_size=500), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_below_a_good_header_are_read_or_refused(tmp_path: Path, tail: bytes, encoding: str) -> None:
    header = ",".join(column.header for column in KIND.columns) + "\n"
    with suppress(FileRefused):
        list(open_bytes(tmp_path, header.encode(encoding) + tail).rows())
