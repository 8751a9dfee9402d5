"""SQL of whole lists for files: attendance, and the summary of a project, within the scope. [A2.3b]"""

from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnySelect
from app.organisations.models import Organisation
from app.projects.models import ProjectTrainee
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.training.models import (
    TrainingAttendance,
    TrainingCompletion,
    TrainingScore,
    TrainingSession,
    TrainingSubmission,
)
from app.training.queries import sessions
from app.training.queries.scores import presence

_A, _S, _T, _W = TrainingAttendance, TrainingSession, ProjectTrainee, TrainingSubmission
_C, _P = TrainingScore, TrainingCompletion
_Unit = aliased(Organisation)


def attendance(ctx: Context, project_id: UUID) -> AnySelect:
    """Attendance of a project, by session and person; to schools of held sessions."""
    return (
        sessions.attendance(ctx)
        .add_columns(_S.held_on, _S.part, _S.topic, _S.hours, _S.lecturer_name, Teacher.staff_no)
        .where(_S.project_id == project_id)
        .order_by(_S.held_on, _S.id, _A.trainee_id)
    )


def summary(ctx: Context, project_id: UUID) -> AnySelect:
    """Trainees of a project with attendance, published score and completion."""
    who = ctx.principal
    marked = select(func.count(_W.mark)).where(_W.region_id == _T.region_id, _W.trainee_id == _T.id)
    score = (
        select(_C.total)
        .where(_C.region_id == _T.region_id, _C.trainee_id == _T.id)
        .order_by(_C.publication.desc())
        .limit(1)
    )
    return (
        select(
            _T.id,
            Teacher.staff_no,
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            _Unit.name.label("unit_name"),
            *(column.label(name) for name, column in presence().items()),
            cast(marked.correlate(_T).scalar_subquery(), Integer).label("marked"),
            score.correlate(_T).scalar_subquery().label("score"),
            _P.status.label("completion"),
            _P.number,
            _P.credited,
        )
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _T.region_id, Organisation.id == _T.school_id))
        .join(_Unit, and_(_Unit.region_id == _T.region_id, _Unit.id == _T.unit_id))
        .outerjoin(_P, and_(_P.region_id == _T.region_id, _P.trainee_id == _T.id))
        .where(
            _T.region_id == who.region_id,
            _T.project_id == project_id,
            _T.status == TraineeStatus.ENROLLED,
            rows(who, Permission.TRAINING_SCORE_READ, organisation=_T.school_id, teacher=_T.teacher_id),
        )
        .order_by(_T.unit_id, _T.id)
    )
