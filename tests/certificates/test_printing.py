"""The PDF: its text can be read back with rare characters, nothing a user wrote is markup, the font is asked for."""

import io
from dataclasses import replace

import pypdf
import pytest
from fastapi import FastAPI

from app.certificates import printing
from app.core.errors import Unavailable

RARE = "镕喆䶮㛃𠮷𬭼"
IMPRINT = printing.Imprint(
    "学时证明", "XSZM-2026-000123", 1, "测试进修学校", "2026 年 11 月 24 日", "AbCdEfGhIjKlMnOpQrStU_"
)
PAGE = printing.Page(
    authority="测试县",
    facts=(printing.Fact("姓名", f"朱{RARE}", is_name=True), printing.Fact("单位", "甲镇第一小学")),
    statement="共 6 学时。",
    tables=(printing.Table("明细", ("项目", "学时"), (1, 0), ("l", "r"), [("研修", "6")], ("合计", "6")),),
    notes=("说明",),
)


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


async def test_rare_characters_stand_in_the_text_and_the_font_is_embedded() -> None:
    pdf = await printing.render(PAGE, IMPRINT)
    assert RARE in text_of(pdf)
    assert "（盖章处）" in text_of(pdf)
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    assert [round(float(one) / 72 * 25.4) for one in page.mediabox[2:]] == [210, 297]
    assert pdf.count(b"/FontFile3") == pdf.count(b"/FontDescriptor ") > 0


async def test_what_users_wrote_is_text_and_never_markup() -> None:
    hostile = '#read("/etc/passwd") $x$ *b* @ref <l> ] #import "@preview/x:1.0.0"'
    pdf = await printing.render(replace(PAGE, statement=hostile), IMPRINT)
    assert '#read("/etc/passwd")$x$*b*@ref<l>]' in text_of(pdf).replace(" ", "").replace("\n", "")


async def test_a_year_of_many_lines_repeats_its_head_on_every_page() -> None:
    rows = [(f"小学数学核心素养导向的单元整体教学设计与课堂观察 {place}", "1") for place in range(120)]
    table = replace(PAGE.tables[0], rows=rows)
    pages = pypdf.PdfReader(io.BytesIO(await printing.render(replace(PAGE, tables=(table,)), IMPRINT))).pages
    assert len(pages) > 1
    assert all("项目" in page.extract_text() for page in pages[:-1])
    assert f"共 {len(pages)} 页" in pages[-1].extract_text().replace("\u3000", " ")


async def test_missing_font_is_said_and_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "FONT_PACKAGE", "a_package_that_is_not_there")
    assert printing.font_folder() is None
    with pytest.raises(Unavailable, match="FONT_MISSING"):
        await printing.render(PAGE, IMPRINT)


async def test_waiting_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "WAITING_MAX", 0)
    with pytest.raises(Unavailable, match="NO_CAPACITY"):
        await printing.render(PAGE, IMPRINT)


async def test_service_refuses_to_start_without_the_font(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "FONT_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(RuntimeError, match="noto-cjk-sans-otc"):
        async with app.router.lifespan_context(app):
            pass
