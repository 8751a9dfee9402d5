"""Which projects a calendar year counts, in one place: each belongs to the year it starts in. [A4.2] [A4.5]"""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select

from app.access.context import Context
from app.core.db import AnySelect
from app.projects.models import Project, ProjectTrainee
from app.projects.states import ProjectStatus, TraineeStatus

_P, _T, _X = Project, ProjectTrainee, ProjectStatus
APPROVED = (_X.APPROVED, _X.SELECTING, _X.RUNNING, _X.PRACTICE, _X.EVALUATING, _X.CLOSED, _X.ARCHIVED)
"""Projects that were approved and not called off."""
HELD = APPROVED[2:]
"""Those of them that have begun."""


def of_year(ctx: Context, year: int, statuses: tuple[ProjectStatus, ...]) -> ColumnElement[bool]:
    """Projects of these statuses that start in the calendar year."""
    here = and_(_P.region_id == ctx.principal.region_id, _P.status.in_(statuses))
    return and_(here, _P.starts_on.between(date(year, 1, 1), date(year, 12, 31)))


def enrolled(ctx: Context, year: int) -> AnySelect:
    """Trainees enrolled in the year's projects 当年学员: of project_trainees and its project. [A4.5]"""
    of = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    return (
        select(
            _T.id,
            _P.name,
            _T.teacher_id,
            _T.school_id,
            _T.joined_on,
            func.concat("/v1/projects/", _T.project_id, "/trainees").label("path"),
        )
        .join(_P, of)
        .where(_T.region_id == ctx.principal.region_id, _T.status == TraineeStatus.ENROLLED, of_year(ctx, year, HELD))
    )
