"""Use cases that read balances: a teacher's year, completion. [A5.7.1]"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import queries, rules
from app.hours.schemas import Completion, TeacherHours
from app.hours.service.explaining import end_of
from app.policy.school_year import SchoolYear

YEARS = (2000, 2100)
"""School years a record can lie in, as the tables have them."""
WHOLE = ("categories", "cycle")
"""What is worked out of a year, all of it."""


async def year_summary(ctx: Context, teacher_id: UUID, year: SchoolYear, *, as_of: date | None = None) -> TeacherHours:
    """A teacher's categories in a school year and the five-year cycle; NotFound outside the scope."""
    summary = (await year_summaries(ctx, [teacher_id], year, as_of))[0]
    if summary is None:
        raise NotFound
    return summary


async def year_summaries(
    ctx: Context, teacher_ids: Sequence[UUID], year: SchoolYear, as_of: date | None = None
) -> list[TeacherHours | None]:
    """The same for teachers (n,) -> summaries (n,), None where missing; one statement. as_of: see `explanations`."""
    rows = await year_rows(ctx, teacher_ids, WHOLE, year, as_of)
    return [None if row is None else TeacherHours.model_validate(row) for row in rows]


async def year_rows(
    ctx: Context, teacher_ids: Sequence[UUID], names: tuple[str, ...], year: SchoolYear, as_of: date | None = None
) -> list[dict[str, Any] | None]:
    """The same as plain rows; `categories` and `cycle` only where they are among the names."""
    ctx.require(Permission.HOURS_READ)
    first, last = rules.cycle_of(ctx.regulation, year)
    held: dict[UUID, list[rules.Balance]] = {}
    before = end_of(as_of)
    found = queries.balances_at(ctx, teacher_ids, first, last, before) if before else None
    for row in await (found or queries.balances(ctx, teacher_ids, first, last)):
        mine = held.setdefault(row["teacher_id"], [])
        if row["category"] is not None:
            mine.append(_balance(row))
    return [_summary(ctx, one, held[one], year, names) if one in held else None for one in teacher_ids]


async def histories(ctx: Context, teacher_ids: Sequence[UUID]) -> list[list[TeacherHours] | None]:
    """Teachers (n,) -> every school year with hours and the present one, oldest first; None where missing.

    One statement whatever the number of teachers and years.
    """
    ctx.require(Permission.HOURS_READ)
    held: dict[UUID, list[rules.Balance]] = {}
    for row in await queries.balances(ctx, teacher_ids, SchoolYear(YEARS[0]), SchoolYear(YEARS[1])):
        mine = held.setdefault(row["teacher_id"], [])
        if row["category"] is not None:
            mine.append(_balance(row))
    present = SchoolYear.of(ctx.clock.today).start
    found: list[list[TeacherHours] | None] = []
    for one in teacher_ids:
        mine = held.get(one, [])
        years = sorted({present, *(balance.school_year for balance in mine)})
        known = [TeacherHours.model_validate(_summary(ctx, one, mine, SchoolYear(year), WHOLE)) for year in years]
        found.append(known if one in held else None)
    return found


async def completion(ctx: Context, year: SchoolYear, group_by: str) -> Completion:
    """Share of teachers at post who reached the hours of school-based research, by group [A5.7.1]."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    live = ctx.clock.is_set or not await queries.is_counted(ctx, year)
    rows = await queries.completion(ctx, year, group_by, live=live)
    names = _labels(ctx, group_by)
    items = [
        _completion_row(str(row["key"]), names.get(row["name"], row["name"]), row["teachers"], row["met"])
        for row in rows
    ]
    total = _completion_row("total", "合计", sum(row["teachers"] for row in rows), sum(row["met"] for row in rows))
    rule = ctx.regulation.rule("hours.school_research.target_yearly", on=year.last_day)
    return Completion.model_validate(
        {
            "school_year": year.name,
            "group_by": group_by,
            "target": Decimal(str(rule.value)),
            "clause": rule.clause or "",
            "reference_day": min(ctx.clock.today, year.last_day),
            "items": items,
            "total": total,
        }
    )


async def teacher_completion(
    ctx: Context, request: PageRequest, year: SchoolYear, *, is_met: bool | None, school_id: UUID | None
) -> Page[AnyRow]:
    """Teachers at post with what they have and what is missing, by staff number [A5.7.1]."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    target = ctx.regulation.decimal("hours.school_research.target_yearly", on=year.last_day)
    return await queries.teacher_completion(ctx, request, year, target, is_met=is_met, school_id=school_id)


async def follow_roster(ctx: Context, *, school_ids: Sequence[UUID], since: date, **_: Any) -> None:
    """Reaction to a change of rosters: count the completion of the schools afresh, in every year it touches."""
    for year in await queries.years_counted(ctx):
        if SchoolYear(year).last_day >= since:
            await queries.refresh_completion(ctx, year, sorted(school_ids))


def _balance(row: Any) -> rules.Balance:
    return rules.Balance(row["school_year"], row["category"], row["claimed"], row["credited"])


def _cycle(ctx: Context, held: Sequence[rules.Balance], year: SchoolYear) -> dict[str, Any]:
    cycle = rules.cycle_standing(ctx.regulation, held, year)
    return {
        "starts": cycle.starts.name,
        "ends": cycle.ends.name,
        "credited": cycle.credited,
        "target": cycle.target,
        "remaining": cycle.remaining,
        "is_met": cycle.is_met,
    }


def _summary(
    ctx: Context, teacher_id: UUID, held: Sequence[rules.Balance], year: SchoolYear, names: tuple[str, ...]
) -> dict[str, Any]:
    row: dict[str, Any] = {"teacher_id": teacher_id, "school_year": year.name}
    if "categories" in names:
        row["categories"] = rules.standings(ctx.regulation, held, year)
    if "cycle" in names:
        row["cycle"] = _cycle(ctx, held, year)
    return row


def _labels(ctx: Context, group_by: str) -> dict[str, str]:
    sets = {"stage": "stages", "subject": "subjects"}
    if group_by not in sets:
        return {}
    return {code.code: code.label for code in ctx.regulation.codes(sets[group_by])}


def _completion_row(key: str, name: str, teachers: int, met: int) -> dict[str, Any]:
    share = round(met / teachers, 4) if teachers else None
    return {"key": key, "name": name, "teachers": teachers, "met": met, "share": share}
