"""SQL of trainees, within the caller's scope. [A2.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import TraineeStatus
from app.teachers.models import Teacher

_T = ProjectTrainee
_Unit = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class TraineeFilter:
    """Which trainees of a project: any part may be None."""

    status: TraineeStatus | None = None
    unit_id: UUID | None = None
    school_id: UUID | None = None
    teacher_id: UUID | None = None


def trainees(ctx: Context, permission: Permission = Permission.TRAINEE_READ) -> AnySelect:
    """Trainees within the scope, with who and where they are; packages above join to this."""
    who = ctx.principal
    return (
        select(
            *columns_of(_T),
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            _Unit.name.label("unit_name"),
        )
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _T.region_id, Organisation.id == _T.school_id))
        .join(_Unit, and_(_Unit.region_id == _T.region_id, _Unit.id == _T.unit_id))
        .where(
            _T.region_id == who.region_id,
            rows(who, permission, organisation=_T.school_id, teacher=_T.teacher_id),
        )
    )


async def page(ctx: Context, request: PageRequest, project_id: UUID, only: TraineeFilter) -> Page[AnyRow]:
    """Trainees of a project the caller has been shown, in the order they came."""
    named = [(getattr(_T, name), getattr(only, name)) for name in TraineeFilter.__slots__]
    narrowed = [column == value for column, value in named if value is not None]
    statement = trainees(ctx).where(_T.project_id == project_id, *narrowed)
    scope = f"project-trainees|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_T.id,), scope=scope)


async def by_id(ctx: Context, project_id: UUID, trainee_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One trainee of a project, within the scope; `lock` holds it for a change."""
    statement = trainees(ctx).where(_T.project_id == project_id, _T.id == trainee_id)
    return (await ctx.db.execute(statement.with_for_update(of=_T) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Trainees (n,) -> rows (n,), same order, None where missing or outside the scope."""
    known = {row.id: row for row in (await ctx.db.execute(trainees(ctx).where(_T.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def enrolled(ctx: Context, project_id: UUID) -> Sequence[AnyRow]:
    """Everybody enrolled in a project now, within the scope."""
    statement = trainees(ctx).where(_T.project_id == project_id, _T.status == TraineeStatus.ENROLLED)
    return (await ctx.db.execute(statement.order_by(_T.id))).all()
