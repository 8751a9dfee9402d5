"""What an hours certificate says 学时证明: plain data from entries and standings. [A5.7.1] [A6.13c]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.hours.rules.crediting import ZERO, category_policy
from app.hours.rules.standing import Balance, CategoryStanding, standings
from app.hours.states import HoursCategory
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear


@dataclass(frozen=True, slots=True)
class CertifiedEntry:
    """An entry that stands: what was done, when, and what was claimed and credited for it."""

    id: UUID
    category: str
    activity_title: str
    activity_date: date
    session: str | None
    claimed: Decimal
    credited: Decimal


def shown_hours(value: Decimal) -> str:
    """Hours as printed: 6, 2.5."""
    return format(value.normalize(), "f") if value else "0"


def certified_content(regulation: Regulation, entries: Sequence[CertifiedEntry], year: SchoolYear) -> dict[str, Any]:
    """Lines credited and the standing of every category that has hours or a yearly target; numbers as text.

    Entries credited nothing (over the cap) are left out of the lines, but count as claimed.
    """
    labels = {code.code: code.label for code in regulation.codes("hours_categories")}
    lines = [
        {
            "title": one.activity_title + (f"（{one.session}）" if one.session else ""),
            "category": one.category,
            "label": labels[one.category],
            "date": one.activity_date.isoformat(),
            "hours": shown_hours(one.credited),
        }
        for one in entries
        if one.credited
    ]
    categories = [
        {
            "category": str(one.category),
            "label": one.label,
            "credited": shown_hours(one.credited),
            "requirement": _requirement(regulation, one, year),
            "standing": _standing(one),
        }
        for one in standings(regulation, _balances(entries, year), year)
        if one.credited or one.target is not None
    ]
    total = sum((one.credited for one in entries), ZERO)
    return {"school_year": year.name, "lines": lines, "categories": categories, "total": shown_hours(total)}


def _balances(entries: Sequence[CertifiedEntry], year: SchoolYear) -> list[Balance]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for one in entries:
        claimed, credited = found.get(one.category, (ZERO, ZERO))
        found[one.category] = (claimed + one.claimed, credited + one.credited)
    return [Balance(year.start, category, *sums) for category, sums in found.items()]


def _requirement(regulation: Regulation, one: CategoryStanding, year: SchoolYear) -> str:
    policy = category_policy(regulation, HoursCategory(one.category), on=year.last_day)
    said: dict[str | None, list[str]] = {}
    for words, hours, clause in (
        ("每学年 {} 学时", policy.target, policy.target_clause),
        ("每天 {} 学时", policy.per_day, policy.per_day_clause),
        ("每学年不超过 {} 学时", policy.cap, policy.cap_clause),
    ):
        if hours is not None:
            said.setdefault(clause, []).append(words.format(shown_hours(hours)))
    return "；".join(
        "、".join(words) + (f"（{regulation.clause_reference(clause)}）" if clause else "")
        for clause, words in said.items()
    )


def _standing(one: CategoryStanding) -> str:
    if one.target is not None:
        return "已完成" if one.is_met else f"还差 {shown_hours(one.target - one.credited)} 学时"
    if one.cap is not None and one.credited >= one.cap:
        return "已达上限"
    return "—"
