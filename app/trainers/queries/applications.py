"""SQL of applications and of direct appointments. [A7.3] [A7.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.teachers.models import Teacher
from app.trainers.models import TrainerApplication, TrainerInvitation
from app.trainers.queries.people import private
from app.trainers.states import ApplicationStatus, InvitationStatus

_A, _I = TrainerApplication, TrainerInvitation
READ, READ_INVITATION = Permission.TRAINER_APPLICATION_READ, Permission.TRAINER_INVITATION_READ


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Which applications: any part may be None."""

    status: ApplicationStatus | None = None
    teacher_id: UUID | None = None
    school_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InvitationFilter:
    """Which direct appointments: any part may be None."""

    status: InvitationStatus | None = None
    teacher_id: UUID | None = None


def _applications(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ, organisation=_A.school_id, teacher=_A.teacher_id)
    hidden = {"region_id", "decision_reason"}
    columns = [column for column in _A.__table__.columns if column.name not in hidden]
    return (
        select(*columns, private(ctx, READ, _A.teacher_id, _A.decision_reason), Teacher.name.label("teacher_name"))
        .join(Teacher, and_(Teacher.region_id == _A.region_id, Teacher.id == _A.teacher_id))
        .where(_A.region_id == who.region_id, reach)
    )


def _invitations(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ_INVITATION, organisation=_I.school_id, teacher=_I.teacher_id)
    columns = [column for column in _I.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, Teacher.name.label("teacher_name"))
        .join(Teacher, and_(Teacher.region_id == _I.region_id, Teacher.id == _I.teacher_id))
        .where(_I.region_id == who.region_id, reach)
    )


async def page(ctx: Context, request: PageRequest, only: ApplicationFilter) -> Page[AnyRow]:
    """Applications the caller may see, newest first."""
    named = [(getattr(_A, name), getattr(only, name)) for name in ApplicationFilter.__slots__]
    statement = _applications(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"trainer-applications|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_A.id,), descending=True, scope=scope)


async def by_id(ctx: Context, application_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One application the caller may see; `lock` holds it for the next step."""
    statement = _applications(ctx).where(_A.id == application_id)
    return (await ctx.db.execute(statement.with_for_update(of=_A) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Applications (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_applications(ctx).where(_A.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def invitation_page(ctx: Context, request: PageRequest, only: InvitationFilter) -> Page[AnyRow]:
    """Direct appointments under way the caller may see, newest first."""
    named = [(getattr(_I, name), getattr(only, name)) for name in InvitationFilter.__slots__]
    statement = _invitations(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"trainer-invitations|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_I.id,), descending=True, scope=scope)


async def invitation(ctx: Context, invitation_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One direct appointment the caller may see; `lock` holds it for the next step."""
    statement = _invitations(ctx).where(_I.id == invitation_id)
    return (await ctx.db.execute(statement.with_for_update(of=_I) if lock else statement)).one_or_none()


async def invitations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Direct appointments (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_invitations(ctx).where(_I.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
