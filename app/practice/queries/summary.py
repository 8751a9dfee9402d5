"""SQL of what the practice of projects has come to: per trainee, per project, per year. [A4.5] [A2.5a]"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.practice.models import PracticeCase, PracticeOutput, PracticeResult, PracticeTask, PracticeWeights
from app.practice.queries.people import Whose, reach
from app.practice.queries.results import total
from app.practice.queries.tasks import binds
from app.practice.states import (
    OUTPUT_JUDGED,
    PracticeCaseKind,
    PracticeCaseStatus,
    PracticeOutputStatus,
    PracticeResultStatus,
    PracticeTaskStatus,
)
from app.projects.models import Project, ProjectTrainee
from app.projects.queries.figures import HELD, of_year
from app.projects.queries.projects import visible
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.workshops.models import Workshop

_T, _P, _O, _K, _R, _G, _W = (
    ProjectTrainee, Project, PracticeOutput, PracticeTask, PracticeResult, PracticeWeights, Workshop,
)  # fmt: skip
_Transfer, _Leading = aliased(PracticeCase), aliased(PracticeCase)


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which trainees: any part may be None; lacks: whose case of a kind is missing."""

    school_id: UUID | None = None
    unit_id: UUID | None = None
    lacks: PracticeCaseKind | None = None


def accepted_case(alias: Any, kind: PracticeCaseKind) -> ColumnElement[bool]:
    """The accepted case of a kind of a trainee; there is at most one: who has a case, here and on the scorecard."""
    return and_(
        alias.region_id == _T.region_id,
        alias.trainee_id == _T.id,
        alias.kind == kind,
        alias.status == PracticeCaseStatus.ACCEPTED,
    )


def _enrolled(ctx: Context) -> tuple[ColumnElement[bool], ...]:
    whose = Whose(_T.school_id, _T.teacher_id, _T.project_id)
    return (
        _T.region_id == ctx.principal.region_id,
        _T.status == TraineeStatus.ENROLLED,
        reach(ctx, Permission.PRACTICE_READ, whose),
    )


def _outputs(*more: ColumnElement[bool]) -> Any:
    mine = (_O.region_id == _T.region_id, _O.trainee_id == _T.id, _O.status != PracticeOutputStatus.WITHDRAWN)
    return cast(select(func.count()).where(*mine, *more).correlate(_T).scalar_subquery(), Integer)


def _tasks(ctx: Context, *more: ColumnElement[bool]) -> Any:
    told = (_K.region_id == _T.region_id, _K.project_id == _T.project_id, _K.status == PracticeTaskStatus.PUBLISHED)
    return cast(select(func.count()).where(*told, binds(ctx), *more).correlate(_T).scalar_subquery(), Integer)


def _late(ctx: Context) -> Any:
    """Tasks of a trainee whose day is over without an output that is there to be marked."""
    made = (
        select(_O.id)
        .where(_O.region_id == _K.region_id, _O.task_id == _K.id, _O.trainee_id == _T.id)
        .where(_O.status.not_in([PracticeOutputStatus.WITHDRAWN, PracticeOutputStatus.RETURNED]))
        .correlate(_K, _T)
    )
    return _tasks(ctx, _K.due_on < ctx.clock.today, ~made.exists())


def persons(ctx: Context, project_id: UUID, only: PersonFilter) -> AnySelect:
    """Each trainee of a project in reach with tasks, outputs, cases and the published result, by trainee."""
    published = _R.status == PracticeResultStatus.PUBLISHED
    found = and_(_R.region_id == _T.region_id, _R.trainee_id == _T.id, published)
    statement = (
        select(
            _T.id.label("trainee_id"),
            _T.project_id,
            _T.teacher_id,
            _T.school_id,
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            _W.name.label("workshop_name"),
            _tasks(ctx).label("tasks"),
            _outputs().label("outputs"),
            _outputs(_O.status.in_(OUTPUT_JUDGED)).label("marked"),
            _late(ctx).label("overdue"),
            _Transfer.id.label("transfer_case_id"),
            _Leading.id.label("leading_case_id"),
            total().label("total"),
        )
        .select_from(_T)
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _T.region_id, Organisation.id == _T.school_id))
        .outerjoin(_W, and_(_W.region_id == _T.region_id, _W.id == _T.workshop_id))
        .outerjoin(_Transfer, accepted_case(_Transfer, PracticeCaseKind.TRANSFER))
        .outerjoin(_Leading, accepted_case(_Leading, PracticeCaseKind.LEADING))
        .outerjoin(_R, found)
        .outerjoin(_G, and_(_G.region_id == _R.region_id, _G.project_id == _R.project_id))
        .where(*_enrolled(ctx), _T.project_id == project_id)
    )
    if only.school_id is not None:
        statement = statement.where(_T.school_id == only.school_id)
    if only.unit_id is not None:
        statement = statement.where(_T.unit_id == only.unit_id)
    if only.lacks is not None:
        missing = _Transfer if only.lacks is PracticeCaseKind.TRANSFER else _Leading
        statement = statement.where(missing.id.is_(None))
    return statement


def in_order(statement: AnySelect) -> AnySelect:
    """The same by school, name and trainee, for a whole list."""
    return statement.order_by(Organisation.name, Teacher.name, _T.id)


async def person_page(ctx: Context, request: PageRequest, project_id: UUID, only: PersonFilter) -> Page[AnyRow]:
    """Trainees of a project in reach, by trainee."""
    scope = f"practice-trainees|{project_id}|{only}|{ctx.clock.today}"
    order = (_T.id.label("trainee_id"),)
    return await fetch_page(ctx.db, persons(ctx, project_id, only), request, order=order, scope=scope)


def _counts() -> tuple[Any, ...]:
    named = {"trainees": _T.id, "transfer": _Transfer.id, "leading": _Leading.id}
    return tuple(cast(func.count(column), Integer).label(name) for name, column in named.items())


def _with_cases(ctx: Context) -> AnySelect:
    return (
        select(*_counts())
        .select_from(_T)
        .outerjoin(_Transfer, accepted_case(_Transfer, PracticeCaseKind.TRANSFER))
        .outerjoin(_Leading, accepted_case(_Leading, PracticeCaseKind.LEADING))
        .where(*_enrolled(ctx))
    )


async def counts_of_project(ctx: Context, project_id: UUID) -> AnyRow:
    """Trainees of a project in reach, and how many have a case of each kind. [A4.5]"""
    return (await ctx.db.execute(_with_cases(ctx).where(_T.project_id == project_id))).one()


async def counts_of_year(ctx: Context, year: int) -> AnyRow:
    """The same over the projects that start in a year and have got as far as training. [A4.5]"""
    of = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    return (await ctx.db.execute(_with_cases(ctx).join(_P, of).where(of_year(ctx, year, HELD)))).one()


async def lacking(ctx: Context, year: int, limit: int) -> list[AnyRow]:
    """Who of these trainees lacks a case of either kind, by project and name. [A4.5]"""
    of = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    statement = (
        select(
            _T.id.label("trainee_id"),
            _T.project_id,
            _T.teacher_id,
            Teacher.name.label("teacher_name"),
            _P.name.label("project_name"),
            _Transfer.id.is_not(None).label("has_transfer"),
            _Leading.id.is_not(None).label("has_leading"),
        )
        .select_from(_T)
        .join(_P, of)
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .outerjoin(_Transfer, accepted_case(_Transfer, PracticeCaseKind.TRANSFER))
        .outerjoin(_Leading, accepted_case(_Leading, PracticeCaseKind.LEADING))
        .where(*_enrolled(ctx), of_year(ctx, year, HELD))
        .where(or_(_Transfer.id.is_(None), _Leading.id.is_(None)))
        .order_by(_P.name, Teacher.name, _T.id)
        .limit(limit)
    )
    return list((await ctx.db.execute(statement)).all())


async def work_of_project(ctx: Context, project_id: UUID) -> AnyRow:
    """Sums over the trainees of a project in reach: tasks, outputs, those overdue, results published."""
    inner = persons(ctx, project_id, PersonFilter()).subquery()
    sums = [func.coalesce(func.sum(inner.c[name]), 0) for name in ("tasks", "outputs", "marked", "overdue")]
    columns = [
        cast(one, Integer).label(name)
        for one, name in zip(sums, ("duties", "outputs", "marked", "overdue"), strict=True)
    ]
    results = cast(func.count(inner.c.total), Integer).label("results")
    return (await ctx.db.execute(select(*columns, results))).one()


async def project(ctx: Context, project_id: UUID) -> AnyRow | None:
    """Name and status of a project the caller sees."""
    statement = select(_P.id, _P.name, _P.status, _P.region_id).where(
        _P.region_id == ctx.principal.region_id, _P.id == project_id, visible(ctx)
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def case_kinds(ctx: Context, trainee_id: UUID) -> set[str]:
    """Of which kinds a trainee has an accepted case."""
    statement = select(PracticeCase.kind).where(
        PracticeCase.region_id == ctx.principal.region_id,
        PracticeCase.trainee_id == trainee_id,
        PracticeCase.status == PracticeCaseStatus.ACCEPTED,
    )
    return set((await ctx.db.scalars(statement)).all())
