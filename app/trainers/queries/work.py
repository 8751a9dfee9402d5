"""SQL of assignments, workload, assessments, and of the facts behind the team's read-out. [A7.7] [A7.10] [M3.3]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, and_, cast, func, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher
from app.trainers.models import TrainerAppointment, TrainerAssessment, TrainerAssignment
from app.trainers.states import AssessmentResult

_T, _W, _S = TrainerAppointment, TrainerAssignment, TrainerAssessment
READ, READ_ASSESSMENT = Permission.TRAINER_WORK_READ, Permission.TRAINER_ASSESSMENT_READ
DUTIES = ("planning", "delivery", "mentoring", "tracking", "resources")


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Which tasks: any part may be None; is_overdue: the fee was due before today and is not paid."""

    school_year: YearName | None = None
    teacher_id: UUID | None = None
    school_id: UUID | None = None
    workshop_id: UUID | None = None
    is_overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class WorkloadFilter:
    """Whose workload, in which school year."""

    school_year: YearName
    school_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AssessmentFilter:
    """Which assessments: any part may be None."""

    school_year: YearName | None = None
    teacher_id: UUID | None = None
    result: AssessmentResult | None = None


def year_name(column: Any) -> Any:
    """The name of a school year from its first calendar year, as `school_year`."""
    return (cast(column, Text) + "-" + cast(column + 1, Text)).label("school_year")


def _overdue(day: date) -> Any:
    return and_(func.coalesce(_W.fee_due_on < day, False), _W.fee_paid_on.is_(None))


def _assignments(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _W.__table__.columns if column.name != "region_id"]
    reach = rows(ctx.principal, READ, organisation=_W.school_id, teacher=_W.teacher_id)
    return (
        select(*columns, _T.holder_name, year_name(_W.start_year), _overdue(ctx.clock.today).label("is_overdue"))
        .join(_T, and_(_T.region_id == _W.region_id, _T.id == _W.appointment_id))
        .where(_W.region_id == ctx.principal.region_id, reach)
    )


async def assignment_page(ctx: Context, request: PageRequest, only: AssignmentFilter) -> Page[AnyRow]:
    """Tasks the caller may see, newest first."""
    statement = _assignments(ctx)
    if only.school_year:
        statement = statement.where(_W.start_year == SchoolYear.parse(only.school_year).start)
    if only.teacher_id:
        statement = statement.where(_W.teacher_id == only.teacher_id)
    if only.school_id:
        statement = statement.where(_W.school_id == only.school_id)
    if only.workshop_id:
        statement = statement.where(_W.workshop_id == only.workshop_id)
    if only.is_overdue is not None:
        statement = statement.where(_overdue(ctx.clock.today).is_(only.is_overdue))
    scope = f"trainer-assignments|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_W.id,), descending=True, scope=scope)


async def assignment(ctx: Context, assignment_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One task the caller may see; `lock` holds it for a change."""
    statement = _assignments(ctx).where(_W.id == assignment_id)
    return (await ctx.db.execute(statement.with_for_update(of=_W) if lock else statement)).one_or_none()


def _sums() -> list[Any]:
    duties = [cast(func.count().filter(_W.duty == duty), Integer).label(duty) for duty in DUTIES]
    return [cast(func.count(), Integer).label("tasks"), func.coalesce(func.sum(_W.hours), 0).label("hours"), *duties]


async def workload_page(ctx: Context, request: PageRequest, only: WorkloadFilter) -> Page[AnyRow]:
    """What each trainer did in a school year, by person."""
    reach = rows(ctx.principal, READ, organisation=_W.school_id, teacher=_W.teacher_id)
    statement = (
        select(_W.teacher_id, _W.school_id, _T.holder_name, *_sums())
        .join(_T, and_(_T.region_id == _W.region_id, _T.id == _W.appointment_id))
        .where(_W.region_id == ctx.principal.region_id, reach)
        .where(_W.start_year == SchoolYear.parse(only.school_year).start)
        .group_by(_W.teacher_id, _W.school_id, _T.holder_name)
    )
    if only.school_id:
        statement = statement.where(_W.school_id == only.school_id)
    order = (_W.teacher_id, _W.school_id, _T.holder_name)
    return await fetch_page(ctx.db, statement, request, order=order, scope=f"trainer-workload|{only}")


async def record_of(ctx: Context, appointment_id: UUID, start_year: int) -> AnyRow:
    """The record of work of a term in a school year."""
    statement = select(*_sums()).where(
        _W.region_id == ctx.principal.region_id, _W.appointment_id == appointment_id, _W.start_year == start_year
    )
    return (await ctx.db.execute(statement)).one()


def _assessments(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _S.__table__.columns if column.name != "region_id"]
    reach = rows(ctx.principal, READ_ASSESSMENT, organisation=_S.school_id, teacher=_S.teacher_id)
    return (
        select(*columns, _T.holder_name, year_name(_S.start_year))
        .join(_T, and_(_T.region_id == _S.region_id, _T.id == _S.appointment_id))
        .where(_S.region_id == ctx.principal.region_id, reach)
    )


async def assessment_page(ctx: Context, request: PageRequest, only: AssessmentFilter) -> Page[AnyRow]:
    """Assessments the caller may see, newest first."""
    statement = _assessments(ctx)
    if only.school_year:
        statement = statement.where(_S.start_year == SchoolYear.parse(only.school_year).start)
    if only.teacher_id:
        statement = statement.where(_S.teacher_id == only.teacher_id)
    if only.result:
        statement = statement.where(_S.result == only.result)
    scope = f"trainer-assessments|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), descending=True, scope=scope)


async def assessment(ctx: Context, assessment_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One assessment the caller may see; `lock` holds it for the reply."""
    statement = _assessments(ctx).where(_S.id == assessment_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def results_of(ctx: Context, appointment_id: UUID) -> Sequence[AnyRow]:
    """School year and result of every assessment of a term."""
    statement = select(_S.start_year, _S.result).where(
        _S.region_id == ctx.principal.region_id, _S.appointment_id == appointment_id
    )
    return (await ctx.db.execute(statement.order_by(_S.start_year))).all()


async def members(ctx: Context, day: date) -> Sequence[AnyRow]:
    """Every term that holds on a day or later, with what the read-out counts; took_part: a task by that day."""
    took_part = (
        select(_W.id)
        .where(_W.region_id == _T.region_id, _W.appointment_id == _T.id, _W.done_on <= day)
        .where(_W.start_year == SchoolYear.of(day).start)
        .exists()
    )
    statement = (
        select(
            _T.teacher_id,
            _T.source,
            _T.stage,
            _T.subject,
            _T.starts_on,
            _T.until,
            Teacher.birth_date,
            Teacher.title,
            took_part.label("took_part"),
        )
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .where(_T.region_id == ctx.principal.region_id, _T.until > day, _T.until > _T.starts_on)
        .order_by(_T.id)
        .limit(5_000)
    )
    return (await ctx.db.execute(statement)).all()
