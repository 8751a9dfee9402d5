"""The three rates 选送率 参训率 结业率, and the person-times that cost points 扣分人次. [A4.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.policy.load import Regulation

PER_PERSON: Final = {
    "short_nomination": "performance.deduction.per_shortfall",
    "missed_training": "performance.deduction.per_shortfall",
    "not_completed": "performance.deduction.per_shortfall",
    "not_eligible": "performance.deduction.per_ineligible",
}
"""Ground of a deduction → the points each person-time costs."""


@dataclass(frozen=True, slots=True)
class UnitPlaces:
    """The places of a unit 名额, and how many nominations came in time 按时选送."""

    unit_id: UUID
    unit_name: str
    places: int
    in_time: int

    @property
    def short(self) -> int:
        """Person-times that were not nominated in time 少报."""
        return max(0, self.places - self.in_time)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the whole: exact parts, the share (None of nothing), the share required, and whether it is met."""

    part: int
    whole: int
    required: Decimal

    @property
    def share(self) -> Decimal | None:
        """The share, in four places."""
        return (Decimal(self.part) / self.whole).quantize(Decimal("0.0001")) if self.whole else None

    @property
    def is_met(self) -> bool:
        """Whether the share is reached; of nothing it is."""
        return self.part >= self.required * self.whole


def nomination_rate(regulation: Regulation, units: Sequence[UnitPlaces], *, on: date) -> Rate:
    """选送率: nominated in time over the places; more than its places helps no unit. [A4.2]"""
    part = sum(min(one.in_time, one.places) for one in units)
    return Rate(part, sum(one.places for one in units), regulation.decimal("projects.nomination_rate_min", on=on))


def attendance_rate(regulation: Regulation, *, attended: int, enrolled: int, on: date) -> Rate:
    """参训率: who came over who was enrolled. [A4.2]"""
    return Rate(attended, enrolled, regulation.decimal("projects.attendance_rate_min", on=on))


def completion_rate(regulation: Regulation, *, completed: int, enrolled: int, on: date) -> Rate:
    """结业率: who completed over who was enrolled. [A4.2]"""
    return Rate(completed, enrolled, regulation.decimal("projects.completion_rate_min", on=on))


def deductions(regulation: Regulation, counts: Mapping[str, int], *, on: date) -> list[dict[str, object]]:
    """Person-times and points of each ground of the code list, in its order. [A4.2] 每人次扣1分"""
    return [
        {
            "ground": one.code,
            "label": one.label,
            "person_times": counts.get(one.code, 0),
            "points": counts.get(one.code, 0) * regulation.decimal(PER_PERSON[one.code], on=on),
        }
        for one in regulation.codes("deduction_grounds")
    ]
