"""REST of the hours reports."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.rules.charts import WIDTH_DEFAULT, WIDTH_MAX, WIDTH_MIN
from app.hours.schemas import (
    CompletionRollUp,
    CompletionTrend,
    CycleGroup,
    CycleReport,
    HoursStatistics,
    Standing,
    StatisticsGroup,
    TeacherCycle,
    TrendGroup,
)
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear

router = APIRouter(tags=["hours"])
Year = Annotated[YearName, Query()]
READ = permits(Permission.HOURS_COMPLETION_READ)


@router.get("/hours-completion/trend", response_model=CompletionTrend, **READ)
async def get_hours_completion_trend(ctx: Ctx, school_year: Year, group_by: TrendGroup = "county") -> object:
    """Completion by the end of each week of the school year 校本研修完成率走势 [A5.7.1]."""
    return await service.trend(ctx, SchoolYear.parse(school_year), group_by)


@router.get("/hours-completion/roll-up", response_model=CompletionRollUp, **READ)
async def get_hours_completion_roll_up(ctx: Ctx, school_year: Year) -> object:
    """Completion by school, 中心校 or 市直, and county 校本研修完成情况逐级汇总 [A5.7.1]."""
    return await service.roll_up(ctx, SchoolYear.parse(school_year))


@router.get("/hours-cycle", response_model=CycleReport, **READ)
async def get_hours_cycle(ctx: Ctx, school_year: Year, group_by: CycleGroup = "central_school") -> object:
    """How many teachers are on track for the hours of the five-year cycle 五年周期完成情况."""
    return await service.cycle(ctx, SchoolYear.parse(school_year), group_by)


@router.get("/hours-cycle/teachers", response_model=Listing[TeacherCycle], **READ)
async def list_hours_cycle_teachers(
    ctx: Ctx, page: Paged, school_year: Year, standing: Standing | None = None, school_id: UUID | None = None
) -> object:
    """Teachers at post with their hours over the cycle 教师五年周期学时."""
    year = SchoolYear.parse(school_year)
    return listing(await service.cycle_teachers(ctx, page, year, standing=standing, school_id=school_id))


@router.get("/hours-statistics", response_model=HoursStatistics, **READ)
async def get_hours_statistics(ctx: Ctx, school_year: Year, group_by: StatisticsGroup = "stage") -> object:
    """Teachers by bands of hours and by level, for the national form 专任教师接受培训情况（教基4068）."""
    return await service.statistics(ctx, SchoolYear.parse(school_year), group_by)


@router.get("/hours-completion/chart.svg", response_class=Response, **READ)
async def get_hours_completion_chart(
    ctx: Ctx,
    school_year: Year,
    by: Literal["central_school", "week"] = "central_school",
    width: Annotated[int, Query(ge=WIDTH_MIN, le=WIDTH_MAX, description="图宽（像素）")] = WIDTH_DEFAULT,
) -> Response:
    """Completion as a chart by 中心校 or by week 校本研修完成率图 [A5.7.1]."""
    image = await service.chart(ctx, SchoolYear.parse(school_year), by, width)
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(image, media_type="image/svg+xml", headers=headers)
