"""SQL of the read-out of a year. [M6.2.2]"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Integer, and_, cast, func, select

from app.access.context import Context
from app.core.db import AnyRow
from app.funds.models import BudgetLine, ExpertFee, Payment, Reimbursement
from app.funds.queries.claims import overdue
from app.funds.states import ExpertFeeStatus, PaymentStatus, ReimbursementStatus
from app.workshops.models import WorkshopSubsidy

_L, _P, _F, _R, _S = BudgetLine, Payment, ExpertFee, Reimbursement, WorkshopSubsidy


def _count(*conditions: Any) -> Any:
    return cast(func.count().filter(*conditions), Integer)


def _sum(column: Any, *conditions: Any) -> Any:
    total = func.sum(column).filter(*conditions) if conditions else func.sum(column)
    return cast(func.coalesce(total, 0), BigInteger)


async def purposes(ctx: Context, year: int) -> Sequence[AnyRow]:
    """The lines of a year by purpose: how many, budget and spending in fen."""
    sums = (_sum(_L.amount_fen).label("budget"), _sum(_L.spent_fen).label("spent"))
    statement = (
        select(_L.purpose, _count().label("lines"), *sums)
        .where(_L.region_id == ctx.principal.region_id, _L.year == year)
        .group_by(_L.purpose)
    )
    return (await ctx.db.execute(statement)).all()


async def unconfirmed(ctx: Context, year: int) -> int:
    """How many payments from lines of a year are recorded and not confirmed."""
    statement = (
        select(func.count())
        .select_from(_P)
        .join(_L, and_(_L.region_id == _P.region_id, _L.id == _P.line_id))
        .where(_P.region_id == ctx.principal.region_id, _L.year == year, _P.status == PaymentStatus.RECORDED)
    )
    return int(await ctx.db.scalar(statement) or 0)


def _within(column: Any, year: int) -> Any:
    return column.between(date(year, 1, 1), date(year, 12, 31))


async def fees(ctx: Context, year: int) -> AnyRow:
    """Fees paid in a year, due, and overdue today."""
    late = overdue(ctx.clock.today)
    statement = select(
        _count(_within(_F.paid_on, year)).label("paid"),
        _count(_F.status == ExpertFeeStatus.DUE).label("due"),
        _count(late).label("overdue"),
        _sum(_F.amount_fen, late).label("overdue_fen"),
    ).where(_F.region_id == ctx.principal.region_id)
    return (await ctx.db.execute(statement)).one()


async def reimbursements(ctx: Context, year: int) -> AnyRow:
    """Reimbursements paid in a year with the most days one took, and those that wait."""
    paid = _within(_R.paid_on, year)
    waits = _R.status.in_((ReimbursementStatus.SUBMITTED, ReimbursementStatus.CHECKED))
    statement = select(
        _count(paid).label("paid"),
        _count(waits).label("waiting"),
        func.max(_R.paid_on - _R.submitted_on).filter(paid).label("days_most"),
    ).where(_R.region_id == ctx.principal.region_id)
    return (await ctx.db.execute(statement)).one()


async def subsidies(ctx: Context, year: int) -> AnyRow:
    """Subsidies of subject masters paid in a year. [A6.8]"""
    statement = select(_count().label("paid"), _sum(_S.amount_fen).label("fen")).where(
        _S.region_id == ctx.principal.region_id, _within(_S.paid_on, year)
    )
    return (await ctx.db.execute(statement)).one()
