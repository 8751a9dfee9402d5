"""Use cases of coverage 覆盖情况: who has no project, no workshop, too few hours in a school year. [M3.2]"""

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.hours.queries import is_counted
from app.policy.school_year import SchoolYear
from app.portfolio.queries import coverage
from app.portfolio.queries.coverage import Basis, CoverageFilter, CoverageGroup
from app.portfolio.schemas import CoverageRow, TeacherCoverageSummary

TARGET = "hours.school_research.target_yearly"
FIGURES = ("teachers", "without_project", "without_workshop", "below_target")


def basis_of(ctx: Context, school_year: str) -> Basis:
    """What a year is looked at by: today or its last day, and the target of its regulation."""
    year = SchoolYear.parse(school_year)
    return Basis(year, min(ctx.clock.today, year.last_day), ctx.regulation.decimal(TARGET, on=year.last_day))


async def find_coverage(ctx: Context, request: PageRequest, only: CoverageFilter) -> Page[AnyRow]:
    """Teachers at post with what is missing, by staff number 教师覆盖情况 [M3.2]."""
    ctx.require(Permission.COVERAGE_READ)
    return await coverage.page(ctx, request, basis_of(ctx, only.school_year), only)


async def summarise_coverage(ctx: Context, school_year: str, group_by: CoverageGroup) -> TeacherCoverageSummary:
    """How many lack what, by 中心校 (市直学校 each by itself), school or stage 覆盖情况汇总 [M3.2]."""
    ctx.require(Permission.COVERAGE_READ)
    basis = basis_of(ctx, school_year)
    live = ctx.clock.is_set or not await is_counted(ctx, basis.year)
    found = await coverage.summary(ctx, basis, group_by, live=live)
    labels = {one.code: one.label for one in ctx.regulation.codes("stages")} if group_by == "stage" else {}
    items = [
        CoverageRow(
            key=str(row.key),
            name=labels.get(row.name, row.name),
            **{name: getattr(row, name) for name in FIGURES},
        )
        for row in found
    ]
    sums = {name: getattr(found[0], f"all_{name}") if found else 0 for name in FIGURES}
    return TeacherCoverageSummary(
        school_year=basis.year.name,
        group_by=group_by,
        target=basis.target,
        clause=ctx.regulation.rule(TARGET, on=basis.year.last_day).clause or "",
        reference_day=basis.day,
        items=items,
        total=CoverageRow(key="total", name="合计", **sums),
    )
