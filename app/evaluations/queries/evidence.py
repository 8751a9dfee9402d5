"""SQL of what the service knows beside a standard 系统数据, of a calendar year: figures of the packages they are of.

Nothing is counted here in a way of its own; docs/decisions/0004-one-set-of-figures.md. [A3.6] [A5.R] [A6.R]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, distinct, func, select

from app.access.context import Context
from app.assistance.queries import helping
from app.cases.queries import handed_in
from app.core.db import AnyRow, AnySelect
from app.practice.queries.summary import counts_of_project
from app.projects.models import Project, ProjectTrainee, SubProject
from app.publications import queries as publications
from app.school_research.models import DevelopmentPlan, TrainingBudget
from app.school_research.queries import figures as research
from app.teachers.models import Teacher
from app.training.models import TrainingCompletion
from app.training.queries import figures as training
from app.workshops.models import Workshop, WorkshopPlan
from app.workshops.queries import activities, figures

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Held:
    """What a workshop held 集中研修: how often, at how many schools; who was due and came; people led; cases."""

    held: int
    hosts: int
    expected: int
    present: int
    led: int
    cases: int


async def _count(ctx: Context, found: AnySelect, *conditions: Any) -> int:
    return int(await ctx.db.scalar(select(func.count()).select_from(found.where(*conditions).subquery())) or 0)


async def research_activities(ctx: Context, school_id: UUID, days: Days) -> AnyRow:
    """Activities a school held (`held`), people who came (`came`), and its teachers on post (`teachers`)."""
    held, came = research.activities(ctx, days).subquery(), research.attendance(ctx, days).subquery()
    person = Teacher
    region = ctx.principal.region_id
    staff = (person.region_id == region, person.school_id == school_id, person.status == "active", person.is_on_post)
    counted = {
        "held": select(func.count()).select_from(held).where(held.c.school_id == school_id),
        "came": select(func.count()).select_from(came).where(came.c.school_id == school_id),
        "teachers": select(func.count()).select_from(person).where(*staff),
    }
    statement = select(*(one.scalar_subquery().label(name) for name, one in counted.items()))
    return (await ctx.db.execute(statement)).one()


async def budget(ctx: Context, school_id: UUID, year: int) -> AnyRow | None:
    """Training budget of a school in a year, in fen."""
    one = TrainingBudget
    statement = select(one.public_funds_fen, one.training_fen, one.used_fen)
    mine = (one.region_id == ctx.principal.region_id, one.school_id == school_id, one.year == year)
    return (await ctx.db.execute(statement.where(*mine))).one_or_none()


async def has_development_plan(ctx: Context, school_id: UUID, start_year: int) -> bool:
    """Whether a three-year plan covers a school year."""
    one = DevelopmentPlan
    covers = (one.first_year <= start_year, one.last_year >= start_year)
    found = select(one.id).where(one.region_id == ctx.principal.region_id, one.school_id == school_id)
    return await _count(ctx, found, *covers) > 0


async def has_plan(ctx: Context, school_id: UUID, start_year: int) -> bool:
    """Whether the plan of a school year was approved."""
    found = research.plans(ctx, start_year).subquery()
    return await _count(ctx, select(found.c.id), found.c.school_id == school_id) > 0


async def cases(ctx: Context, school_id: UUID, terms: Sequence[str]) -> dict[str, int]:
    """Cases a school handed in, by term."""
    found = handed_in(ctx).subquery()
    statement = select(found.c.term, func.count().label("cases")).where(
        found.c.organisation_id == school_id, found.c.term.in_(terms)
    )
    return {row.term: row.cases for row in (await ctx.db.execute(statement.group_by(found.c.term))).all()}


async def cases_of_project(ctx: Context, project_id: UUID) -> int:
    """Typical cases handed in that tell of a project."""
    found = handed_in(ctx).subquery()
    return await _count(ctx, select(found.c.id), found.c.subject_id == project_id)


async def helped_schools(ctx: Context, school_id: UUID, days: Days) -> int:
    """Schools that a school helped within the days."""
    found = helping(ctx, days).subquery()
    statement = select(func.count(distinct(found.c.helped_id))).where(found.c.helper_id == school_id)
    return int(await ctx.db.scalar(statement) or 0)


async def workshop(ctx: Context, workshop_id: UUID, days: Days) -> Held:
    """What a workshop did on days of a span: the functions its months are counted with. [M7.1a]"""
    held = await activities.held_in(ctx, workshop_id, *days)
    there = await activities.presence(ctx, workshop_id, *days)
    led = await activities.people_led(ctx, workshop_id, days)
    told = await _count(ctx, figures.cases(ctx, workshop_id, days))
    return Held(len(held), len({one.host_school_id for one in held}), there.expected, there.present, led, told)


async def workshop_cases(ctx: Context, workshop_id: UUID, start_year: int) -> dict[int, int]:
    """Cases of a workshop in a school year, by term."""
    return await activities.cases_by_term(ctx, workshop_id, start_year)


async def has_workshop_plan(ctx: Context, workshop_id: UUID, start_year: int) -> bool:
    """Whether the plan of a school year was accepted."""
    one = WorkshopPlan
    found = select(one.id).where(one.region_id == ctx.principal.region_id, one.workshop_id == workshop_id)
    return await _count(ctx, found, one.start_year == start_year, one.status == "accepted") > 0


async def publications_of_workshop(ctx: Context, workshop_id: UUID, days: Days) -> int:
    """Items published about a workshop within the days, or that name it: as its months count them."""
    one = Workshop
    found = select(one.unit_id, one.name).where(one.region_id == ctx.principal.region_id, one.id == workshop_id)
    row = (await ctx.db.execute(found)).one_or_none()
    return 0 if row is None else await publications.count_about(ctx, workshop_id, (row.unit_id, row.name), *days)


async def publications_of_project(ctx: Context, project_id: UUID, days: Days) -> int:
    """Items published about a project within the days."""
    return await publications.count_about(ctx, project_id, None, *days)


async def training_of_project(ctx: Context, project_id: UUID) -> AnyRow:
    """Trainees of a project as its rates count them: begun, attended, decided, completed. [A4.2]"""
    person, project, completion = ProjectTrainee, Project, TrainingCompletion
    parts = {
        "begun": training.has_begun(),
        "attended": and_(training.has_begun(), training.attended()),
        "decided": training.is_decided(),
        "completed": and_(training.is_decided(), training.has_completed()),
    }
    statement = (
        select(*(func.count().filter(one).label(name) for name, one in parts.items()))
        .select_from(person)
        .join(project, and_(project.region_id == person.region_id, project.id == person.project_id))
        .outerjoin(completion, and_(completion.region_id == person.region_id, completion.trainee_id == person.id))
        .where(person.region_id == ctx.principal.region_id, person.project_id == project_id, training.was_enrolled())
    )
    return (await ctx.db.execute(statement)).one()


async def practice_of_project(ctx: Context, project_id: UUID) -> AnyRow:
    """Trainees of a project in reach, and how many have a case of each kind: trainees, transfer, leading. [A4.5]"""
    return await counts_of_project(ctx, project_id)


async def sub_project(ctx: Context, sub_project_id: UUID) -> AnyRow | None:
    """A sub-project of the region: id, project_id."""
    one = SubProject
    found = select(one.id, one.project_id).where(one.region_id == ctx.principal.region_id, one.id == sub_project_id)
    return (await ctx.db.execute(found)).one_or_none()
