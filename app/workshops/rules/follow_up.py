"""How a workshop stands: its plan, a gathering, and a whole school year. [A6.5c] [A6.6a] [A6.6b] [A6.6c] [A6.R]"""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear

TERM_DAYS_MIN = 15
"""A month counts as term time 在校月 from so many school days on: a week of February or July is none."""


@dataclass(frozen=True, slots=True)
class Year:
    """What happened in a school year: days of activities, who hosted, what came of it.

    held: first days of activities held. hosts: unit -> times hosted; core_units: units of core members.
    terms: first and last days of the two terms. cases: term number -> cases.
    """

    year: SchoolYear
    terms: Sequence[tuple[date, date]]
    held: Sequence[date]
    hosts: Mapping[UUID, int]
    core_units: Mapping[UUID, str]
    forums: int
    cases: Mapping[int, int] = field(default_factory=dict)
    people_led: int = 0
    is_studio: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A month in term time: gatherings, and whether it went by without one."""

    name: str
    activities: int
    is_missed: bool


def months(year: Year, *, today: date) -> list[Month]:
    """The months in term time with their gatherings, in order. [A6.6a] 每月集中研修一次"""
    held = Counter(day.strftime("%Y-%m") for day in year.held)
    days = Counter(
        (first + timedelta(days=step)).strftime("%Y-%m")
        for first, last in year.terms
        for step in range((last - first).days + 1)
    )
    this = today.strftime("%Y-%m")
    return [
        Month(name, held[name], is_missed=name < this and not held[name])
        for name, count in sorted(days.items())
        if count >= TERM_DAYS_MIN
    ]


def check_year(year: Year, regulation: Regulation, *, today: date) -> list[Finding]:
    """What is still missing in a school year; before its end everything is advice. [A6.6a] [A6.6c] [A6.5c] [A4.5]"""
    is_over = today > year.year.last_day
    on = year.year.first_day
    found = [
        _short(rule, clause, what, actual, regulation.whole(param, on=on), is_over=is_over)
        for rule, clause, what, actual, param in (
            ("gatherings", "A6.6a", "集中研修（次）", len(year.held), "workshops.gatherings_yearly_min"),
            ("reading_forums", "A6.6c", "专业阅读论坛（次）", year.forums, "workshops.reading_forums_yearly_min"),
            (
                "cases_first_term",
                "A6.R",
                "上学期教学实践案例（个）",
                year.cases.get(1, 0),
                "workshops.cases_per_term.min",
            ),
            (
                "cases_second_term",
                "A6.R",
                "下学期教学实践案例（个）",
                year.cases.get(2, 0),
                "workshops.cases_per_term.min",
            ),
        )
    ]
    if year.is_studio:
        least = regulation.whole("workshops.led_people_yearly_min", on=on)
        found.append(_short("people_led", "A4.5", "引领教师（名）", year.people_led, least, is_over=is_over))
    missed = [one.name for one in months(year, today=today) if one.is_missed]
    if missed:
        message = f"{'、'.join(missed)} 没有集中研修。"
        found.append(Finding("workshop.months_missed", Severity.ADVISE, "A6.6a", message, len(missed), 0))
    due = [name for unit, name in year.core_units.items() if not year.hosts.get(unit)]
    if due and regulation.flag("workshops.host_rotation_required", on=on):
        message = f"尚未承办活动的核心成员单位：{'、'.join(due)}。"
        hosted = len(year.core_units) - len(due)
        found.append(Finding("workshop.host_rotation", Severity.ADVISE, "A6.5c", message, hosted, len(year.core_units)))
    return [one for one in found if one]


def _short(rule: str, clause: str, what: str, actual: int, least: int, *, is_over: bool) -> Finding | None:
    if actual >= least:
        return None
    severity = Severity.MUST if is_over else Severity.ADVISE
    message = f"学年{what}应不少于 {least}，现为 {actual}。"
    return Finding(f"workshop.{rule}", severity, clause, message, actual, least)


def check_plan(schedule: Sequence[str], year: SchoolYear, regulation: Regulation) -> list[Finding]:
    """A plan has enough gatherings, all in its year; schedule: months such as "2026-10". [A6.6a]"""
    least = regulation.whole("workshops.gatherings_yearly_min", on=year.first_day)
    found = []
    if len(schedule) < least:
        message = f"学年活动方案应安排集中研修不少于 {least} 次，现为 {len(schedule)} 次。"
        found.append(Finding("workshop.plan_gatherings", Severity.MUST, "A6.6a", message, len(schedule), least))
    outside = [name for name in schedule if date(int(name[:4]), int(name[5:]), 1) not in year]
    if outside:
        message = f"{'、'.join(outside)} 不在 {year} 学年内。"
        found.append(Finding("workshop.plan_months", Severity.MUST, "A6.6a", message, outside[0], year.name))
    return found


def check_gathering(lessons: int, *, has_talk: bool, regulation: Regulation, on: date) -> list[Finding]:
    """A gathering has one or two live lessons and a discussion or lecture. [A6.6b]"""
    least, most = (regulation.whole(f"workshops.live_lessons.{end}", on=on) for end in ("min", "max"))
    found = []
    if not least <= lessons <= most:
        message = f"每期活动应有 {least}-{most} 节现场授课，现为 {lessons} 节。"
        found.append(Finding("workshop.live_lessons", Severity.MUST, "A6.6b", message, lessons, f"{least}-{most}"))
    if not has_talk:
        message = "每期活动应有一次议课或讲座。"
        found.append(Finding("workshop.discussion", Severity.MUST, "A6.6b", message, 0, 1))
    return found


def month_span(name: str) -> tuple[date, date]:
    """The first and the last day of a month such as "2026-10"."""
    year, month = int(name[:4]), int(name[5:])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def rate(present: int, expected: int) -> float | None:
    """A share of people present, four digits; None where nobody was expected."""
    return round(min(1.0, present / expected), 4) if expected else None
