"""SQL of what the service knows beside a standard 系统数据: a function per figure, of a calendar year. [A5.R] [A6.R]"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select

from app.access.context import Context
from app.assistance.models import AssistancePair
from app.cases.models import TypicalCase
from app.core.db import AnyRow, RegionRow
from app.practice.models import PracticeCase
from app.practice.states import PracticeCaseStatus
from app.projects.models import SubProject
from app.publications.models import Publication
from app.school_research.models import DevelopmentPlan, ResearchActivity, ResearchAttendance, SchoolPlan, TrainingBudget
from app.school_research.states import STANDING
from app.teachers.models import Teacher
from app.workshops.models import WorkshopActivity, WorkshopCase, WorkshopPlan

Days = tuple[date, date]


def _mine(ctx: Context, table: type[RegionRow], column: Any, one: UUID) -> tuple[ColumnElement[bool], ...]:
    return (table.region_id == ctx.principal.region_id, column == one)


async def research_activities(ctx: Context, school_id: UUID, days: Days) -> AnyRow:
    """Activities a school held (`held`), people who came (`came`), and its teachers on post (`teachers`)."""
    act, came, person = ResearchActivity, ResearchAttendance, Teacher
    region = ctx.principal.region_id
    held = (*_mine(ctx, act, act.school_id, school_id), act.activity_date.between(*days), act.status == "open")
    staff = (person.region_id == region, person.school_id == school_id, person.status == "active", person.is_on_post)
    statement = select(
        select(func.count()).select_from(act).where(*held).scalar_subquery().label("held"),
        select(func.count())
        .select_from(came)
        .join(act, and_(act.region_id == came.region_id, act.id == came.activity_id))
        .where(*held)
        .scalar_subquery()
        .label("came"),
        select(func.count()).select_from(person).where(*staff).scalar_subquery().label("teachers"),
    )
    return (await ctx.db.execute(statement)).one()


async def budget(ctx: Context, school_id: UUID, year: int) -> AnyRow | None:
    """Training budget of a school in a year, in fen."""
    one = TrainingBudget
    statement = select(one.public_funds_fen, one.training_fen, one.used_fen)
    statement = statement.where(*_mine(ctx, one, one.school_id, school_id), one.year == year)
    return (await ctx.db.execute(statement)).one_or_none()


async def has_development_plan(ctx: Context, school_id: UUID, start_year: int) -> bool:
    """Whether a three-year plan covers a school year."""
    one = DevelopmentPlan
    covers = (one.first_year <= start_year, one.last_year >= start_year)
    return bool(
        await ctx.db.scalar(select(exists(select(one.id).where(*_mine(ctx, one, one.school_id, school_id), *covers))))
    )


async def has_plan(ctx: Context, school_id: UUID, start_year: int) -> bool:
    """Whether the plan of a school year was approved."""
    one = SchoolPlan
    stands = (one.start_year == start_year, one.status.in_(STANDING))
    return bool(
        await ctx.db.scalar(select(exists(select(one.id).where(*_mine(ctx, one, one.school_id, school_id), *stands))))
    )


async def cases(ctx: Context, school_id: UUID, terms: Sequence[str]) -> dict[str, int]:
    """Cases a school handed in, by term; those taken back or not taken in are left out."""
    one = TypicalCase
    counted = (one.term.in_(terms), one.status.not_in(("withdrawn", "declined")))
    statement = select(one.term, func.count().label("cases")).where(
        *_mine(ctx, one, one.organisation_id, school_id), *counted
    )
    return {row.term: row.cases for row in (await ctx.db.execute(statement.group_by(one.term))).all()}


async def helped_schools(ctx: Context, school_id: UUID, days: Days) -> int:
    """Schools that a school helped within the days."""
    pair = AssistancePair
    during = (pair.starts_on <= days[1], or_(pair.ends_on.is_(None), pair.ends_on >= days[0]))
    statement = select(func.count(distinct(pair.helped_id))).where(
        *_mine(ctx, pair, pair.helper_id, school_id), pair.status.in_(("confirmed", "ended")), *during
    )
    return int(await ctx.db.scalar(statement) or 0)


async def workshop_activities(ctx: Context, workshop_id: UUID, days: Days) -> AnyRow:
    """Activities a workshop held (`held`), and at how many schools (`hosts`)."""
    act = WorkshopActivity
    statement = select(func.count().label("held"), func.count(distinct(act.host_school_id)).label("hosts")).where(
        *_mine(ctx, act, act.workshop_id, workshop_id), act.status == "held", act.starts_on.between(*days)
    )
    return (await ctx.db.execute(statement)).one()


async def workshop_cases(
    ctx: Context, workshop_id: UUID, terms: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Cases of a workshop by start year and term."""
    one = WorkshopCase
    counted = or_(*(and_(one.start_year == year, one.term == term) for year, term in terms))
    statement = select(one.start_year, one.term, func.count().label("cases")).where(
        *_mine(ctx, one, one.workshop_id, workshop_id), counted
    )
    found = await ctx.db.execute(statement.group_by(one.start_year, one.term))
    return {(row.start_year, row.term): row.cases for row in found.all()}


async def has_workshop_plan(ctx: Context, workshop_id: UUID, start_year: int) -> bool:
    """Whether the plan of a school year was accepted."""
    one = WorkshopPlan
    stands = (one.start_year == start_year, one.status == "accepted")
    return bool(
        await ctx.db.scalar(
            select(exists(select(one.id).where(*_mine(ctx, one, one.workshop_id, workshop_id), *stands)))
        )
    )


async def publications(ctx: Context, subject_id: UUID, days: Days) -> int:
    """Items published about a workshop or a project within the days."""
    one = Publication
    statement = (
        select(func.count())
        .select_from(one)
        .where(*_mine(ctx, one, one.subject_id, subject_id), one.status == "published", one.published_on.between(*days))
    )
    return int(await ctx.db.scalar(statement) or 0)


async def project_of(ctx: Context, sub_project_id: UUID) -> UUID:
    """The project of a sub-project that is there."""
    one = SubProject
    found: UUID = (
        await ctx.db.execute(select(one.project_id).where(*_mine(ctx, one, one.id, sub_project_id)))
    ).scalar_one()
    return found


async def project_cases(ctx: Context, project_id: UUID, days: Days) -> int:
    """Cases of trainees of a project that were accepted within the days."""
    one = PracticeCase
    accepted = (one.status == PracticeCaseStatus.ACCEPTED, func.date(one.answered_at).between(*days))
    statement = select(func.count()).select_from(one).where(*_mine(ctx, one, one.project_id, project_id), *accepted)
    return int(await ctx.db.scalar(statement) or 0)
