"""SQL of awards. [M7.1b]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, null, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import Award
from app.evaluations.states import VOID, AwardRoute, AwardStatus, EvaluatedKind
from app.organisations.models import Organisation
from app.teachers.models import Teacher
from app.workshops.models import Workshop

_A = Award
READ = Permission.AWARD_READ
EXCELLENT = ("excellent_workshop", "master_studio")
"""Awards that make a workshop an excellent one. [A6.13b]"""


@dataclass(frozen=True, slots=True)
class AwardFilter:
    """Which awards: any part may be None."""

    kind: str | None = None
    year: int | None = None
    subject: EvaluatedKind | None = None
    unit_id: UUID | None = None
    teacher_id: UUID | None = None
    workshop_id: UUID | None = None
    route: AwardRoute | None = None
    status: AwardStatus | None = None


def _awards(ctx: Context) -> AnySelect:
    who = ctx.principal
    private = {"revocation_asked_by", "revocation_reason"}
    columns: list[Any] = [column for column in _A.__table__.columns if column.name not in {"region_id", *private}]
    if who.role == "bureau":
        columns += [_A.revocation_asked_by, _A.revocation_reason]
    else:
        told = case((_A.status.in_(VOID), _A.revocation_reason)).label("revocation_reason")
        columns += [null().label("revocation_asked_by"), told]
    return select(*columns).where(_A.region_id == who.region_id, rows(who, READ))


def _wanted(ctx: Context, only: AwardFilter) -> AnySelect:
    named = [(getattr(_A, name), getattr(only, name)) for name in AwardFilter.__slots__]
    return _awards(ctx).where(*(column == value for column, value in named if value is not None))


async def page(ctx: Context, request: PageRequest, only: AwardFilter) -> Page[AnyRow]:
    """Awards, newest first."""
    statement = _wanted(ctx, only)
    return await fetch_page(ctx.db, statement, request, order=(_A.id,), descending=True, scope=f"awards|{only}")


def whole(ctx: Context, only: AwardFilter) -> AnySelect:
    """All of a list with the name of the unit, by year, kind and place."""
    unit = and_(Organisation.region_id == _A.region_id, Organisation.id == _A.unit_id)
    statement = _wanted(ctx, only).add_columns(Organisation.name.label("unit_name")).join(Organisation, unit)
    return statement.order_by(_A.year, _A.kind, _A.place.nulls_last(), _A.id)


async def by_id(ctx: Context, award_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One award; `lock` holds it for the next step."""
    statement = _awards(ctx).where(_A.id == award_id)
    return (await ctx.db.execute(statement.with_for_update(of=_A) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Awards (n,) -> rows (n,), same order, None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_awards(ctx).where(_A.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def excellent_workshops(ctx: Context) -> list[UUID]:
    """Workshops that hold an award as an excellent one. [A6.13b]"""
    mine = (_A.region_id == ctx.principal.region_id, _A.kind.in_(EXCELLENT), _A.status.not_in(VOID))
    found = (await ctx.db.execute(select(_A.workshop_id).where(*mine).distinct())).scalars()
    return [one for one in found if one is not None]


async def claimants(ctx: Context, teacher_ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Teachers within the scope who may be recommended, by id, with name and school. [A6.13b]"""
    person = Teacher
    reach = rows(ctx.principal, Permission.BACKBONE_READ, organisation=person.school_id, teacher=person.id)
    wanted = (person.region_id == ctx.principal.region_id, person.id.in_(teacher_ids), person.status == "active")
    statement = select(person.id, person.name, person.school_id).where(*wanted, reach)
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}


async def workshop_names(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of workshops by id."""
    wanted = (Workshop.region_id == ctx.principal.region_id, Workshop.id.in_(ids))
    found = await ctx.db.execute(select(Workshop.id, Workshop.name).where(*wanted))
    return {row.id: row.name for row in found.all()}
