"""Pieces that several pages of the scorecard show; every text from the database is escaped here."""

from html import escape

from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.performance.schemas import ScorecardFigure, ScorecardIndicator

STATUSES = {"open": "待自评", "assessed": "待评分", "returned": "已退回", "scored": "已评分"}


def drill(frame: Frame, year: int, code: str, figure: ScorecardFigure | None = None) -> str:
    """The address of an indicator, or of the records behind one of its figures."""
    path = f"{year}/indicators/{code}"
    if figure is None or figure.parts:
        return frame.address(path)
    return frame.address(path, figure=figure.code) + "#records"


def alert(text: str, more: str = "") -> str:
    """What has gone wrong, read out at once; more: markup below it."""
    return f'<div class="notice wrong" role="alert"><p>{escape(text)}</p>{more}</div>'


def told(text: str) -> str:
    """What went well."""
    return f'<p class="notice done" role="status">{escape(text)}</p>' if text else ""


def marks(one: ScorecardIndicator) -> str:
    """The sums of an indicator in words, and what the rules say of it."""
    sums = one.sums
    implied = "" if sums.implied is None else f"，按人次扣分后 {number(float(sums.implied))}"
    said = f"自评 {number(float(sums.self_assessed))}，评定 {number(float(sums.decided))}{implied}"
    findings = "".join(f'<p class="refusal">{escape(finding.message)}</p>' for finding in one.findings)
    return f'<p class="marks">{said}</p>{findings}'


def mood(figure: ScorecardFigure) -> str:
    """Whether a figure does, as a class."""
    return {True: "met", False: "missed", None: "unasked"}[figure.is_met]


def value(figure: ScorecardFigure) -> str:
    """A figure with its base and share."""
    if not figure.base:
        return f"{figure.counted} {escape(figure.unit)}"
    share = "" if figure.share is None else f"（{figure.share:.1%}）"
    return f"{figure.counted}／{figure.base} {escape(figure.unit)}{share}"


def demand(figure: ScorecardFigure) -> str:
    """What is asked of a figure, and what is lacking."""
    if figure.required is None:
        return ""
    if figure.base == 0:
        return "尚无可比的数据"
    if figure.measure == "deduction":
        return f"扣 {figure.counted} 人次" if figure.counted else "无扣分"
    least = f"不低于 {figure.required:.0%}" if figure.base is not None else f"不少于 {figure.required:g}"
    least = "须全部达标" if figure.measure == "each" else least
    return f"{least}，还差 {figure.lacks}" if figure.lacks else least
