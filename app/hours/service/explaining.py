"""Use cases that say how a balance comes about 学时说明. [A5.7.1] [A6.13c]"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.hours import queries, rules
from app.hours.schemas import HoursExplanation
from app.hours.states import HoursCategory
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear


def end_of(day: date | None) -> datetime | None:
    """The moment a day ends in the region; None for no day."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA) if day else None


async def explanation(
    ctx: Context, teacher_id: UUID, year: SchoolYear, *, category: HoursCategory | None, as_of: date | None
) -> HoursExplanation:
    """How a teacher's hours of a school year come about, as they stand or stood; NotFound outside the scope."""
    found = (await explanations(ctx, [teacher_id], year, category, as_of))[0]
    if found is None:
        raise NotFound
    return found


async def explanations(
    ctx: Context, teacher_ids: Sequence[UUID], year: SchoolYear, category: HoursCategory | None, as_of: date | None
) -> list[HoursExplanation | None]:
    """The same for teachers (n,) -> explanations (n,), None where missing; as many statements as for one."""
    ctx.require(Permission.HOURS_READ)
    before = end_of(as_of)
    held: dict[UUID, dict[str, Mapping[str, Any]]] = {}
    for row in await queries.balances_at(ctx, teacher_ids, year, year, before):
        mine = held.setdefault(row["teacher_id"], {})
        if row["category"] is not None:
            mine[row["category"]] = row
    entries: dict[tuple[UUID, str], list[AnyRow]] = {}
    for line in await queries.lines(ctx, teacher_ids, year, before):
        entries.setdefault((line.person_id, line.category), []).append(line)
    weeks = await _weeks_left(ctx, year, as_of or ctx.clock.today)
    return [
        _explained(ctx, one, year, held[one], entries, weeks, category, as_of) if one in held else None
        for one in teacher_ids
    ]


async def _weeks_left(ctx: Context, year: SchoolYear, day: date) -> int:
    """Teaching weeks of the year from a day on; a year without a calendar is taken whole."""
    calendars = await organisations.school_years(ctx)
    known = next((one for one in calendars if one.school_year == year.name), None)
    terms = [(term.starts_on, term.ends_on) for term in known.terms] if known else [(year.first_day, year.last_day)]
    return rules.weeks_left(terms, day)


def _explained(  # noqa: PLR0913, PLR0917 - what was loaded, and what was asked
    ctx: Context,
    teacher_id: UUID,
    year: SchoolYear,
    held: Mapping[str, Mapping[str, Any]],
    entries: Mapping[tuple[UUID, str], Sequence[AnyRow]],
    weeks: int,
    only: HoursCategory | None,
    as_of: date | None,
) -> HoursExplanation:
    balances = [rules.Balance(year.start, name, row["claimed"], row["credited"]) for name, row in held.items()]
    categories = [
        _category(
            ctx, standing, held.get(standing.category), entries.get((teacher_id, standing.category), ()), weeks, year
        )
        for standing in rules.standings(ctx.regulation, balances, year)
        if only is None or standing.category == only
    ]
    return HoursExplanation.model_validate(
        {"teacher_id": teacher_id, "school_year": year.name, "as_of": as_of, "categories": categories}
    )


def _category(
    ctx: Context,
    standing: rules.CategoryStanding,
    held: Mapping[str, Any] | None,
    lines: Sequence[AnyRow],
    weeks: int,
    year: SchoolYear,
) -> dict[str, Any]:
    names = ("category", "label", "claimed", "credited", "target", "cap", "remaining", "is_met")
    shown = (
        sum((one.claimed_hours for one in lines), rules.ZERO),
        sum((one.credited_hours for one in lines), rules.ZERO),
    )
    reach = rules.check_reach(ctx.regulation, standing.category, standing.credited, weeks=weeks, on=year.last_day)
    return {name: getattr(standing, name) for name in names} | {
        "rules": [_rule(ctx, code, year) for code in rules.category_params(ctx.regulation, standing.category)],
        "entries": _entries(ctx, standing.category, lines),
        "not_shown": {
            "entries": (held["entries"] if held else 0) - len(lines),
            "claimed": standing.claimed - shown[0],
            "credited": standing.credited - shown[1],
        },
        "findings": [reach.as_json()] if reach else [],
    }


def _entries(ctx: Context, category: HoursCategory, lines: Sequence[AnyRow]) -> list[dict[str, Any]]:
    facts = [
        rules.LedgerLine(one.id, one.reverses_id, one.claimed_hours, one.credited_hours, one.findings) for one in lines
    ]
    names = ("id", "reverses_id", "revision", "school_id", "activity_title", "activity_date", "session", "source")
    return [
        {name: getattr(line, name) for name in (*names, "posted_at", "reason", "findings")}
        | {name: getattr(step, name) for name in rules.Step.__slots__}
        | {"rules": rules.applied_params(ctx.regulation, category, line.findings)}
        for line, step in zip(lines, rules.steps(facts), strict=True)
    ]


def _rule(ctx: Context, code: str, year: SchoolYear) -> dict[str, Any]:
    found = ctx.regulation.rule(code, on=year.last_day)
    reference = ctx.regulation.clause_reference(found.clause) if found.clause else None
    names = ("code", "unit", "clause", "quote", "reading", "source")
    return {name: getattr(found, name) for name in names} | {"value": str(found.value), "reference": reference}
