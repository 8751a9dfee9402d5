"""Whose trainees, outputs and results: the scope of the role, and for teachers the projects they are assigned to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.accounts.models import Account
from app.core.db import AnyRow
from app.practice.models import PracticePairing
from app.projects.models import Project, ProjectPerson, ProjectTrainee
from app.projects.queries.projects import visible
from app.projects.queries.trainees import trainees
from app.projects.states import ProjectPersonRole, TraineeStatus
from app.trainers.models import TrainerAppointment

Code = Annotated[str, Field(max_length=40)]
GROUPS: Final = (ProjectPersonRole.GUIDE, ProjectPersonRole.TRACKER)
TRACKERS: Final = (ProjectPersonRole.TRACKER,)
_P, _T, _G, _A, _D = Project, ProjectTrainee, ProjectPerson, TrainerAppointment, PracticePairing


@dataclass(frozen=True, slots=True)
class Whose:
    """The columns that say whose a row is."""

    school: Any
    teacher: Any
    project: Any


def assigned(ctx: Context, project: Any, roles: Sequence[ProjectPersonRole] = GROUPS) -> ColumnElement[bool]:
    """Whether the caller stands by a project in one of the groups; who guides may also be a paired trainer. [A2.4]

    Only as a teacher: clerks act for their office, whoever they are besides.
    """
    who = ctx.principal
    if who.role is not Role.TEACHER or who.teacher_id is None:  # a comparison with None would be IS NULL
        return false()
    person = (
        select(_G.id)
        .outerjoin(_A, and_(_A.region_id == _G.region_id, _A.id == _G.appointment_id))
        .where(
            _G.region_id == who.region_id,
            _G.project_id == project,
            _G.role.in_(list(map(str, roles))),
            or_(_G.teacher_id == who.teacher_id, _A.teacher_id == who.teacher_id),
        )
    )
    paired = exists().where(
        _D.region_id == who.region_id,
        _D.project_id == project,
        _D.teacher_id == who.teacher_id,
        _D.ended_on.is_(None),
    )
    return or_(exists(person), paired) if ProjectPersonRole.GUIDE in roles else exists(person)


def reach(
    ctx: Context, permission: Permission, whose: Whose, roles: Sequence[ProjectPersonRole] = GROUPS
) -> ColumnElement[bool]:
    """The rows within the scope of the role, and for a teacher those of projects one is assigned to."""
    who = ctx.principal
    own = rows(who, permission, organisation=whose.school, teacher=whose.teacher)
    return own if who.grant(permission) is None else or_(own, assigned(ctx, whose.project, roles))


async def is_assigned(ctx: Context, project_id: UUID, roles: Sequence[ProjectPersonRole]) -> bool:
    """Whether the caller stands by a project in one of the groups."""
    return bool(await ctx.db.scalar(select(assigned(ctx, project_id, roles))))


async def trainee(ctx: Context, trainee_id: UUID, permission: Permission, *, lock: bool = False) -> AnyRow | None:
    """Somebody enrolled in a project the caller sees, within the scope of a permission, with the project's status."""
    statement = (
        trainees(ctx, permission)
        .add_columns(_P.status.label("project_status"), _P.name.label("project_name"))
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .where(visible(ctx), _T.id == trainee_id, _T.status == TraineeStatus.ENROLLED)
    )
    return (await ctx.db.execute(statement.with_for_update(of=_T) if lock else statement)).one_or_none()


async def enrolled_ones(ctx: Context, project_id: UUID, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Those of some ids that are enrolled in a project, by id."""
    statement = select(_T.id, _T.teacher_id, _T.school_id).where(
        _T.region_id == ctx.principal.region_id,
        _T.project_id == project_id,
        _T.id.in_(ids),
        _T.status == TraineeStatus.ENROLLED,
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def own_name(ctx: Context) -> str:
    """The name of who acts, as it stands on record."""
    statement = select(Account.display_name).where(
        Account.region_id == ctx.principal.region_id, Account.id == ctx.principal.account_id
    )
    return str(await ctx.db.scalar(statement) or "—")


async def is_tracker(ctx: Context, project_id: UUID, teacher_id: UUID) -> bool:
    """Whether a teacher belongs to the tracking-evaluation group of a project. [A2.5a]"""
    statement = select(
        exists().where(
            _G.region_id == ctx.principal.region_id,
            _G.project_id == project_id,
            _G.teacher_id == teacher_id,
            _G.role == ProjectPersonRole.TRACKER,
        )
    )
    return bool(await ctx.db.scalar(statement))
