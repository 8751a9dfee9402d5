"""One indicator as a page: its requirements with what can be done, and the people and records behind its figures."""

from dataclasses import dataclass
from html import escape

from fastapi.responses import HTMLResponse

from app.api.scorecard import charts, parts
from app.api.scorecard.attempt import Attempt, Desk, told
from app.api.scorecard.forms import forms
from app.api.scorecard.frame import Frame
from app.api.scorecard.rows import requirement
from app.api.scorecard.templates import INDICATOR
from app.core.db import AnyRow
from app.core.errors import Stale
from app.core.pages import Page
from app.performance.schemas import ScorecardFigure, ScorecardIndicator, ScorecardRequirement

COUNTED = {"yes": "计入的", "no": "未计入的"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: of a figure, all or only those that count or do not, and from where on."""

    figure: str | None = None
    counted: str | None = None
    cursor: str | None = None

    @property
    def is_counted(self) -> bool | None:
        """None takes all."""
        return {"yes": True, "no": False}.get(self.counted or "")


@dataclass(frozen=True, slots=True)
class Found:
    """An indicator of a year, which of its records are shown, and what the reader may do."""

    year: int
    one: ScorecardIndicator
    wanted: Wanted
    records: Page[AnyRow] | None
    desk: Desk


def indicator_page(frame: Frame, found: Found, attempt: Attempt | None = None) -> HTMLResponse:
    """The page; attempt: what was just tried and did not go through."""
    year, one = found.year, found.one
    shown = "\n".join(
        requirement(frame, year, one, part, names=found.desk.names, below=_below(frame, found, part, attempt))
        for part in one.requirements
    )
    return frame.page(
        INDICATOR,
        status=attempt.refusal.status if attempt else 200,
        back=frame.address(str(year)),
        year=str(year),
        title=escape(one.label),
        origin=f"{year} 年绩效评级",
        alert=_alert(attempt),
        stack=charts.stack(one.sums, one.label),
        marks=parts.marks(one),
        requirements=shown,
        tabs=_tabs(frame, found),
        records=_records(frame, found),
        more=_more(frame, found),
    )


def _below(frame: Frame, found: Found, part: ScorecardRequirement, attempt: Attempt | None) -> str:
    done = parts.told(frame.told) if frame.at == part.code else ""
    changed = ""
    if attempt and attempt.code == part.code and not attempt.refusal.errors:
        changed = parts.alert(attempt.refusal.detail, _changed(part, found.desk, attempt))
    return f"{done}{changed}{forms(frame, found.year, found.one, part, found.desk, attempt)}"


def _alert(attempt: Attempt | None) -> str:
    if attempt is None:
        return ""
    place = f'<p><a href="#{escape(attempt.code)}">到填写的地方</a></p>'
    return told(attempt.refusal, "没有保存。", place)


def _changed(part: ScorecardRequirement, desk: Desk, attempt: Attempt) -> str:
    """What somebody else has done in the meantime."""
    if not isinstance(attempt.refusal, Stale):
        return ""
    if part.row is None:
        return "<p>这一项现在没有记录。您填写的内容仍在下面。</p>"
    row = part.row
    hands = (row.scored_by, row.returned_by, row.assessed_by)
    who = next((desk.names[one] for one in hands if one and one in desk.names), "其他人")
    state = parts.STATUSES[str(row.status)]
    return (
        f"<p>在您打开页面之后，{escape(who)}已办理这一项，现在是“{state}”，内容见上。"
        "您填写的内容仍在下面，核对后可再次提交。</p>"
    )


def _path(found: Found) -> str:
    return f"{found.year}/indicators/{found.one.code}"


def _tabs(frame: Frame, found: Found) -> str:
    figures = [figure for part in found.one.requirements for figure in part.figures if not figure.parts]
    if not figures:
        return ""
    tabs = "\n".join(_tab(frame, found, figure) for figure in figures)
    return f'<nav class="tabs" aria-label="事实数据">{tabs}</nav>{_filter(frame, found)}'


def _tab(frame: Frame, found: Found, figure: ScorecardFigure) -> str:
    current = ' aria-current="page"' if figure.code == found.wanted.figure else ""
    link = frame.address(_path(found), figure=figure.code)
    return f'<a href="{link}#records"{current}>{escape(figure.label)} <b>{parts.value(figure)}</b></a>'


def _filter(frame: Frame, found: Found) -> str:
    links = []
    for value, label in {"": "全部", **COUNTED}.items():
        current = ' aria-current="page"' if value == (found.wanted.counted or "") else ""
        link = frame.address(_path(found), figure=found.wanted.figure, counted=value)
        links.append(f'<a href="{link}#records"{current}>{label}</a>')
    return f'<nav class="tabs filter" aria-label="是否计入">{"".join(links)}</nav>'


def _more(frame: Frame, found: Found) -> str:
    wanted, links = found.wanted, []
    if wanted.cursor:
        links.append((frame.address(_path(found), figure=wanted.figure, counted=wanted.counted), "回到第一页"))
    if found.records and (cursor := found.records.next_cursor):
        link = frame.address(_path(found), figure=wanted.figure, counted=wanted.counted, cursor=cursor)
        links.append((link, "下一页"))
    shown = " ".join(f'<a class="more" href="{link}#records">{label}</a>' for link, label in links)
    return f'<p class="paging">{shown}</p>' if links else ""


def _records(frame: Frame, found: Found) -> str:
    if found.records is None:
        return '<p class="quiet">这一项没有可以由系统统计的数据，由责任科室自评并附佐证。</p>'
    if not found.records.items:
        return '<p class="quiet">没有记录。</p>'
    rows = "\n".join(_record(frame, found, one) for one in found.records.items)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("姓名", "单位", "记录", "日期", "数值", "计入"))
    return f'<table class="records"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _record(frame: Frame, found: Found, one: AnyRow) -> str:
    link = frame.address(f"{_path(found)}/records/{one.id}", figure=found.wanted.figure)
    return (
        "<tr>"
        f'<td data-label="姓名">{escape(one.teacher_name or "—")}</td>'
        f'<td data-label="单位">{escape(one.organisation_name or "—")}</td>'
        f'<td data-label="记录"><a href="{link}">{escape(one.label or "查看记录")}</a></td>'
        f'<td data-label="日期">{one.happened_on or "—"}</td>'
        f'<td data-label="数值">{escape(one.detail or "—")}</td>'
        f'<td data-label="计入"><span class="chip {"met" if one.is_counted else "missed"}">'
        f"{'计入' if one.is_counted else '未计入'}</span></td></tr>"
    )
