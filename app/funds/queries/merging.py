"""SQL of what two records of one person have in funds. Decision 14."""

from uuid import UUID

from sqlalchemy import select, true, update

from app.access.context import Context
from app.core.db import touched
from app.funds.models import ExpertFee, Reimbursement
from app.projects.models import ProjectTrainee
from app.teachers.queries import successions

_F, _R, _T = ExpertFee, Reimbursement, ProjectTrainee


async def take_over(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Fees of an expert and the reimbursements of a trainee are another record's; answers how many rows."""
    fees = await successions.take_over(ctx, _F.teacher_id, true(), teacher_id, into_id)
    return fees + await _follow_trainees(ctx, teacher_id, into_id)


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """Fees are the record's again, and so is what its trainees have asked for since; answers how many rows."""
    fees = await successions.give_back(ctx, _F.teacher_id, teacher_id, holder_id)
    return fees + await _follow_trainees(ctx, holder_id, teacher_id)


async def _follow_trainees(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Reimbursements go where their trainee has gone; answers how many rows."""
    region = ctx.principal.region_id
    trainees = select(_T.id).where(_T.region_id == region, _T.teacher_id == into_id)
    old = update(_R).where(_R.region_id == region, _R.teacher_id == teacher_id, _R.trainee_id.in_(trainees))
    return int((await ctx.db.execute(old.values(teacher_id=into_id, **touched(_R)))).rowcount)
