"""Reactions of steering to the merging and parting of two records of one person. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.steering.queries import merging as queries


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": posts and engagements that last are the record's that stays. [A1] [M6.1.2]"""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.take_over(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("leading_group.merged", entity="teacher", entity_id=into_id, facts=facts)


async def follow_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": posts and engagements go back to the record whose they were."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.give_back(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "from": str(into_id), "rows": moved}
        await ctx.record("leading_group.parted", entity="teacher", entity_id=teacher_id, facts=facts)
