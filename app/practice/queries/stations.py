"""SQL of base schools, pairings of trainers, and their visits. [M5.3]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.practice.models import BaseSchool, PairingVisit, PracticePairing
from app.practice.states import StationTarget
from app.projects.models import Project
from app.projects.queries.projects import visible
from app.projects.queries.rows import columns_of
from app.trainers.models import TrainerAppointment
from app.trainers.queries.appointments import active
from app.workshops.models import Workshop

_B, _D, _V, _P, _A, _W = BaseSchool, PracticePairing, PairingVisit, Project, TrainerAppointment, Workshop
_Town, _School = aliased(Organisation), aliased(Organisation)
READ = Permission.PRACTICE_PLAN_READ
OPEN, CENTRAL = "open", "central_school"


@dataclass(frozen=True, slots=True)
class BaseSchoolFilter:
    """Which base schools: any part may be None; is_open: those that are one now."""

    central_school_id: UUID | None = None
    school_id: UUID | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class PairingFilter:
    """Which pairings of a project: any part may be None."""

    target: StationTarget | None = None
    workshop_id: UUID | None = None
    base_school_id: UUID | None = None
    teacher_id: UUID | None = None
    is_open: bool | None = None


def _base_schools(ctx: Context) -> AnySelect:
    return (
        select(
            *columns_of(_B),
            Organisation.name.label("school_name"),
            _Town.name.label("central_school_name"),
            _Town.town,
        )
        .join(Organisation, and_(Organisation.region_id == _B.region_id, Organisation.id == _B.school_id))
        .join(_Town, and_(_Town.region_id == _B.region_id, _Town.id == _B.central_school_id))
        .where(_B.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


async def base_page(ctx: Context, request: PageRequest, only: BaseSchoolFilter) -> Page[AnyRow]:
    """Base schools, newest first."""
    statement = _base_schools(ctx)
    if only.central_school_id is not None:
        statement = statement.where(_B.central_school_id == only.central_school_id)
    if only.school_id is not None:
        statement = statement.where(_B.school_id == only.school_id)
    if only.is_open is not None:
        statement = statement.where(_B.ended_on.is_(None).is_(only.is_open))
    scope = f"base-schools|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_B.id,), descending=True, scope=scope)


async def base_school(ctx: Context, base_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One base school; `lock` holds it for a change."""
    statement = _base_schools(ctx).where(_B.id == base_id)
    return (await ctx.db.execute(statement.with_for_update(of=_B) if lock else statement)).one_or_none()


async def school_of_town(ctx: Context, school_id: UUID) -> AnyRow | None:
    """An open school with its parent; the town is its 中心校, None for a 市直学校."""
    statement = select(Organisation.id, Organisation.parent_id, Organisation.parent_kind).where(
        Organisation.region_id == ctx.principal.region_id,
        Organisation.id == school_id,
        Organisation.kind == "school",
        Organisation.status == OPEN,
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def taken_slots(ctx: Context, central_school_id: UUID) -> Sequence[int]:
    """The places of a town that its open base schools take."""
    statement = select(_B.slot).where(
        _B.region_id == ctx.principal.region_id, _B.central_school_id == central_school_id, _B.ended_on.is_(None)
    )
    return (await ctx.db.scalars(statement)).all()


async def towns(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Every open 中心校 with the number of its base schools. [M5.3]"""
    held = (
        select(func.count())
        .where(_B.region_id == _Town.region_id, _B.central_school_id == _Town.id, _B.ended_on.is_(None))
        .correlate(_Town)
        .scalar_subquery()
    )
    unit = _Town.id.label("central_school_id")
    statement = select(
        unit, _Town.name.label("central_school_name"), _Town.town, cast(held, Integer).label("base_schools")
    ).where(
        _Town.region_id == ctx.principal.region_id,
        _Town.kind == CENTRAL,
        _Town.status == OPEN,
        rows(ctx.principal, READ),
    )
    return await fetch_page(ctx.db, statement, request, order=(unit,), scope="base-school-towns")


def _pairings(ctx: Context) -> AnySelect:
    visits = (
        select(func.count()).where(_V.region_id == _D.region_id, _V.pairing_id == _D.id).correlate(_D).scalar_subquery()
    )
    last = (
        select(func.max(_V.visited_on))
        .where(_V.region_id == _D.region_id, _V.pairing_id == _D.id)
        .correlate(_D)
        .scalar_subquery()
    )
    return (
        select(
            *columns_of(_D),
            _P.name.label("project_name"),
            _A.holder_name,
            _W.name.label("workshop_name"),
            _School.name.label("base_school_name"),
            cast(visits, Integer).label("visits"),
            last.label("last_visited_on"),
        )
        .join(_P, and_(_P.region_id == _D.region_id, _P.id == _D.project_id))
        .join(_A, and_(_A.region_id == _D.region_id, _A.id == _D.appointment_id))
        .outerjoin(_W, and_(_W.region_id == _D.region_id, _W.id == _D.workshop_id))
        .outerjoin(_B, and_(_B.region_id == _D.region_id, _B.id == _D.base_school_id))
        .outerjoin(_School, and_(_School.region_id == _B.region_id, _School.id == _B.school_id))
        .where(_D.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
        .where(or_(visible(ctx), _D.teacher_id == ctx.principal.teacher_id))
    )


async def pairing_page(ctx: Context, request: PageRequest, project_id: UUID, only: PairingFilter) -> Page[AnyRow]:
    """Pairings of a project, newest first."""
    statement = _pairings(ctx).where(_D.project_id == project_id)
    named = [(getattr(_D, name), getattr(only, name)) for name in ("workshop_id", "base_school_id", "teacher_id")]
    statement = statement.where(*(column == value for column, value in named if value is not None))
    if only.target is not None:
        statement = statement.where(_D.workshop_id.is_not(None).is_(only.target is StationTarget.WORKSHOP))
    if only.is_open is not None:
        statement = statement.where(_D.ended_on.is_(None).is_(only.is_open))
    scope = f"practice-pairings|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_D.id,), descending=True, scope=scope)


async def pairing(ctx: Context, pairing_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One pairing; `lock` holds it for a change."""
    statement = _pairings(ctx).where(_D.id == pairing_id)
    return (await ctx.db.execute(statement.with_for_update(of=_D) if lock else statement)).one_or_none()


async def visits(ctx: Context, request: PageRequest, pairing_id: UUID) -> Page[AnyRow]:
    """Visits of a pairing the caller has been shown, newest first."""
    statement = select(*columns_of(_V)).where(_V.region_id == ctx.principal.region_id, _V.pairing_id == pairing_id)
    scope = f"pairing-visits|{pairing_id}"
    return await fetch_page(ctx.db, statement, request, order=(_V.visited_on, _V.id), descending=True, scope=scope)


async def visit(ctx: Context, visit_id: UUID) -> AnyRow:
    """The visit that was just written."""
    statement = select(*columns_of(_V)).where(_V.region_id == ctx.principal.region_id, _V.id == visit_id)
    return (await ctx.db.execute(statement)).one()


async def term_on(ctx: Context, appointment_id: UUID, day: date) -> AnyRow | None:
    """A trainer's term that holds on a day. [A7.6]"""
    statement = select(_A.id, _A.teacher_id, _A.starts_on, _A.until).where(
        _A.region_id == ctx.principal.region_id, _A.id == appointment_id, active(day)
    )
    return (await ctx.db.execute(statement)).one_or_none()
