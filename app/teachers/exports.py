"""Exporting teachers 导出教师, masked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

from app.access.context import Context, Place
from app.access.exporting import Column, ExportKind, Unmasked, Value
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.teachers import rules
from app.teachers.queries import records as queries
from app.teachers.service import numbers

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
    sets = _labels(ctx)
    async for row in rows_of(ctx.db, queries.whole(ctx, school_id=only.school_id, is_on_post=only.is_on_post)):
        yield _shown(row, sets, row.id_number_masked, row.mobile_masked)


async def _full_rows(ctx: Context, only: TeachersFilter) -> AsyncIterator[tuple[Place, tuple[Value, ...]]]:
    sets = _labels(ctx)
    wanted = queries.whole_sealed(ctx, school_id=only.school_id, is_on_post=only.is_on_post)
    async for row in rows_of(ctx.db, wanted):
        number = numbers.opened_id(row.id, row.id_number)
        mobile = numbers.opened_mobile(row.id, row.mobile) if row.mobile is not None else None
        yield Place(row.school_id, row.id), _shown(row, sets, number, mobile)


_SETS = ("sex", "stages", "subjects", "titles")
_Sets = dict[str, dict[str, str]]


def _labels(ctx: Context) -> _Sets:
    return {name: {one.code: one.label for one in ctx.regulation.codes(name)} for name in _SETS}


def _shown(row: AnyRow, sets: _Sets, id_number: str | None, mobile: str | None) -> tuple[Value, ...]:
    return (
        row.staff_no,
        row.name,
        sets["sex"].get(row.sex, row.sex),
        row.birth_date,
        id_number,
        mobile,
        row.school_name,
        sets["stages"].get(row.stage, row.stage),
        sets["subjects"].get(row.subject, row.subject),
        sets["titles"].get(row.title, row.title),
        row.is_on_post,
    )


_HEADERS = {"id_number": "身份证号", "mobile": "手机号"}
_FULL = tuple(replace(one, header=_HEADERS.get(one.name, one.header)) for one in _COLUMNS)
_UNMASKED = Unmasked(
    permission=Permission.TEACHER_UNMASK,
    check_reason=rules.check_reason,
    event="teacher.unmasked",
    entity="teacher",
    columns=lambda _ctx, _only: _FULL,
    rows=_full_rows,
)

TEACHERS_EXPORT = ExportKind(
    name="teachers",
    title="教师名册",
    permission=Permission.TEACHER_READ,
    filters=TeachersFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
    unmasked=_UNMASKED,
)
