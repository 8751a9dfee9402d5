"""SQL of appointments and revocations; the one truth of "active on a day". [A7.6]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, cast, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.trainers.models import TrainerAppointment, TrainerRevocation
from app.trainers.queries.people import private
from app.trainers.states import AppointmentStanding, AppointmentStatus, RevocationStatus

_T, _R = TrainerAppointment, TrainerRevocation
READ, READ_REVOCATION = Permission.TRAINER_READ, Permission.TRAINER_REVOCATION_READ
_PRIVATE = ("findings", "waiver_reason", "end_reason")


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments: any part may be None; standing: as of today; active_on: those that hold on a day."""

    teacher_id: UUID | None = None
    school_id: UUID | None = None
    source: str | None = None
    stage: str | None = None
    subject: str | None = None
    standing: AppointmentStanding | None = None
    active_on: date | None = None


@dataclass(frozen=True, slots=True)
class RevocationFilter:
    """Which revocations: any part may be None."""

    status: RevocationStatus | None = None
    teacher_id: UUID | None = None


def active(day: date) -> ColumnElement[bool]:
    """That an appointment holds on a day: what rules.terms.Term.holds says, in SQL."""
    return and_(_T.starts_on <= day, _T.until > day)


def standing(day: date) -> ColumnElement[str]:
    """What an appointment is on a day: what rules.terms.standing says, in SQL."""
    is_kept = _T.status == AppointmentStatus.APPOINTED
    return case(
        (and_(_T.starts_on > day, is_kept), AppointmentStanding.UPCOMING),
        (active(day), AppointmentStanding.ACTIVE),
        (is_kept, AppointmentStanding.EXPIRED),
        else_=_T.status,
    )


def _appointments(ctx: Context) -> AnySelect:
    who = ctx.principal
    empty = {"findings": cast(literal("[]"), JSONB)}
    hidden = [private(ctx, READ, _T.teacher_id, getattr(_T, name), otherwise=empty.get(name)) for name in _PRIVATE]
    columns = [column for column in _T.__table__.columns if column.name not in {"region_id", *_PRIVATE}]
    reach = rows(who, READ, organisation=_T.school_id, teacher=_T.teacher_id)
    today = ctx.clock.today
    computed = (standing(today).label("standing"), active(today).label("has_priority"))
    return select(*columns, *hidden, *computed).where(_T.region_id == who.region_id, reach)


def _wanted(ctx: Context, only: AppointmentFilter) -> AnySelect:
    plain = ("teacher_id", "school_id", "source", "stage", "subject")
    named = [(getattr(_T, name), getattr(only, name)) for name in plain]
    statement = _appointments(ctx).where(*(column == value for column, value in named if value is not None))
    if only.standing:
        statement = statement.where(standing(ctx.clock.today) == only.standing)
    if only.active_on:
        statement = statement.where(active(only.active_on))
    return statement


async def page(ctx: Context, request: PageRequest, only: AppointmentFilter) -> Page[AnyRow]:
    """Appointments, newest first."""
    scope = f"trainer-appointments|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, _wanted(ctx, only), request, order=(_T.id,), descending=True, scope=scope)


def whole(ctx: Context, only: AppointmentFilter) -> AnySelect:
    """All of a list, with the school's name and the last day of the term, by number."""
    school = and_(Organisation.region_id == _T.region_id, Organisation.id == _T.school_id)
    last = (_T.ends_on - 1).label("last_day")
    statement = _wanted(ctx, only).add_columns(Organisation.name.label("school_name"), last)
    return statement.join(Organisation, school).order_by(_T.number, _T.id)


async def by_id(ctx: Context, appointment_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One appointment the caller may see; `lock` holds it for the next step."""
    statement = _appointments(ctx).where(_T.id == appointment_id)
    return (await ctx.db.execute(statement.with_for_update(of=_T) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Appointments (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_appointments(ctx).where(_T.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def in_team(ctx: Context, teacher_ids: Sequence[UUID], day: date) -> set[UUID]:
    """Those of some teachers who are in the team on a day."""
    wanted = _T.teacher_id.in_(teacher_ids)
    statement = select(_T.teacher_id).where(_T.region_id == ctx.principal.region_id, wanted, active(day))
    return set((await ctx.db.execute(statement)).scalars())


async def do_overlap(ctx: Context, one_id: UUID, other_id: UUID) -> bool:
    """Whether two teachers' records have terms that hold on the same day."""
    other = aliased(_T)
    both = and_(other.region_id == _T.region_id, other.starts_on < _T.until, _T.starts_on < other.until)
    statement = (
        select(_T.id)
        .join(other, both)
        .where(_T.region_id == ctx.principal.region_id, _T.teacher_id == one_id, other.teacher_id == other_id)
        .where(_T.starts_on < _T.until, other.starts_on < other.until)
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one_or_none() is not None


def _revocations(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ_REVOCATION, organisation=_R.school_id, teacher=_R.teacher_id)
    columns: list[Any] = [column for column in _R.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, _T.holder_name)
        .join(_T, and_(_T.region_id == _R.region_id, _T.id == _R.appointment_id))
        .where(_R.region_id == who.region_id, reach)
    )


async def revocation_page(ctx: Context, request: PageRequest, only: RevocationFilter) -> Page[AnyRow]:
    """Revocations the caller may see, newest first."""
    named = [(getattr(_R, name), getattr(only, name)) for name in RevocationFilter.__slots__]
    statement = _revocations(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"trainer-revocations|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), descending=True, scope=scope)


async def revocation(ctx: Context, revocation_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One revocation the caller may see; `lock` holds it for its answer."""
    statement = _revocations(ctx).where(_R.id == revocation_id)
    return (await ctx.db.execute(statement.with_for_update(of=_R) if lock else statement)).one_or_none()


async def revocations_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Revocations (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_revocations(ctx).where(_R.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
