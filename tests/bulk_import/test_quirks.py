"""The table of clerks' habits, files and sheets: one file a row of it, the exact codes and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.bulk_import.reading import Limits
from tests.factories.files import Formula, SheetPlan, html_table, write_xls
from tests.factories.quirks import (
    GOOD,
    HEADER,
    NUMERIC,
    OLE,
    SEPTEMBER,
    SKIPPED,
    UNREADABLE,
    A,
    B,
    C,
    Quirk,
    cell,
    judge,
    meta,
    raw,
    refused_name,
    saved_by,
    sheet,
    text,
    xlsx,
)

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


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.number)
def test_quirk(tmp_path: Path, quirk: Quirk) -> None:
    judge(tmp_path, quirk)
