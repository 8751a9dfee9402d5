"""Exporting teachers 导出教师, masked."""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.teachers import queries

_COLUMNS = (
    Column("staff_no", "教职工号", 14),
    Column("name", "姓名", 10),
    Column("sex", "性别", 6),
    Column("birth_date", "出生日期", 12),
    Column("id_number", "身份证号（脱敏）", 22),
    Column("mobile", "手机（脱敏）", 16),
    Column("school", "单位", 26),
    Column("stage", "学段", 12),
    Column("subject", "学科", 12),
    Column("title", "职称", 14),
    Column("is_on_post", "是否在岗", 10),
)


class TeachersFilter(Input):
    """Which teachers."""

    school_id: UUID | None = None
    is_on_post: bool | None = None


async def _count(ctx: Context, only: TeachersFilter) -> int:
    return await count_of(ctx.db, queries.whole(ctx, school_id=only.school_id, is_on_post=only.is_on_post))


async def _rows(ctx: Context, only: TeachersFilter) -> AsyncIterator[tuple[Value, ...]]:
    sets = {name: {one.code: one.label for one in ctx.regulation.codes(name)} for name in _SETS}
    async for row in rows_of(ctx.db, queries.whole(ctx, school_id=only.school_id, is_on_post=only.is_on_post)):
        yield (
            row.staff_no,
            row.name,
            sets["sex"].get(row.sex, row.sex),
            row.birth_date,
            row.id_number_masked,
            row.mobile_masked,
            row.school_name,
            sets["stages"].get(row.stage, row.stage),
            sets["subjects"].get(row.subject, row.subject),
            sets["titles"].get(row.title, row.title),
            row.is_on_post,
        )


_SETS = ("sex", "stages", "subjects", "titles")

TEACHERS_EXPORT = ExportKind(
    name="teachers",
    title="教师名册",
    permission=Permission.TEACHER_READ,
    filters=TeachersFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
