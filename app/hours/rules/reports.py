"""Pure rules of the reports: weeks of a school year, what a cycle asks for by a day, bands of the national form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from app.policy.school_year import SchoolYear

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week (Monday to Sunday) of a school year; week 1 is the one of 1 September."""

    number: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Band:
    """A band of hours 学时段 in whole hours: from `lower` on, to `upper` (None: without end)."""

    lower: int
    upper: int | None

    @property
    def label(self) -> str:
        """As the form prints it."""
        if self.lower == 0:
            return f"{self.upper}学时及以下"
        return f"{self.lower}学时及以上" if self.upper is None else f"{self.lower}-{self.upper}学时"


def first_monday(year: SchoolYear) -> date:
    """The Monday that week 1 of a school year begins with; it may lie in August."""
    return year.first_day - timedelta(days=year.first_day.weekday())


def weeks(year: SchoolYear, until: date) -> list[Week]:
    """The weeks of a school year up to the one that holds `until`; none before the year begins."""
    last = min(until, year.last_day)
    start, found = first_monday(year), list[Week]()
    while last >= year.first_day and start <= last:
        found.append(Week(len(found) + 1, start, start + _WEEK - timedelta(days=1)))
        start += _WEEK
    return found


def running_sums(counts: Sequence[int]) -> list[int]:
    """Counts per week -> counts up to and with each week."""
    total, sums = 0, list[int]()
    for count in counts:
        total += count
        sums.append(total)
    return sums


def cycle_expected(total: Decimal, first: SchoolYear, last: SchoolYear, *, on: date) -> Decimal:
    """Hours a teacher on track has by a day: the total spread evenly over the days, in whole halves rounded down."""
    days = (last.last_day - first.first_day).days + 1
    gone = min(max((on - first.first_day).days + 1, 0), days)
    return (total * gone / days * 2).to_integral_value(ROUND_DOWN) / 2


def bands(uppers: Sequence[Decimal]) -> list[Band]:
    """The bands of the national form from their upper bounds; hours count whole, so 36.5 is not yet 37."""
    lowers = [0, *(int(upper) + 1 for upper in uppers)]
    return [
        Band(lower, int(upper) if upper is not None else None)
        for lower, upper in zip(lowers, [*uppers, None], strict=True)
    ]
