"""Charts as SVG text, for papers and pages: readable in greyscale, with a title and a description of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH_MIN, WIDTH_MAX, WIDTH_DEFAULT = 320, 1600, 800
_ROW, _TOP, _FOOT = 28, 64, 40
_LETTER = 14
_FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, SimSun, sans-serif"
_NAME_LETTERS_MAX = 16
_STYLE = (
    "text{font-size:14px;fill:#111}.small{font-size:12px;fill:#333}.title{font-size:17px;font-weight:bold}"
    ".grid{stroke:#bbb;stroke-width:1}.axis{stroke:#333;stroke-width:1}"
)
_HATCH = (
    '<pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#777" stroke-width="1.5"/>'
    "</pattern>"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, and how many of how many."""

    name: str
    part: int
    whole: int

    @property
    def share(self) -> float:
        """The share, 0 to 1; 0 where there is nobody."""
        return self.part / self.whole if self.whole else 0.0


def bars(found: Sequence[Bar], *, title: str, note: str, width: int) -> str:
    """Horizontal bars: the part reached is solid, the part open is hatched, and each says its figures."""
    longest = max((len(_short(one.name)) for one in found), default=4)
    left, right = longest * _LETTER + 24, 150
    room = max(width - left - right, 60)
    height = _TOP + len(found) * _ROW + _FOOT
    parts = []
    for place, one in enumerate(found):
        top = _TOP + place * _ROW
        solid = round(room * one.share, 1)
        parts.append(
            f'<text x="{left - 8}" y="{top + 17}" text-anchor="end">{escape(_short(one.name))}</text>'
            f'<rect x="{left}" y="{top + 4}" width="{room}" height="18" fill="url(#open)" stroke="#333"/>'
            f'<rect x="{left}" y="{top + 4}" width="{solid}" height="18" fill="#1f4e79" stroke="#333"/>'
            f'<text x="{left + room + 8}" y="{top + 17}">{_percent(one)}（{one.part}/{one.whole}）</text>'
        )
    key = _TOP + len(found) * _ROW + 12
    parts.append(
        f'<rect x="{left}" y="{key}" width="18" height="12" fill="#1f4e79" stroke="#333"/>'
        f'<text class="small" x="{left + 24}" y="{key + 11}">已达标</text>'
        f'<rect x="{left + 90}" y="{key}" width="18" height="12" fill="url(#open)" stroke="#333"/>'
        f'<text class="small" x="{left + 114}" y="{key + 11}">未达标</text>'
    )
    told = "；".join(f"{one.name} {_percent(one)}（{one.part}/{one.whole}）" for one in found) or "没有在岗教师"
    return _whole(width, height, title, note, told, "".join(parts))


def line(shares: Sequence[float], labels: Sequence[str], *, title: str, note: str, width: int) -> str:
    """A line over the weeks with a mark at each; shares 0 to 1, labels (first day of the week) of the same length."""
    left, right, high = 56, 64, 220
    room = width - left - right
    step = room / max(len(shares) - 1, 1)
    spots = [(round(left + place * step, 1), round(_TOP + high * (1 - one), 1)) for place, one in enumerate(shares)]
    parts = []
    for share in (0, 25, 50, 75, 100):
        y = _TOP + high * (1 - share / 100)
        parts.append(
            f'<line class="grid" x1="{left}" x2="{width - right}" y1="{y}" y2="{y}"/>'
            f'<text class="small" x="{left - 8}" y="{y + 4}" text-anchor="end">{share}%</text>'
        )
    every = max(1, -(-len(labels) // max(room // 64, 1)))
    for place, (x, _) in enumerate(spots):
        if place % every == 0:
            label = escape(labels[place])
            parts.append(f'<text class="small" x="{x}" y="{_TOP + high + 20}" text-anchor="middle">{label}</text>')
    points = " ".join(f"{x},{y}" for x, y in spots)
    parts.append(f'<polyline points="{points}" fill="none" stroke="#1f4e79" stroke-width="2.5"/>')
    parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="#fff" stroke="#1f4e79" stroke-width="2"/>' for x, y in spots]
    if spots:
        x, y = spots[-1]
        parts.append(f'<text x="{x + 8}" y="{y + 5}">{shares[-1]:.1%}</text>')
    told = "；".join(f"{label} {share:.1%}" for label, share in zip(labels, shares, strict=True)) or "学年尚未开始"
    return _whole(width, _TOP + high + _FOOT, title, note, told, "".join(parts))


def _whole(width: int, height: int, title: str, note: str, told: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="t d" lang="zh-CN" font-family="{_FONT}">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(told)}</desc>'
        f"<style>{_STYLE}</style><defs>{_HATCH}</defs>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text class="title" x="16" y="28">{escape(title)}</text>'
        f'<text class="small" x="16" y="48">{escape(note)}</text>{body}</svg>'
    )


def _percent(one: Bar) -> str:
    return f"{one.share:.1%}" if one.whole else "—"


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LETTERS_MAX else f"{name[: _NAME_LETTERS_MAX - 1]}…"
