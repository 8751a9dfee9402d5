"""SQL of tasks, and of who owes them. [M5.3]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.practice.models import PracticeOutput, PracticeTask
from app.practice.queries.people import Code, Whose, reach
from app.practice.states import PracticeDutyState, PracticeOutputStatus, PracticeTaskStatus
from app.projects.models import Project, ProjectTrainee
from app.projects.queries.projects import visible
from app.projects.queries.rows import columns_of
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopMember

_K, _O, _P, _T, _M, _W = PracticeTask, PracticeOutput, Project, ProjectTrainee, WorkshopMember, Workshop
_Unit = aliased(Organisation)
OFFICES = frozenset({Role.BUREAU, Role.TRAINING_SCHOOL})
"""Who sees drafts."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks of a project: any part may be None."""

    status: PracticeTaskStatus | None = None
    kind: Code | None = None
    workshop_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """Whose duties: any part may be None; is_overdue: the day is over and nothing is there to be marked."""

    task_id: UUID | None = None
    workshop_id: UUID | None = None
    school_id: UUID | None = None
    trainee_id: UUID | None = None
    state: PracticeDutyState | None = None
    is_overdue: bool | None = None


def _tasks(ctx: Context) -> AnySelect:
    who = ctx.principal
    told = true() if who.role in OFFICES else _K.published_on.is_not(None)
    made = (
        select(func.count())
        .where(_O.region_id == _K.region_id, _O.task_id == _K.id, _O.status != PracticeOutputStatus.WITHDRAWN)
        .correlate(_K)
        .scalar_subquery()
    )
    return (
        select(
            *columns_of(_K),
            _P.name.label("project_name"),
            _P.status.label("project_status"),
            _W.name.label("workshop_name"),
            cast(made, Integer).label("outputs"),
        )
        .join(_P, and_(_P.region_id == _K.region_id, _P.id == _K.project_id))
        .outerjoin(_W, and_(_W.region_id == _K.region_id, _W.id == _K.workshop_id))
        .where(_K.region_id == who.region_id, rows(who, Permission.PRACTICE_PLAN_READ), visible(ctx), told)
    )


async def page(ctx: Context, request: PageRequest, project_id: UUID, only: TaskFilter) -> Page[AnyRow]:
    """Tasks of a project, newest first."""
    named = [(getattr(_K, name), getattr(only, name)) for name in TaskFilter.__slots__]
    narrowed = [column == value for column, value in named if value is not None]
    statement = _tasks(ctx).where(_K.project_id == project_id, *narrowed)
    scope = f"practice-tasks|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_K.id,), descending=True, scope=scope)


async def by_id(ctx: Context, task_id: UUID, *, lock: bool = False, shared: bool = False) -> AnyRow | None:
    """One task the caller may see; `lock` holds it for a change, `shared` keeps others from changing it."""
    statement = _tasks(ctx).where(_K.id == task_id)
    if lock or shared:
        statement = statement.with_for_update(of=_K, read=shared)
    return (await ctx.db.execute(statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Tasks (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_tasks(ctx).where(_K.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def workshop(ctx: Context, workshop_id: UUID) -> AnyRow | None:
    """Family and name of a workshop of the region."""
    statement = select(_W.id, _W.family, _W.name).where(
        _W.region_id == ctx.principal.region_id, _W.id == workshop_id, _W.closed_on.is_(None)
    )
    return (await ctx.db.execute(statement)).one_or_none()


def binds(ctx: Context) -> ColumnElement[bool]:
    """Whether a task is a trainee's: of the whole project, or of the workshop the person was sent with.

    Who was not sent with a workshop has the tasks of those one belongs to.
    """
    member = exists().where(
        _M.region_id == _K.region_id,
        _M.workshop_id == _K.workshop_id,
        _M.teacher_id == _T.teacher_id,
        _M.joined_on <= ctx.clock.today,
        or_(_M.left_on.is_(None), _M.left_on > ctx.clock.today),
    )
    joined = and_(_T.workshop_id.is_(None), member)
    return or_(_K.workshop_id.is_(None), _K.workshop_id == _T.workshop_id, joined)


async def is_bound(ctx: Context, task_id: UUID, trainee_id: UUID) -> bool:
    """Whether a task of the project is this trainee's."""
    statement = (
        select(_T.id)
        .join(_K, and_(_K.region_id == _T.region_id, _K.project_id == _T.project_id))
        .where(_T.region_id == ctx.principal.region_id, _T.id == trainee_id, _K.id == task_id, binds(ctx))
    )
    return (await ctx.db.execute(statement)).one_or_none() is not None


def _state() -> ColumnElement[str]:
    open_ = ((_O.status == PracticeOutputStatus.SUBMITTED, PracticeDutyState.HANDED_IN),)
    returned = ((_O.status == PracticeOutputStatus.RETURNED, PracticeDutyState.RETURNED),)
    return case((_O.id.is_(None), PracticeDutyState.OWED), *open_, *returned, else_=PracticeDutyState.MARKED)


async def duties(ctx: Context, request: PageRequest, project_id: UUID, only: DutyFilter) -> Page[AnyRow]:
    """What each trainee has to do and has done, by task and trainee. [M5.3]"""
    state = _state()
    is_open = or_(_O.id.is_(None), _O.status == PracticeOutputStatus.RETURNED)
    late = and_(_K.due_on < ctx.clock.today, is_open)
    task, trainee = _K.id.label("task_id"), _T.id.label("trainee_id")
    found = and_(_O.region_id == _T.region_id, _O.task_id == _K.id, _O.trainee_id == _T.id)
    statement = (
        select(
            task,
            trainee,
            _K.kind,
            _K.title,
            _K.due_on,
            _K.workshop_id,
            _T.teacher_id,
            _T.school_id,
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            _O.id.label("output_id"),
            state.label("state"),
            late.label("is_overdue"),
        )
        .select_from(_T)
        .join(_K, and_(_K.region_id == _T.region_id, _K.project_id == _T.project_id))
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _T.region_id, Organisation.id == _T.school_id))
        .outerjoin(_O, and_(found, _O.status != PracticeOutputStatus.WITHDRAWN))
        .where(_T.region_id == ctx.principal.region_id, _T.project_id == project_id)
        .where(_T.status == TraineeStatus.ENROLLED, _K.status == PracticeTaskStatus.PUBLISHED, binds(ctx))
        .where(reach(ctx, Permission.PRACTICE_READ, Whose(_T.school_id, _T.teacher_id, _T.project_id)))
    )
    plain = {"task_id": _K.id, "workshop_id": _K.workshop_id, "school_id": _T.school_id, "trainee_id": _T.id}
    given = [(column, getattr(only, name)) for name, column in plain.items()]
    statement = statement.where(*(column == value for column, value in given if value is not None))
    if only.state is not None:
        statement = statement.where(state == only.state)
    if only.is_overdue is not None:
        statement = statement.where(late if only.is_overdue else ~func.coalesce(late, False))
    scope = f"practice-duties|{project_id}|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(task, trainee), scope=scope)
