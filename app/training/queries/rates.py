"""SQL behind the three rates: places, refusals and trainees of many projects at once, within the scope. [A4.2]"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow
from app.organisations.models import Organisation
from app.projects.models import Project, ProjectNomination, ProjectQuota, ProjectTrainee
from app.teachers.models import Teacher
from app.training.models import TrainingCompletion
from app.training.queries import figures
from app.training.queries.scores import presence

_P, _Q, _N, _T, _C = Project, ProjectQuota, ProjectNomination, ProjectTrainee, TrainingCompletion
_Unit = aliased(Organisation)
READ = Permission.NOMINATION_RATE_READ


async def places(ctx: Context, project_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Places of units, and nominations that came in time: project_id, unit_id, unit_name, places, in_time."""
    statement = (
        select(
            _Q.project_id,
            _Q.unit_id,
            _Unit.name.label("unit_name"),
            _Q.places,
            cast(figures.in_time(), Integer).label("in_time"),
        )
        .join(_P, and_(_P.region_id == _Q.region_id, _P.id == _Q.project_id))
        .join(_Unit, and_(_Unit.region_id == _Q.region_id, _Unit.id == _Q.unit_id))
        .where(
            _Q.region_id == ctx.principal.region_id,
            _Q.project_id.in_(project_ids),
            rows(ctx.principal, READ, organisation=_Q.unit_id),
        )
        .order_by(_Q.project_id, _Q.id)
    )
    return (await ctx.db.execute(statement)).all()


async def refused(ctx: Context, project_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Nominations of units refused for a condition that must be met: project_id, teacher_id, name, unit, reason."""
    statement = (
        select(
            _N.project_id,
            _N.teacher_id,
            Teacher.name.label("teacher_name"),
            _N.unit_id,
            _Unit.name.label("unit_name"),
            _N.reason,
        )
        .join(Teacher, and_(Teacher.region_id == _N.region_id, Teacher.id == _N.teacher_id))
        .join(_Unit, and_(_Unit.region_id == _N.region_id, _Unit.id == _N.unit_id))
        .where(
            _N.region_id == ctx.principal.region_id,
            _N.project_id.in_(project_ids),
            figures.was_refused(),
            rows(ctx.principal, READ, organisation=_N.school_id),
        )
        .order_by(_N.project_id, _N.id)
    )
    return (await ctx.db.execute(statement)).all()


async def trainees(ctx: Context, project_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Who was enrolled: those who are, and those who left after the first day without anybody in their place.

    project_id, teacher_id, teacher_name, unit_id, unit_name; status, due, present, completion (status or None), reason.
    """
    completion = and_(_C.region_id == _T.region_id, _C.trainee_id == _T.id)
    statement = (
        select(
            _T.project_id,
            _T.teacher_id,
            Teacher.name.label("teacher_name"),
            _T.unit_id,
            _Unit.name.label("unit_name"),
            _T.status,
            *(column.label(name) for name, column in presence().items()),
            _C.status.label("completion"),
            func.coalesce(_C.reason, _T.left_reason).label("reason"),
        )
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(_Unit, and_(_Unit.region_id == _T.region_id, _Unit.id == _T.unit_id))
        .outerjoin(_C, completion)
        .where(
            _T.region_id == ctx.principal.region_id,
            _T.project_id.in_(project_ids),
            figures.was_enrolled(),
            rows(ctx.principal, READ, organisation=_T.school_id),
        )
        .order_by(_T.project_id, _T.id)
    )
    return (await ctx.db.execute(statement)).all()
