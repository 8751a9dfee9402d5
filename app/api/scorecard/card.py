"""The card of a year as a page 绩效评级表; every text from the database is escaped here."""

from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby
from typing import Any

from fastapi.responses import HTMLResponse

from app.api.scorecard import charts, parts
from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.api.scorecard.rows import requirement
from app.api.scorecard.templates import CARD
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.performance.schemas import Scorecard, ScorecardGroup, ScorecardIndicator, ScorecardSnapshot
from app.performance.states import FIRST_YEAR

ACTS = {"assess": "待自评", "assess_again": "退回待重评", "score": "待评分"}
YEARS_SHOWN = 6


def card_page(frame: Frame, card: Scorecard, years: Sequence[AnyRow], today: date) -> HTMLResponse:
    """The whole card of a year."""
    return frame.page(
        CARD,
        label=escape(card.label),
        year=str(card.year),
        years=_years(frame, card.year, today.year),
        as_of=f"{card.as_of:%Y-%m-%d}",
        ring=charts.ring(card.sums),
        totals=_totals(card),
        frozen=_frozen(card.frozen),
        parts="\n".join(_part(group) for group in card.groups),
        costliest=_costliest(frame, card),
        owed=_owed(frame, card),
        figures=_figures(frame, card),
        history=_history(years),
        table="\n".join(_group(frame, card.year, group) for group in card.groups),
        policy=escape(card.policy_version),
        empty=_empty(card),
    )


def _years(frame: Frame, shown: int, this_year: int) -> str:
    links = []
    for year in range(this_year, max(FIRST_YEAR, this_year - YEARS_SHOWN + 1) - 1, -1):
        current = ' aria-current="page"' if year == shown else ""
        links.append(f'<a href="{frame.address(str(year))}"{current}>{year}</a>')
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


def _costliest(frame: Frame, card: Scorecard) -> str:
    if not card.costliest:
        return '<p class="quiet">各项分数已全部取得。</p>'
    most = max(float(one.open) for one in card.costliest)
    rows = "\n".join(
        f'<li><a href="{parts.drill(frame, card.year, one.indicator)}">{escape(one.label)}</a>'
        f"{charts.cost(float(one.open), most, one.label)}"
        f'<b class="figure">{number(float(one.open))}／{number(float(one.points))}</b></li>'
        for one in card.costliest
    )
    return f'<ol class="bars">{rows}</ol>'


def _owed(frame: Frame, card: Scorecard) -> str:
    if not card.owed:
        return '<p class="quiet">没有待办。</p>'
    rows = []
    ordered = sorted(card.owed, key=lambda one: one.department_label)
    for label, group in groupby(ordered, key=lambda one: one.department_label):
        mine = list(group)
        links = "".join(
            f'<li><a href="{parts.drill(frame, card.year, one.indicator)}#{escape(one.requirement)}">'
            f'{escape(one.indicator_label)}</a> <span class="chip {escape(one.act)}">{ACTS[one.act]}</span></li>'
            for one in mine
        )
        rows.append(f"<div><h3>{escape(label)} <small>{len(mine)} 项</small></h3><ul>{links}</ul></div>")
    return f'<div class="owed">{"".join(rows)}</div>'


def _figures(frame: Frame, card: Scorecard) -> str:
    found = [
        (one, figure)
        for group in card.groups
        for one in group.indicators
        for part in one.requirements
        for figure in part.figures
        if figure.required is not None
    ]
    return "\n".join(
        f'<li class="{parts.mood(figure)}">'
        f'<a href="{parts.drill(frame, card.year, one.code, figure)}">{escape(figure.label)}</a>'
        f"<b>{parts.value(figure)}</b><span>{parts.demand(figure)}</span>{charts.meter(figure)}</li>"
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


def _group(frame: Frame, year: int, group: ScorecardGroup) -> str:
    told = f"{number(float(group.sums.points))} 分"
    inner = "\n".join(_indicator(frame, year, one) for one in group.indicators)
    title = f"<h3>{escape(group.label)} <small>{told}</small></h3>"
    return f'<section class="group" id="{escape(group.code)}">{title}{inner}</section>'


def _indicator(frame: Frame, year: int, one: ScorecardIndicator) -> str:
    rows = "\n".join(requirement(frame, year, one, part) for part in one.requirements)
    link = parts.drill(frame, year, one.code)
    return (
        f'<article><header><h4><a href="{link}">{escape(one.label)}</a> <small>{number(float(one.sums.points))} 分'
        f"</small></h4>{charts.stack(one.sums, one.label)}{parts.marks(one)}</header>{rows}</article>"
    )


def _empty(card: Scorecard) -> str:
    """A word for a year in which nobody has done anything yet."""
    rows = [part for group in card.groups for one in group.indicators for part in one.requirements]
    if any(part.row or any(figure.counted for figure in part.figures) for part in rows):
        return ""
    return (
        f'<p class="notice">{card.year} 年还没有任何记录：没有自评、评分，也没有可统计的事实数据。'
        "下表列出全部指标，责任科室可从各指标进入自评。</p>"
    )
