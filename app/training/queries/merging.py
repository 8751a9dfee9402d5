"""SQL of what two records of one person have in training. Decision 14."""

from uuid import UUID

from sqlalchemy import select, true, update

from app.access.context import Context
from app.core.db import touched
from app.projects.models import ProjectTrainee
from app.teachers.queries import successions
from app.training.models import (
    CourseDesign,
    TrainingAnswer,
    TrainingAttendance,
    TrainingCompletion,
    TrainingCorrection,
    TrainingLeave,
    TrainingSession,
    TrainingSubmission,
)

_T, _A, _Q = ProjectTrainee, TrainingAttendance, TrainingAnswer


async def take_over(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """What a record has in training and names it is another's; answers how many rows."""
    answered = select(_Q.survey_id).where(_Q.region_id == ctx.principal.region_id, _Q.teacher_id == into_id)
    moved = await _follow_trainees(ctx, teacher_id, into_id)
    for column, which in (
        (TrainingSession.lecturer_teacher_id, true()),
        (CourseDesign.author_teacher_id, true()),
        (_Q.teacher_id, _Q.survey_id.not_in(answered)),
    ):
        moved += await successions.take_over(ctx, column, which, teacher_id, into_id)
    return moved


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What named a record names it again, and what its trainees have got since is theirs; answers how many rows."""
    moved = await _follow_trainees(ctx, holder_id, teacher_id)
    for column in (TrainingSession.lecturer_teacher_id, CourseDesign.author_teacher_id, _Q.teacher_id):
        moved += await successions.give_back(ctx, column, teacher_id, holder_id)
    return moved


async def _follow_trainees(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
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
