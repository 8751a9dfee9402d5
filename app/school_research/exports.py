"""Exporting attendance of school-based research 导出校本研修出席. [A5.10]"""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.hours.schemas import TermName
from app.school_research.queries import activities

_COLUMNS = (
    Column("school", "单位", 26),
    Column("activity_date", "日期", 12),
    Column("title", "活动主题", 30),
    Column("session", "场次", 10),
    Column("content", "研修内容", 24),
    Column("mode", "研修方式", 18),
    Column("host", "主持人", 12),
    Column("leader", "到场领导", 12),
    Column("staff_no", "教职工号", 14),
    Column("name", "姓名", 10),
    Column("hours", "学时", 8),
    Column("means", "签到方式", 10),
)
_MEANS = {"list": "名单", "code": "签到码"}


class AttendanceFilter(Input):
    """Attendance of which term, of which school."""

    term: TermName
    school_id: UUID | None = None


async def _count(ctx: Context, only: AttendanceFilter) -> int:
    return await count_of(ctx.db, activities.whole_attendance(ctx, term=only.term, school_id=only.school_id))


async def _rows(ctx: Context, only: AttendanceFilter) -> AsyncIterator[tuple[Value, ...]]:
    contents, modes = (
        {one.code: one.label for one in ctx.regulation.codes(name)} for name in ("research_contents", "research_modes")
    )
    async for row in rows_of(ctx.db, activities.whole_attendance(ctx, term=only.term, school_id=only.school_id)):
        yield (
            row.school_name,
            row.activity_date,
            row.title,
            row.session,
            contents.get(row.content, row.content),
            modes.get(row.mode, row.mode),
            row.host,
            row.leader,
            row.staff_no,
            row.teacher_name,
            row.hours,
            _MEANS[row.means],
        )


RESEARCH_EXPORTS = (
    ExportKind(
        name="research_attendance",
        title="校本研修活动与出席",
        permission=Permission.RESEARCH_ACTIVITY_READ,
        filters=AttendanceFilter,
        columns=lambda _ctx, _only: _COLUMNS,
        count=_count,
        rows=_rows,
    ),
)
