"""Which entries exceed a cap once two records are one person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.hours.rules.crediting import ZERO, CategoryPolicy, Credit, Used, credit


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that stands: not a reversal, and not reversed."""

    school_year: int
    category: str
    activity_date: date
    claimed: Decimal
    credited: Decimal


def over_caps(
    entries: Sequence[Standing], policies: Mapping[tuple[str, date], CategoryPolicy]
) -> list[tuple[int, Credit]]:
    """Entries (n,) in the order they were posted -> (place, what it may keep) of each that keeps less. [A6.13c]

    policies: (category, day) -> figures; an entry without is left alone. No entry gains hours.
    """
    days: dict[tuple[str, date], Decimal] = {}
    years: dict[tuple[int, str], Decimal] = {}
    less = []
    for place, one in enumerate(entries):
        day, year = (one.category, one.activity_date), (one.school_year, one.category)
        kept = one.credited
        if policy := policies.get(day):
            given = credit(one.claimed, Used(days.get(day, ZERO), years.get(year, ZERO)), policy)
            if given.credited < one.credited:
                kept = given.credited
                less.append((place, given))
        days[day] = days.get(day, ZERO) + kept
        years[year] = years.get(year, ZERO) + kept
    return less
