"""Terms of appointment 任期: three years, half-open, and what one is on a day. [A7.6]"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.trainers.states import AppointmentStanding, AppointmentStatus

LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True, slots=True)
class Term:
    """A term from `starts_on` to the day before `until`; the SQL of the same is queries.appointments.active."""

    starts_on: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether the term holds on a day."""
        return self.starts_on <= day < self.until


def years_later(day: date, years: int) -> date:
    """The anniversary of a day; of 29 February in a common year 1 March, as birthdays are counted."""
    if (day.month, day.day) == LEAP_DAY:
        try:
            return day.replace(year=day.year + years)
        except ValueError:
            return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def term_from(regulation: Regulation, starts_on: date) -> Term:
    """The term of an appointment that begins on a day: to the day before its third anniversary. [A7.6]"""
    return Term(starts_on, years_later(starts_on, regulation.whole("trainers.term_years", on=starts_on)))


def standing(status: AppointmentStatus, term: Term, *, on: date) -> AppointmentStanding:
    """What an appointment is on a day; a dismissal or revocation shows from its day on."""
    if on < term.starts_on and status is AppointmentStatus.APPOINTED:
        return AppointmentStanding.UPCOMING
    if term.holds(on):
        return AppointmentStanding.ACTIVE
    if status is AppointmentStatus.APPOINTED:
        return AppointmentStanding.EXPIRED
    return AppointmentStanding(str(status))


def years_to_assess(starts_on: date, until: date) -> list[SchoolYear]:
    """The school years that end within a term: each is to be assessed before the renewal. [A7.10]"""
    first = SchoolYear.of(starts_on).start
    return [SchoolYear(start) for start in range(first, until.year) if starts_on <= SchoolYear(start).last_day < until]
