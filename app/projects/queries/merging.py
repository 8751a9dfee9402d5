"""SQL of what two records of one person have in projects. Decision 14."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.projects.models import (
    Project,
    ProjectNomination,
    ProjectPerson,
    ProjectTrainee,
    SubProject,
    SubProjectMember,
)
from app.projects.queries.nominations import OVER
from app.projects.states import IN_PREPARATION, UNDER_WAY, TraineeStatus
from app.teachers.queries import successions

_N, _P, _T = ProjectNomination, Project, ProjectTrainee
_B, _M, _R = SubProject, SubProjectMember, ProjectPerson


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


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Give what a record is in projects that are not over to another; answers how many rows."""
    region = ctx.principal.region_id
    running = select(_P.id).where(_P.region_id == region, _P.status.in_(UNDER_WAY))
    standing = select(_P.id).where(_P.region_id == region, _P.status.in_(IN_PREPARATION | UNDER_WAY))
    teams = select(_B.id).where(_B.region_id == region, _B.project_id.in_(standing))
    moved = 0
    for column, which in (
        (_N.teacher_id, and_(_N.project_id.in_(running), _N.status.not_in(OVER))),
        (_T.teacher_id, and_(_T.project_id.in_(running), _T.status == TraineeStatus.ENROLLED)),
        (_M.teacher_id, _M.sub_project_id.in_(teams)),
        (_R.teacher_id, _R.project_id.in_(standing)),
    ):
        moved += await successions.take_over(ctx, column, which, teacher_id, into_id)
    return moved


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """What a record was before it was merged it is again; answers how many rows."""
    columns = (_N.teacher_id, _T.teacher_id, _M.teacher_id, _R.teacher_id)
    return sum([await successions.give_back(ctx, column, teacher_id, holder_id) for column in columns])
