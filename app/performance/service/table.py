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
    ("按事实推算", 9),
)
SOURCES = (
    ("二级指标", 16),
    ("数据", 34),
    ("数值", 10),
    ("单位", 7),
    ("比例", 8),
    ("要求", 8),
    ("是否达到", 8),
    ("记录数", 8),
    ("口径", 44),
    ("名单", 84),
)
IMPLIED = 8
EVIDENCE = (("二级指标", 16), ("指标描述", 50), ("材料", 40), ("类型", 12), ("摘要或链接", 70))
SHEETS = ("评级表", "佐证材料", "数据来源")


def workbook(card: Scorecard) -> bytes:
    """The workbook; every text is written as text, so that nothing in it is a formula."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
        cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True, "num_format": "@"})
        mark = book.add_format({"border": 1, "valign": "top", "align": "center", "num_format": "0.0"})
        middle = book.add_format({"border": 1, "valign": "vcenter", "align": "center", "text_wrap": True})
        part = book.add_format({"border": 1, "valign": "top", "align": "center", "num_format": "0.0%"})
        whole = book.add_format({"border": 1, "valign": "top", "align": "center", "num_format": "0"})
        _table(book, card, (head, cell, mark, middle))
        _evidence(book, card, (head, cell))
        _sources(book, card, (head, cell, whole, part))
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


def _table(book: Any, card: Scorecard, formats: tuple[Any, Any, Any, Any]) -> None:
    """The table as printed: headings run over their rows, as do the points the facts imply."""
    head, cell, mark, middle = formats
    sheet = _sheet(book, SHEETS[0], TABLE, f"{card.label}（{card.year} 年，数据截至 {card.as_of}）", head)
    at = 2
    for group in card.groups:
        of_group = sum(len(one.requirements) for one in group.indicators)
        _over(sheet, at, of_group, 0, f"{group.label}（{group.sums.points:g}分）", middle)
        for indicator in group.indicators:
            rows = len(indicator.requirements)
            _over(sheet, at, rows, 1, f"{indicator.label}（{indicator.sums.points:g}分）", middle)
            implied = indicator.sums.implied
            _over(sheet, at, rows, IMPLIED, "—" if implied is None else float(implied), middle)
            for one in indicator.requirements:
                facts = "\n".join(figure_text(figure) for figure in one.figures)
                for column, text in ((2, one.text), (3, _departments(one)), (4, facts)):
                    sheet.write_string(at, column, text, cell)
                _mark(sheet, at, 5, one.row.points if one.row else None, mark)
                sheet.write_string(at, 6, (one.row and one.row.note) or "", cell)
                _mark(sheet, at, 7, one.row.scored_points if one.row else None, mark)
                at += 1
    sheet.write_string(at, 0, "合计", head)
    sheet.write_string(at, 1, f"{card.sums.points:g}分", head)
    for column in (2, 3, 4, 6):
        sheet.write_string(at, column, "", cell)
    _mark(sheet, at, 5, card.sums.self_assessed, mark)
    _mark(sheet, at, 7, card.sums.decided, mark)
    _mark(sheet, at, IMPLIED, card.sums.implied, mark)


def _departments(one: ScorecardRequirement) -> str:
    """The departments as printed, and those named for the year where others answer."""
    printed, answering = ("、".join(part.label for part in some) for some in (one.departments, one.responsible))
    return printed if printed == answering else f"{printed}（本年：{answering}）"


def _over(sheet: Any, row: int, rows: int, column: int, value: Any, form: Any) -> None:
    """A value over one row or several."""
    if rows > 1:
        sheet.merge_range(row, column, row + rows - 1, column, value, form)
    else:
        sheet.write(row, column, value, form)


def _evidence(book: Any, card: Scorecard, formats: tuple[Any, Any]) -> None:
    head, cell = formats
    sheet = _sheet(book, SHEETS[1], EVIDENCE, f"{card.year} 年佐证材料清单", head)
    at = 2
    for group in card.groups:
        for indicator in group.indicators:
            for one in indicator.requirements:
                for found in _evidence_of(one):
                    for column, text in enumerate((indicator.label, one.text, *found)):
                        sheet.write_string(at, column, text, cell)
                    at += 1


def _sources(book: Any, card: Scorecard, formats: tuple[Any, Any, Any, Any]) -> None:
    """Every number with how many records it is read from, and where they are listed."""
    head, cell, whole, part = formats
    sheet = _sheet(book, SHEETS[2], SOURCES, f"{card.year} 年事实数据与名单（数据截至 {card.as_of}）", head)
    met = {True: "是", False: "否", None: "—"}
    at = 2
    for group in card.groups:
        for indicator in group.indicators:
            for figure in (one for row in indicator.requirements for one in row.figures):
                listed = f"/v1/scorecards/{card.year}/indicators/{indicator.code}/records?figure={figure.code}"
                texts = {0: indicator.label, 1: figure.label, 3: figure.unit, 6: met[figure.is_met]}
                texts |= {8: figure.reading or "", 9: f"见 {'、'.join(figure.parts)}" if figure.parts else listed}
                for column, text in texts.items():
                    sheet.write_string(at, column, text, cell)
                records = None if figure.parts else figure.counted if figure.base is None else figure.base
                is_share = figure.base is not None
                for column, value, form in (
                    (2, figure.counted, whole),
                    (4, figure.share, part),
                    (5, figure.required, part if is_share else whole),
                    (7, records, whole),
                ):
                    _mark(sheet, at, column, value, form)
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
