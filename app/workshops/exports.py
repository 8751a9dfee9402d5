"""Exporting the members of workshops 导出工作坊成员."""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.workshops.queries import members
from app.workshops.states import WorkshopLevel, WorkshopStatus

_COLUMNS = (
    Column("workshop", "工作坊（室）", 28),
    Column("level", "级别", 8),
    Column("unit", "所在单位", 26),
    Column("role", "角色", 12),
    Column("staff_no", "教职工号", 14),
    Column("name", "姓名", 10),
    Column("school", "任职单位", 26),
    Column("joined_on", "加入日期", 12),
    Column("left_on", "离开日期", 12),
)
_ROLES = {"core": "核心成员", "applicant": "申报成员"}


class WorkshopMembersFilter(Input):
    """Whose members."""

    workshop_id: UUID | None = None
    level: WorkshopLevel | None = None
    status: WorkshopStatus | None = None


async def _count(ctx: Context, only: WorkshopMembersFilter) -> int:
    return await count_of(ctx.db, members.whole(ctx, **only.model_dump()))


async def _rows(ctx: Context, only: WorkshopMembersFilter) -> AsyncIterator[tuple[Value, ...]]:
    levels = {one.code: one.label for one in ctx.regulation.codes("workshop_levels")}
    async for row in rows_of(ctx.db, members.whole(ctx, **only.model_dump())):
        yield (
            row.workshop_name,
            levels.get(row.level, row.level),
            row.unit_name,
            _ROLES[row.role],
            row.staff_no,
            row.teacher_name,
            row.school_name,
            row.joined_on,
            row.left_on,
        )


WORKSHOP_MEMBERS_EXPORT = ExportKind(
    name="workshop_members",
    title="工作坊（室）成员",
    permission=Permission.WORKSHOP_READ,
    filters=WorkshopMembersFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
