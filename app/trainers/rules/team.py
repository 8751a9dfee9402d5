"""The read-out of the team on a day 团队读数; pure functions over its terms. [M3.3] [A7.1] [A4.3]"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.policy.load import Regulation
from app.teachers.rules import completed_years
from app.trainers.rules.terms import Term

MONTHS: Final = 24
AGES: Final = ((0, 34), (35, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 65), (66, 200))


@dataclass(frozen=True, slots=True)
class Member:
    """A term that holds on the day or begins later, and who it is."""

    teacher_id: UUID
    source: str
    stage: str
    subject: str
    term: Term
    birth_date: date
    title: str
    took_part: bool


def read_out(regulation: Regulation, found: Sequence[Member], *, on: date, concentrated: int = 0) -> dict[str, Any]:
    """Head count, coverage, sources, ages, titles, share that took part, and a forecast. [M3.3] [A7.1] [A4.3]

    concentrated: concentrated studies of the school year by that day. [M4.4]
    """
    team = [one for one in found if one.term.holds(on)]
    least = regulation.whole("trainers.team_min", on=on)
    share_min = regulation.decimal("trainers.participation_share_min", on=on)
    took_part = sum(one.took_part for one in team)
    covered, missing = coverage(regulation, team)
    ages = Counter(completed_years(one.birth_date, on) for one in team)
    titles = {one.code: one.label for one in regulation.codes("titles")}
    sources = {one.code: one.label for one in regulation.codes("trainer_sources")}
    return {
        "on": on,
        "people": len(team),
        "people_min": least,
        "is_enough": len(team) >= least,
        "took_part": took_part,
        "share": round(took_part / len(team), 4) if team else None,
        "share_min": float(share_min),
        "is_share_met": bool(team) and took_part >= share_min * len(team),
        "concentrated": concentrated,
        "concentrated_min": regulation.whole("trainers.concentrated_study_yearly_min", on=on),
        "sources": _counted(sources, Counter(one.source for one in team)),
        "titles": [one for one in _counted(titles, Counter(one.title for one in team)) if one["people"]],
        "ages": [
            {
                "code": f"{low}-{high}",
                "label": _band(low, high),
                "people": sum(ages[age] for age in range(low, high + 1)),
            }
            for low, high in AGES
        ],
        "covered": covered,
        "missing": missing,
        "forecast": list(forecast(regulation, found, on=on)),
    }


def coverage(regulation: Regulation, team: Sequence[Member]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Stages x subjects of the code lists that have trainers, and those that have none. [A7.1]

    A subject under another one (English under foreign languages) counts for that one.
    """
    subjects = {one.code: one for one in regulation.codes("subjects")}
    people = Counter((one.stage, root_of(subjects, one.subject)) for one in team)
    covered: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    for stage in regulation.codes("stages"):
        for subject in subjects.values():
            taught = subject.facts.get("stages")
            if subject.parent or not isinstance(taught, tuple | list) or stage.code not in taught:
                continue
            count = people[stage.code, subject.code]
            row = {"stage": stage.code, "subject": subject.code, "people": count, "label": stage.label + subject.label}
            (covered if count else missing).append(row)
    return covered, missing


def forecast(regulation: Regulation, found: Sequence[Member], *, on: date) -> Iterator[dict[str, Any]]:
    """Who leaves in each of the next 24 months, by term or beyond the age of renewal, if nobody is renewed. [A7.5]"""
    most = regulation.whole("trainers.renewal_age_max_years", on=on)
    followed = {(one.teacher_id, one.term.starts_on) for one in found}
    first = on + timedelta(days=1)
    for _ in range(MONTHS):
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        leaving = [
            completed_years(one.birth_date, one.term.until) > most
            for one in found
            if first <= one.term.until < after and (one.teacher_id, one.term.until) not in followed
        ]
        left = sum(one.term.holds(after - timedelta(days=1)) for one in found)
        by_age = sum(leaving)
        yield {"month": f"{first:%Y-%m}", "by_term": len(leaving) - by_age, "by_age": by_age, "people": left}
        first = after


def root_of(subjects: Mapping[str, Any], code: str) -> str:
    """The subject that a subject counts for: English for foreign languages."""
    return (subjects[code].parent or code) if code in subjects else code


def _band(low: int, high: int) -> str:
    if low == 0:
        return f"{high} 周岁以下"
    return f"{low} 周岁以上" if high == AGES[-1][1] else f"{low}至{high} 周岁"


def _counted(labels: Mapping[str, str], people: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"code": code, "label": label, "people": people.get(code, 0)} for code, label in labels.items()]
