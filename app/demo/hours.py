"""Lines of hours of the demo 学时记录: what teachers did in the complete and in the running school year.

School-based research happens on a school's own weekday, workshops on Saturdays, city and post training on Sundays
and national and provincial courses in the holidays, so that nobody is in two places on one day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from app.demo import topics
from app.demo.draw import Draw, Ids, Weighted
from app.demo.facts import FIRST_YEAR, RUNNING_YEAR, DemoEmployment, DemoHoursLine, DemoOrganisation, DemoTeacher
from app.demo.school_years import term_days

_SATURDAY = 5
_YEARS = (FIRST_YEAR, RUNNING_YEAR)
_FIRST_MONTH = 9
"""The month in which a school year 学年 begins."""
_TARGET_HALVES = 48
"""24 hours of school-based research in halves. [A5.7.1]"""
_REACHES_TARGET = 0.895
_ACTIVITIES_PER_TERM = {FIRST_YEAR: 6, RUNNING_YEAR: 4}
_TAKES_PART_SO_FAR = 0.76
_WORKSHOP_MEMBER = 0.15
_WORKSHOP_DAYS = {FIRST_YEAR: 8, RUNNING_YEAR: 3}
_WORKSHOP_PRESENT = 0.7
_ACTIVITY_HALVES = Weighted([(4, 20), (5, 25), (6, 30), (7, 10), (8, 15)])
_WORKSHOP_HALVES = Weighted([(12, 93), (6, 5), (7, 2)])
_HALVES = tuple(Decimal(halves) / 2 for halves in range(49))
"""Hours by half-hours: Decimal with step 0.5."""


@dataclass(frozen=True, slots=True)
class _Activity:
    """An activity of one day; halves are half-hours."""

    category: str
    title: str
    day: date
    halves: int


@dataclass(frozen=True, slots=True)
class _Course:
    """A course of several days in a row and the share of teachers who attend it."""

    category: str
    starts_on: date
    days: int
    halves: int
    share: float


_COURSES = (
    _Course("city", date(2025, 11, 16), 1, 12, 0.015),
    _Course("post_training", date(2025, 12, 7), 1, 8, 0.10),
    _Course("provincial", date(2026, 2, 9), 3, 12, 0.006),
    _Course("post_training", date(2026, 3, 22), 1, 8, 0.10),
    _Course("city", date(2026, 4, 19), 1, 12, 0.015),
    _Course("national", date(2026, 7, 13), 5, 16, 0.005),
    _Course("provincial", date(2026, 7, 20), 4, 16, 0.006),
    _Course("post_training", date(2026, 10, 18), 1, 8, 0.10),
    _Course("city", date(2026, 11, 8), 1, 12, 0.015),
)
_Row = tuple[date, int, str, _Activity, UUID]


@dataclass(frozen=True, slots=True)
class RegionHours:
    """What the lines of one region are drawn from."""

    region_code: str
    organisations: Sequence[DemoOrganisation]
    teachers: Sequence[DemoTeacher]
    employments: Sequence[DemoEmployment]


def lines(region: RegionHours, ids: Ids) -> Iterator[DemoHoursLine]:
    """Give the lines of a region in order of date, then teacher; each lies in a spell on post."""
    for day, index, category, activity, school_id in sorted(_rows(region), key=_order):
        yield DemoHoursLine(
            id=ids.new(),
            region_code=region.region_code,
            teacher_id=region.teachers[index].id,
            school_id=school_id,
            school_year=day.year if day.month >= _FIRST_MONTH else day.year - 1,
            category=category,
            claimed=_HALVES[activity.halves],
            activity_title=activity.title,
            activity_date=day,
            source="import",
        )


def _order(row: _Row) -> tuple[date, int, str]:
    return row[:3]


def _rows(region: RegionHours) -> list[_Row]:
    draw = Draw(f"{region.region_code}:hours")
    research = {row.id: _research(draw, row) for row in region.organisations if row.kind == "school"}
    workshops = _workshops(draw)
    spells = _spells_on_post(region.employments)
    rows: list[_Row] = []
    for index, teacher in enumerate(region.teachers):
        own = spells.get(teacher.id, [])
        for year in _YEARS:
            rows += _research_rows(draw, index, own, research, year)
        elsewhere = _workshop_activities(draw, workshops, teacher.stage) + _course_activities(draw)
        rows += [
            (activity.day, index, activity.category, activity, spell.school_id)
            for activity in elsewhere
            for spell in own
            if spell.covers(activity.day)
        ]
    return rows


def _spells_on_post(employments: Sequence[DemoEmployment]) -> dict[UUID, list[DemoEmployment]]:
    spells: dict[UUID, list[DemoEmployment]] = {}
    for spell in employments:
        if spell.is_on_post:
            spells.setdefault(spell.teacher_id, []).append(spell)
    return spells


def _research(draw: Draw, school: DemoOrganisation) -> dict[int, list[_Activity]]:
    """Plan a school's research activities of both years, all on its own weekday."""
    weekday = draw.below(5)
    is_kindergarten = school.stages == ("preschool",)
    plan: dict[int, list[_Activity]] = {}
    for year in _YEARS:
        days = [
            day
            for term in term_days(year, weekday)
            for day in sorted(draw.shuffled(term)[: _ACTIVITIES_PER_TERM[year]])
        ]
        plan[year] = [
            _Activity(
                "school_research",
                topics.research_title(draw, is_kindergarten=is_kindergarten),
                day,
                _ACTIVITY_HALVES.pick(draw),
            )
            for day in days
        ]
    return plan


def _research_rows(
    draw: Draw,
    index: int,
    spells: Sequence[DemoEmployment],
    research: dict[UUID, dict[int, list[_Activity]]],
    year: int,
) -> list[_Row]:
    """Draw in which activities of the schools of those days a teacher took part."""
    offered = [
        (activity.day, index, activity.category, activity, spell.school_id)
        for spell in spells
        for activity in research[spell.school_id][year]
        if spell.covers(activity.day)
    ]
    if year == RUNNING_YEAR:
        return [_perhaps_shorter(draw, row) for row in offered if draw.chance(_TAKES_PART_SO_FAR)]
    taken: list[_Row] = []
    total = 0
    reaches = draw.chance(_REACHES_TARGET)
    limit = _TARGET_HALVES + draw.below(7) if reaches else draw.between(8, _TARGET_HALVES - 8)
    for offer in draw.shuffled(offered):
        row = _perhaps_shorter(draw, offer)
        if total >= limit:
            break
        taken.append(row)
        total += row[3].halves
    return taken


def _perhaps_shorter(draw: Draw, row: _Row) -> _Row:
    """Let one in ten leave half an hour or an hour early."""
    if not draw.chance(0.1):
        return row
    day, index, category, activity, school_id = row
    shorter = _Activity(activity.category, activity.title, activity.day, activity.halves - draw.between(1, 2))
    return day, index, category, shorter, school_id


def _workshops(draw: Draw) -> dict[str, list[list[_Activity]]]:
    """Plan the days of every workshop, stage by stage."""
    plan: dict[str, list[list[_Activity]]] = {}
    for stage in ("preschool", "primary", "junior_middle", "senior_middle", "vocational", "special"):
        plan[stage] = []
        for name in topics.workshops(stage):
            days: list[_Activity] = []
            for year in _YEARS:
                saturdays = [day for term in term_days(year, _SATURDAY) for day in term]
                chosen = sorted(draw.shuffled(saturdays)[: _WORKSHOP_DAYS[year]])
                days += [
                    _Activity("workshop", f"{name}第{number}次集中研修", day, 12)
                    for number, day in enumerate(chosen, start=1)
                ]
            plan[stage].append(days)
    return plan


def _workshop_activities(draw: Draw, workshops: dict[str, list[list[_Activity]]], stage: str) -> list[_Activity]:
    """Draw the workshop days of a teacher, mostly whole days of six hours."""
    if not draw.chance(_WORKSHOP_MEMBER):
        return []
    return [
        _Activity(activity.category, activity.title, activity.day, _WORKSHOP_HALVES.pick(draw))
        for activity in draw.pick(workshops[stage])
        if draw.chance(_WORKSHOP_PRESENT)
    ]


def _course_activities(draw: Draw) -> list[_Activity]:
    """Draw the days of the courses a teacher attends."""
    return [
        _Activity(
            course.category, f"{title}（第{offset + 1}天）", course.starts_on + timedelta(days=offset), course.halves
        )
        for course in _COURSES
        if draw.chance(course.share)
        for title in (draw.pick(topics.courses(course.category)),)
        for offset in range(course.days)
    ]
