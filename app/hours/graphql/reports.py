"""GraphQL of the hours reports."""

from typing import Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import FIRST_DEFAULT, After, Connection, First, Info, Listed, listed
from app.access.graph_types import field, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.organisations.graphql import SchoolYearName
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids

READ = Permission.HOURS_COMPLETION_READ


async def _teacher(root: strawberry.Parent[Any], info: Info) -> teacher_schemas.Teacher | None:
    """The teacher 教师."""
    return await info.context.loader(teachers_by_ids).load(root.teacher_id)


@output(schemas.TeacherCycle)
class TeacherCycle:
    """A teacher in the list of the cycle 教师周期学时."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None)


def _year(info: Info, name: str) -> SchoolYear:
    return SchoolYear.parse(info.context.valid(YearName, name, at="school_year"))


async def _trend(info: Info, school_year: SchoolYearName, group_by: str = "county") -> schemas.CompletionTrend:
    """Completion by the end of each week of the school year 校本研修完成率走势 [A5.7.1]."""
    year, group = _year(info, school_year), info.context.valid(schemas.TrendGroup, group_by, at="group_by")
    return await info.context.fetch(lambda ctx: service.trend(ctx, year, group))


async def _roll_up(info: Info, school_year: SchoolYearName) -> schemas.CompletionRollUp:
    """Completion by school, 中心校 or 市直, and county 校本研修完成情况逐级汇总 [A5.7.1]."""
    year = _year(info, school_year)
    return await info.context.fetch(lambda ctx: service.roll_up(ctx, year))


async def _cycle(info: Info, school_year: SchoolYearName, group_by: str = "central_school") -> schemas.CycleReport:
    """How many teachers are on track for the hours of the five-year cycle 五年周期完成情况."""
    year, group = _year(info, school_year), info.context.valid(schemas.CycleGroup, group_by, at="group_by")
    return await info.context.fetch(lambda ctx: service.cycle(ctx, year, group))


async def _cycle_teachers(
    info: Info,
    school_year: SchoolYearName,
    first: First = FIRST_DEFAULT,
    after: After = None,
    standing: str | None = None,
    school_id: UUID | None = None,
) -> Listed:
    """Teachers at post with their hours over the cycle 教师五年周期学时."""
    year = _year(info, school_year)
    where = info.context.valid(schemas.Standing | None, standing, at="standing")

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.cycle_teachers(ctx, request, year, standing=where, school_id=school_id)

    return await listed(info, schemas.TeacherCycle, find, first=first, after=after)


async def _statistics(info: Info, school_year: SchoolYearName, group_by: str = "stage") -> schemas.HoursStatistics:
    """Teachers by bands of hours and by level, for the national form 专任教师接受培训情况（教基4068）."""
    year, group = _year(info, school_year), info.context.valid(schemas.StatisticsGroup, group_by, at="group_by")
    return await info.context.fetch(lambda ctx: service.statistics(ctx, year, group))


@strawberry.type
class Query:
    """What the reports answer."""

    hours_completion_trend = field(READ, _trend, output_of(schemas.CompletionTrend) | None)
    hours_completion_roll_up = field(READ, _roll_up, output_of(schemas.CompletionRollUp) | None)
    hours_cycle = field(READ, _cycle, output_of(schemas.CycleReport) | None)
    hours_cycle_teachers = field(READ, _cycle_teachers, Connection[TeacherCycle] | None)
    hours_statistics = field(READ, _statistics, output_of(schemas.HoursStatistics) | None)
