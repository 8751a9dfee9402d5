"""SQL of what two records of one person have in the practice. Decision 14."""

from uuid import UUID

from sqlalchemy import true, update

from app.access.context import Context
from app.core.db import touched
from app.practice.models import PracticeCase, PracticeOutput, PracticePairing, PracticeResult, TrackingVisit
from app.projects.models import ProjectTrainee
from app.teachers.queries import successions

_T, _P = ProjectTrainee, PracticePairing


async def take_over(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """What a record has in the practice, pairings that hold and visits of its are another's; answers how many rows."""
    moved = await _follow_trainees(ctx, teacher_id, into_id)
    for column, which in ((_P.teacher_id, _P.ended_on.is_(None)), (TrackingVisit.tracker_id, true())):
        moved += await successions.take_over(ctx, column, which, teacher_id, into_id)
    return moved


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What named a record names it again, and what its trainees have got since is theirs; answers how many rows."""
    moved = await _follow_trainees(ctx, holder_id, teacher_id)
    for column in (_P.teacher_id, TrackingVisit.tracker_id):
        moved += await successions.give_back(ctx, column, teacher_id, holder_id)
    return moved


async def _follow_trainees(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Outputs, cases and results go where their trainee has gone; answers how many rows."""
    moved = 0
    for table in (PracticeOutput, PracticeCase, PracticeResult):
        statement = (
            update(table)
            .where(
                table.region_id == ctx.principal.region_id,
                table.teacher_id == teacher_id,
                _T.region_id == table.region_id,
                _T.id == table.trainee_id,
                _T.teacher_id == into_id,
            )
            .values(teacher_id=into_id, **touched(table))
        )
        moved += (await ctx.db.execute(statement)).rowcount
    return moved
