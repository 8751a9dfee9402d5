"""Rules of the hours ledger; pure functions over the pack's figures. [A5.7.1] [A6.13c]"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from app.hours.states import HoursCategory
from app.policy.finding import Finding, Severity
from app.policy.load import NoPolicyYet, Regulation
from app.policy.school_year import SchoolYear

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CategoryPolicy:
    """The figures of a category on a day, in hours, each with its clause: yearly target and cap, limit of a day.

    line_max: what a line of any category may claim for one day.
    """

    category: HoursCategory
    label: str
    target: Decimal | None
    cap: Decimal | None
    per_day: Decimal | None
    line_max: Decimal
    target_clause: str | None = None
    cap_clause: str | None = None
    per_day_clause: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What a line claims, and what is known of the teacher on that day.

    school_year: the year the client named, None if it named none. is_employed, is_on_post: on the activity day.
    """

    category: HoursCategory
    claimed: Decimal
    activity_date: date
    school_year: SchoolYear | None
    is_employed: bool
    is_on_post: bool


@dataclass(frozen=True, slots=True)
class Used:
    """Hours already credited to the teacher in the category: on the activity day, and in the school year."""

    day: Decimal = ZERO
    year: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Credit:
    """What a line is credited, and the findings that say why it is less than claimed."""

    credited: Decimal
    findings: tuple[Finding, ...]


@lru_cache(maxsize=2_000)
def category_policy(regulation: Regulation, category: HoursCategory, *, on: date) -> CategoryPolicy:
    """The figures in force on a day; raises NoPolicyYet before the regulation."""
    code = regulation.codes("hours_categories").get(category)

    def figure(name: str) -> tuple[Decimal | None, str | None]:
        parameter = code.facts.get(name)
        if not parameter:
            return None, None
        return regulation.decimal(str(parameter), on=on), regulation.rule(str(parameter), on=on).clause

    target, target_clause = figure("target_param")
    cap, cap_clause = figure("cap_param")
    per_day, per_day_clause = figure("per_day_param")
    line_max = regulation.decimal("hours.line_per_day_max", on=on)
    return CategoryPolicy(
        category, code.label, target, cap, per_day, line_max, target_clause, cap_clause, per_day_clause
    )


def check_line(line: Line, policy: CategoryPolicy, *, today: date) -> list[Finding]:
    """What is to be said of a line by itself: its hours, its day, the teacher's post on that day. [A6.13c] [A5.2]

    A `must` refuses the line, advice is kept with the entry; the finding's code says which field it is about.
    """
    findings = []
    if line.claimed > policy.line_max:
        message = f"一天最多 {policy.line_max:f} 学时，填报 {line.claimed:f}。"
        findings.append(_must("hours.line_per_day_max", None, message, line.claimed, policy.line_max))
    if policy.per_day is not None and line.claimed > policy.per_day:
        message = f"{policy.label}每天按 {policy.per_day:f} 学时计算，填报 {line.claimed:f}。"
        findings.append(_must("hours.per_day", policy.per_day_clause, message, line.claimed, policy.per_day))
    if line.activity_date > today:
        message = f"活动日期 {line.activity_date} 晚于今天 {today}。"
        findings.append(_must("hours.future", None, message, line.activity_date, today))
    if line.school_year and line.activity_date not in line.school_year:
        message = f"活动日期 {line.activity_date} 不在 {line.school_year} 学年内。"
        findings.append(_must("hours.outside_school_year", None, message, line.activity_date, line.school_year.name))
    if not line.is_employed:
        message = f"该教师 {line.activity_date} 不在本区域任职。"
        findings.append(_must("hours.not_employed", "A5.2", message, line.activity_date, None))
    elif not line.is_on_post:
        message = f"该教师 {line.activity_date} 不在岗。"
        findings.append(_must("hours.not_on_post", "A5.2", message, line.activity_date, None))
    return findings


def check_policy(regulation: Regulation, category: HoursCategory, *, on: date) -> CategoryPolicy | Finding:
    """The figures of the day, or the finding that there were none yet."""
    try:
        return category_policy(regulation, category, on=on)
    except NoPolicyYet as silent:
        return _must("hours.no_policy", None, f"{silent}。", on, None)


def credit(claimed: Decimal, used: Used, policy: CategoryPolicy) -> Credit:
    """Credit up to the limits of the day and the year; what exceeds them stays claimed and is shown. [A6.13c]"""
    room_of_day = claimed if policy.per_day is None else max(ZERO, policy.per_day - used.day)
    room_of_year = claimed if policy.cap is None else max(ZERO, policy.cap - used.year)
    credited = min(claimed, room_of_day, room_of_year)
    findings = []
    if room_of_day < claimed and policy.per_day is not None:
        message = (
            f"{policy.label}每天按 {policy.per_day:f} 学时计算，当天已计 {used.day:f}，"
            f"本次填报 {claimed:f}，计入 {credited:f}。"
        )
        findings.append(
            _advise("hours.daily_limit", policy.per_day_clause, message, used.day + claimed, policy.per_day)
        )
    if room_of_year < claimed and policy.cap is not None:
        message = (
            f"{policy.label}每学年计 {policy.cap:f} 学时以内，已计 {used.year:f}，"
            f"本次填报 {claimed:f}，计入 {credited:f}。"
        )
        findings.append(_advise("hours.yearly_cap", policy.cap_clause, message, used.year + claimed, policy.cap))
    return Credit(credited, tuple(findings))


def credit_in_order(
    lines: Iterable[tuple[date, Decimal]], used_year: Decimal, used_days: dict[date, Decimal], policy: CategoryPolicy
) -> list[Credit]:
    """Credit the lines of one teacher, year and category one after the other, in the order given."""
    days = dict(used_days)
    credits_ = []
    for day, claimed in lines:
        given = credit(claimed, Used(days.get(day, ZERO), used_year), policy)
        days[day] = days.get(day, ZERO) + given.credited
        used_year += given.credited
        credits_.append(given)
    return credits_


def line_key(teacher_id: UUID, day: date, category: str, title: str, session: str | None) -> str:
    """The key of a line that brought none: the same teacher, day, category, title and session is the same line."""
    content = "\x1f".join((str(teacher_id), day.isoformat(), category, title, session or ""))
    return f"line:{hashlib.sha256(content.encode()).hexdigest()}"


def external_line_key(source: str, external_key: str) -> str:
    """The key of a line that brought its own, unique per source."""
    return f"{source}:{external_key}"


def _must(rule: str, clause: str | None, message: str, actual: object, required: object) -> Finding:
    return Finding(rule, Severity.MUST, clause, message, actual, required)  # type: ignore[arg-type]  # scalars only


def _advise(rule: str, clause: str | None, message: str, actual: object, required: object) -> Finding:
    return Finding(rule, Severity.ADVISE, clause, message, actual, required)  # type: ignore[arg-type]  # scalars only
