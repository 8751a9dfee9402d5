"""SQL of tracking visits, weights and results. [A2.5a] [A2.5b]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, and_, cast, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.practice.models import PracticeResult, PracticeWeights, TrackingVisit
from app.practice.queries.people import TRACKERS, Whose, assigned, reach
from app.practice.states import PracticeResultStatus
from app.projects.models import Project, ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher
from app.workshops.models import Workshop

_V, _G, _R, _P, _W, _T = TrackingVisit, PracticeWeights, PracticeResult, Project, Workshop, ProjectTrainee
OFFICES = frozenset({Role.BUREAU, Role.TRAINING_SCHOOL})
"""Who sees results before they are published."""


@dataclass(frozen=True, slots=True)
class TrackingFilter:
    """Which visits: any part may be None; is_open: something is still to be done; is_overdue: and its day is over."""

    project_id: UUID | None = None
    school_id: UUID | None = None
    workshop_id: UUID | None = None
    is_open: bool | None = None
    is_overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which results of a project: any part may be None; is_proposed: those on the list of excellent trainees."""

    school_id: UUID | None = None
    status: PracticeResultStatus | None = None
    is_proposed: bool | None = None


def _visits(ctx: Context) -> AnySelect:
    return (
        select(
            *columns_of(_V),
            _P.name.label("project_name"),
            _W.name.label("workshop_name"),
            Organisation.name.label("school_name"),
            Teacher.name.label("tracker_name"),
        )
        .join(_P, and_(_P.region_id == _V.region_id, _P.id == _V.project_id))
        .join(Organisation, and_(Organisation.region_id == _V.region_id, Organisation.id == _V.school_id))
        .outerjoin(Teacher, and_(Teacher.region_id == _V.region_id, Teacher.id == _V.tracker_id))
        .outerjoin(_W, and_(_W.region_id == _V.region_id, _W.id == _V.workshop_id))
        .where(_V.region_id == ctx.principal.region_id)
        .where(reach(ctx, Permission.TRACKING_READ, Whose(_V.school_id, _V.tracker_id, _V.project_id), TRACKERS))
    )


async def visit_page(ctx: Context, request: PageRequest, only: TrackingFilter) -> Page[AnyRow]:
    """Tracking visits in reach, newest first."""
    named = [(getattr(_V, name), getattr(only, name)) for name in ("project_id", "school_id", "workshop_id")]
    statement = _visits(ctx).where(*(column == value for column, value in named if value is not None))
    is_open = and_(_V.follow_up.is_not(None), _V.followed_up_on.is_(None))
    late = and_(is_open, func.coalesce(_V.follow_up_due_on < ctx.clock.today, False))
    for wanted, condition in ((only.is_open, is_open), (only.is_overdue, late)):
        if wanted is not None:
            statement = statement.where(condition if wanted else ~condition)
    scope = f"tracking-visits|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_V.id,), descending=True, scope=scope)


async def visit(ctx: Context, visit_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One tracking visit in reach; `lock` holds it for a change."""
    statement = _visits(ctx).where(_V.id == visit_id)
    return (await ctx.db.execute(statement.with_for_update(of=_V) if lock else statement)).one_or_none()


async def school_in(ctx: Context, school_id: UUID) -> bool:
    """Whether there is such a school or 中心校 in the region."""
    statement = select(
        exists().where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.id == school_id,
            Organisation.kind.in_(["school", "central_school"]),
        )
    )
    return bool(await ctx.db.scalar(statement))


async def weights(ctx: Context, project_id: UUID) -> AnyRow | None:
    """What the three parts weigh in a project, None before it is published."""
    statement = select(*columns_of(_G)).where(_G.region_id == ctx.principal.region_id, _G.project_id == project_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def put_weights(ctx: Context, project_id: UUID, values: dict[str, Any]) -> None:
    """Write the weights of a project that is held, or put others in their place."""
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "project_id": project_id}
    statement = upsert(_G).values(**own, **values)
    changed = {**values, **touched(_G)}
    await ctx.db.execute(statement.on_conflict_do_update(constraint="uq_practice_weights_project", set_=changed))


def total() -> ColumnElement[Any]:
    """The weighted sum of the three parts, of a hundred; NULL before the weights are published."""
    parts = ("training", "school_research", "demonstration")
    return cast(sum(getattr(_R, part) * getattr(_G, part) for part in parts) / 100, Numeric(5, 2))


def _results(ctx: Context) -> AnySelect:
    """Results in reach; trainees and schools see them once they are published."""
    told: ColumnElement[bool] = true()
    if ctx.principal.role not in OFFICES:
        told = or_(_R.status == PracticeResultStatus.PUBLISHED, assigned(ctx, _R.project_id, TRACKERS))
    return (
        select(
            *columns_of(_R),
            total().label("total"),
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
        )
        .outerjoin(_G, and_(_G.region_id == _R.region_id, _G.project_id == _R.project_id))
        .join(Teacher, and_(Teacher.region_id == _R.region_id, Teacher.id == _R.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _R.region_id, Organisation.id == _R.school_id))
        .where(_R.region_id == ctx.principal.region_id, told)
        .where(reach(ctx, Permission.PRACTICE_READ, Whose(_R.school_id, _R.teacher_id, _R.project_id), TRACKERS))
    )


async def page(ctx: Context, request: PageRequest, project_id: UUID, only: ResultFilter) -> Page[AnyRow]:
    """Results of a project in reach, in the order they were recorded."""
    statement = _results(ctx).where(_R.project_id == project_id)
    if only.school_id is not None:
        statement = statement.where(_R.school_id == only.school_id)
    if only.status is not None:
        statement = statement.where(_R.status == only.status)
    if only.is_proposed is not None:
        statement = statement.where(_R.proposed_on.is_not(None).is_(only.is_proposed))
    scope = f"practice-results|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), scope=scope)


async def by_id(ctx: Context, result_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One result in reach; `lock` holds it for a change."""
    statement = _results(ctx).where(_R.id == result_id)
    return (await ctx.db.execute(statement.with_for_update(of=_R) if lock else statement)).one_or_none()


async def recorded(ctx: Context, project_id: UUID, trainees: Sequence[UUID] | None = None) -> Sequence[AnyRow]:
    """Results of a project (of some trainees), held for a change, in a fixed order."""
    columns = (_R.id, _R.trainee_id, _R.teacher_id, _R.school_id, _R.status, _R.recorded_by)
    statement = select(*columns).where(_R.region_id == ctx.principal.region_id, _R.project_id == project_id)
    if trainees is not None:
        statement = statement.where(_R.trainee_id.in_(trainees))
    return (await ctx.db.execute(statement.order_by(_R.id).with_for_update())).all()


async def put(ctx: Context, project_id: UUID, lines: Sequence[dict[str, Any]]) -> None:
    """Write results, or put others in the place of those that are not published; one statement for all."""
    own = {"region_id": ctx.principal.region_id, "project_id": project_id}
    statement = upsert(_R).values([{**own, "id": new_id(), **line} for line in lines])
    names = ("training", "school_research", "demonstration", "opinion", "recorded_by")
    changed = {name: statement.excluded[name] for name in names}
    await ctx.db.execute(
        statement.on_conflict_do_update(
            constraint="uq_practice_results_trainee",
            set_={**changed, **touched(_R)},
            where=_R.status == PracticeResultStatus.RECORDED,
        )
    )


async def publish(ctx: Context, project_id: UUID, values: dict[str, Any]) -> int:
    """Publish what others have recorded of a project; answers how many."""
    statement = (
        update(_R)
        .where(
            _R.region_id == ctx.principal.region_id,
            _R.project_id == project_id,
            _R.status == PracticeResultStatus.RECORDED,
            _R.recorded_by != ctx.principal.account_id,
        )
        .values(**values, **touched(_R))
    )
    return int((await ctx.db.execute(statement)).rowcount)


async def without_result(ctx: Context, project_id: UUID) -> int:
    """How many trainees of a project have no published result."""
    done = exists().where(
        _R.region_id == _T.region_id, _R.trainee_id == _T.id, _R.status == PracticeResultStatus.PUBLISHED
    )
    statement = select(func.count()).where(
        _T.region_id == ctx.principal.region_id,
        _T.project_id == project_id,
        _T.status == TraineeStatus.ENROLLED,
        ~done,
    )
    return int(await ctx.db.scalar(statement) or 0)
