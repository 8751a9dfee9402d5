"""SQL of the honours that awards give."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    func,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_new

from app.access.context import Context
from app.core.db import AnyRow, touched
from app.core.ids import new_id
from app.teachers.models import Teacher, TeacherHonour


async def add_honours(ctx: Context, honours: Sequence[dict[str, Any]]) -> list[AnyRow]:
    """Honours that awards give; which are new, with the teacher: an award gives one only."""
    own = {"region_id": ctx.principal.region_id, "granted_by": ctx.principal.account_id}
    statement = insert_new(TeacherHonour).values([{**own, "id": new_id(), **one} for one in honours])
    once = statement.on_conflict_do_nothing(constraint="uq_teacher_honours_award")
    made = once.returning(TeacherHonour.teacher_id, TeacherHonour.code, TeacherHonour.award_id)
    return list((await ctx.db.execute(made)).all())


async def withdraw_honours(ctx: Context, award_ids: Sequence[UUID], reason: str) -> list[AnyRow]:
    """Honours of awards that nobody holds any more; which stood until now, with the teacher."""
    by = {"withdrawn_by": ctx.principal.account_id, "withdrawn_at": func.clock_timestamp(), "withdrawn_reason": reason}
    mine = (TeacherHonour.region_id == ctx.principal.region_id, TeacherHonour.award_id.in_(award_ids))
    statement = update(TeacherHonour).where(*mine, TeacherHonour.withdrawn_at.is_(None))
    gone = statement.values(**by, **touched(TeacherHonour))
    columns = (TeacherHonour.teacher_id, TeacherHonour.code, TeacherHonour.award_id)
    return list((await ctx.db.execute(gone.returning(*columns))).all())


async def touch(ctx: Context, teacher_ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """The next version of records whose read-out has changed; teacher -> id and school."""
    mine = (Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(teacher_ids))
    statement = update(Teacher).where(*mine).values(**touched(Teacher)).returning(Teacher.id, Teacher.school_id)
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}
