"""SQL of what one record takes over from another when they are merged, and gives back when they are parted."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from app.access.context import Context
from app.core.db import AnyRow, touched
from app.core.ids import new_id
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopMember, WorkshopSuccession
from app.workshops.states import WorkshopStatus

_S, _M = WorkshopSuccession, WorkshopMember


async def note(ctx: Context, values: Sequence[Mapping[str, Any]]) -> None:
    """Store what a record takes over, workshop by workshop."""
    if values:
        own = {"region_id": ctx.principal.region_id}
        await ctx.db.execute(insert(_S), [{**own, "id": new_id(), **one} for one in values])


async def standing(ctx: Context, workshop_ids: Sequence[UUID] | None, teacher_id: UUID | None) -> Sequence[AnyRow]:
    """What was taken over and not given back: in some workshops, or from one record."""
    statement = select(*_S.__table__.columns.values()).where(
        _S.region_id == ctx.principal.region_id, _S.undone_at.is_(None)
    )
    if workshop_ids is not None:
        statement = statement.where(_S.workshop_id.in_(workshop_ids))
    if teacher_id is not None:
        statement = statement.where(_S.teacher_id == teacher_id)
    return (await ctx.db.execute(statement.order_by(_S.workshop_id, _S.id))).all()


async def workshops_of(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Workshops by id, locked, except what is closed."""
    statement = (
        select(Workshop.id, Workshop.status, Workshop.unit_id, Workshop.leader_id)
        .where(
            Workshop.region_id == ctx.principal.region_id,
            Workshop.id.in_(ids),
            Workshop.status != WorkshopStatus.CLOSED,
        )
        .order_by(Workshop.id)
        .with_for_update()
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def led_by(ctx: Context, teacher_id: UUID) -> Sequence[AnyRow]:
    """The workshops a teacher leads, locked, except what is closed."""
    statement = (
        select(Workshop.id)
        .where(
            Workshop.region_id == ctx.principal.region_id,
            Workshop.leader_id == teacher_id,
            Workshop.status != WorkshopStatus.CLOSED,
        )
        .order_by(Workshop.id)
        .with_for_update()
    )
    return (await ctx.db.execute(statement)).all()


async def spells(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Spells as members by id."""
    statement = select(_M.id, _M.teacher_id, _M.role, _M.joined_on, _M.left_on, _M.left_reason).where(
        _M.region_id == ctx.principal.region_id, _M.id.in_(ids)
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def end_spell(ctx: Context, spell_id: UUID, *, left_on: date | None, reason: str | None) -> None:
    """End one spell, or let it go on (None)."""
    values = {"left_on": left_on, "left_reason": reason}
    statement = update(_M).where(_M.region_id == ctx.principal.region_id, _M.id == spell_id)
    await ctx.db.execute(statement.values(**values, **touched(_M)))


async def undo(ctx: Context, ids: Sequence[UUID]) -> None:
    """Note that things taken over were given back."""
    statement = update(_S).where(_S.region_id == ctx.principal.region_id, _S.id.in_(ids))
    await ctx.db.execute(statement.values(undone_at=func.clock_timestamp(), **touched(_S)))


async def persons(ctx: Context, teacher_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Records -> the record that stands for the person now."""
    statement = select(Teacher.id, func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id")).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(teacher_ids)
    )
    return {row.id: row.person_id for row in (await ctx.db.execute(statement)).all()}
