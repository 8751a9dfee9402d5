"""A requirement with its facts, marks and evidence, as the card and the indicator's page both show it."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from uuid import UUID

from app.api.scorecard import parts
from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.api.scorecard.parts import STATUSES
from app.core.clock import CHINA
from app.performance.schemas import ScorecardFigure, ScorecardIndicator, ScorecardRequirement

NOBODY: Mapping[UUID, str] = {}


def requirement(
    frame: Frame,
    year: int,
    one: ScorecardIndicator,
    part: ScorecardRequirement,
    *,
    names: Mapping[UUID, str] = NOBODY,
    below: str = "",
) -> str:
    """A row of the printed table; names: who acted; below: what can be done with it."""
    status = str(part.row.status) if part.row else "open"
    who = "、".join(department.label for department in part.responsible)
    figures = "\n".join(
        f'<li class="{parts.mood(figure)}">{_linked(frame, year, one, figure)}<b>{parts.value(figure)}</b>'
        f"<span>{parts.demand(figure)}</span></li>"
        for figure in part.figures
    )
    facts = f'<ul class="facts">{figures}</ul>' if figures else ""
    return (
        f'<section class="row" id="{escape(part.code)}"><p class="text">{escape(part.text)}</p>'
        f'<p class="who"><span class="chip {status}">{STATUSES[status]}</span> {escape(who)}'
        f" <small>{escape(part.reference)}</small></p>"
        f"{facts}{_said(part, names)}{_evidence(frame, year, part)}{below}</section>"
    )


def _said(part: ScorecardRequirement, names: Mapping[UUID, str]) -> str:
    """What the department says, what it was given, why it was sent back; by whom and when where names are known."""
    row, said = part.row, ""
    if row is None:
        return said
    if row.points is not None:
        by = _by(names, row.assessed_by, row.assessed_at)
        said += f'<p class="note"><b>自评 {number(float(row.points))} 分：</b>{escape(row.note or "")}{by}</p>'
    if row.scored_points is not None:
        note = f"：{row.score_note}" if row.score_note else ""
        by = _by(names, row.scored_by, row.scored_at)
        said += f'<p class="note"><b>评定 {number(float(row.scored_points))} 分</b>{escape(note)}{by}</p>'
    if row.returned_reason:
        said += f'<p class="refusal">退回：{escape(row.returned_reason)}{_by(names, row.returned_by, None)}</p>'
    return said


def _by(names: Mapping[UUID, str], who: UUID | None, at: datetime | None) -> str:
    name = names.get(who, "") if who else ""
    day = f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at and names is not NOBODY else ""
    by = " ".join(one for one in (escape(name), day) if one)
    return f" <small>（{by}）</small>" if by else ""


def _evidence(frame: Frame, year: int, part: ScorecardRequirement) -> str:
    files = [
        f"<li>{escape(file.name)}（已隐藏）</li>"
        if file.is_hidden
        else f'<li><a href="{frame.address(f"{year}/files/{file.id}")}">{escape(file.name)}</a></li>'
        for file in part.evidence
    ]
    links = [
        f'<li><a href="{escape(link.url)}" rel="noreferrer noopener">{escape(link.label)}</a></li>'
        for link in (part.row.links if part.row else [])
    ]
    return f'<ul class="evidence">{"".join(files + links)}</ul>' if files or links else ""


def _linked(frame: Frame, year: int, one: ScorecardIndicator, figure: ScorecardFigure) -> str:
    label = escape(figure.label)
    return label if figure.parts else f'<a href="{parts.drill(frame, year, one.code, figure)}">{label}</a>'
