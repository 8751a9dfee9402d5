"""SQL of questionnaires; the project has been shown to the caller before. [A2.3a]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Subquery, and_, cast, exists, func, literal, select, union
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import ProjectNomination, ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import TAKES_PLACE, TraineeStatus
from app.teachers.models import Teacher
from app.training.models import TrainingAnswer, TrainingSurvey
from app.training.states import TrainingSurveyStatus

_S, _A, _T, _N = TrainingSurvey, TrainingAnswer, ProjectTrainee, ProjectNomination
OFFICE = (Role.BUREAU, Role.TRAINING_SCHOOL)
"""Who works on a project; everybody else sees what is published."""


def _surveys(ctx: Context) -> AnySelect:
    who = ctx.principal
    own = (_A.region_id == _S.region_id, _A.survey_id == _S.id)
    answered = select(func.count()).where(*own).correlate(_S).scalar_subquery()
    mine: Any = literal(value=False)
    if who.teacher_id is not None:
        mine = exists(select(_A.id).where(*own, _A.teacher_id == who.teacher_id).correlate(_S))
    statement = select(*columns_of(_S), cast(answered, Integer).label("answered"), mine.label("has_answered")).where(
        _S.region_id == who.region_id
    )
    return statement if who.role in OFFICE else statement.where(_S.status != TrainingSurveyStatus.DRAFT)


async def page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Questionnaires of a project, newest first."""
    statement = _surveys(ctx).where(_S.project_id == project_id)
    scope = f"training-surveys|{project_id}"
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), descending=True, scope=scope)


async def by_id(ctx: Context, project_id: UUID, survey_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One questionnaire of a project; `lock` holds it for a change."""
    statement = _surveys(ctx).where(_S.project_id == project_id, _S.id == survey_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def published(ctx: Context, project_id: UUID) -> int:
    """How many questionnaires of a project were opened."""
    statement = select(func.count()).where(
        _S.region_id == ctx.principal.region_id,
        _S.project_id == project_id,
        _S.status != TrainingSurveyStatus.DRAFT,
    )
    return int(await ctx.db.scalar(statement) or 0)


def _addressed(ctx: Context, project_id: UUID) -> Subquery:
    """Whom a questionnaire is for: trainees, and who is nominated: teacher_id, school_id, each once."""
    region = ctx.principal.region_id
    both = union(
        select(_T.teacher_id, _T.school_id).where(
            _T.region_id == region, _T.project_id == project_id, _T.status == TraineeStatus.ENROLLED
        ),
        select(_N.teacher_id, _N.school_id).where(
            _N.region_id == region, _N.project_id == project_id, _N.status.in_(TAKES_PLACE)
        ),
    ).subquery()
    once = select(both).ext(distinct_on(both.c.teacher_id)).order_by(both.c.teacher_id, both.c.school_id)
    return once.subquery()


async def school_of_addressed(ctx: Context, project_id: UUID, teacher_id: UUID) -> UUID | None:
    """The school of a teacher whom the questionnaires of a project are for; None for anybody else."""
    people = _addressed(ctx, project_id)
    statement = select(people.c.school_id).where(people.c.teacher_id == teacher_id)
    found: UUID | None = await ctx.db.scalar(statement)
    return found


async def addressed(ctx: Context, project_id: UUID) -> int:
    """How many people the questionnaires of a project are for."""
    return int(await ctx.db.scalar(select(func.count()).select_from(_addressed(ctx, project_id))) or 0)


async def answers(ctx: Context, survey_id: UUID) -> Sequence[dict[str, Any]]:
    """All answers to a questionnaire, without whose they are."""
    statement = select(_A.answers).where(_A.region_id == ctx.principal.region_id, _A.survey_id == survey_id)
    return (await ctx.db.execute(statement.order_by(_A.id))).scalars().all()


async def answer(ctx: Context, answer_id: UUID) -> AnyRow:
    """An answer that stands."""
    statement = select(_A.id, _A.survey_id, _A.teacher_id, _A.school_id, _A.created_at, _A.updated_at, _A.version)
    own = (_A.region_id == ctx.principal.region_id, _A.id == answer_id)
    return (await ctx.db.execute(statement.where(*own))).one()


async def missing_page(ctx: Context, request: PageRequest, project_id: UUID, survey_id: UUID) -> Page[AnyRow]:
    """Who has not answered a questionnaire, within the scope."""
    who, people = ctx.principal, _addressed(ctx, project_id)
    sent = select(_A.id).where(
        _A.region_id == who.region_id, _A.survey_id == survey_id, _A.teacher_id == people.c.teacher_id
    )
    statement = (
        select(
            Teacher.id,
            Teacher.id.label("teacher_id"),
            Teacher.name.label("teacher_name"),
            people.c.school_id,
            Organisation.name.label("school_name"),
        )
        .join(people, Teacher.id == people.c.teacher_id)
        .join(Organisation, and_(Organisation.region_id == Teacher.region_id, Organisation.id == people.c.school_id))
        .where(
            Teacher.region_id == who.region_id,
            ~exists(sent),
            rows(who, Permission.SURVEY_MISSING_READ, organisation=people.c.school_id, teacher=people.c.teacher_id),
        )
    )
    scope = f"training-unanswered|{survey_id}"
    return await fetch_page(ctx.db, statement, request, order=(Teacher.id,), scope=scope)
