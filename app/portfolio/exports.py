"""Exporting coverage 导出覆盖情况. [M3.2]"""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.organisations.schemas import YearName
from app.portfolio import service
from app.portfolio.queries import coverage
from app.portfolio.queries.coverage import Code, CoverageFilter

_COLUMNS = (
    Column("staff_no", "教职工号"),
    Column("name", "姓名", 10),
    Column("school", "单位", 26),
    Column("town", "乡镇", 10),
    Column("stage", "学段", 12),
    Column("subject", "学科", 12),
    Column("is_without_project", "未参加培训项目", 14),
    Column("is_without_workshop", "未加入工作坊", 14),
    Column("is_below_target", "学时未达标", 12),
    Column("credited", "校本研修学时", 12),
    Column("target", "目标学时", 10),
    Column("remaining", "还差学时", 10),
)


class TeacherCoverageFilter(Input):
    """Whose coverage: as the list."""

    school_year: YearName
    school_id: UUID | None = None
    central_school_id: UUID | None = None
    stage: Code | None = None
    is_without_project: bool | None = None
    is_without_workshop: bool | None = None
    is_below_target: bool | None = None
    has_gap: bool | None = None


def _wanted(ctx: Context, only: TeacherCoverageFilter) -> AnySelect:
    return coverage.whole(ctx, service.basis_of(ctx, only.school_year), CoverageFilter(**only.model_dump()))


async def _count(ctx: Context, only: TeacherCoverageFilter) -> int:
    return await count_of(ctx.db, _wanted(ctx, only))


async def _rows(ctx: Context, only: TeacherCoverageFilter) -> AsyncIterator[tuple[Value, ...]]:
    stages = {one.code: one.label for one in ctx.regulation.codes("stages")}
    subjects = {one.code: one.label for one in ctx.regulation.codes("subjects")}
    async for row in rows_of(ctx.db, _wanted(ctx, only)):
        yield (
            row.staff_no,
            row.name,
            row.school_name,
            row.town,
            stages.get(row.stage, row.stage),
            subjects.get(row.subject, row.subject),
            row.is_without_project,
            row.is_without_workshop,
            row.is_below_target,
            row.credited,
            row.target,
            row.remaining,
        )


TEACHER_COVERAGE_EXPORT = ExportKind(
    name="teacher_coverage",
    title="教师培训覆盖情况",
    permission=Permission.COVERAGE_READ,
    filters=TeacherCoverageFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
