"""Reaction to the merging of two records of one person: the work of a trainee is the trainee's. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.practice.queries import merging as queries


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged", after the trainees have moved: outputs, cases, results follow, and pairings."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.take_over(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("practice_output.merged", entity="teacher", entity_id=into_id, facts=facts)


async def follow_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": after the trainees have gone back: what they have goes with them."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.give_back(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "from": str(into_id), "rows": moved}
        await ctx.record("practice_output.parted", entity="teacher", entity_id=teacher_id, facts=facts)
