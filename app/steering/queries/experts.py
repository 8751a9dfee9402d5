"""SQL of the experts and their reviews. [M6.1.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, and_, cast, func, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.steering.models import Expert, ExpertReview

_E, _R = Expert, ExpertReview
READ, REVIEW = Permission.EXPERT_READ, Permission.EXPERT_REVIEW


@dataclass(frozen=True, slots=True)
class ExpertFilter:
    """Which experts: any part may be None; active_on: those engaged on a day."""

    stage: str | None = None
    subject: str | None = None
    source: str | None = None
    is_local: bool | None = None
    active_on: date | None = None


def active(day: date) -> Any:
    """That an engagement holds on a day, in SQL."""
    return and_(_E.starts_on <= day, _E.until > day)


def _experts(ctx: Context) -> AnySelect:
    own = and_(_R.region_id == _E.region_id, _R.expert_id == _E.id)
    reviews = cast(select(func.count()).where(own).scalar_subquery(), Integer).label("reviews")
    columns: list[Any] = [column for column in _E.__table__.columns if column.name != "region_id"]
    return select(*columns, reviews, active(ctx.clock.today).label("is_active")).where(
        _E.region_id == ctx.principal.region_id, rows(ctx.principal, READ)
    )


async def page(ctx: Context, request: PageRequest, only: ExpertFilter) -> Page[AnyRow]:
    """Experts, newest first."""
    plain = ("stage", "subject", "source", "is_local")
    named = [(getattr(_E, name), getattr(only, name)) for name in plain]
    statement = _experts(ctx).where(*(column == value for column, value in named if value is not None))
    if only.active_on:
        statement = statement.where(active(only.active_on))
    scope = f"experts|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_E.id,), descending=True, scope=scope)


async def by_id(ctx: Context, expert_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One expert; `lock` holds it for a change."""
    statement = _experts(ctx).where(_E.id == expert_id)
    return (await ctx.db.execute(statement.with_for_update(of=_E) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Experts (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_experts(ctx).where(_E.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def engaged(ctx: Context, day: date) -> Sequence[AnyRow]:
    """Every engagement that holds on a day: source, stage, subject, is_local."""
    statement = (
        select(_E.source, _E.stage, _E.subject, _E.is_local)
        .where(_E.region_id == ctx.principal.region_id, active(day))
        .order_by(_E.id)
        .limit(5_000)
    )
    return (await ctx.db.execute(statement)).all()


def _reviews(ctx: Context) -> AnySelect:
    year = (cast(_R.start_year, Text) + "-" + cast(_R.start_year + 1, Text)).label("school_year")
    columns: list[Any] = [column for column in _R.__table__.columns if column.name != "region_id"]
    return select(*columns, year).where(_R.region_id == ctx.principal.region_id, rows(ctx.principal, REVIEW))


async def review_page(ctx: Context, request: PageRequest, expert_id: UUID) -> Page[AnyRow]:
    """Reviews of an expert, newest first."""
    statement, scope = _reviews(ctx).where(_R.expert_id == expert_id), f"expert-reviews|{expert_id}"
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), descending=True, scope=scope)


async def review(ctx: Context, review_id: UUID) -> AnyRow | None:
    """One review."""
    return (await ctx.db.execute(_reviews(ctx).where(_R.id == review_id))).one_or_none()
