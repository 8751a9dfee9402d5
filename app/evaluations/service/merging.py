"""What campaigns do when two records turn out to be one person's, or two persons' after all. Decision 14."""

from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.errors import Conflict
from app.evaluations.queries import merging as queries


async def refuse_two_standings(ctx: Context, *, teacher_id: UUID, into_id: UUID, reason: str) -> None:
    """Reaction to "teacher.merging": Conflict 409 where both stand in one campaign, or hold one award twice. [SoD3]"""
    del reason
    ctx.require(Permission.TEACHER_MERGE)
    titles = await queries.shared(ctx, teacher_id, into_id)
    if titles:
        message = f"两份档案都在评选{'、'.join(f'《{one}》' for one in titles)}中，请先撤回推荐或调整评审组，再合并。"
        raise Conflict("CAMPAIGN_OVERLAP", message)
    numbers = await queries.doubled(ctx, teacher_id, into_id)
    if numbers:
        message = f"两份档案在同一年度有同一奖项（{'；'.join(numbers)}），请先撤销其中一项，再合并。"
        raise Conflict("AWARD_OVERLAP", message)


async def follow_merge(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.merged": the record that stays holds the awards, and is candidate and evaluator."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.move(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "into": str(into_id), "rows": moved}
        await ctx.record("campaign_candidate.merged", entity="teacher", entity_id=into_id, facts=facts)


async def follow_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": awards, candidacies, panels and sheets go back to the record whose they were."""
    ctx.require(Permission.TEACHER_MERGE)
    moved = await queries.give_back(ctx, teacher_id, into_id)
    if moved:
        facts = {"teacher": str(teacher_id), "from": str(into_id), "rows": moved}
        await ctx.record("campaign_candidate.parted", entity="teacher", entity_id=teacher_id, facts=facts)
