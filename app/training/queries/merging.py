"""SQL of what two records of one person have in training. Decision 14."""

from uuid import UUID

from sqlalchemy import select, update

from app.access.context import Context
from app.core.db import touched
from app.projects.models import ProjectTrainee
from app.training.models import (
    TrainingAttendance,
    TrainingCompletion,
    TrainingCorrection,
    TrainingLeave,
    TrainingSubmission,
)

_T, _A = ProjectTrainee, TrainingAttendance


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """What a trainee has goes where the trainee has gone; answers how many rows. Scores are read by the trainee."""
    region = ctx.principal.region_id
    trainees = select(_T.id).where(_T.region_id == region, _T.teacher_id == into_id)
    attended = select(_A.id).where(_A.region_id == region, _A.trainee_id.in_(trainees))
    moved = 0
    for table, whose in (
        (TrainingAttendance, _A.trainee_id.in_(trainees)),
        (TrainingLeave, TrainingLeave.trainee_id.in_(trainees)),
        (TrainingSubmission, TrainingSubmission.trainee_id.in_(trainees)),
        (TrainingCompletion, TrainingCompletion.trainee_id.in_(trainees)),
        (TrainingCorrection, TrainingCorrection.attendance_id.in_(attended)),
    ):
        old = update(table).where(table.region_id == region, table.teacher_id == teacher_id, whose)
        moved += (await ctx.db.execute(old.values(teacher_id=into_id, **touched(table)))).rowcount
    return moved
