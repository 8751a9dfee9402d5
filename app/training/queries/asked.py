"""SQL of leave and of corrections, within the caller's scope. [M6.3.1]"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.queries.rows import columns_of
from app.teachers.models import Teacher
from app.training.models import TrainingCorrection, TrainingLeave
from app.training.states import TrainingCorrectionStatus, TrainingLeaveStatus

Asked = type[TrainingLeave] | type[TrainingCorrection]


@dataclass(frozen=True, slots=True)
class TrainingLeaveFilter:
    """Which leaves: any part may be None."""

    status: TrainingLeaveStatus | None = None
    trainee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TrainingCorrectionFilter:
    """Which corrections: any part may be None."""

    status: TrainingCorrectionStatus | None = None
    is_contest: bool | None = None


def _asked(ctx: Context, table: Asked, permission: Permission) -> AnySelect:
    who = ctx.principal
    return (
        select(*columns_of(table), Teacher.name.label("teacher_name"))
        .join(Teacher, and_(Teacher.region_id == table.region_id, Teacher.id == table.teacher_id))
        .where(
            table.region_id == who.region_id,
            rows(who, permission, organisation=table.school_id, teacher=table.teacher_id),
        )
    )


READ: dict[Asked, Permission] = {
    TrainingLeave: Permission.TRAINING_LEAVE_READ,
    TrainingCorrection: Permission.TRAINING_CORRECTION_READ,
}


async def page(
    ctx: Context,
    request: PageRequest,
    table: Asked,
    project_id: UUID,
    only: TrainingLeaveFilter | TrainingCorrectionFilter,
) -> Page[AnyRow]:
    """What was asked for in a project, newest first."""
    statement = _asked(ctx, table, READ[table]).where(table.project_id == project_id)
    for name in only.__slots__:
        if (value := getattr(only, name)) is not None:
            statement = statement.where(getattr(table, name) == value)
    scope = f"{table.__tablename__}|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(table.id,), descending=True, scope=scope)


async def by_id(ctx: Context, table: Asked, project_id: UUID, one: UUID, *, lock: bool = False) -> AnyRow | None:
    """What was asked for; `lock` holds it for an answer."""
    statement = _asked(ctx, table, READ[table]).where(table.project_id == project_id, table.id == one)
    return (await ctx.db.execute(statement.with_for_update(of=table) if lock else statement)).one_or_none()
