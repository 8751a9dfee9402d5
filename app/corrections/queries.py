"""SQL of corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.asked import moved
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.corrections.models import TeacherCorrection
from app.corrections.states import CorrectionStatus
from app.teachers.models import Teacher

_ONE = TeacherCorrection


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Which corrections: any part may be None; the school is the teacher's present one."""

    status: CorrectionStatus | None = None
    teacher_id: UUID | None = None
    school_id: UUID | None = None


def _visible(ctx: Context) -> AnySelect:
    """Corrections of the teachers in the caller's scope: who moves school takes an open one along."""
    reach = rows(
        ctx.principal, Permission.TEACHER_CORRECTION_READ, organisation=Teacher.school_id, teacher=_ONE.teacher_id
    )
    return (
        select(
            _ONE.id,
            _ONE.teacher_id,
            Teacher.name.label("teacher_name"),
            Teacher.school_id,
            _ONE.facts,
            _ONE.reason,
            _ONE.status,
            _ONE.asked_by,
            _ONE.answered_by,
            _ONE.answered_at,
            _ONE.answer_reason,
            _ONE.created_at,
            _ONE.updated_at,
            _ONE.version,
        )
        .join(Teacher, and_(Teacher.region_id == _ONE.region_id, Teacher.id == _ONE.teacher_id))
        .where(_ONE.region_id == ctx.principal.region_id, reach)
    )


async def page(ctx: Context, request: PageRequest, only: CorrectionFilter) -> Page[AnyRow]:
    """Corrections the caller may see, newest first."""
    statement = _visible(ctx)
    if only.status:
        statement = statement.where(_ONE.status == only.status)
    if only.teacher_id:
        statement = statement.where(_ONE.teacher_id == only.teacher_id)
    if only.school_id:
        statement = statement.where(Teacher.school_id == only.school_id)
    return await fetch_page(
        ctx.db, statement, request, order=(_ONE.id,), descending=True, scope=f"teacher-corrections|{only}"
    )


async def by_id(ctx: Context, correction_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One correction the caller may see; `lock` holds it for its answer."""
    statement = _visible(ctx).where(_ONE.id == correction_id)
    return (await ctx.db.execute(statement.with_for_update(of=_ONE) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Corrections (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_visible(ctx).where(_ONE.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def sealed(ctx: Context, correction_id: UUID) -> AnyRow:
    """The sealed number of a correction that is held, and the blind index of the one it was asked against."""
    statement = select(_ONE.id_number, _ONE.id_number_before)
    one = and_(_ONE.region_id == ctx.principal.region_id, _ONE.id == correction_id)
    return (await ctx.db.execute(statement.where(one))).one()


async def add(ctx: Context, values: dict[str, Any]) -> None:
    """Write a correction; a second open one of the teacher is refused by the database."""
    who = {"region_id": ctx.principal.region_id, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_ONE).values(**who, **values))


async def move(ctx: Context, correction_id: UUID, values: dict[str, Any]) -> None:
    """Move a correction to a status and forget its number; values: the status, and the answer where there is one."""
    one = and_(_ONE.region_id == ctx.principal.region_id, _ONE.id == correction_id)
    forgotten = {"id_number": None, "id_number_before": None}
    await ctx.db.execute(update(_ONE).where(one).values(**moved(_ONE, values), **forgotten))
