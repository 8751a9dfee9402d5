"""Why a balance is what it is: from claimed to credited, line by line; and whether a target is still in reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.hours.rules.crediting import ZERO, category_policy
from app.hours.states import HoursCategory
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

SCHOOL_DAYS_PER_WEEK = 5
ANY_CATEGORY_PER_DAY = "hours.statistics.per_day_max"
DAILY, YEARLY = "hours.daily_limit", "hours.yearly_cap"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry as the ledger keeps it; findings are those kept with it."""

    id: UUID
    reverses_id: UUID | None
    claimed: Decimal
    credited: Decimal
    findings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """How a line came to its hours: claimed = counted + cut_by_day, counted = credited + cut_by_cap.

    counted: what the limit of its day leaves. balance: hours of the category after this line.
    """

    claimed: Decimal
    counted: Decimal
    cut_by_day: Decimal
    credited: Decimal
    cut_by_cap: Decimal
    balance: Decimal


def steps(lines: Sequence[LedgerLine], *, opening: Decimal = ZERO) -> list[Step]:
    """The steps of one category's lines in the order of the ledger; a reversal takes back each step of its original.

    Nothing is credited anew: the figures are those kept with each entry when it was posted, so the explanation stands
    whatever the regulation says later. opening: hours credited before the first line. [A6.13c]
    """
    counted: dict[UUID, Decimal] = {}
    balance = opening
    found = []
    for line in lines:
        original = counted.get(line.reverses_id) if line.reverses_id else None
        if original is None:
            original = abs(line.credited) if line.reverses_id else _counted_of_day(line)
        counted[line.id] = original
        hours = -original if line.reverses_id else original
        balance += line.credited
        found.append(Step(line.claimed, hours, line.claimed - hours, line.credited, hours - line.credited, balance))
    return found


def _counted_of_day(line: LedgerLine) -> Decimal:
    """What the limit of the day left of a line: its finding says by how much the day was over."""
    for finding in line.findings:
        if finding["rule"] == DAILY:
            over = Decimal(str(finding["actual"])) - Decimal(str(finding["required"]))
            return min(line.claimed, max(line.credited, line.claimed - over))
    return line.claimed


def applied_params(regulation: Regulation, category: HoursCategory, findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """The figures of the pack that cut a line, by the findings kept with it."""
    facts = regulation.codes("hours_categories").get(category).facts
    named = {DAILY: facts.get("per_day_param"), YEARLY: facts.get("cap_param")}
    return [str(named[one["rule"]]) for one in findings if named.get(one["rule"])]


def category_params(regulation: Regulation, category: HoursCategory) -> list[str]:
    """The figures of the pack that bind a category: its target, cap and limit of a day, where it has them."""
    facts = regulation.codes("hours_categories").get(category).facts
    return [str(facts[name]) for name in ("target_param", "cap_param", "per_day_param") if facts.get(name)]


def weeks_left(terms: Sequence[tuple[date, date]], today: date) -> int:
    """Teaching weeks (Monday to Sunday) of the terms that still have a day to come, the present one counted in.

    terms: first and last school day of each. A week that two terms share counts once.
    """
    mondays = set()
    for first, last in terms:
        day = max(first, today)
        monday = day - timedelta(days=day.weekday())
        while day <= last and monday <= last:
            mondays.add(monday)
            monday += timedelta(days=7)
    return len(mondays)


def check_reach(
    regulation: Regulation, category: HoursCategory, credited: Decimal, *, weeks: int, on: date
) -> Finding | None:
    """Advice when a yearly target can no longer be met in the weeks left. [A5.7.1]

    weeks: see `weeks_left`. Reading: the text sets a floor of hours a year and no pace, so "can no longer" is taken
    widely: five school days in each week left, holidays not counted out, each with as many hours as the category's
    own limit of a day, or where it has none (校本研修) as the limit of the statistics (教育事业统计口径, 8 a day).
    """
    policy = category_policy(regulation, category, on=on)
    if policy.target is None or credited >= policy.target:
        return None
    per_day = policy.per_day or regulation.decimal(ANY_CATEGORY_PER_DAY, on=on)
    reachable = credited + weeks * SCHOOL_DAYS_PER_WEEK * per_day
    if reachable >= policy.target:
        return None
    message = (
        f"{policy.label}每学年应达 {policy.target:f} 学时，已计 {credited:f}；本学年还剩 {weeks} 个教学周，"
        f"按每周 {SCHOOL_DAYS_PER_WEEK} 天、每天至多 {per_day:f} 学时计算，至多只能达到 {reachable:f}。"
    )
    return Finding(
        "hours.target_out_of_reach", Severity.ADVISE, policy.target_clause, message, reachable, policy.target
    )
