"""The school calendar of the demo 校历: two school years, their terms and the days without school."""

from datetime import date, timedelta

from app.demo.draw import Ids
from app.demo.facts import FIRST_YEAR, LAST_DAY, RUNNING_YEAR, DemoSchoolYear

_TERMS = {
    FIRST_YEAR: (date(2025, 9, 1), date(2026, 2, 6), date(2026, 2, 24), date(2026, 7, 3)),
    RUNNING_YEAR: (date(2026, 9, 1), date(2027, 1, 29), date(2027, 2, 22), date(2027, 7, 2)),
}
_HOLIDAYS = (
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
)


def school_years(region_code: str, ids: Ids) -> tuple[DemoSchoolYear, ...]:
    """Build the calendar rows of a region, the complete year first."""
    return tuple(
        DemoSchoolYear(
            id=ids.new(),
            region_code=region_code,
            start_year=start_year,
            name=f"{start_year}-{start_year + 1}",
            term1_starts_on=terms[0],
            term1_ends_on=terms[1],
            term2_starts_on=terms[2],
            term2_ends_on=terms[3],
            is_complete=start_year < RUNNING_YEAR,
        )
        for start_year, terms in _TERMS.items()
    )


def term_days(start_year: int, weekday: int) -> tuple[tuple[date, ...], ...]:
    """List, term by term, the days of one weekday (Monday 0) that are no holidays, none after the last demo day."""
    terms = _TERMS[start_year]
    return tuple(
        tuple(day for day in _days(first, min(last, LAST_DAY)) if day.weekday() == weekday and not _is_holiday(day))
        for first, last in (terms[:2], terms[2:])
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _is_holiday(day: date) -> bool:
    return any(first <= day <= last for first, last in _HOLIDAYS)
