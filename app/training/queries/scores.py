"""SQL of process scores and completions, within the caller's scope. [A2.3b] [A4.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Numeric, and_, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.training.models import (
    TrainingAssignment,
    TrainingAttendance,
    TrainingCompletion,
    TrainingGrade,
    TrainingScheme,
    TrainingScore,
    TrainingSession,
    TrainingSubmission,
)
from app.training.queries.sessions import due
from app.training.states import TrainingCompletionStatus, TrainingPresence, TrainingSessionStatus

_T, _S, _A, _W = ProjectTrainee, TrainingSession, TrainingAttendance, TrainingSubmission
_G, _C, _P, _M = TrainingGrade, TrainingScore, TrainingCompletion, TrainingScheme


@dataclass(frozen=True, slots=True)
class TrainingScoreFilter:
    """Which scores: any part may be None; without a publication the newest."""

    trainee_id: UUID | None = None
    school_id: UUID | None = None
    publication: int | None = None


@dataclass(frozen=True, slots=True)
class TrainingCompletionFilter:
    """Which completions: any part may be None."""

    status: TrainingCompletionStatus | None = None
    school_id: UUID | None = None
    trainee_id: UUID | None = None


async def scheme(ctx: Context, project_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """How a project is assessed; `lock` holds it for a change."""
    own = (_M.region_id == ctx.principal.region_id, _M.project_id == project_id)
    statement = select(*columns_of(_M)).where(*own)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


def presence() -> dict[str, Any]:
    """Of each trainee: held sessions they were due at, those attended, those excused; correlated to trainees."""
    own = and_(_A.region_id == _S.region_id, _A.session_id == _S.id, _A.trainee_id == _T.id)
    held = select(func.count()).where(*_held()).correlate(_T).scalar_subquery()
    found = {"due": cast(held, Integer)}
    for name, value in (("present", TrainingPresence.PRESENT), ("on_leave", TrainingPresence.LEAVE)):
        counted = (
            select(func.count())
            .select_from(_S)
            .join(_A, own)
            .where(*_held(), _A.presence == value)
            .correlate(_T)
            .scalar_subquery()
        )
        found[name] = cast(counted, Integer)
    return found


def was_due() -> Any:
    """Whether a trainee was to come to a session by now: the count above is not 0, but one row is enough."""
    return select(_S.id).where(*_held()).correlate(_T).exists()


def was_present() -> Any:
    """Whether a trainee came to a session."""
    own = and_(_A.region_id == _S.region_id, _A.session_id == _S.id, _A.trainee_id == _T.id)
    came = select(_S.id).join(_A, own).where(*_held(), _A.presence == TrainingPresence.PRESENT)
    return came.correlate(_T).exists()


def _held() -> tuple[Any, ...]:
    """Held sessions that a trainee was due at."""
    of = (_S.region_id == _T.region_id, _S.project_id == _T.project_id, _S.status == TrainingSessionStatus.HELD)
    return (*of, due(_S.held_on))


async def figures(ctx: Context, project_id: UUID, trainee_ids: Sequence[UUID] | None = None) -> Sequence[AnyRow]:
    """What each enrolled trainee of a project is assessed on, in order; with the newest published total.

    id, teacher_id, school_id, name; due, present, on_leave; marks (sum), marked; learning, exchange; score.
    """
    own = (_W.region_id == _T.region_id, _W.trainee_id == _T.id)
    marks = select(func.coalesce(func.sum(_W.mark), 0)).where(*own).correlate(_T).scalar_subquery()
    marked = select(func.count(_W.mark)).where(*own).correlate(_T).scalar_subquery()
    score = (
        select(_C.total)
        .where(_C.region_id == _T.region_id, _C.trainee_id == _T.id)
        .order_by(_C.publication.desc())
        .limit(1)
        .correlate(_T)
        .scalar_subquery()
    )
    statement = (
        select(
            _T.id,
            _T.teacher_id,
            _T.school_id,
            Teacher.name,
            *(column.label(name) for name, column in presence().items()),
            cast(marks, Numeric).label("marks"),
            cast(marked, Integer).label("marked"),
            _G.learning,
            _G.exchange,
            score.label("score"),
        )
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .outerjoin(_G, and_(_G.region_id == _T.region_id, _G.trainee_id == _T.id))
        .where(
            _T.region_id == ctx.principal.region_id,
            _T.project_id == project_id,
            _T.status == TraineeStatus.ENROLLED,
        )
        .order_by(_T.id)
    )
    if trainee_ids is not None:
        statement = statement.where(_T.id.in_(trainee_ids))
    return (await ctx.db.execute(statement)).all()


async def assignments(ctx: Context, project_id: UUID) -> int:
    """How many assignments a project has."""
    one = TrainingAssignment
    statement = select(func.count()).where(one.region_id == ctx.principal.region_id, one.project_id == project_id)
    return int(await ctx.db.scalar(statement) or 0)


async def grade(ctx: Context, project_id: UUID, lines: Sequence[dict[str, Any]]) -> None:
    """Put grades on record, in the place of those that stand: trainee_id, learning, exchange."""
    own = {"region_id": ctx.principal.region_id, "project_id": project_id, "graded_by": ctx.principal.account_id}
    statement = upsert(_G).values([{**own, "id": new_id(), **line} for line in lines])
    new = statement.excluded
    values = {name: getattr(new, name) for name in ("learning", "exchange", "graded_by")}
    await ctx.db.execute(
        statement.on_conflict_do_update(constraint="uq_training_grades_trainee", set_={**values, **touched(_G)})
    )


async def graded(ctx: Context, project_id: UUID) -> AnyRow:
    """How many trainees a project has, and how many of them have grades: trainees, graded."""
    statement = (
        select(func.count(_T.id).label("trainees"), func.count(_G.id).label("graded"))
        .outerjoin(_G, and_(_G.region_id == _T.region_id, _G.trainee_id == _T.id))
        .where(
            _T.region_id == ctx.principal.region_id,
            _T.project_id == project_id,
            _T.status == TraineeStatus.ENROLLED,
        )
    )
    return (await ctx.db.execute(statement)).one()


def scores(ctx: Context, project_id: UUID, only: TrainingScoreFilter) -> AnySelect:
    """Published scores within the scope: of one publication, the newest unless another is named.

    They stay as published; whose they are is read by the trainee, who may be of a merged record.
    """
    who = ctx.principal
    told = [column for column in columns_of(_C) if column.key != "teacher_id"]
    newest = select(_M.publications).where(_M.region_id == who.region_id, _M.project_id == project_id).scalar_subquery()
    statement = (
        select(*told, _T.teacher_id, Teacher.name.label("teacher_name"), Organisation.name.label("school_name"))
        .join(_T, and_(_T.region_id == _C.region_id, _T.id == _C.trainee_id))
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _C.region_id, Organisation.id == _C.school_id))
        .where(
            _C.region_id == who.region_id,
            _C.project_id == project_id,
            _C.publication == (newest if only.publication is None else only.publication),
            rows(who, Permission.TRAINING_SCORE_READ, organisation=_C.school_id, teacher=_T.teacher_id),
        )
    )
    for name in ("trainee_id", "school_id"):
        if (value := getattr(only, name)) is not None:
            statement = statement.where(getattr(_C, name) == value)
    return statement


async def score_page(ctx: Context, request: PageRequest, project_id: UUID, only: TrainingScoreFilter) -> Page[AnyRow]:
    """Published scores of a project."""
    scope = f"training-scores|{project_id}|{only}"
    return await fetch_page(ctx.db, scores(ctx, project_id, only), request, order=(_C.id,), scope=scope)


def completions(ctx: Context) -> AnySelect:
    """Completions within the scope, with who they are about."""
    who = ctx.principal
    return (
        select(*columns_of(_P), Teacher.name.label("teacher_name"), Organisation.name.label("school_name"))
        .join(Teacher, and_(Teacher.region_id == _P.region_id, Teacher.id == _P.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _P.region_id, Organisation.id == _P.school_id))
        .where(
            _P.region_id == who.region_id,
            rows(who, Permission.COMPLETION_READ, organisation=_P.school_id, teacher=_P.teacher_id),
        )
    )


async def completion_page(
    ctx: Context, request: PageRequest, project_id: UUID, only: TrainingCompletionFilter
) -> Page[AnyRow]:
    """Completions of a project."""
    statement = completions(ctx).where(_P.project_id == project_id)
    for name in only.__slots__:
        if (value := getattr(only, name)) is not None:
            statement = statement.where(getattr(_P, name) == value)
    scope = f"training-completions|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), scope=scope)


async def completions_of(
    ctx: Context, project_id: UUID, trainee_ids: Sequence[UUID], *, lock: bool = False
) -> Sequence[AnyRow]:
    """The completions of some trainees of a project; `lock` holds them for a change."""
    statement = completions(ctx).where(_P.project_id == project_id, _P.trainee_id.in_(trainee_ids)).order_by(_P.id)
    return (await ctx.db.execute(statement.with_for_update(of=_P) if lock else statement)).all()


async def to_credit(ctx: Context, project_id: UUID, trainee_ids: Sequence[UUID], most: int) -> Sequence[AnyRow]:
    """Completions that have no hours yet, of some trainees or all, locked; person_id: the record of the person."""
    person = func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id")
    statement = (
        completions(ctx)
        .add_columns(person)
        .where(
            _P.project_id == project_id,
            _P.status == TrainingCompletionStatus.COMPLETED,
            _P.entry_id.is_(None),
        )
    )
    if trainee_ids:
        statement = statement.where(_P.trainee_id.in_(trainee_ids))
    return (await ctx.db.execute(statement.order_by(_P.id).limit(most).with_for_update(of=_P))).all()


async def days_attended(ctx: Context, trainee_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """The days on which trainees attended held sessions, in order."""
    statement = (
        select(_A.trainee_id, _S.held_on)
        .join(_S, and_(_S.region_id == _A.region_id, _S.id == _A.session_id))
        .where(
            _A.region_id == ctx.principal.region_id,
            _A.trainee_id.in_(trainee_ids),
            _A.presence == TrainingPresence.PRESENT,
            _S.status == TrainingSessionStatus.HELD,
        )
        .distinct()
        .order_by(_A.trainee_id, _S.held_on)
    )
    found: dict[UUID, list[Any]] = {one: [] for one in trainee_ids}
    for row in (await ctx.db.execute(statement)).all():
        found[row.trainee_id].append(row.held_on)
    return found


async def undecided(ctx: Context, project_id: UUID) -> int:
    """How many enrolled trainees of a project have no decided completion."""
    own = and_(
        _P.region_id == _T.region_id,
        _P.trainee_id == _T.id,
        _P.status != TrainingCompletionStatus.RECOMMENDED,
    )
    statement = (
        select(func.count())
        .select_from(_T)
        .outerjoin(_P, own)
        .where(
            _T.region_id == ctx.principal.region_id,
            _T.project_id == project_id,
            _T.status == TraineeStatus.ENROLLED,
            _P.id.is_(None),
        )
    )
    return int(await ctx.db.scalar(statement) or 0)


async def uncredited(ctx: Context, first: date, last: date) -> int:
    """How many completions of a span have given no hours yet, in the whole region."""
    statement = select(func.count()).where(
        _P.region_id == ctx.principal.region_id,
        _P.status == TrainingCompletionStatus.COMPLETED,
        _P.decided_on.between(first, last),
        _P.entry_id.is_(None),
    )
    return int(await ctx.db.scalar(statement) or 0)


_LINK = text(
    "UPDATE training_completions c SET entry_id = e.entry_id, credited = e.credited, version = c.version + 1,"
    " updated_at = clock_timestamp() FROM unnest(CAST(:completions AS uuid[]), CAST(:entries AS uuid[]),"
    " CAST(:credited AS numeric[])) AS e (completion_id, entry_id, credited)"
    " WHERE c.region_id = :region AND c.id = e.completion_id"
)


async def link_entries(ctx: Context, posted: Mapping[UUID, tuple[UUID, Decimal]]) -> None:
    """Say which entry each completion has become, and what it was credited."""
    values = {
        "region": ctx.principal.region_id,
        "completions": list(posted),
        "entries": [entry for entry, _ in posted.values()],
        "credited": [credited for _, credited in posted.values()],
    }
    await ctx.db.execute(_LINK, values)
