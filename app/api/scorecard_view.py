"""What the pages of the scorecard say 绩效评级页面; every text from the database is escaped here."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from itertools import groupby
from string import Template
from typing import Any
from urllib.parse import quote

from fastapi.responses import HTMLResponse

from app.api import docs
from app.api import scorecard_charts as charts
from app.api.scorecard_charts import number
from app.api.scorecard_templates import BAR, CARD, INDICATOR, REFUSED, SIGN_IN
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.errors import ShixunError
from app.core.pages import Page
from app.performance.schemas import (
    Scorecard,
    ScorecardFigure,
    ScorecardGroup,
    ScorecardIndicator,
    ScorecardRequirement,
    ScorecardSnapshot,
)
from app.performance.states import FIRST_YEAR

Form = Callable[[str], HTMLResponse]
STATUSES = {"open": "待自评", "assessed": "待评分", "returned": "已退回", "scored": "已评分"}
ACTS = {"assess": "待自评", "assess_again": "退回待重评", "score": "待评分"}
YEARS_SHOWN = 6


def sign_in_page(root: str, form: str, told: str, *, status: int, is_demo: bool) -> HTMLResponse:
    """The form to sign in with."""
    hint = f'<p class="refusal" role="alert">{escape(told)}</p>' if told else ""
    demo = f'<p class="quiet">演示库：账号 bureau，密码 {docs.DEMO_PASSWORD}</p>' if is_demo else ""
    return _page(SIGN_IN, root, status=status, form=escape(form), hint=hint, demo=demo)


def refused_page(root: str, refusal: ShixunError, form: str, *, is_outside: bool) -> HTMLResponse:
    """What is refused and why."""
    title = "没有查看绩效评级的权限" if is_outside else escape(refusal.title)
    bar = _bar(root, "绩效评级", form)
    return _page(REFUSED, root, status=refusal.status, bar=bar, title=title, detail=escape(refusal.detail))


def card_page(root: str, card: Scorecard, years: Sequence[AnyRow], form: str, *, today: date) -> HTMLResponse:
    """The whole card of a year."""
    return _page(
        CARD,
        root,
        bar=_bar(root, "绩效评级", form),
        label=escape(card.label),
        year=str(card.year),
        years=_years(root, card.year, today.year),
        as_of=f"{card.as_of:%Y-%m-%d}",
        ring=charts.ring(card.sums),
        totals=_totals(card),
        frozen=_frozen(card.frozen),
        parts="\n".join(_part(group) for group in card.groups),
        costliest=_costliest(root, card),
        owed=_owed(root, card),
        figures=_figures(root, card),
        history=_history(years),
        table="\n".join(_group(root, card.year, group) for group in card.groups),
        policy=escape(card.policy_version),
    )


def indicator_page(
    root: str,
    year: int,
    one: ScorecardIndicator,
    listed: tuple[str | None, Page[AnyRow] | None],
    form: str,
) -> HTMLResponse:
    """One second-level indicator, and the people and records behind one of its figures."""
    chosen, found = listed
    base = f"{root}/scorecard/{year}/indicators/{quote(one.code)}"
    figures = [number for part in one.requirements for number in part.figures]
    tabs = "\n".join(_tab(base, figure, is_chosen=figure.code == chosen) for figure in figures if not figure.parts)
    more = ""
    if found and found.next_cursor and chosen:
        link = f"{base}?figure={quote(chosen)}&cursor={quote(found.next_cursor)}"
        more = f'<p><a class="more" href="{escape(link)}">下一页</a></p>'
    return _page(
        INDICATOR,
        root,
        bar=_bar(root, "绩效评级", form),
        back=f"{root}/scorecard/{year}",
        year=str(year),
        label=escape(one.label),
        stack=charts.stack(one.sums, one.label),
        marks=_marks(one),
        requirements="\n".join(_requirement(root, year, one, part) for part in one.requirements),
        tabs=f'<nav class="tabs">{tabs}</nav>' if tabs else "",
        records=_records(found),
        more=more,
    )


def _page(template: Template, root: str, *, status: int = 200, **parts: str) -> HTMLResponse:
    filled: dict[str, Any] = {**parts, "has_form": True, "status": status}
    return docs.page_of(template, root, **filled)


def _bar(root: str, title: str, form: str) -> str:
    return BAR.substitute(root=escape(root), title=title, form=escape(form))


def _years(root: str, shown: int, this_year: int) -> str:
    links = []
    for year in range(this_year, max(FIRST_YEAR, this_year - YEARS_SHOWN + 1) - 1, -1):
        current = ' aria-current="page"' if year == shown else ""
        links.append(f'<a href="{escape(root)}/scorecard/{year}"{current}>{year}</a>')
    return "\n".join(links)


def _totals(card: Scorecard) -> str:
    sums = card.sums
    implied = "—" if sums.implied is None else f"{number(float(sums.implied))}／{number(float(card.implied_of))}"
    waiting = float(sums.points) - float(sums.open) - float(sums.decided)
    rows = (
        ("评定分", number(float(sums.decided)), "decided"),
        ("自评待评定", number(waiting), "waiting"),
        ("尚未取得", number(float(sums.open)), "rest"),
        ("自评合计", number(float(sums.self_assessed)), ""),
        ("可由事实推算", implied, ""),
        ("待办", f"{len({(one.requirement, one.act) for one in card.owed})} 项", ""),
    )
    return "\n".join(
        f"<div><dt>{f'<i class={chr(34)}key {mood}{chr(34)}></i>' if mood else ''}{name}</dt><dd>{value}</dd></div>"
        for name, value, mood in rows
    )


def _frozen(frozen: ScorecardSnapshot | None) -> str:
    if frozen is None:
        return '<p class="frozen none">本年尚未冻结上报。</p>'
    day = f"{frozen.created_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    reason = f"，理由：{escape(frozen.reason)}" if frozen.reason else ""
    return (
        f'<p class="frozen">第 {frozen.number} 次冻结于 {day}{reason}；评定 {number(float(frozen.decided))} 分，'
        f"自评 {number(float(frozen.self_assessed))} 分。<code>{escape(frozen.sha256[:16])}…</code></p>"
    )


def _part(group: ScorecardGroup) -> str:
    sums = group.sums
    told = f"{number(float(sums.points) - float(sums.open))}／{number(float(sums.points))}"
    return (
        f'<li><a href="#{escape(group.code)}">{escape(group.label)}</a>{charts.stack(sums, group.label)}'
        f'<b class="figure">{told}</b></li>'
    )


def _costliest(root: str, card: Scorecard) -> str:
    if not card.costliest:
        return '<p class="quiet">各项分数已全部取得。</p>'
    most = max(float(one.open) for one in card.costliest)
    rows = "\n".join(
        f'<li><a href="{_drill(root, card.year, one.indicator)}">{escape(one.label)}</a>'
        f"{charts.cost(float(one.open), most, one.label)}"
        f'<b class="figure">{number(float(one.open))}／{number(float(one.points))}</b></li>'
        for one in card.costliest
    )
    return f'<ol class="bars">{rows}</ol>'


def _owed(root: str, card: Scorecard) -> str:
    if not card.owed:
        return '<p class="quiet">没有待办。</p>'
    rows = []
    ordered = sorted(card.owed, key=lambda one: one.department_label)
    for label, group in groupby(ordered, key=lambda one: one.department_label):
        mine = list(group)
        links = "".join(
            f'<li><a href="{_drill(root, card.year, one.indicator)}#{escape(one.requirement)}">'
            f'{escape(one.indicator_label)}</a> <span class="chip {escape(one.act)}">{ACTS[one.act]}</span></li>'
            for one in mine
        )
        rows.append(f"<div><h3>{escape(label)} <small>{len(mine)} 项</small></h3><ul>{links}</ul></div>")
    return f'<div class="owed">{"".join(rows)}</div>'


def _figures(root: str, card: Scorecard) -> str:
    found = [
        (one, figure)
        for group in card.groups
        for one in group.indicators
        for part in one.requirements
        for figure in part.figures
        if figure.required is not None
    ]
    return "\n".join(
        f'<li class="{_mood(figure)}"><a href="{_drill(root, card.year, one.code, figure)}">{escape(figure.label)}</a>'
        f"<b>{_value(figure)}</b><span>{_demand(figure)}</span>{charts.meter(figure)}</li>"
        for one, figure in found
    )


def _history(years: Sequence[Any]) -> str:
    shown = [
        (
            one.year,
            float(one.self_assessed),
            float(one.decided),
            None if one.frozen_decided is None else float(one.frozen_decided),
        )
        for one in reversed(years[:YEARS_SHOWN])
    ]
    return charts.history(shown) if shown else '<p class="quiet">还没有历年数据。</p>'


def _group(root: str, year: int, group: ScorecardGroup) -> str:
    told = f"{number(float(group.sums.points))} 分"
    inner = "\n".join(_indicator(root, year, one) for one in group.indicators)
    title = f"<h3>{escape(group.label)} <small>{told}</small></h3>"
    return f'<section class="group" id="{escape(group.code)}">{title}{inner}</section>'


def _indicator(root: str, year: int, one: ScorecardIndicator) -> str:
    rows = "\n".join(_requirement(root, year, one, part) for part in one.requirements)
    link = _drill(root, year, one.code)
    return (
        f'<article><header><h4><a href="{link}">{escape(one.label)}</a> <small>{number(float(one.sums.points))} 分'
        f"</small></h4>{charts.stack(one.sums, one.label)}{_marks(one)}</header>{rows}</article>"
    )


def _marks(one: ScorecardIndicator) -> str:
    sums = one.sums
    implied = "" if sums.implied is None else f"，按人次扣分后 {number(float(sums.implied))}"
    told = f"自评 {number(float(sums.self_assessed))}，评定 {number(float(sums.decided))}{implied}"
    findings = "".join(f'<p class="refusal">{escape(finding.message)}</p>' for finding in one.findings)
    return f'<p class="marks">{told}</p>{findings}'


def _requirement(root: str, year: int, one: ScorecardIndicator, part: ScorecardRequirement) -> str:
    status = str(part.row.status) if part.row else "open"
    who = "、".join(department.label for department in part.responsible)
    figures = "\n".join(
        f'<li class="{_mood(figure)}">{_linked(root, year, one, figure)}<b>{_value(figure)}</b>'
        f"<span>{_demand(figure)}</span></li>"
        for figure in part.figures
    )
    facts = f'<ul class="facts">{figures}</ul>' if figures else ""
    return (
        f'<section class="row" id="{escape(part.code)}"><p class="text">{escape(part.text)}</p>'
        f'<p class="who"><span class="chip {status}">{STATUSES[status]}</span> {escape(who)}'
        f" <small>{escape(part.reference)}</small></p>{facts}{_said(part)}{_evidence(part)}</section>"
    )


def _said(part: ScorecardRequirement) -> str:
    """What the department says, what it was given, and why it was sent back."""
    row, said = part.row, ""
    if row is None:
        return said
    if row.points is not None:
        said += f'<p class="note"><b>自评 {number(float(row.points))} 分：</b>{escape(row.note or "")}</p>'
    if row.scored_points is not None:
        note = f"：{row.score_note}" if row.score_note else ""
        said += f'<p class="note"><b>评定 {number(float(row.scored_points))} 分</b>{escape(note)}</p>'
    if row.returned_reason:
        said += f'<p class="refusal">退回：{escape(row.returned_reason)}</p>'
    return said


def _evidence(part: ScorecardRequirement) -> str:
    files = [f"<li>{escape(file.name)}{'（已隐藏）' if file.is_hidden else ''}</li>" for file in part.evidence]
    links = [
        f'<li><a href="{escape(link.url)}" rel="noreferrer noopener">{escape(link.label)}</a></li>'
        for link in (part.row.links if part.row else [])
    ]
    return f'<ul class="evidence">{"".join(files + links)}</ul>' if files or links else ""


def _linked(root: str, year: int, one: ScorecardIndicator, figure: ScorecardFigure) -> str:
    label = escape(figure.label)
    return label if figure.parts else f'<a href="{_drill(root, year, one.code, figure)}">{label}</a>'


def _drill(root: str, year: int, code: str, figure: ScorecardFigure | None = None) -> str:
    ask = f"?figure={quote(figure.code)}#records" if figure and not figure.parts else ""
    return escape(f"{root}/scorecard/{year}/indicators/{quote(code)}{ask}")


def _mood(figure: ScorecardFigure) -> str:
    return {True: "met", False: "missed", None: "unasked"}[figure.is_met]


def _value(figure: ScorecardFigure) -> str:
    if not figure.base:
        return f"{figure.counted} {escape(figure.unit)}"
    share = "" if figure.share is None else f"（{figure.share:.1%}）"
    return f"{figure.counted}／{figure.base} {escape(figure.unit)}{share}"


def _demand(figure: ScorecardFigure) -> str:
    if figure.required is None:
        return ""
    if figure.base == 0:
        return "尚无可比的数据"
    if figure.measure == "deduction":
        return f"扣 {figure.counted} 人次" if figure.counted else "无扣分"
    least = f"不低于 {figure.required:.0%}" if figure.base is not None else f"不少于 {figure.required:g}"
    least = "须全部达标" if figure.measure == "each" else least
    return f"{least}，还差 {figure.lacks}" if figure.lacks else least


def _tab(base: str, figure: ScorecardFigure, *, is_chosen: bool) -> str:
    current = ' aria-current="page"' if is_chosen else ""
    link = escape(f"{base}?figure={quote(figure.code)}#records")
    return f'<a href="{link}"{current}>{escape(figure.label)} <b>{_value(figure)}</b></a>'


def _records(found: Page[AnyRow] | None) -> str:
    if found is None:
        return '<p class="quiet">这一项没有可以由系统统计的数据，由责任科室自评并附佐证。</p>'
    if not found.items:
        return '<p class="quiet">没有记录。</p>'
    rows = "\n".join(
        "<tr>"
        f'<td data-label="姓名">{escape(one.teacher_name or "—")}</td>'
        f'<td data-label="单位">{escape(one.organisation_name or "—")}</td>'
        f'<td data-label="记录">{escape(one.label or "—")}</td>'
        f'<td data-label="日期">{one.happened_on or "—"}</td>'
        f'<td data-label="数值">{escape(one.detail or "—")}</td>'
        f'<td data-label="计入"><span class="chip {"met" if one.is_counted else "missed"}">'
        f"{'计入' if one.is_counted else '未计入'}</span></td></tr>"
        for one in found.items
    )
    head = "".join(f"<th>{name}</th>" for name in ("姓名", "单位", "记录", "日期", "数值", "计入"))
    return f'<table class="records"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
