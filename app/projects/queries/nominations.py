"""SQL of quotas, candidates and nominations. [A2.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import Project, ProjectNomination, ProjectQuota
from app.projects.queries.rows import columns_of
from app.projects.states import NominationRoute, NominationStatus, ProjectStatus
from app.teachers.models import Teacher
from app.teachers.queries.records import awarded

_N, _Q, _P = ProjectNomination, ProjectQuota, Project
_Unit = aliased(Organisation)
OVER = (NominationStatus.REJECTED, NominationStatus.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class NominationFilter:
    """Which nominations of a project: any part may be None."""

    status: NominationStatus | None = None
    route: NominationRoute | None = None
    unit_id: UUID | None = None
    school_id: UUID | None = None
    teacher_id: UUID | None = None


def _quotas(ctx: Context, project_id: UUID) -> AnySelect:
    return (
        select(*columns_of(_Q), Organisation.name.label("unit_name"))
        .join(Organisation, and_(Organisation.region_id == _Q.region_id, Organisation.id == _Q.unit_id))
        .where(_Q.region_id == ctx.principal.region_id, _Q.project_id == project_id)
    )


async def quota_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Places of the units of a project the caller has been shown."""
    scope = f"project-quotas|{project_id}"
    return await fetch_page(ctx.db, _quotas(ctx, project_id), request, order=(_Q.id,), scope=scope)


async def quotas(ctx: Context, project_id: UUID) -> dict[UUID, AnyRow]:
    """Unit → its places, of a project that is held."""
    return {row.unit_id: row for row in (await ctx.db.execute(_quotas(ctx, project_id))).all()}


async def units(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Organisations that are open, with their kind and that of the body above them."""
    one = Organisation
    statement = select(one.id, one.kind, one.parent_kind).where(
        one.region_id == ctx.principal.region_id, one.id.in_(ids), one.status == "open"
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def allot(ctx: Context, project_id: UUID, places: Mapping[UUID, int]) -> int:
    """Give units their places, of a project that is held; answers the sum over all units.

    The database refuses fewer places than are taken, and a sum over the project's quota.
    """
    region = ctx.principal.region_id
    own = {"region_id": region, "project_id": project_id}
    lines = [{**own, "id": new_id(), "unit_id": unit, "places": many} for unit, many in places.items()]
    given = upsert(_Q)
    statement = given.on_conflict_do_update(
        constraint="uq_project_quotas_unit", set_={"places": given.excluded.places, **touched(_Q)}
    )
    await ctx.db.execute(statement, lines)
    total = select(func.coalesce(func.sum(_Q.places), 0)).where(_Q.region_id == region, _Q.project_id == project_id)
    allotted = int(await ctx.db.scalar(total) or 0)
    one = (_P.region_id == region, _P.id == project_id)
    await ctx.db.execute(update(_P).where(*one).values(allotted=allotted, **touched(_P)))
    return allotted


async def take_places(ctx: Context, project_id: UUID, unit_id: UUID, many: int = 1) -> bool:
    """Take places of a unit; False where so many are not left. Who waits for the row counts anew."""
    statement = (
        update(_Q)
        .where(
            _Q.region_id == ctx.principal.region_id,
            _Q.project_id == project_id,
            _Q.unit_id == unit_id,
            _Q.taken + many <= _Q.places,
        )
        .values(taken=_Q.taken + many, **touched(_Q))
        .returning(_Q.id)
    )
    return (await ctx.db.execute(statement)).one_or_none() is not None


async def give_place_back(ctx: Context, project_id: UUID, unit_id: UUID) -> None:
    """Free a place of a unit."""
    own = (_Q.region_id == ctx.principal.region_id, _Q.project_id == project_id, _Q.unit_id == unit_id)
    await ctx.db.execute(update(_Q).where(*own).values(taken=_Q.taken - 1, **touched(_Q)))


def visible_nominations(ctx: Context) -> AnySelect:
    """Nominations within the scope, with who and where they are."""
    who = ctx.principal
    return (
        select(
            *columns_of(_N),
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            _Unit.name.label("unit_name"),
        )
        .join(Teacher, and_(Teacher.region_id == _N.region_id, Teacher.id == _N.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _N.region_id, Organisation.id == _N.school_id))
        .join(_Unit, and_(_Unit.region_id == _N.region_id, _Unit.id == _N.unit_id))
        .where(
            _N.region_id == who.region_id,
            rows(who, Permission.NOMINATION_READ, organisation=_N.school_id, teacher=_N.teacher_id),
        )
    )


async def page(ctx: Context, request: PageRequest, project_id: UUID, only: NominationFilter) -> Page[AnyRow]:
    """Nominations of a project within the scope: members of city workshops first, then in the order they came."""
    named = [(getattr(_N, name), getattr(only, name)) for name in NominationFilter.__slots__]
    narrowed = [column == value for column, value in named if value is not None]
    statement = visible_nominations(ctx).where(_N.project_id == project_id, *narrowed)
    scope = f"project-nominations|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_N.priority, _N.id), scope=scope)


async def by_id(ctx: Context, project_id: UUID, nomination_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One nomination of a project, within the scope; `lock` holds it for the next step."""
    statement = visible_nominations(ctx).where(_N.project_id == project_id, _N.id == nomination_id)
    return (await ctx.db.execute(statement.with_for_update(of=_N) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Nominations (n,) -> rows (n,), same order, None where missing or outside the scope."""
    known = {row.id: row for row in (await ctx.db.execute(visible_nominations(ctx).where(_N.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def candidates(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Teachers in service of the whole region, with their school and the body above it; acts ask whose they are."""
    statement = _candidates(ctx).where(Teacher.id.in_(ids))
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def by_staff_no(ctx: Context, numbers: Sequence[str]) -> dict[str, AnyRow]:
    """The same by staff number."""
    statement = _candidates(ctx).where(Teacher.staff_no.in_(numbers))
    return {row.staff_no: row for row in (await ctx.db.execute(statement)).all()}


def _candidates(ctx: Context) -> AnySelect:
    return (
        select(
            Teacher.id,
            Teacher.staff_no,
            Teacher.name,
            Teacher.school_id,
            Teacher.stage,
            Teacher.subject,
            Teacher.title,
            Teacher.birth_date,
            Teacher.joined_profession_on,
            Teacher.posts,
            Teacher.honours,
            awarded(),
            Organisation.parent_id,
            Organisation.parent_kind,
        )
        .join(Organisation, and_(Organisation.region_id == Teacher.region_id, Organisation.id == Teacher.school_id))
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status == "active")
    )


async def others(ctx: Context, project: Any, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Teacher → names of the other projects of the same kind and school year the person is in. [A2.2]"""
    statement = (
        select(_N.teacher_id, _P.name)
        .join(_P, and_(_P.region_id == _N.region_id, _P.id == _N.project_id))
        .where(
            _N.region_id == ctx.principal.region_id,
            _N.teacher_id.in_(ids),
            _N.status.not_in(OVER),
            _P.id != project.id,
            _P.kind == project.kind,
            _P.start_year == project.start_year,
            _P.status != ProjectStatus.CANCELLED,
        )
        .order_by(_P.name)
    )
    found: dict[UUID, list[str]] = {}
    for row in (await ctx.db.execute(statement)).all():
        found.setdefault(row.teacher_id, []).append(row.name)
    return found


async def open_ones(ctx: Context, project_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Who of some teachers has a nomination for a project that stands."""
    own = (_N.region_id == ctx.principal.region_id, _N.project_id == project_id)
    statement = select(_N.teacher_id).where(*own, _N.teacher_id.in_(ids), _N.status.not_in(OVER))
    return set((await ctx.db.scalars(statement)).all())


async def unit_places(ctx: Context, project_id: UUID, until: Any) -> Sequence[AnyRow]:
    """Units within the scope with their places and how many nominations came in time. [A4.2]

    Counted are nominations that stand; a substitution stands for the one whose place it took.
    """
    who = ctx.principal
    in_time = (_N.nominated_on <= until,) if until else ()
    standing = (
        select(func.count())
        .where(
            _N.region_id == _Q.region_id,
            _N.project_id == _Q.project_id,
            _N.unit_id == _Q.unit_id,
            _N.nominated_on.is_not(None),
            _N.status.not_in(OVER),
            _N.route != NominationRoute.SUBSTITUTION,
            *in_time,
        )
        .correlate(_Q)
        .scalar_subquery()
    )
    statement = _quotas(ctx, project_id).add_columns(cast(standing, Integer).label("in_time"))
    own = rows(who, Permission.NOMINATION_RATE_READ, organisation=_Q.unit_id)
    return (await ctx.db.execute(statement.where(own).order_by(_Q.id))).all()


async def ineligible(ctx: Context, project_id: UUID) -> Sequence[AnyRow]:
    """Nominations of a unit that were refused because a required condition was not met, within the scope. [A4.2]"""
    must = _N.findings.contains([{"severity": "must"}])
    own = rows(ctx.principal, Permission.NOMINATION_RATE_READ, organisation=_N.school_id)
    statement = visible_nominations(ctx).where(
        _N.project_id == project_id,
        _N.status == NominationStatus.REJECTED,
        _N.nominated_on.is_not(None),
        must,
        own,
    )
    return (await ctx.db.execute(statement.order_by(_N.id))).all()
