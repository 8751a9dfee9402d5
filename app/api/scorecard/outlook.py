"""What-if as a page 假设测算: other counts and marks in, points out; nothing is stored, the address says it all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.context import Context
from app.api import problems
from app.api.scorecard import parts
from app.api.scorecard.attempt import Attempt, Fields, told
from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.api.scorecard.templates import WHAT_IF
from app.core.errors import FieldFault, Invalid, ShixunError
from app.performance import service
from app.performance.schemas import (
    Scorecard,
    ScorecardFigure,
    ScorecardIndicator,
    ScorecardOutlook,
    ScorecardPoints,
    ScorecardRequirement,
    ScorecardWhatIf,
)

COUNT, POINTS = "count.", "points."
TEXT_MAX, ASKED_MAX = 40, 400


@dataclass(frozen=True, slots=True)
class Outlook:
    """A card, what was assumed, and what came of it or why not."""

    card: Scorecard
    values: Mapping[str, str]
    outlook: ScorecardOutlook | None
    refusal: ShixunError | None


@dataclass(frozen=True, slots=True)
class Assumed:
    """The fields that hold something: count.FIGURE and points.REQUIREMENT."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Assumed":
        """The fields of an address."""
        given = [(name, value.strip()[:TEXT_MAX]) for name, value in list(asked.items())[:ASKED_MAX]]
        return cls({name: value for name, value in given if value and name.startswith((COUNT, POINTS))})

    async def outlook(self, ctx: Context, year: int) -> Outlook:
        """What the card would say; faults come back by field."""
        card = await service.get_card(ctx, year)
        counts = [name for name in self.values if name.startswith(COUNT)]
        marks = [name for name in self.values if name.startswith(POINTS)]
        if not self.values:
            return Outlook(card, self.values, None, None)
        asked = {
            "counts": [{"figure": one.removeprefix(COUNT), "counted": self.values[one]} for one in counts],
            "points": [{"requirement": one.removeprefix(POINTS), "points": self.values[one]} for one in marks],
        }
        try:
            outlook = await service.what_if(ctx, year, _given(asked))
        except Invalid as refusal:
            faults = [_named(one, counts, marks) for one in refusal.errors]
            again = Invalid(refusal.code, "有的假设不能用来测算，请改正后再试。", errors=faults)
            return Outlook(card, self.values, None, again)
        return Outlook(card, self.values, outlook, None)


def _given(asked: Mapping[str, object]) -> ScorecardWhatIf:
    try:
        return ScorecardWhatIf.model_validate(asked)
    except ValidationError as error:
        raise problems.invalid(error.errors()) from error


def _named(fault: FieldFault, counts: list[str], marks: list[str]) -> FieldFault:
    """A fault with the name of its field instead of its place in a list."""
    part, _, rest = fault.pointer.lstrip("/").partition("/")
    place, names = rest.partition("/")[0], {"counts": counts, "points": marks}.get(part, [])
    if place.isdigit() and int(place) < len(names):
        return FieldFault(f"/{names[int(place)]}", fault.code, fault.message, fault.params)
    return fault


def what_if_page(frame: Frame, found: Outlook) -> HTMLResponse:
    """The form, and what came of what was assumed."""
    year, refusal = found.card.year, found.refusal
    sent = {name: [value] for name, value in found.values.items()}
    fields = Fields("if", Attempt("", "what-if", sent, refusal) if refusal else None)
    groups = "\n".join(
        f"<fieldset><legend>{escape(one.label)}（{number(float(one.sums.points))} 分）</legend>"
        f"{''.join(_inputs(fields, found.values, one))}</fieldset>"
        for group in found.card.groups
        for one in group.indicators
    )
    return frame.page(
        WHAT_IF,
        status=refusal.status if refusal else 200,
        back=frame.address(str(year)),
        origin=f"{year} 年绩效评级",
        title="假设测算",
        year=str(year),
        alert=told(refusal, "没有测算，") if refusal else "",
        outcome=_outcome(found.outlook) if found.outlook else "",
        action=frame.address(f"{year}/what-if"),
        fields=groups,
    )


def _inputs(fields: Fields, values: Mapping[str, str], one: ScorecardIndicator) -> Iterable[str]:
    for part in one.requirements:
        yield f'<p class="text">{escape(part.text)}</p><div class="inputs">'
        for figure in part.figures:
            if not figure.parts:
                yield _count(fields, values, figure)
        yield f"{_points(fields, values, part)}</div>"


def _count(fields: Fields, values: Mapping[str, str], figure: ScorecardFigure) -> str:
    name = f"{COUNT}{figure.code}"
    label = f"{escape(figure.label)} <small>现 {figure.counted} {escape(figure.unit)}</small>"
    shown = escape(values.get(name, ""))
    return fields.field(name, label, f'<input {{a}} inputmode="numeric" size="7" autocomplete="off" value="{shown}">')


def _points(fields: Fields, values: Mapping[str, str], part: ScorecardRequirement) -> str:
    name, row = f"{POINTS}{part.code}", part.row
    now = "未自评"
    if row and row.scored_points is not None:
        now = f"现评定 {number(float(row.scored_points))} 分"
    elif row and row.points is not None:
        now = f"现自评 {number(float(row.points))} 分"
    shown = escape(values.get(name, ""))
    control = f'<input {{a}} inputmode="decimal" size="7" autocomplete="off" value="{shown}">'
    return fields.field(name, f"得分 <small>{now}</small>", control)


def _outcome(outlook: ScorecardOutlook) -> str:
    sums = "".join(
        f"<tr><th scope=row>{label}</th><td>{_sum(outlook.now, name)}</td><td>{_sum(outlook.then, name)}</td></tr>"
        for name, label in (("implied", "可由事实推算"), ("standing", "取得的分数"), ("open", "尚未取得"))
    )
    changes = "".join(
        f"<li>{escape(one.label)}：{_shift('推算', one.implied_now, one.implied_then)}"
        f"{_shift('取得', one.standing_now, one.standing_then)}</li>"
        for one in outlook.changes
    )
    listed_changes = f"<ul>{changes}</ul>" if changes else '<p class="quiet">各指标的分数没有变化。</p>'
    figures = "".join(
        f'<li class="{parts.mood(one)}">{escape(one.label)}<b>{parts.value(one)}</b>'
        f"<span>{parts.demand(one)}</span></li>"
        for one in outlook.figures
    )
    return (
        '<section id="outcome" class="notice done" role="status"><h2>测算结果</h2><table class="sums"><thead><tr>'
        '<td></td><th scope="col">现在</th><th scope="col">假设</th></tr></thead>'
        f'<tbody>{sums}</tbody></table>{listed_changes}<ul class="facts">{figures}</ul></section>'
    )


def _sum(sums: ScorecardPoints, name: str) -> str:
    value = sums.points - sums.open if name == "standing" else getattr(sums, name)
    return "—" if value is None else f"{number(float(value))} 分"


def _shift(label: str, now: object, then: object) -> str:
    if now == then or now is None or then is None:
        return ""
    return f"{label} {number(float(str(now)))} → {number(float(str(then)))} 分 "
