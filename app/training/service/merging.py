"""Reaction to the merging of two records of one person: what a trainee has is the trainee's. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.training.queries import merging as queries


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged", after the trainees have moved: attendance, work, scores, completions follow."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.move(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("training_completion.merged", entity="teacher", entity_id=into_id, facts=facts)
