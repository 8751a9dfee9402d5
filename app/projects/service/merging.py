"""What projects do when two records turn out to be one person's, or two persons' after all. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.errors import Conflict
from app.projects.queries import merging as queries


async def refuse_two_nominations(ctx: Context, *, teacher_id: UUID, into_id: UUID, reason: str) -> None:
    """Reaction to "teacher.merging": Conflict 409 where both records stand in one project. [A2.2]"""
    del reason
    ctx.require(Permission.TEACHER_MERGE)
    names = await queries.shared(ctx, teacher_id, into_id)
    if names:
        message = f"两份档案都报名了项目{'、'.join(f'《{name}》' for name in names)}，请先撤回其中一份的报名，再合并。"
        raise Conflict("NOMINATION_OVERLAP", message)


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": the record that stays is nominee, trainee and of the teams of what is under way."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.move(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("project_nomination.merged", entity="teacher", entity_id=into_id, facts=facts)


async def follow_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": places in projects and teams go back to the record whose they were. [A2.2]"""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.give_back(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "from": str(into_id), "rows": moved}
        await ctx.record("project_nomination.parted", entity="teacher", entity_id=teacher_id, facts=facts)
