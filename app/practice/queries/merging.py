"""SQL of what two records of one person have in the practice. Decision 14."""

from uuid import UUID

from sqlalchemy import update

from app.access.context import Context
from app.core.db import touched
from app.practice.models import PracticeCase, PracticeOutput, PracticeResult
from app.projects.models import ProjectTrainee

_T = ProjectTrainee


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
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
