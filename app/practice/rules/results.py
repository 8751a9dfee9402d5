"""Points, weights, the list of excellent trainees, and the two shares. [A2.5a] [A2.5b] [A4.5]"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

HUNDRED: Final = 100
"""Per cent: what the weights add up to."""
PARTS: Final = {"training": "参加培训", "school_research": "校本研修", "demonstration": "示范带动"}
"""The three parts of a trainee's result. [A2.5a]"""


def points(regulation: Regulation, given: Mapping[str, Decimal], *, on: date) -> dict[str, Finding]:
    """Points that are not on the scale or not in its steps, by name."""
    full = regulation.decimal("evaluations.full_scale", on=on)
    step = regulation.decimal("evaluations.mark_step", on=on)
    broken = {}
    for name, value in given.items():
        if not 0 <= value <= full or value % step:
            message = f"分数须在 0 至 {full:f} 之间、以 {step:f} 分为步长，现为 {value}"
            broken[name] = Finding("practice.points", Severity.MUST, None, message, value, full)
    return broken


def weights(given: Mapping[str, int]) -> list[Finding]:
    """The three parts weigh a hundred together. [A2.5a]"""
    added = sum(given[part] for part in PARTS)
    if added == HUNDRED:
        return []
    message = f"参加培训、校本研修、示范带动三部分权重合计须为 {HUNDRED}，现为 {added}"
    return [Finding("practice.weights", Severity.MUST, "A2.5a", message, added, HUNDRED)]


def proposal(*, has_transfer: bool, has_leading: bool) -> list[Finding]:
    """What an excellent trainee lacks; advice only, the text leaves the conditions of the award open. [A2.5b]"""
    lacking = {"优秀成果转化实践案例": has_transfer, "引领工作案例": has_leading}
    return [
        Finding("practice.proposal_case", Severity.ADVISE, "A4.5", f"该学员还没有已认定的{label}", 0, 1)
        for label, has in lacking.items()
        if not has
    ]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all have something, against the share that is asked for."""

    count: int
    of: int
    least: Decimal

    @property
    def share(self) -> float | None:
        """The share, None of nobody."""
        return round(self.count / self.of, 4) if self.of else None

    @property
    def is_met(self) -> bool:
        """Whether as many have it as should; 以上 includes the figure. Nobody meets nothing."""
        return self.of > 0 and self.count >= self.least * self.of


def shares(regulation: Regulation, trainees: int, transfer: int, leading: int, *, on: date) -> dict[str, Share]:
    """The shares of trainees with a transfer case and with a leading case. [A4.5] 80%以上参训学员"""
    found = {"transfer": transfer, "leading": leading}
    return {
        name: Share(count, trainees, regulation.decimal(f"performance.{name}_cases_share_min", on=on))
        for name, count in found.items()
    }


def told(found: Mapping[str, Share]) -> dict[str, object]:
    """Shares as answers name them."""
    return {
        key: value
        for name, one in found.items()
        for key, value in (
            (name, one.count),
            (f"{name}_share", one.share),
            (f"{name}_share_min", float(one.least)),
            (f"is_{name}_met", one.is_met),
        )
    }
