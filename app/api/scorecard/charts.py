"""Charts of the scorecard as inline SVG: no script, no colours of their own, numbers beside every bar."""

from collections.abc import Sequence
from html import escape
from math import pi

from app.performance.schemas import ScorecardFigure, ScorecardPoints

RADIUS = 54
BAR = 320


def ring(sums: ScorecardPoints) -> str:
    """The whole as a ring: decided, self-assessed and not yet decided, still open."""
    total = float(sums.points) or 1.0
    decided = float(sums.decided)
    waiting = max(0.0, total - float(sums.open) - decided)
    around = 2 * pi * RADIUS
    arcs, gone = [], 0.0
    for name, value in (("decided", decided), ("waiting", waiting)):
        length = around * value / total
        arcs.append(
            f'<circle class="arc {name}" cx="70" cy="70" r="{RADIUS}" fill="none" stroke-width="16"'
            f' stroke-dasharray="{length:.2f} {around:.2f}" stroke-dashoffset="{-gone:.2f}"'
            ' transform="rotate(-90 70 70)"/>'
        )
        gone += length
    told = number(total - float(sums.open))
    return (
        f'<svg class="ring" viewBox="0 0 140 140" role="img" aria-label="合计 {told} 分，满分 {number(total)} 分">'
        f'<circle class="arc rest" cx="70" cy="70" r="{RADIUS}" fill="none" stroke-width="16"/>{"".join(arcs)}'
        f'<text class="big" x="70" y="74" text-anchor="middle">{told}</text>'
        f'<text class="small" x="70" y="94" text-anchor="middle">满分 {number(total)}</text></svg>'
    )


def stack(sums: ScorecardPoints, label: str) -> str:
    """A part as one bar: decided, waiting, open."""
    total = float(sums.points) or 1.0
    decided = float(sums.decided)
    waiting = max(0.0, total - float(sums.open) - decided)
    parts, at = [], 0.0
    for name, value in (("decided", decided), ("waiting", waiting), ("rest", total - decided - waiting)):
        width = BAR * value / total
        parts.append(f'<rect class="{name}" x="{at:.1f}" y="0" width="{width:.1f}" height="14"/>')
        at += width
    told = f"{label}：评定 {number(decided)}，待评 {number(waiting)}，满分 {number(total)}"
    return _bar("".join(parts), told)


def cost(value: float, most: float, label: str) -> str:
    """A bar of points still open, against the dearest."""
    width = BAR * value / most if most else 0
    return _bar(
        f'<rect class="cost" x="0" y="0" width="{width:.1f}" height="14"/>', f"{label}：尚差 {number(value)} 分"
    )


def meter(figure: ScorecardFigure) -> str:
    """A figure against what is required; nothing where the text asks for nothing."""
    if figure.required is None or figure.measure == "deduction":
        return ""
    have = figure.share if figure.base is not None else figure.counted
    if have is None or not figure.required:
        return ""
    most = max(float(have), figure.required)
    width, mark = BAR * float(have) / most, BAR * figure.required / most
    mood = "met" if figure.is_met else "missed"
    inner = (
        f'<rect class="{mood}" x="0" y="3" width="{width:.1f}" height="8"/>'
        f'<line class="mark" x1="{mark:.1f}" x2="{mark:.1f}" y1="0" y2="14"/>'
    )
    return _bar(inner, f"{figure.label}：{'达到' if figure.is_met else '未达到'}要求")


def history(years: Sequence[tuple[int, float, float, float | None]]) -> str:
    """Years side by side: self-assessed and decided as they stand, the frozen total as a line above."""
    step, height = 96, 120
    parts = []
    for at, (year, assessed, decided, frozen) in enumerate(years):
        left = at * step + 16
        for place, (name, value) in enumerate((("waiting", assessed), ("decided", decided))):
            tall = height * value / 100
            x = left + place * 26
            parts.append(f'<rect class="{name}" x="{x}" y="{height - tall + 16:.1f}" width="22" height="{tall:.1f}"/>')
            parts.append(
                f'<text class="small" x="{x + 11}" y="{height - tall + 12:.1f}" text-anchor="middle">'
                f"{number(value)}</text>"
            )
        if frozen is not None:
            y = height - height * frozen / 100 + 16
            parts.append(f'<line class="mark" x1="{left - 5}" x2="{left + 53}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="year" x="{left + 24}" y="{height + 34}" text-anchor="middle">{year}</text>')
    width = max(1, len(years)) * step
    told = "；".join(f"{year} 年自评 {number(a)}、评定 {number(d)}" for year, a, d, _ in years)
    return (
        f'<svg class="history" viewBox="0 0 {width} {height + 44}" width="{width}" role="img"'
        f' aria-label="{escape(told)}"><line class="axis" x1="0" x2="{width}" y1="{height + 16}" y2="{height + 16}"/>'
        f"{''.join(parts)}</svg>"
    )


def number(value: float) -> str:
    """Points without a useless zero behind the point."""
    return f"{value:g}"


def _bar(inner: str, label: str) -> str:
    return (
        f'<svg class="bar-chart" viewBox="0 0 {BAR} 14" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}"><rect class="ground" x="0" y="0" width="{BAR}" height="14"/>{inner}</svg>'
    )
