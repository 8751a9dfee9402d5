"""SQL of where teachers are employed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from app.access.context import Context
from app.core.db import AnyRow, touched
from app.core.ids import new_id
from app.organisations.models import Organisation
from app.teachers.models import Employment, Teacher
from app.teachers.queries.records import in_scope, school_name
from app.teachers.states import TeacherStatus

EMPLOYMENTS_MAX = 200
"""Spells shown of one teacher: four a year for a working life, and more than anybody has."""
_SPELL_COLUMNS = (
    Employment.id,
    Employment.teacher_id,
    Employment.school_id,
    school_name(Employment.school_id),
    Employment.is_on_post,
    Employment.starts_on,
    Employment.ends_on,
    Employment.reason,
    Employment.created_at,
    Employment.updated_at,
    Employment.version,
)


async def employments(ctx: Context, teacher_id: UUID) -> Sequence[AnyRow]:
    """The spells of a teacher whom the caller may see, newest first."""
    return (await employments_of(ctx, [teacher_id]))[0]


async def employments_of(ctx: Context, teacher_ids: Sequence[UUID]) -> list[list[AnyRow]]:
    """Teachers (n,) -> their spells (n lists, newest first); empty where the caller may not see the teacher."""
    statement = (
        select(*_SPELL_COLUMNS)
        .where(
            Employment.region_id == ctx.principal.region_id,
            Employment.teacher_id.in_(teacher_ids),
            exists().where(in_scope(ctx), Teacher.id == Employment.teacher_id),
        )
        .order_by(Employment.teacher_id, Employment.starts_on.desc())
        .limit(EMPLOYMENTS_MAX * len(teacher_ids))
    )
    known: dict[UUID, list[AnyRow]] = {one: [] for one in teacher_ids}
    for row in (await ctx.db.execute(statement)).all():
        known[row.teacher_id].append(row)
    return [known[one] for one in teacher_ids]


async def last_spell(ctx: Context, teacher_id: UUID) -> AnyRow:
    """The present or last spell of a teacher, after the teacher's row was locked."""
    statement = (
        select(Employment.id, Employment.school_id, Employment.is_on_post, Employment.starts_on, Employment.ends_on)
        .where(Employment.region_id == ctx.principal.region_id, Employment.teacher_id == teacher_id)
        .order_by(Employment.starts_on.desc())
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one()


async def places(ctx: Context, teacher_id: UUID) -> tuple[date, tuple[UUID, ...]]:
    """The first day of a teacher's first spell, and every organisation of the spells."""
    statement = select(func.min(Employment.starts_on), func.array_agg(Employment.school_id.distinct())).where(
        Employment.region_id == ctx.principal.region_id, Employment.teacher_id == teacher_id
    )
    first_day, schools = (await ctx.db.execute(statement)).one()
    return first_day, tuple(schools)


async def open_spell(ctx: Context, teacher_id: UUID, *, school_id: UUID, is_on_post: bool, starts_on: date) -> None:
    """Begin a spell; the constraint refuses one that overlaps another."""
    values = {"school_id": school_id, "is_on_post": is_on_post, "starts_on": starts_on}
    statement = insert(Employment).values(
        region_id=ctx.principal.region_id, id=new_id(), teacher_id=teacher_id, **values
    )
    await ctx.db.execute(statement)


async def change_spell(ctx: Context, spell_id: UUID, values: dict[str, Any]) -> None:
    """End a spell, or correct whether it was on post."""
    await ctx.db.execute(
        update(Employment)
        .where(Employment.region_id == ctx.principal.region_id, Employment.id == spell_id)
        .values(**values, **touched(Employment))
    )


async def employer(ctx: Context, organisation_id: UUID) -> AnyRow | None:
    """An organisation of the region by kind and status, kept from being closed until the transaction ends."""
    statement = select(Organisation.id, Organisation.kind, Organisation.status).where(
        Organisation.region_id == ctx.principal.region_id, Organisation.id == organisation_id
    )
    return (await ctx.db.execute(statement.with_for_update(read=True, key_share=True))).one_or_none()


async def is_anybody_employed(ctx: Context, organisation_id: UUID, *, on: date) -> bool:
    """Whether somebody has a spell at the organisation that lasts on a day or begins later; merged records are not."""
    statement = select(
        exists().where(
            Teacher.region_id == Employment.region_id,
            Teacher.id == Employment.teacher_id,
            Teacher.status != TeacherStatus.MERGED,
            Employment.region_id == ctx.principal.region_id,
            Employment.school_id == organisation_id,
            or_(Employment.ends_on.is_(None), Employment.ends_on > on),
        )
    )
    return bool(await ctx.db.scalar(statement))
