"""Reaction to the merging of two records of one person: the person has one term at a time. [A7.6]"""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.errors import Conflict
from app.trainers.queries import appointments


async def refuse_two_terms(ctx: Context, *, teacher_id: UUID, into_id: UUID, reason: str) -> None:
    """Reaction to "teacher.merging": Conflict 409 where both records have a term on the same day. [A7.6]"""
    del reason
    ctx.require(Permission.TEACHER_MERGE)
    if await appointments.do_overlap(ctx, teacher_id, into_id):
        message = "两份档案在同一时期都有培训者聘任，请先办理其中一项的解聘或撤销，再合并。"
        raise Conflict("TRAINER_TERM_OVERLAP", message)
