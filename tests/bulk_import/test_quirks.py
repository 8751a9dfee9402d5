"""The table of clerks' habits: one file a row of it, the exact codes and words; what asks the database is beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.bulk_import.reading import FileRefused, Limits, read
from app.bulk_import.reading.reading import Reading
from tests.factories.files import (
    Formula,
    SheetPlan,
    html_table,
    write_csv,
    write_xls,
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


QUIRKS = [
    Quirk(
        "1",
        sheet(["甲镇第一小学花名册", None, None], ["2026年9月", None, None], HEADER, GOOD, merges=[(0, 0, 0, 2)]),
        [(3, "HEADER_FOUND", "已自动跳过标题行，表头识别为第3行。")],
        [{"name": "张三"}],
    ),
    Quirk(
        "1 _meta wins",
        xlsx(SheetPlan([HEADER, HEADER, GOOD]), meta(kind="hours", header_row="2")),
        [(2, "HEADER_FOUND", "已自动跳过标题行，表头识别为第2行。")],
        [{"name": "张三"}],
    ),
    Quirk(
        "2",
        sheet(["基本信息", "基本信息", "任职信息"], HEADER, GOOD, merges=[(0, 0, 0, 1)]),
        [(2, "HEADER_FOUND", "已自动跳过标题行，表头识别为第2行。")],
        [{"name": "张三"}],
    ),
    Quirk("3", sheet(["公民身份号码*", " 姓 名\n（必填）", "学 时＊"], GOOD), [], [{"name": "张三"}]),
    Quirk("4", sheet(["学时", "身份证号", "姓名"], ["6", A, "张三"]), [], [{"name": "张三", "id_number": A}]),
    Quirk(
        "5",
        sheet(["姓名", "职称"], ["张三", "高级教师"]),
        [(None, "HEADER_MISSING", "缺少必填列：「身份证号」「学时」。请使用最新模板，不要删除或改名。")],
    ),
    Quirk(
        "6",
        sheet([*HEADER, "证件号码"], [*GOOD, A]),
        [(None, "HEADER_DUPLICATE", "表头「身份证号」出现了两次（A列、D列），请保留一列。")],
    ),
    Quirk("7", cell("备注", "x"), [(1, "COLUMN_IGNORED", "「备注」不是模板中的列，未导入。")], [{"name": "张三"}]),
    Quirk(
        "8",
        xlsx(SheetPlan([HEADER, GOOD]), meta(kind="hours", template_version="0", header_row="1")),
        [(None, "TEMPLATE_OLD", "模板版本为 0，最新为 1，建议重新下载。")],
        [{"name": "张三"}],
    ),
    Quirk(
        "9",
        sheet(
            HEADER, ["示例", "李四", "4"], GOOD, ["合计", None, 6], ["填表人：", None, None], ["日期：2026", None, None]
        ),
        [(row, "ROW_SKIPPED", SKIPPED.format(row)) for row in (2, 4, 5, 6)],
        [{"name": "张三"}],
    ),
    Quirk("10", sheet(HEADER, ["", " ", ""], GOOD, *([["", "", ""]] * 3000)), [], [{"name": "张三"}]),
    Quirk(
        "11",
        xlsx(SheetPlan([HEADER, GOOD]), SheetPlan([["旧"]], "旧表", "hidden"), SheetPlan([["x"]], "底", "very_hidden")),
        [(None, "SHEET_HIDDEN", "隐藏工作表「旧表」未导入。"), (None, "SHEET_HIDDEN", "隐藏工作表「底」未导入。")],
        [{"name": "张三"}],
    ),
    Quirk(
        "12",
        xlsx(SheetPlan([HEADER, GOOD], "一校"), SheetPlan([HEADER, [B, "李四", "4"]], "二校")),
        [
            (
                None,
                "SHEET_AMBIGUOUS",
                "文件中有 2 个工作表（一校、二校），请只保留一个，或选择要导入的工作表。",
            )
        ],
    ),
    Quirk(
        "12 sheet=",
        xlsx(SheetPlan([HEADER, GOOD], "一校"), SheetPlan([HEADER, [B, "李四", "4"]], "二校")),
        [],
        [{"name": "李四"}],
        {"sheet": "二校"},
    ),
    Quirk(
        "12 sheet=*",
        xlsx(SheetPlan([HEADER, GOOD], "一校"), SheetPlan([HEADER, [B, "李四", "4"], GOOD], "二校")),
        [
            (10001, "SHEET_JOINED", "工作表「二校」一并导入，它的第 1 行记为第 10001 行。"),
            (10003, "DUPLICATE_SAME", "第10003行与第2行完全相同，已忽略。"),
        ],
        [{"name": "张三"}, {"name": "李四"}],
        {"sheet": "*"},
    ),
    Quirk(
        "12 sheet=* with other columns",
        xlsx(SheetPlan([HEADER, GOOD], "一校"), SheetPlan([[*HEADER, "职称"], [*GOOD, ""]], "二校")),
        [(None, "SHEETS_DIFFER", "工作表「二校」与「一校」的列不同，不能一起导入，请逐个导入。")],
        options={"sheet": "*"},
    ),
    Quirk(
        "13",
        sheet(HEADER, GOOD, [B, "李四", "4"], hidden_rows=[2]),
        [(None, "ROWS_HIDDEN", "有 1 行被筛选或隐藏。请取消筛选，或确认“隐藏行也导入”。")],
    ),
    Quirk(
        "13 include_hidden_rows",
        sheet(HEADER, GOOD, [B, "李四", "4"], hidden_rows=[2]),
        [(None, "ROWS_HIDDEN", "有 1 行被筛选或隐藏，已按要求一并导入。")],
        [{"name": "张三"}, {"name": "李四"}],
        {"include_hidden_rows": True},
    ),
    Quirk(
        "14",
        sheet([*HEADER, "项目名称"], [*GOOD, "研修"], [B, "李四", "4", None], merges=[(1, 3, 2, 3)]),
        [(2, "MERGED_FILLED", "第2–3行「项目名称」是合并单元格，已按“研修”补全，请核对。")],
        [{"activity": "研修"}, {"activity": "研修"}],
    ),
    Quirk(
        "15",
        sheet(HEADER, [A, "张三", None], [B, "李四", "4"], merges=[(1, 1, 1, 2)]),
        [
            (2, "MERGED_ACROSS", "第2行有横向合并单元格，请取消合并后重填。"),
            (2, "CELL_REQUIRED", "第2行「学时」未填写。"),
        ],
        [{"name": "李四"}],
    ),
    Quirk("16", sheet(HEADER, [float(A[:17] + "0"), "张三", "6"]), [(2, "ID_NUMERIC", NUMERIC)]),
    Quirk("16 text", sheet(HEADER, ["4.10881E+17", "张三", "6"]), [(2, "ID_NUMERIC", NUMERIC)]),
    *(
        Quirk(f"17 {written!r}", sheet(HEADER, [written, "张三", "6"]), [TIDY_ID], [{"id_number": A}])
        for written in (f"'{A}", f" {A[:6]} {A[6:]}", WIDE, f'="{A}"')
    ),
    Quirk("18", sheet(HEADER, [A[:17], "张三", "6"]), [(2, "ID_LENGTH", "第2行身份证号为 17 位，应为 18 位。")]),
    Quirk(
        "18 first generation",
        sheet(HEADER, ["999999800101001", "张三", "6"]),
        [(2, "ID_LENGTH", "第2行身份证号为 15 位，应为 18 位。")],
    ),
    Quirk(
        "19",
        sheet(HEADER, [WRONG_CHECK, "张三", "6"]),
        [(2, "ID_CHECKSUM", "第2行身份证号校验位不对，请核对最后一位。")],
    ),
    Quirk("21", sheet(HEADER, GOOD), [], [{"id_number": A}]),
    Quirk(
        "22",
        cell("手机号", 13800001111.0),
        [(2, "TIDIED", "第2行「手机号」已整理为 11 位号码。")],
        [{"mobile": "13800001111"}],
    ),
    Quirk(
        "23",
        cell("学校标识码", 12345),
        [(2, "ZERO_PADDED", "第2行「学校标识码」不足 10 位，已在前面补 0，请核对。")],
        [{"school": "0000012345"}],
    ),
    Quirk(
        "24",
        cell("项目名称", 12345678901234567.0),
        [(2, "NUMERIC_LOSSY", "第2行「项目名称」超过 15 位且为数字格式，末位已失真，请改为文本。")],
    ),
    *(
        Quirk(f"25 {written}", cell("开始日期", written), [tidied("开始日期", written, "2022-09-01")], [SEPTEMBER])
        for written in ("2022年9月1日", "2022.9.1", "2022/9/1", "2022-9-1", "20220901", 44805)
    ),
    Quirk("25 date cell", cell("开始日期", date(2022, 9, 1)), [], [SEPTEMBER]),
    Quirk(
        "25 1904",
        xlsx(SheetPlan([[*HEADER, "开始日期"], [*GOOD, 44805 - 1462]]), is_1904=True),
        [tidied("开始日期", 44805, "2022-09-01")],
        [SEPTEMBER],
    ),
    Quirk(
        "26",
        cell("开始日期", 2022.10),
        [(2, "DATE_AMBIGUOUS", "第2行日期“2022.1”无法判断是 1 月还是 10 月，请写成 2022-10 或 2022年10月。")],
    ),
    *(
        Quirk(
            f"27 {written}",
            cell("开始日期", written),
            [(2, "DATE_FORMAT", f"第2行日期“{written}”写法不明确，请写成 2022-09-01。")],
        )
        for written in ("1/9/2022", "22.9.1", "9月1日")
    ),
    *(
        Quirk(
            f"28 {word}",
            cell("结束日期", word),
            [(2, "OPEN_END", f"第2行「结束日期」“{word}”已读作没有结束日期。")],
            [{"ends": None}],
        )
        for word in ("至今", "长期", "现在")
    ),
    *(
        Quirk(
            f"30 {written}",
            sheet(HEADER, [A, "张三", written]),
            [tidied("学时", written, 24)],
            [{"hours": Decimal(24)}],
        )
        for written in ("24学时", "24 课时", "２４", "二十四")
    ),
    *(
        Quirk(
            f"31 {written}",
            sheet(HEADER, [A, "张三", written]),
            [(2, "HOURS_UNIT", f"第2行学时“{written}”请换算成学时数（工作坊每天 6 学时）。")],
        )
        for written in ("3天", "2小时")
    ),
    *(
        Quirk(f"33 {written!r}", sheet(HEADER, [A, written, "6"]), [tidied("姓名", shown, name)], [{"name": name}])
        for written, shown, name in (
            ("张　三", "张 三", "张三"),
            ("张\u200b三", "张三", "张三"),
            ("张\xa0三", "张 三", "张三"),
            ("阿依•买买提", "阿依•买买提", "阿依·买买提"),
            ("阿依．买买提", "阿依．买买提", "阿依·买买提"),
        )
    ),
    Quirk("33 no NFKC", sheet(HEADER, [A, "张①三", "6"]), [], [{"name": "张①三"}]),
    Quirk(
        "34",
        sheet(HEADER, [A, "张\ue5e5", "6"]),
        [(2, "NAME_RARE_CHAR", "第2行姓名含电脑自造字，打印时可能缺字，请用规范汉字。")],
        [{"name": "张\ue5e5"}],
    ),
    Quirk(
        "35",
        cell("职称", "小高"),
        [(2, "ALIAS_USED", "第2行“小高”已按“高级教师”处理，请核对。")],
        [{"title": "senior"}],
    ),
    Quirk("36", cell("职称", "高级"), [(2, "CODE_UNKNOWN", "第2行「职称」“高级”不在列表中。您是不是想填：高级教师？")]),
    Quirk(
        "39",
        sheet(HEADER, GOOD, [B, "李四", "4"], GOOD),
        [(4, "DUPLICATE_SAME", "第4行与第2行完全相同，已忽略。")],
        [{"name": "张三"}, {"name": "李四"}],
    ),
    Quirk(
        "40",
        sheet(HEADER, GOOD, [A, "张三", "4"]),
        [
            (3, "DUPLICATE_CONFLICT", "第3行与第2行身份证号相同但内容不同，请核对后只保留一行。"),
            (2, "DUPLICATE_CONFLICT", "第2行与第3行身份证号相同但内容不同，请核对后只保留一行。"),
        ],
    ),
    *(
        Quirk(
            f"44 {shown}",
            sheet(HEADER, [A, "张三", formula]),
            [(2, "FORMULA_ERROR", f"第2行「学时」是公式且结果为 {shown}，请“复制→选择性粘贴→数值”。")],
        )
        for formula, shown in (
            (Formula("=VLOOKUP(1,A1:A2,1)", "#N/A"), "#N/A"),
            (Formula("=#REF!", "#REF!"), "#REF!"),
            ("#N/A", "#N/A"),
        )
    ),
    Quirk(
        "45",
        text(HEADER, GOOD, encoding="gb18030"),
        [(None, "ENCODING_READ", "已按 GB18030 编码读取。")],
        [{"name": "张三"}],
    ),
    Quirk("45 BOM", text(HEADER, GOOD, encoding="utf-8-sig"), [], [{"name": "张三"}]),
    Quirk(
        "46",
        raw("身份证号,姓名,学时\n".encode() + b"\xff\xff\x81\xff", "表.csv"),
        [(None, "ENCODING", "文件编码无法识别，请另存为“CSV UTF-8”或 xlsx。")],
    ),
    *(
        Quirk(
            f"47 {word}",
            text(HEADER, GOOD, encoding=encoding, delimiter=sign),
            [(None, "DELIMITER_READ", f"已按{word}分隔读取。")],
            [{"name": "张三"}],
        )
        for encoding, sign, word in (
            ("utf-16", "\t", "制表符"),
            ("utf-8", ";", "分号"),
            ("utf-8", "，", "中文逗号"),
        )
    ),
    Quirk(
        "48",
        lambda folder: write_xls(
            folder / "表.xls",
            SheetPlan(
                [
                    ["花名册", None, None, None, None],
                    [*HEADER, "项目名称", "开始日期"],
                    [*GOOD, "研修", date(2022, 9, 1)],
                    [B, "李四", 4, None, date(2022, 9, 1)],
                ],
                merges=[(0, 0, 0, 4), (2, 3, 3, 3)],
            ),
            SheetPlan([["旧"]], "旧表", "hidden"),
        ),
        [
            (None, "SHEET_HIDDEN", "隐藏工作表「旧表」未导入。"),
            (2, "HEADER_FOUND", "已自动跳过标题行，表头识别为第2行。"),
            (3, "MERGED_FILLED", "第3–4行「项目名称」是合并单元格，已按“研修”补全，请核对。"),
        ],
        [{"activity": "研修", **SEPTEMBER}, {"activity": "研修", **SEPTEMBER}],
    ),
    Quirk(
        "48 hidden rows",
        lambda folder: write_xls(folder / "表.xls", SheetPlan([HEADER, GOOD, [B, "李四", 4]], hidden_rows=[1])),
        [(None, "ROWS_HIDDEN", "有 1 行被筛选或隐藏。请取消筛选，或确认“隐藏行也导入”。")],
    ),
    Quirk(
        "48 number instead of text",
        lambda folder: write_xls(folder / "表.xls", SheetPlan([HEADER, [float(A[:17] + "0"), "张三", 6]])),
        [(2, "ID_NUMERIC", NUMERIC)],
    ),
    Quirk("49 password", raw(OLE + "EncryptedPackage".encode("utf-16-le"), "表.xlsx"), [UNREADABLE]),
    Quirk("49 damaged", raw(OLE, "表.xls"), [UNREADABLE]),
    Quirk(
        "49 page",
        saved_by([HEADER, GOOD], "gb2312"),
        [(None, "HTML_READ", "文件实际是网页表格，已按表格读取。")],
        [{"name": "张三"}],
    ),
    Quirk(
        "49 two tables",
        raw(html_table([HEADER, GOOD], charset="utf-8") + html_table([HEADER], charset="utf-8"), "导出.xls"),
        [UNREADABLE],
    ),
    *(refused_name(name) for name in ("表.et", "表.numbers", "表.xlsm")),
    Quirk(
        "51",
        text(HEADER, *([number, "张三", "6"] for number in (A, B, C))),
        [(None, "FILE_TOO_LARGE", "文件共 3 行，超过 2 行，请按学校拆分。")],
        options={"limits": replace(Limits(), text_rows=2)},
    ),
]


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


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.number)
def test_quirk(tmp_path: Path, quirk: Quirk) -> None:
    try:
        said, values = opened(quirk.make(tmp_path), quirk.options or {})
    except FileRefused as refused:
        said, values = [(fault.row, fault.code, fault.message) for fault in refused.faults], []
    assert said == list(quirk.said)
    assert len(values) == len(quirk.values)
    for read_, wanted in zip(values, quirk.values, strict=True):
        assert {name: read_[name] for name in wanted} == wanted
