"""SQL of what two records of one person have in projects. Decision 14."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select, update

from app.access.context import Context
from app.core.db import touched
from app.projects.models import Project, ProjectNomination, ProjectTrainee
from app.projects.queries.nominations import OVER
from app.projects.states import UNDER_WAY, TraineeStatus

_N, _P, _T = ProjectNomination, Project, ProjectTrainee


async def shared(ctx: Context, teacher_id: UUID, into_id: UUID) -> Sequence[str]:
    """Names of the projects for which both records have a nomination that stands."""
    statement = (
        select(_P.name)
        .join(_N, and_(_N.region_id == _P.region_id, _N.project_id == _P.id))
        .where(
            _P.region_id == ctx.principal.region_id, _N.teacher_id.in_((teacher_id, into_id)), _N.status.not_in(OVER)
        )
        .group_by(_P.id, _P.name)
        .having(func.count() > 1)
        .order_by(_P.name)
    )
    return (await ctx.db.scalars(statement)).all()


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> set[UUID]:
    """Give what a record has in projects under way to another; answers the projects."""
    region = ctx.principal.region_id
    open_ = select(_P.id).where(_P.region_id == region, _P.status.in_(UNDER_WAY))
    moved: set[UUID] = set()
    nominations = update(_N).where(
        _N.region_id == region, _N.teacher_id == teacher_id, _N.project_id.in_(open_), _N.status.not_in(OVER)
    )
    trainees = update(_T).where(
        _T.region_id == region,
        _T.teacher_id == teacher_id,
        _T.project_id.in_(open_),
        _T.status == TraineeStatus.ENROLLED,
    )
    for statement, table in ((nominations, _N), (trainees, _T)):
        changed = statement.values(teacher_id=into_id, **touched(table)).returning(table.project_id)
        moved |= set((await ctx.db.scalars(changed)).all())
    return moved
