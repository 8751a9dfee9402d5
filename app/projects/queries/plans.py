"""SQL of training plans. [M3.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, select

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.models import TrainingPlan
from app.projects.queries.rows import columns_of
from app.projects.states import TrainingPlanKind, TrainingPlanStatus

_L = TrainingPlan


@dataclass(frozen=True, slots=True)
class TrainingPlanFilter:
    """Which plans: any part may be None; year: plans that cover it."""

    kind: TrainingPlanKind | None = None
    status: TrainingPlanStatus | None = None
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None


def _visible(ctx: Context) -> ColumnElement[bool]:
    who = ctx.principal
    own = and_(_L.region_id == who.region_id, rows(who, Permission.TRAINING_PLAN_READ))
    if who.role in {Role.BUREAU, Role.TRAINING_SCHOOL}:
        return own
    return and_(own, _L.status == TrainingPlanStatus.APPROVED)


def _plans(ctx: Context) -> AnySelect:
    return select(*columns_of(_L)).where(_visible(ctx))


async def page(ctx: Context, request: PageRequest, only: TrainingPlanFilter) -> Page[AnyRow]:
    """Plans the caller may see, newest first; schools and teachers see what is approved."""
    statement = _plans(ctx)
    if only.kind:
        statement = statement.where(_L.kind == only.kind)
    if only.status:
        statement = statement.where(_L.status == only.status)
    if only.year is not None:
        statement = statement.where(_L.first_year <= only.year, _L.last_year >= only.year)
    return await fetch_page(ctx.db, statement, request, order=(_L.id,), descending=True, scope=f"training-plans|{only}")


async def by_id(ctx: Context, plan_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One plan the caller may see; `lock` holds it for a change."""
    statement = _plans(ctx).where(_L.id == plan_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Plans (n,) -> rows (n,), same order, None where missing or not to be seen."""
    known = {row.id: row for row in (await ctx.db.execute(_plans(ctx).where(_L.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
