"""Exporting the ledger and its reports 导出学时."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.hours import service
from app.hours.queries import EntryFilter, whole
from app.hours.schemas import CycleGroup, StatisticsGroup, TrendGroup
from app.hours.states import HoursCategory, HoursSource
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear


class EntriesFilter(Input):
    """Which entries: as the ledger's own list."""

    teacher_id: UUID | None = None
    school_id: UUID | None = None
    central_school_id: UUID | None = None
    school_year: YearName | None = None
    category: HoursCategory | None = None
    source: HoursSource | None = None
    activity_date_gte: date | None = None
    activity_date_lte: date | None = None


class TeachersFilter(Input):
    """Whose completion."""

    school_year: YearName
    is_met: bool | None = None
    school_id: UUID | None = None


class CompletionFilter(Input):
    """Completion of which year, by what."""

    school_year: YearName
    group_by: TrendGroup = "school"


class CycleFilter(Input):
    """The cycle up to which year, by what."""

    school_year: YearName
    group_by: CycleGroup = "school"


class StatisticsFilter(Input):
    """Statistics of which year, by what."""

    school_year: YearName
    group_by: StatisticsGroup = "stage"


def _entries(ctx: Context, only: EntriesFilter) -> Any:
    year = SchoolYear.parse(only.school_year).start if only.school_year else None
    places = (only.teacher_id, only.school_id, only.central_school_id)
    wanted = EntryFilter(*places, year, only.category, only.source, only.activity_date_gte, only.activity_date_lte)
    return whole.entries(ctx, wanted)


async def _entry_rows(ctx: Context, only: EntriesFilter) -> AsyncIterator[tuple[Value, ...]]:
    categories = {one.code: one.label for one in ctx.regulation.codes("hours_categories")}
    async for row in rows_of(ctx.db, _entries(ctx, only)):
        yield (
            row.staff_no,
            row.teacher_name,
            row.school_name,
            row.school_year,
            categories.get(row.category, row.category),
            row.activity_title,
            row.activity_date,
            row.session,
            row.claimed,
            row.credited,
            "红冲" if row.reverses_id else "",
            row.reason,
            str(row.id),
        )


_ENTRIES = ExportKind(
    name="hours_entries",
    title="学时台账",
    permission=Permission.HOURS_READ,
    filters=EntriesFilter,
    columns=lambda _ctx, _only: (
        Column("staff_no", "教职工号"),
        Column("teacher", "姓名", 10),
        Column("school", "单位", 24),
        Column("school_year", "学年", 11),
        Column("category", "类别", 10),
        Column("activity_title", "活动名称", 30),
        Column("activity_date", "活动日期", 12),
        Column("session", "场次", 10),
        Column("claimed", "填报学时", 9),
        Column("credited", "计入学时", 9),
        Column("is_reversal", "红冲", 6),
        Column("reason", "理由", 20),
        Column("id", "记录编号", 38),
    ),
    count=lambda ctx, only: count_of(ctx.db, _entries(ctx, only)),
    rows=_entry_rows,
)


def _teachers(ctx: Context, only: TeachersFilter) -> Any:
    year = SchoolYear.parse(only.school_year)
    target = ctx.regulation.decimal("hours.school_research.target_yearly", on=year.last_day)
    return whole.teacher_completion(ctx, year, target, is_met=only.is_met, school_id=only.school_id)


async def _teacher_rows(ctx: Context, only: TeachersFilter) -> AsyncIterator[tuple[Value, ...]]:
    stages = {one.code: one.label for one in ctx.regulation.codes("stages")}
    subjects = {one.code: one.label for one in ctx.regulation.codes("subjects")}
    async for row in rows_of(ctx.db, _teachers(ctx, only)):
        stage, subject = stages.get(row.stage, row.stage), subjects.get(row.subject, row.subject)
        hours = (row.credited, row.remaining, row.is_met)
        yield (row.staff_no, row.name, row.school_name, stage, subject, *hours)


_TEACHERS = ExportKind(
    name="hours_completion_teachers",
    title="教师校本研修完成情况",
    permission=Permission.HOURS_COMPLETION_READ,
    filters=TeachersFilter,
    columns=lambda _ctx, _only: (
        Column("staff_no", "教职工号"),
        Column("name", "姓名", 10),
        Column("school", "单位", 24),
        Column("stage", "学段", 12),
        Column("subject", "学科", 12),
        Column("credited", "计入学时", 9),
        Column("remaining", "还差学时", 9),
        Column("is_met", "是否达标", 9),
    ),
    count=lambda ctx, only: count_of(ctx.db, _teachers(ctx, only)),
    rows=_teacher_rows,
)

Rows = Sequence[tuple[Value, ...]]


def _report(
    name: str,
    title: str,
    filters: type[BaseModel],
    columns: Callable[[Context, Any], tuple[Column, ...]],
    read: Callable[[Context, Any], Awaitable[Rows]],
) -> ExportKind:
    """A report as an export: its rows are counted by reading it, for there are few."""

    async def count(ctx: Context, only: Any) -> int:
        return len(await read(ctx, only))

    async def rows(ctx: Context, only: Any) -> AsyncIterator[tuple[Value, ...]]:
        for row in await read(ctx, only):
            yield row

    return ExportKind(name, title, Permission.HOURS_COMPLETION_READ, filters, columns, count, rows)


_GROUP = Column("name", "名称", 24)


async def _completion(ctx: Context, only: CompletionFilter) -> Rows:
    trend = await service.trend(ctx, SchoolYear.parse(only.school_year), only.group_by)
    return [
        (one.name, one.teachers, one.met[-1] if one.met else 0, one.share[-1] if one.share else None)
        for one in (*trend.items, trend.total)
    ]


async def _cycle(ctx: Context, only: CycleFilter) -> Rows:
    report = await service.cycle(ctx, SchoolYear.parse(only.school_year), only.group_by)
    return [
        (one.name, one.teachers, one.met, one.on_track, one.behind, one.share, one.hours_average)
        for one in (*report.items, report.total)
    ]


async def _statistics(ctx: Context, only: StatisticsFilter) -> Rows:
    report = await service.statistics(ctx, SchoolYear.parse(only.school_year), only.group_by)
    return [(one.name, one.teachers, one.untrained, *one.bands) for one in (*report.items, report.total)]


def _statistics_columns(ctx: Context, only: StatisticsFilter) -> tuple[Column, ...]:
    bands = service.bands_of(ctx, SchoolYear.parse(only.school_year))
    shown = (Column(f"from_{band.lower}", band.label) for band in bands)
    return (_GROUP, Column("teachers", "在岗教师", 10), Column("untrained", "其中未参加", 11), *shown)


EXPORTS: tuple[ExportKind, ...] = (
    _ENTRIES,
    _TEACHERS,
    _report(
        "hours_completion",
        "校本研修完成情况",
        CompletionFilter,
        lambda _ctx, _only: (
            _GROUP,
            Column("teachers", "在岗教师", 10),
            Column("met", "达标人数", 10),
            Column("share", "完成率", 10),
        ),
        _completion,
    ),
    _report(
        "hours_cycle",
        "五年周期完成情况",
        CycleFilter,
        lambda _ctx, _only: (
            _GROUP,
            Column("teachers", "在岗教师", 10),
            Column("met", "已达标", 10),
            Column("on_track", "跟上进度", 10),
            Column("behind", "落后", 10),
            Column("share", "占比", 10),
            Column("hours_average", "人均学时", 10),
        ),
        _cycle,
    ),
    _report("hours_statistics", "专任教师接受培训情况", StatisticsFilter, _statistics_columns, _statistics),
)
