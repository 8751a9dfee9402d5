"""SQL of what two records of one person hold in steering bodies and as experts. Decision 14."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.steering.models import Expert, LeadingGroupHolder
from app.steering.states import ExpertStatus, HolderStatus
from app.teachers.queries import successions

_H, _X = LeadingGroupHolder, Expert


async def take_over(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Posts, but in bodies where that one sits itself, and engagements are another's; answers how many rows."""
    region = ctx.principal.region_id
    held = aliased(_H)
    posts = select(held.group_id).where(
        held.region_id == region, held.teacher_id == into_id, or_(held.until.is_(None), held.until > ctx.clock.today)
    )
    in_post = (_H.status == HolderStatus.IN_POST) & _H.group_id.not_in(posts)
    engaged = _X.status == ExpertStatus.ENGAGED
    moved = await successions.take_over(ctx, _H.teacher_id, in_post, teacher_id, into_id)
    return moved + await successions.take_over(ctx, _X.teacher_id, engaged, teacher_id, into_id)


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What named a record names it again; answers how many rows."""
    moved = await successions.give_back(ctx, _H.teacher_id, teacher_id, holder_id)
    return moved + await successions.give_back(ctx, _X.teacher_id, teacher_id, holder_id)
