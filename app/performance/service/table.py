"""The printed table as a workbook 绩效评级自评表: the standard's columns with facts and marks, and the evidence."""

from io import BytesIO
from typing import Any

import xlsxwriter

from app.performance.schemas import Scorecard, ScorecardFigure, ScorecardRequirement

_LANDSCAPE_A4 = 9
TABLE = (
    ("一级指标", 14),
    ("二级指标", 14),
    ("指标描述", 60),
    ("责任科室", 16),
    ("事实数据", 44),
    ("自评分", 8),
    ("自评说明", 36),
    ("评定分", 8),
)
EVIDENCE = (("二级指标", 16), ("指标描述", 50), ("材料", 40), ("类型", 12), ("摘要或链接", 70))
SHEETS = ("评级表", "佐证材料")


def workbook(card: Scorecard) -> bytes:
    """The workbook; every text is written as text, so that nothing in it is a formula."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
        cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True, "num_format": "@"})
        mark = book.add_format({"border": 1, "valign": "top", "align": "center", "num_format": "0.0"})
        formats = (head, cell, mark)
        _table(book, card, formats)
        _evidence(book, card, formats)
    return out.getvalue()


def _sheet(book: Any, name: str, columns: tuple[tuple[str, int], ...], title: str, head: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(_LANDSCAPE_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, head)
    for at, (label, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(1, at, label, head)
    return sheet


def _table(book: Any, card: Scorecard, formats: tuple[Any, Any, Any]) -> None:
    head, cell, mark = formats
    sheet = _sheet(book, SHEETS[0], TABLE, f"{card.label}（{card.year} 年，数据截至 {card.as_of}）", head)
    at = 2
    for group in card.groups:
        for indicator in group.indicators:
            for one in indicator.requirements:
                texts = (
                    f"{group.label}（{group.sums.points:g}分）",
                    f"{indicator.label}（{indicator.sums.points:g}分）",
                    one.text,
                    "、".join(part.label for part in one.departments),
                    "\n".join(figure_text(figure) for figure in one.figures),
                )
                for column, text in enumerate(texts):
                    sheet.write_string(at, column, text, cell)
                _mark(sheet, at, 5, one.row.points if one.row else None, mark)
                sheet.write_string(at, 6, (one.row and one.row.note) or "", cell)
                _mark(sheet, at, 7, one.row.scored_points if one.row else None, mark)
                at += 1
    sheet.write_string(at, 0, "合计", head)
    for column in (1, 2, 3, 4, 6):
        sheet.write_string(at, column, "", cell)
    _mark(sheet, at, 5, card.sums.self_assessed, mark)
    _mark(sheet, at, 7, card.sums.decided, mark)


def _evidence(book: Any, card: Scorecard, formats: tuple[Any, Any, Any]) -> None:
    head, cell, _ = formats
    sheet = _sheet(book, SHEETS[1], EVIDENCE, f"{card.year} 年佐证材料清单", head)
    at = 2
    for group in card.groups:
        for indicator in group.indicators:
            for one in indicator.requirements:
                for found in _evidence_of(one):
                    for column, text in enumerate((indicator.label, one.text, *found)):
                        sheet.write_string(at, column, text, cell)
                    at += 1


def _evidence_of(one: ScorecardRequirement) -> list[tuple[str, str, str]]:
    files = [(file.name, "文件（已隐藏）" if file.is_hidden else "文件", file.sha256) for file in one.evidence]
    return files + [(link.label, "链接", link.url) for link in (one.row.links if one.row else [])]


def _mark(sheet: Any, row: int, column: int, value: Any, mark: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, mark)
    else:
        sheet.write_number(row, column, float(value), mark)


def figure_text(figure: ScorecardFigure) -> str:
    """A figure in one line: "在聘培训者 54 人（要求 50）"."""
    text = f"{figure.label} {figure.counted} {figure.unit}"
    if figure.base is not None:
        share = "" if figure.share is None else f"，{figure.share:.1%}"
        text = f"{figure.label} {figure.counted}／{figure.base} {figure.unit}{share}"
    if figure.required is not None and figure.measure != "deduction":
        least = f"{figure.required:.0%}" if figure.base is not None else f"{figure.required:g}"
        text += f"（要求 {least}）"
    return text
