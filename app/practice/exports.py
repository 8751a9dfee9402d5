"""Exporting the practice of a project, a row per trainee 导出返岗实践汇总. [A4.5]"""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.practice.queries import summary
from app.practice.queries.summary import PersonFilter
from app.practice.states import PracticeCaseKind

_COLUMNS = (
    Column("teacher", "学员", 10),
    Column("school", "单位", 26),
    Column("workshop", "工作坊（室）", 26),
    Column("tasks", "应交", 8),
    Column("outputs", "已交", 8),
    Column("marked", "已评定", 8),
    Column("overdue", "逾期未交", 10),
    Column("transfer_case", "优秀转化案例", 12),
    Column("leading_case", "引领工作案例", 12),
    Column("total", "考核结果", 10),
)


class PracticeSummaryFilter(Input):
    """Which trainees of which project."""

    project_id: UUID
    school_id: UUID | None = None
    lacks: PracticeCaseKind | None = None


def _only(only: PracticeSummaryFilter) -> PersonFilter:
    return PersonFilter(school_id=only.school_id, lacks=only.lacks)


async def _count(ctx: Context, only: PracticeSummaryFilter) -> int:
    return await count_of(ctx.db, summary.persons(ctx, only.project_id, _only(only)))


async def _rows(ctx: Context, only: PracticeSummaryFilter) -> AsyncIterator[tuple[Value, ...]]:
    async for row in rows_of(ctx.db, summary.in_order(summary.persons(ctx, only.project_id, _only(only)))):
        yield (
            row.teacher_name,
            row.school_name,
            row.workshop_name,
            row.tasks,
            row.outputs,
            row.marked,
            row.overdue,
            "有" if row.transfer_case_id else "无",
            "有" if row.leading_case_id else "无",
            row.total,
        )


PRACTICE_SUMMARY_EXPORT = ExportKind(
    name="practice_summary",
    title="返岗实践汇总",
    permission=Permission.PRACTICE_READ,
    filters=PracticeSummaryFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
