"""SQL of rows that name another record since two were merged, and the first again once they are parted. Decision 14.

Every package says which of its columns name a person for what is still under way; whose a row was is kept here, once.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from app.access.context import Context
from app.core.db import touched
from app.core.ids import new_id
from app.teachers.models import TeacherSuccession

_S = TeacherSuccession
Column = InstrumentedAttribute[Any]


async def take_over(
    ctx: Context,
    column: Column,
    which: ColumnElement[bool],
    teacher_id: UUID,
    into_id: UUID,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Let rows that name a record in `column` name another, and keep whose they were; answers how many rows.

    more: what else names the person in the same row, by column. Of a row that the record itself took over from a third
    one, it is known already whose it was.
    """
    rows = await _name(ctx, column, which & (column == teacher_id), into_id, more)
    own = {"region_id": ctx.principal.region_id, "kind": _kind(column), "teacher_id": teacher_id, "into_id": into_id}
    if rows:
        noted = insert(_S).values([{**own, "id": new_id(), "row_id": one} for one in rows])
        await ctx.db.execute(noted.on_conflict_do_nothing())
    return len(rows)


async def give_back(
    ctx: Context, column: Column, teacher_id: UUID, holder_id: UUID, more: Mapping[str, Any] | None = None
) -> int:
    """Let rows taken over from a record name it again, where they still name the holder; answers how many rows."""
    mine = (
        _S.region_id == ctx.principal.region_id,
        _S.teacher_id == teacher_id,
        _S.kind == _kind(column),
        _S.undone_at.is_(None),
    )
    own = column.class_.id.in_(select(_S.row_id).where(*mine))
    rows = await _name(ctx, column, own & (column == holder_id), teacher_id, more)
    undone = update(_S).where(*mine).values(undone_at=func.clock_timestamp(), **touched(_S))
    await ctx.db.execute(undone)
    return len(rows)


async def _name(
    ctx: Context, column: Column, which: ColumnElement[bool], to_id: UUID, more: Mapping[str, Any] | None
) -> list[UUID]:
    table: Any = column.class_
    values = {column.key: to_id, **(more or {}), **touched(table)}
    statement = update(table).where(table.region_id == ctx.principal.region_id, which).values(**values)
    return list((await ctx.db.scalars(statement.returning(table.id))).all())


def _kind(column: Column) -> str:
    return f"{column.class_.__tablename__}.{column.key}"
