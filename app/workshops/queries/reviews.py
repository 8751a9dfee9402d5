"""SQL of monthly reviews, ranking and what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Numeric, and_, case, cast, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.workshops.models import (
    Workshop,
    WorkshopActivity,
    WorkshopAttendance,
    WorkshopPlan,
    WorkshopReview,
    WorkshopTerm,
)
from app.workshops.queries import figures, workshops
from app.workshops.queries.workshops import visible
from app.workshops.states import ActivityStatus, PlanStatus, ReviewGrade, ReviewStatus, WorkshopStatus

_R, _W = WorkshopReview, Workshop
NOW = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Due:
    """The day reminders are for: its school year and term (0 where no calendar is set), and the month before it."""

    today: date
    start_year: int
    term: int
    month: date


def _reviews(ctx: Context, *, only_closed: bool) -> AnySelect:
    statement = select(*_R.__table__.columns.values(), func.to_char(_R.month, "YYYY-MM").label("month_name")).where(
        _R.region_id == ctx.principal.region_id
    )
    return statement.where(_R.status == ReviewStatus.CLOSED) if only_closed else statement


async def page(ctx: Context, request: PageRequest, workshop_id: UUID, *, only_closed: bool) -> Page[AnyRow]:
    """Reviews of a workshop the caller has been shown, newest month first."""
    statement = _reviews(ctx, only_closed=only_closed).where(_R.workshop_id == workshop_id)
    scope = f"workshop-reviews|{workshop_id}|{only_closed}"
    return await fetch_page(ctx.db, statement, request, order=(_R.month, _R.id), descending=True, scope=scope)


async def under(ctx: Context, workshop_ids: Sequence[UUID], limit: int, *, only_closed: bool) -> list[list[AnyRow]]:
    """The newest reviews of each workshop (n,) -> (n,)."""
    statement = _reviews(ctx, only_closed=only_closed)
    order = _R.month.desc()
    return await workshops.under(ctx, statement, _R.workshop_id, workshop_ids, order=order, limit=limit)


async def by_id(ctx: Context, workshop_id: UUID, review_id: UUID) -> AnyRow | None:
    """One review; its workshop is locked for a change."""
    statement = _reviews(ctx, only_closed=False).where(_R.workshop_id == workshop_id, _R.id == review_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def of_month(ctx: Context, workshop_id: UUID, month: date) -> AnyRow | None:
    """The review of a month."""
    statement = _reviews(ctx, only_closed=False).where(_R.workshop_id == workshop_id, _R.month == month)
    return (await ctx.db.execute(statement)).one_or_none()


async def write(ctx: Context, workshop_id: UUID, month: date, values: dict[str, Any]) -> UUID:
    """Store the review of a month, new or in place of the open one."""
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "workshop_id": workshop_id, "month": month}
    given = {**values, "reviewed_by": ctx.principal.account_id}
    statement = upsert(_R).values(**own, **given)
    statement = statement.on_conflict_do_update(constraint="uq_workshop_reviews_month", set_={**given, **touched(_R)})
    return UUID(str(await ctx.db.scalar(statement.returning(_R.id))))


async def close(ctx: Context, review_id: UUID, statistics: dict[str, Any]) -> None:
    """Close a review with its last statistics."""
    statement = update(_R).where(_R.region_id == ctx.principal.region_id, _R.id == review_id)
    values = {"status": str(ReviewStatus.CLOSED), "closed_at": NOW, "statistics": statistics}
    await ctx.db.execute(statement.values(**values, **touched(_R)))


async def outputs(ctx: Context, workshop_id: UUID, first: date, last: date) -> int:
    """How many cases a workshop put on record on days of a span, China's days."""
    found = figures.cases(ctx, workshop_id, (first, last)).subquery()
    return int(await ctx.db.scalar(select(func.count()).select_from(found)) or 0)


async def ranking(ctx: Context, request: PageRequest, months: tuple[date, date], level: str | None) -> Page[AnyRow]:
    """Places of a month among the workshops of a level, those within the scope; months: the one before, and this."""
    graded = case({str(grade): place for place, grade in enumerate(ReviewGrade)}, value=_R.grade)
    ranked = (
        select(
            _R.workshop_id,
            _R.month,
            func.rank()
            .over(
                partition_by=(_R.month, _W.level),
                order_by=(
                    graded,
                    cast(_R.statistics["attendance_rate"].astext, Numeric).desc().nulls_last(),
                    cast(_R.statistics["activities"].astext, Integer).desc(),
                ),
            )
            .label("place"),
        )
        .join(_W, and_(_W.region_id == _R.region_id, _W.id == _R.workshop_id))
        .where(_R.region_id == ctx.principal.region_id, _R.status == ReviewStatus.CLOSED, _R.month.in_(months))
        .subquery()
    )
    before = aliased(ranked)
    place = func.coalesce(ranked.c.place, 0).label("place")
    statement = (
        select(
            _W.id.label("workshop_id"),
            _W.name.label("workshop_name"),
            _W.level,
            func.to_char(_R.month, "YYYY-MM").label("month"),
            _R.grade,
            _R.statistics,
            place,
            before.c.place.label("previous_place"),
            (before.c.place - ranked.c.place).label("trend"),
        )
        .join(_R, and_(_R.region_id == _W.region_id, _R.workshop_id == _W.id, _R.month == months[1]))
        .join(ranked, and_(ranked.c.workshop_id == _W.id, ranked.c.month == months[1]))
        .outerjoin(before, and_(before.c.workshop_id == _W.id, before.c.month == months[0]))
        .where(visible(ctx), _R.status == ReviewStatus.CLOSED)
    )
    if level:
        statement = statement.where(_W.level == level)
    order = (_W.level, place, _W.id.label("workshop_id"))
    return await fetch_page(ctx.db, statement, request, order=order, scope=f"workshop-rankings|{months[1]}|{level}")


async def due(ctx: Context, request: PageRequest, day: Due) -> Page[AnyRow]:
    """Registered workshops within the scope with something due, as flags."""
    region = ctx.principal.region_id
    plan, term, act, att = WorkshopPlan, WorkshopTerm, WorkshopActivity, WorkshopAttendance
    handed_in = exists().where(
        plan.region_id == region,
        plan.workshop_id == _W.id,
        plan.start_year == day.start_year,
        plan.status.in_((PlanStatus.SUBMITTED, PlanStatus.ACCEPTED)),
    )
    confirmed = exists().where(
        term.region_id == region,
        term.workshop_id == _W.id,
        term.start_year == day.start_year,
        term.term == day.term,
    )
    owed = figures.reviews(ctx, select(_W.id).where(_W.region_id == region), (day.month, day.month)).subquery()
    waiting = (
        select(att.id)
        .join(act, and_(act.region_id == att.region_id, act.id == att.activity_id))
        .where(
            att.region_id == region,
            act.workshop_id == _W.id,
            act.status == ActivityStatus.HELD,
            att.entry_id.is_(None),
            att.day < func.date_trunc("month", literal(day.today)),
        )
    )
    flags = {
        "plan": ~handed_in,
        "term": ~confirmed if day.term else literal(value=False),
        "review": _W.id.in_(select(owed.c.workshop_id).where(~owed.c.is_closed)),
        "hours": exists(waiting.correlate(_W)),
    }
    statement = select(
        _W.id,
        _W.name,
        _W.unit_id,
        _W.leader_id,
        *(flag.label(f"is_{name}_due") for name, flag in flags.items()),
    ).where(
        visible(ctx),
        _W.status == WorkshopStatus.REGISTERED,
        _W.start_year <= day.start_year,
        _W.end_year >= day.start_year,
        or_(*flags.values()),
    )
    return await fetch_page(ctx.db, statement, request, order=(_W.id,), scope=f"workshop-reminders|{day}")
