"""SQL of coverage: who of the teachers at post has no project, no workshop, too few hours in a school year. [M3.2]

Lists look at one teacher after the other and stop at the page; counts take the teachers and who met the target from
the counters of the ledger and count those who are covered, of whom there are far fewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursCompletionCounter, HoursSummary
from app.hours.queries.completion import at_post, held_of
from app.organisations.models import Organisation
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.portfolio.states import GROUPS_MAX
from app.projects.models import Project, ProjectTrainee
from app.projects.states import ProjectStatus, TraineeStatus
from app.teachers.models import Employment, Teacher
from app.workshops.models import Workshop, WorkshopMember
from app.workshops.queries.workshops import present
from app.workshops.states import WorkshopStatus

_T, _P, _W, _M = ProjectTrainee, Project, Workshop, WorkshopMember
READ = Permission.COVERAGE_READ
NOT_RUN = (ProjectStatus.DRAFT, ProjectStatus.SUBMITTED, ProjectStatus.CANCELLED)
Code = Annotated[str, Field(max_length=40)]
CoverageGroup = Literal["central_school", "school", "stage"]


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Whose coverage: any part but the year may be None; has_gap: whether anything is missing at all."""

    school_year: YearName
    school_id: UUID | None = None
    central_school_id: UUID | None = None
    stage: Code | None = None
    is_without_project: bool | None = None
    is_without_workshop: bool | None = None
    is_below_target: bool | None = None
    has_gap: bool | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a year is looked at by: the day of the roster and of memberships, and the target in hours."""

    year: SchoolYear
    day: date
    target: Decimal


def _enrolled(one: Any, year: SchoolYear) -> ColumnElement[bool]:
    """A place still held in a project that runs on some day of the school year."""
    return and_(
        one.status == TraineeStatus.ENROLLED,
        _P.status.not_in(NOT_RUN),
        _P.starts_on <= year.last_day,
        _P.ends_on >= year.first_day,
    )


def _is_running(basis: Basis) -> ColumnElement[bool]:
    """A workshop registered for the school year, and not closed by the day."""
    is_open = or_(_W.status == WorkshopStatus.REGISTERED, _W.closed_on > basis.day)
    return and_(
        _W.registered_by.is_not(None), is_open, _W.start_year <= basis.year.start, _W.end_year >= basis.year.start
    )


def _belongs(basis: Basis) -> ColumnElement[bool]:
    return and_(_M.joined_on <= basis.day, present(_M, basis.day))


def _has_project(person: Any, basis: Basis) -> ColumnElement[bool]:
    on = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    mine = (_T.region_id == person.region_id, _T.teacher_id == person.id, _enrolled(_T, basis.year))
    return exists(select(_T.id).join(_P, on).where(*mine).correlate(person))


def _has_workshop(person: Any, basis: Basis) -> ColumnElement[bool]:
    on = and_(_W.region_id == _M.region_id, _W.id == _M.workshop_id)
    mine = (_M.region_id == person.region_id, _M.teacher_id == person.id, _belongs(basis), _is_running(basis))
    leads = (_W.region_id == person.region_id, _W.leader_id == person.id, _is_running(basis))
    return or_(
        exists(select(_M.id).join(_W, on).where(*mine).correlate(person)),
        exists(select(_W.id).where(*leads).correlate(person)),
    )


def _of_person(has: Any, basis: Basis) -> ColumnElement[bool]:
    """What a teacher has, under the own record or one merged into it."""
    merged = aliased(Teacher)
    one = (merged.region_id == Teacher.region_id, merged.merged_into_id == Teacher.id)
    return or_(has(Teacher, basis), exists(select(merged.id).where(*one, has(merged, basis)).correlate(Teacher)))


def people(ctx: Context, basis: Basis, only: CoverageFilter) -> AnySelect:
    """Teachers at post on the day at their school of that day, with what is missing."""
    credited = func.coalesce(HoursSummary.credited, 0)
    flags = {
        "is_without_project": ~_of_person(_has_project, basis),
        "is_without_workshop": ~_of_person(_has_workshop, basis),
        "is_below_target": credited < basis.target,
    }
    statement = (
        select(
            Teacher.id.label("teacher_id"),
            Teacher.staff_no,
            Teacher.name,
            Employment.school_id,
            Organisation.name.label("school_name"),
            Organisation.town,
            Teacher.stage,
            Teacher.subject,
            credited.label("credited"),
            literal(basis.target).label("target"),
            func.greatest(basis.target - credited, 0).label("remaining"),
            *(flag.label(name) for name, flag in flags.items()),
        )
        .join(Employment, at_post(basis.day))
        .join(
            Organisation,
            and_(Organisation.region_id == Employment.region_id, Organisation.id == Employment.school_id),
        )
        .outerjoin(HoursSummary, held_of(basis.year))
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged")
        .where(rows(ctx.principal, READ, organisation=Employment.school_id))
    )
    for name, flag in (*flags.items(), ("has_gap", or_(*flags.values()))):
        if (value := getattr(only, name)) is not None:
            statement = statement.where(flag if value else ~flag)
    return _placed(statement, only)


def _placed(statement: AnySelect, only: CoverageFilter) -> AnySelect:
    if only.school_id:
        statement = statement.where(Employment.school_id == only.school_id)
    if only.central_school_id:
        town = or_(Organisation.id == only.central_school_id, Organisation.parent_id == only.central_school_id)
        statement = statement.where(town)
    return statement.where(Teacher.stage == only.stage) if only.stage else statement


async def page(ctx: Context, request: PageRequest, basis: Basis, only: CoverageFilter) -> Page[AnyRow]:
    """A page of them, by staff number."""
    scope = f"teacher-coverage|{only}|{basis.day}"
    return await fetch_page(ctx.db, people(ctx, basis, only), request, order=(Teacher.staff_no,), scope=scope)


def whole(ctx: Context, basis: Basis, only: CoverageFilter) -> AnySelect:
    """All of them, by staff number."""
    return people(ctx, basis, only).order_by(Teacher.staff_no)


def _counters(ctx: Context, basis: Basis) -> AnySelect:
    one = HoursCompletionCounter
    return (
        select(
            one.school_id,
            one.stage,
            func.sum(one.teachers).label("teachers"),
            (func.sum(one.teachers) - func.sum(one.met)).label("below"),
        )
        .where(one.region_id == ctx.principal.region_id, one.school_year == basis.year.start)
        .where(rows(ctx.principal, READ, organisation=one.school_id))
        .group_by(one.school_id, one.stage)
    )


def _roster(ctx: Context, basis: Basis) -> AnySelect:
    """The same figures from the rows themselves; for a day the test clock chose, and years without counters."""
    below = func.coalesce(HoursSummary.credited, 0) < basis.target
    return (
        select(
            Employment.school_id,
            Teacher.stage,
            func.count().label("teachers"),
            func.count().filter(below).label("below"),
        )
        .join(Employment, at_post(basis.day))
        .outerjoin(HoursSummary, held_of(basis.year))
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged")
        .where(rows(ctx.principal, READ, organisation=Employment.school_id))
        .group_by(Employment.school_id, Teacher.stage)
    )


def _covered(ctx: Context, basis: Basis, records: AnySelect, name: str) -> Any:
    """Teachers at post by school and stage who stand behind some records (teacher_id), each once."""
    found, merged = records.subquery(), aliased(Teacher)
    region = ctx.principal.region_id
    # Few records are merged: they are looked up among themselves, not everybody among all teachers.
    alias = and_(merged.region_id == region, merged.id == found.c.teacher_id, merged.merged_into_id.is_not(None))
    persons = (
        select(func.coalesce(merged.merged_into_id, found.c.teacher_id).label("person_id"))
        .select_from(found)
        .outerjoin(merged, alias)
        .distinct()
        .subquery()
    )
    return (
        select(Employment.school_id, Teacher.stage, func.count().label("covered"))
        .select_from(persons)
        .join(Teacher, and_(Teacher.region_id == region, Teacher.id == persons.c.person_id))
        .join(Employment, at_post(basis.day))
        .where(Employment.region_id == region, Teacher.status != "merged")
        .where(rows(ctx.principal, READ, organisation=Employment.school_id))
        .group_by(Employment.school_id, Teacher.stage)
        .cte(name)
    )


def _trainees(ctx: Context, basis: Basis) -> AnySelect:
    on = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    here = (_T.region_id == ctx.principal.region_id, _enrolled(_T, basis.year))
    return select(_T.teacher_id).join(_P, on).where(*here)


def _in_workshops(ctx: Context, basis: Basis) -> AnySelect:
    region = ctx.principal.region_id
    on = and_(_W.region_id == _M.region_id, _W.id == _M.workshop_id)
    members = select(_M.teacher_id).join(_W, on).where(_M.region_id == region, _belongs(basis), _is_running(basis))
    leaders = select(_W.leader_id.label("teacher_id")).where(_W.region_id == region, _is_running(basis))
    both = union(members, leaders).subquery()
    return select(both.c.teacher_id)


async def summary(ctx: Context, basis: Basis, group_by: CoverageGroup, *, live: bool) -> Sequence[AnyRow]:
    """Counts by group: key, name, and of all groups together as all_*; at most GROUPS_MAX groups, by name."""
    roster = (_roster if live else _counters)(ctx, basis).cte("roster")
    project = _covered(ctx, basis, _trainees(ctx, basis), "in_project")
    workshop = _covered(ctx, basis, _in_workshops(ctx, basis), "in_workshop")
    school, above = aliased(Organisation), aliased(Organisation)
    is_under = above.kind == "central_school"
    keys: dict[str, tuple[Any, Any]] = {
        "school": (school.id, school.name),
        "central_school": (
            case((is_under, above.id), else_=school.id),
            case((is_under, above.name), else_=school.name),
        ),
        "stage": (roster.c.stage, roster.c.stage),
    }
    key, name = keys[group_by]
    figures = {
        "teachers": func.sum(roster.c.teachers),
        "without_project": func.sum(roster.c.teachers - func.coalesce(project.c.covered, 0)),
        "without_workshop": func.sum(roster.c.teachers - func.coalesce(workshop.c.covered, 0)),
        "below_target": func.sum(roster.c.below),
    }
    same = [and_(one.c.school_id == roster.c.school_id, one.c.stage == roster.c.stage) for one in (project, workshop)]
    statement = (
        select(
            key.label("key"),
            name.label("name"),
            *(cast(figure, Integer).label(label) for label, figure in figures.items()),
            *(cast(func.sum(figure).over(), Integer).label(f"all_{label}") for label, figure in figures.items()),
        )
        .select_from(roster)
        .join(school, and_(school.region_id == ctx.principal.region_id, school.id == roster.c.school_id))
        .outerjoin(above, and_(above.region_id == school.region_id, above.id == school.parent_id))
        .outerjoin(project, same[0])
        .outerjoin(workshop, same[1])
        .group_by(key, name)
        .having(func.sum(roster.c.teachers) > 0)
        .order_by(name, key)
        .limit(GROUPS_MAX)
    )
    return (await ctx.db.execute(statement)).all()
