"""SQL of city studios that help town workshops."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.asked import moved
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopPair
from app.workshops.queries.workshops import visible
from app.workshops.states import WorkshopKind, WorkshopLevel, WorkshopPairStatus, WorkshopStatus

_P = WorkshopPair
_Studio, _Town = aliased(Workshop), aliased(Workshop)


@dataclass(frozen=True, slots=True)
class WorkshopPairFilter:
    """Which pairs: any part may be None. workshop_id: on either side. on: from that day on or still on it."""

    workshop_id: UUID | None = None
    status: WorkshopPairStatus | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class UnpairedFilter:
    """The day that is looked at; None: today."""

    on: date | None = None


def _holds(day: date) -> ColumnElement[bool]:
    return and_(_P.starts_on <= day, or_(_P.ends_on.is_(None), _P.ends_on >= day))


def _pairs(ctx: Context) -> AnySelect:
    """Pairs of which either workshop is within the scope; unit and leader are the studio's."""
    seen = select(Workshop.id).where(visible(ctx))
    return (
        select(
            *_P.__table__.columns.values(),
            _Studio.name.label("studio_name"),
            _Studio.unit_id,
            _Studio.leader_id,
            _Town.name.label("town_name"),
        )
        .join(_Studio, and_(_Studio.region_id == _P.region_id, _Studio.id == _P.studio_id))
        .join(_Town, and_(_Town.region_id == _P.region_id, _Town.id == _P.town_id))
        .where(_P.region_id == ctx.principal.region_id, or_(_P.studio_id.in_(seen), _P.town_id.in_(seen)))
    )


async def page(ctx: Context, request: PageRequest, only: WorkshopPairFilter) -> Page[AnyRow]:
    """Pairs within the scope, past ones too, newest first."""
    statement = _pairs(ctx)
    if only.workshop_id:
        statement = statement.where(or_(_P.studio_id == only.workshop_id, _P.town_id == only.workshop_id))
    if only.status:
        statement = statement.where(_P.status == only.status)
    if only.on:
        statement = statement.where(_holds(only.on))
    scope = f"workshop-pairs|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), descending=True, scope=scope)


async def by_id(ctx: Context, pair_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One pair within the scope; `lock` holds it for a change."""
    statement = _pairs(ctx).where(_P.id == pair_id)
    return (await ctx.db.execute(statement.with_for_update(of=_P) if lock else statement)).one_or_none()


async def add(ctx: Context, values: Mapping[str, Any]) -> UUID:
    """Store a proposal."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_P).values(**own, **values))
    return made


async def change(ctx: Context, pair_id: UUID, values: Mapping[str, Any]) -> None:
    """Store an answer or the end; the database refuses the same two at the same time."""
    statement = update(_P).where(_P.region_id == ctx.principal.region_id, _P.id == pair_id)
    await ctx.db.execute(statement.values(**moved(_P, values)))


async def unpaired(ctx: Context, request: PageRequest, *, on: date) -> Page[AnyRow]:
    """Registered city studios within the scope without a pair in force on a day, in order of their ids."""
    helps = select(_P.id).where(
        _P.region_id == Workshop.region_id,
        _P.studio_id == Workshop.id,
        _P.status.in_((WorkshopPairStatus.CONFIRMED, WorkshopPairStatus.FINISHED)),
        _holds(on),
    )
    statement = (
        select(
            Workshop.id,
            Workshop.id.label("workshop_id"),
            Workshop.name.label("workshop_name"),
            Workshop.unit_id,
            Organisation.name.label("unit_name"),
            Workshop.leader_id,
            Teacher.name.label("leader_name"),
        )
        .join(Organisation, and_(Organisation.region_id == Workshop.region_id, Organisation.id == Workshop.unit_id))
        .join(Teacher, and_(Teacher.region_id == Workshop.region_id, Teacher.id == Workshop.leader_id))
        .where(
            visible(ctx),
            Workshop.kind == WorkshopKind.MASTER_STUDIO,
            Workshop.level == WorkshopLevel.CITY,
            Workshop.status == WorkshopStatus.REGISTERED,
            ~exists(helps.correlate(Workshop)),
        )
    )
    return await fetch_page(ctx.db, statement, request, order=(Workshop.id,), scope=f"unpaired-studios|{on}")
