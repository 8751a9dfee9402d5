"""SQL of assignments and submissions; the project has been shown to the caller before. [A2.3b] [A2.3c]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.models import ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.training.models import TrainingAssignment, TrainingSubmission
from app.training.queries.surveys import OFFICE

_A, _S, _T = TrainingAssignment, TrainingSubmission, ProjectTrainee


@dataclass(frozen=True, slots=True)
class TrainingSubmissionFilter:
    """Which submissions: any part may be None."""

    assignment_id: UUID | None = None
    trainee_id: UUID | None = None
    is_excellent: bool | None = None


def _assignments(ctx: Context) -> AnySelect:
    own = (_S.region_id == _A.region_id, _S.assignment_id == _A.id)
    handed_in, marked = (
        select(func.count(column)).where(*own).correlate(_A).scalar_subquery() for column in (_S.text, _S.mark)
    )
    return select(
        *columns_of(_A),
        cast(handed_in, Integer).label("handed_in"),
        cast(marked, Integer).label("marked"),
    ).where(_A.region_id == ctx.principal.region_id)


async def assignment_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Assignments of a project, by the day they are due."""
    statement = _assignments(ctx).where(_A.project_id == project_id)
    scope = f"training-assignments|{project_id}"
    return await fetch_page(ctx.db, statement, request, order=(_A.due_on, _A.id), scope=scope)


async def assignment(ctx: Context, project_id: UUID, assignment_id: UUID) -> AnyRow | None:
    """One assignment of a project."""
    statement = _assignments(ctx).where(_A.project_id == project_id, _A.id == assignment_id)
    return (await ctx.db.execute(statement)).one_or_none()


def submissions(ctx: Context) -> AnySelect:
    """Submissions within the scope; to schools and 中心校 excellent ones only. [A2.3c]"""
    who = ctx.principal
    statement = (
        select(*columns_of(_S), _A.title.label("assignment_title"), Teacher.name.label("teacher_name"))
        .join(_A, and_(_A.region_id == _S.region_id, _A.id == _S.assignment_id))
        .join(Teacher, and_(Teacher.region_id == _S.region_id, Teacher.id == _S.teacher_id))
        .where(
            _S.region_id == who.region_id,
            rows(who, Permission.TRAINING_SUBMISSION_READ, organisation=_S.school_id, teacher=_S.teacher_id),
        )
    )
    is_own = who.role in OFFICE or who.teacher_id is not None
    return statement if is_own else statement.where(_S.is_excellent)


async def submission_page(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingSubmissionFilter
) -> Page[AnyRow]:
    """Submissions of a project, in the order they came."""
    statement = submissions(ctx).where(_S.project_id == project_id)
    for name in only.__slots__:
        if (value := getattr(only, name)) is not None:
            statement = statement.where(getattr(_S, name) == value)
    scope = f"training-submissions|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), scope=scope)


async def submission(ctx: Context, project_id: UUID, submission_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One submission; `lock` holds it for a change."""
    statement = submissions(ctx).where(_S.project_id == project_id, _S.id == submission_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def submissions_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Submissions (n,) -> rows (n,), same order, None where missing or outside the scope."""
    known = {row.id: row for row in (await ctx.db.execute(submissions(ctx).where(_S.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def own_submission(ctx: Context, assignment_id: UUID, trainee_id: UUID) -> AnyRow | None:
    """What a trainee has handed in, locked."""
    statement = select(_S.id, _S.mark, _S.version).where(
        _S.region_id == ctx.principal.region_id, _S.assignment_id == assignment_id, _S.trainee_id == trainee_id
    )
    return (await ctx.db.execute(statement.with_for_update())).one_or_none()


async def own_trainee(ctx: Context, project_id: UUID) -> AnyRow | None:
    """The caller as a trainee of a project: id, teacher_id, school_id."""
    statement = select(_T.id, _T.teacher_id, _T.school_id).where(
        _T.region_id == ctx.principal.region_id,
        _T.project_id == project_id,
        _T.teacher_id == ctx.principal.teacher_id,
        _T.status == TraineeStatus.ENROLLED,
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def mark_many(ctx: Context, lines: Sequence[dict[str, Any]]) -> int:
    """Put marks on record: project_id, assignment_id, trainee_id, teacher_id, school_id, mark, comment of each."""
    by = {"marked_by": ctx.principal.account_id, "marked_at": func.clock_timestamp()}
    own = {"region_id": ctx.principal.region_id, "is_late": False, "is_excellent": False, **by}
    statement = upsert(_S).values([{**own, "id": new_id(), **line} for line in lines])
    new = statement.excluded
    values = {name: getattr(new, name) for name in ("mark", "comment", "marked_by", "marked_at")}
    statement = statement.on_conflict_do_update(
        constraint="uq_training_submissions_once", set_={**values, **touched(_S)}
    )
    return len((await ctx.db.execute(statement.returning(_S.id))).all())
