"""Rules of the organisation tree and the school calendar; pure functions."""

from datetime import date, timedelta
from typing import NamedTuple

from app.organisations.states import PARENT_KINDS, OrganisationKind
from app.policy.finding import Finding, Severity

WEEK = timedelta(days=7)


class WeekSpan(NamedTuple):
    """A calendar week of a term by its number."""

    number: int
    starts_on: date
    ends_on: date


def check_parent(kind: OrganisationKind, parent: OrganisationKind | None) -> list[Finding]:
    """Whether an organisation of a kind may stand under another; a town's schools hang under its 中心校 [A6.1]."""
    allowed = PARENT_KINDS[kind]
    if parent in allowed or (not allowed and parent is None):
        return []
    wanted = "、".join(sorted(allowed)) or "无上级"
    return [
        Finding(
            "organisation.parent",
            Severity.MUST,
            "A6.1",
            f"{kind} 的上级应为：{wanted}；现为 {parent or '无'}。",
            actual=parent,
            required=wanted,
        )
    ]


def weeks(first_day: date, last_day: date) -> list[WeekSpan]:
    """Teaching weeks of a term, Monday to Sunday; week 1 holds the first school day [A5.7.3]."""
    monday = first_day - timedelta(days=first_day.weekday())
    spans = []
    number = 1
    while monday <= last_day:
        spans.append(WeekSpan(number, monday, monday + timedelta(days=6)))
        number, monday = number + 1, monday + WEEK
    return spans


def plan_due_on(first_day: date, *, before_week: int) -> date:
    """Last day to hand in the yearly school plan: the day before that week's Monday [A5.7.3] 开学第二周前.

    first_day: first school day of the year; before_week: the pack's school_research.plan.due_before_week (2).
    """
    week_one = first_day - timedelta(days=first_day.weekday())
    return week_one + WEEK * (before_week - 1) - timedelta(days=1)
