"""Use cases of the reports: completion over the weeks and rolled up, five-year cycle, national form. [A5.6] [A5.7.1]"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.hours import rules, schemas
from app.hours.queries import reports
from app.hours.rules import charts
from app.hours.service.reading import completion
from app.policy.school_year import SchoolYear

TARGET, TOTAL = "hours.school_research.target_yearly", "hours.cycle.total"
BANDS, PER_DAY = "hours.bands.upper", "hours.statistics.per_day_max"
_SETS = {"stage": "stages", "subject": "subjects", "title": "titles", "sex": "sex"}
R = TypeVar("R")


def reference_day(ctx: Context, year: SchoolYear) -> date:
    """The day whose roster counts: today, or the last day of a year that is over."""
    return min(ctx.clock.today, year.last_day)


async def trend(ctx: Context, year: SchoolYear, group_by: str) -> schemas.CompletionTrend:
    """Share of teachers who had reached the target by the end of each week, by group. [A5.7.1]

    A week counts by the day of the activity, not of the posting: sheets are approved once a term, so that the days
    of posting would show when offices worked. The roster is that of the reference day throughout, so that the last
    week shows what `completion` shows.
    """
    ctx.require(Permission.HOURS_COMPLETION_READ)
    rule = ctx.regulation.rule(TARGET, on=year.last_day)
    on, target = reference_day(ctx, year), Decimal(str(rule.value))
    weeks = rules.weeks(year, on)
    found = await reports.trend(ctx, year, group_by, target, monday=rules.first_monday(year), on=on)
    names = labels(ctx, group_by)
    items = [
        _trend_row(key, names.get(name, name), [(row.week, row.teachers) for row in group], len(weeks))
        for (key, name), group in _groups(found).items()
    ]
    return schemas.CompletionTrend(
        school_year=year.name,
        group_by=group_by,
        target=target,
        clause=rule.clause or "",
        reference_day=on,
        weeks=[schemas.TrendWeek.model_validate(week) for week in weeks],
        items=items,
        total=_trend_row("total", "合计", [(row.week, row.teachers) for row in found], len(weeks)),
    )


async def roll_up(ctx: Context, year: SchoolYear) -> schemas.CompletionRollUp:
    """Completion of the schools, added up by 中心校 (市直 schools stand by themselves) and for the whole scope."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    whole = await completion(ctx, year, "school")
    above = await reports.parents(ctx)
    under: dict[tuple[str, str, str], list[schemas.CompletionRow]] = {}
    for row in whole.items:
        parent = above.get(UUID(row.key))
        key = (str(parent.key), parent.name, "central_school") if parent else (row.key, row.name, "direct_school")
        under.setdefault(key, []).append(row)
    branches = [
        _branch(*key, schools) for key, schools in sorted(under.items(), key=lambda one: (one[0][2], one[0][1]))
    ]
    return schemas.CompletionRollUp(
        school_year=whole.school_year,
        target=whole.target,
        clause=whole.clause,
        reference_day=whole.reference_day,
        branches=branches,
        total=whole.total,
    )


async def cycle(ctx: Context, year: SchoolYear, group_by: str) -> schemas.CycleReport:
    """How many teachers at post are on track for the total of the five-year cycle, up to a school year, by group."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    first, last = rules.cycle_of(ctx.regulation, year)
    on, rule = reference_day(ctx, year), ctx.regulation.rule(TOTAL, on=year.last_day)
    total = Decimal(str(rule.value))
    expected = rules.cycle_expected(total, first, last, on=on)
    found = await reports.cycle(ctx, (first, year), group_by, on=on, total=total, expected=expected)
    names = labels(ctx, group_by)
    return schemas.CycleReport(
        starts=first.name,
        ends=last.name,
        school_year=year.name,
        group_by=group_by,
        reference_day=on,
        target=total,
        expected=expected,
        basis=_basis(ctx, TOTAL, year),
        items=[_cycle_row(str(row.key), names.get(row.name, row.name), [row]) for row in found],
        total=_cycle_row("total", "合计", found),
    )


async def cycle_teachers(
    ctx: Context, request: PageRequest, year: SchoolYear, *, standing: str | None, school_id: UUID | None
) -> Page[AnyRow]:
    """Teachers at post with their hours over the cycle and where they stand, by staff number."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    first, last = rules.cycle_of(ctx.regulation, year)
    on, total = reference_day(ctx, year), ctx.regulation.decimal(TOTAL, on=year.last_day)
    expected = rules.cycle_expected(total, first, last, on=on)
    statement = reports.cycle_teachers_statement(ctx, (first, year), on=on, total=total, expected=expected)
    scope = f"hours-cycle-teachers|{year}|{standing}|{school_id}|{on}"
    return await reports.cycle_teachers(ctx, request, statement, only=(standing, school_id), scope=scope)


async def statistics(ctx: Context, year: SchoolYear, group_by: str) -> schemas.HoursStatistics:
    """Teachers at post by bands of hours and by level, as the national form 教基4068 asks."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    on, uppers = reference_day(ctx, year), _uppers(ctx, year)
    bands = rules.bands(uppers)
    per_day = ctx.regulation.decimal(PER_DAY, on=year.last_day)
    lowers = [band.lower for band in bands[1:]]
    found = await reports.statistics(ctx, year, group_by, on=on, per_day_max=per_day, lowers=lowers)
    trained = await reports.levels(ctx, year, on=on)
    names = labels(ctx, group_by)
    return schemas.HoursStatistics(
        school_year=year.name,
        group_by=group_by,
        reference_day=on,
        bands=[schemas.HoursBand.model_validate(band) for band in bands],
        items=[
            _statistics_row(key, names.get(name, name), group, len(bands))
            for (key, name), group in _groups(found).items()
        ],
        total=_statistics_row("total", "合计", found, len(bands)),
        levels=_levels(ctx, trained),
        basis=[_basis(ctx, BANDS, year), _basis(ctx, PER_DAY, year)],
    )


def labels(ctx: Context, group_by: str) -> Mapping[str, str]:
    """The words of the codes that a report groups by; none for schools, which have names."""
    if group_by not in _SETS:
        return {}
    return {code.code: code.label for code in ctx.regulation.codes(_SETS[group_by])}


def _groups(found: Sequence[Any]) -> dict[tuple[str, str], list[Any]]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in found:
        groups.setdefault((str(row.key), row.name), []).append(row)
    return groups


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _trend_row(key: str, name: str, reached: Sequence[tuple[int | None, int]], length: int) -> schemas.TrendRow:
    per_week = [0] * length
    for week, teachers in reached:
        if week is not None:
            per_week[week - 1] += teachers
    all_teachers = sum(teachers for _, teachers in reached)
    met = rules.running_sums(per_week)
    share = [_share(one, all_teachers) for one in met]
    return schemas.TrendRow(key=key, name=name, teachers=all_teachers, met=met, share=share)


def _branch(key: str, name: str, kind: Any, schools: list[schemas.CompletionRow]) -> schemas.CompletionBranch:
    teachers, met = sum(one.teachers for one in schools), sum(one.met for one in schools)
    share = _share(met, teachers)
    return schemas.CompletionBranch(
        key=key, name=name, kind=kind, teachers=teachers, met=met, share=share, schools=schools
    )


def _cycle_row(key: str, name: str, found: Sequence[Any]) -> schemas.CycleRow:
    teachers, met = sum(row.teachers for row in found), sum(row.met for row in found)
    behind = sum(row.behind for row in found)
    hours = sum((row.credited for row in found), Decimal(0))
    return schemas.CycleRow(
        key=key,
        name=name,
        teachers=teachers,
        met=met,
        on_track=teachers - met - behind,
        behind=behind,
        share=_share(teachers - behind, teachers),
        hours_average=round(float(hours) / teachers, 1) if teachers else None,
    )


def _statistics_row(key: str, name: str, found: Sequence[Any], length: int) -> schemas.StatisticsRow:
    per_band = [0] * length
    for row in found:
        per_band[row.band] += row.teachers
    untrained = sum(row.untrained for row in found)
    return schemas.StatisticsRow(key=key, name=name, teachers=sum(per_band), untrained=untrained, bands=per_band)


def _levels(ctx: Context, trained: Mapping[str, Any]) -> list[schemas.LevelRow]:
    found = []
    for code in ctx.regulation.codes("hours_categories"):
        row = trained.get(code.code)
        facts = {"category": code.code, "label": code.label, "training_class": code.external.get("training_class")}
        numbers = {"teachers": row.teachers if row else 0, "hours": row.hours if row else Decimal(0)}
        found.append(schemas.LevelRow.model_validate(facts | numbers))
    return found


def _uppers(ctx: Context, year: SchoolYear) -> list[Decimal]:
    value = ctx.regulation.param(BANDS, on=year.last_day)
    return [Decimal(str(one)) for one in value] if isinstance(value, tuple) else []


def _basis(ctx: Context, code: str, year: SchoolYear) -> str:
    rule = ctx.regulation.rule(code, on=year.last_day)
    return "；".join(part for part in (rule.source, rule.reading) if part)


def bands_of(ctx: Context, year: SchoolYear) -> list[rules.Band]:
    """The bands of the national form in a school year."""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    return rules.bands(_uppers(ctx, year))


async def chart(ctx: Context, year: SchoolYear, by: str, width: int) -> str:
    """Completion as a chart, by 中心校 (bars) or by week (a line), with its day and clause in the note. [A5.7.1]"""
    ctx.require(Permission.HOURS_COMPLETION_READ)
    found = await trend(ctx, year, "central_school" if by == "central_school" else "county")
    title = f"{year.name}学年校本研修学时完成率"
    clause = ctx.regulation.clause_reference(found.clause)
    target = f"{found.target.normalize():f}"
    note = f"截至{found.reference_day.isoformat()}，在岗教师满{target}学时（{clause}）"
    if by == "week":
        shares = [one or 0.0 for one in found.total.share]
        days = [f"{one.ends_on:%m-%d}" for one in found.weeks]
        return charts.line(shares, days, title=title, note=note, width=width)
    rows = [charts.Bar(one.name, one.met[-1] if one.met else 0, one.teachers) for one in (*found.items, found.total)]
    return charts.bars(rows, title=title, note=note, width=width)
