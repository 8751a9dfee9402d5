"""A record behind a figure as a page: the line of the list, and the facts of the record itself."""

from html import escape

from fastapi.responses import HTMLResponse

from app.api.scorecard.facts import Facts
from app.api.scorecard.frame import Frame
from app.api.scorecard.reads import Record
from app.api.scorecard.templates import RECORD


def record_page(frame: Frame, place: tuple[str, str, str], found: Record, facts: Facts | None) -> HTMLResponse:
    """The page; place: year, indicator and figure it was reached by."""
    year, code, figure = place
    row = found.row
    line = [
        ("指标", found.indicator),
        ("事实数据", found.figure),
        ("姓名", row.teacher_name),
        ("单位", row.organisation_name),
        ("记录", row.label),
        ("日期", row.happened_on and f"{row.happened_on:%Y-%m-%d}"),
        ("数值", row.detail),
        ("是否计入", "计入" if row.is_counted else "未计入"),
    ]
    return frame.page(
        RECORD,
        back=frame.address(f"{year}/indicators/{code}", figure=figure) + "#records",
        origin=f"{escape(found.indicator)} · {escape(found.figure)}",
        year=escape(year),
        title=escape(row.teacher_name or row.label or found.figure),
        facts=defined([(name, str(value)) for name, value in line if value]),
        own=_own(facts),
        footer=f"接口地址 <code>{escape(row.href)}</code>，记录编号 <code>{row.id}</code>"
        if row.href
        else f"记录编号 <code>{row.id}</code>",
    )


def defined(lines: list[tuple[str, str]]) -> str:
    """Names and values as a list."""
    return "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in lines)


def _own(facts: Facts | None) -> str:
    if facts is None:
        return ""
    if facts.refusal:
        return f'<section><h2>{escape(facts.name)}</h2><p class="quiet">{escape(facts.refusal)}</p></section>'
    return f'<section><h2>{escape(facts.name)}</h2><dl class="record">{defined(list(facts.lines))}</dl></section>'
