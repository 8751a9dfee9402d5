"""The table of clerks' habits, cells (rows 16 to 36): one file a row of it, the exact codes and words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.files import SheetPlan
from tests.factories.quirks import (
    GOOD,
    HEADER,
    NUMERIC,
    SEPTEMBER,
    TIDY_ID,
    WIDE,
    WRONG_CHECK,
    A,
    Quirk,
    cell,
    judge,
    sheet,
    tidied,
    xlsx,
)

QUIRKS = [
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
]


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.number)
def test_quirk(tmp_path: Path, quirk: Quirk) -> None:
    judge(tmp_path, quirk)
