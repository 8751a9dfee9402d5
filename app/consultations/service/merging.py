"""Reaction to the merging of two records of one person: reports of a person stay the person's. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations.queries import reports as queries


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": whoever wrote reports under the one record sees them under the other."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.move(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("consultation_report.merged", entity="teacher", entity_id=into_id, facts=facts)


async def follow_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": reports go back to the record that wrote them."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.give_back(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "from": str(into_id), "rows": moved}
        await ctx.record("consultation_report.parted", entity="teacher", entity_id=teacher_id, facts=facts)
