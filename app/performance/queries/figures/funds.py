"""Records of money: budget lines of the year, and payments confirmed in it, with their amounts in yuan 元. [A4.4]"""

from typing import Any

from sqlalchemy import Numeric, cast, func, select

from app.access.context import Context
from app.core.db import AnySelect
from app.funds.models import BudgetLine, Payment
from app.funds.states import PaymentStatus
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure

_L, _P = BudgetLine, Payment
BUDGET = "guarantees.funds.budget"
YUAN = 100


def _yuan(fen: Any) -> Any:
    return func.concat(cast(cast(fen, Numeric) / YUAN, Numeric(16, 2)), " 元")


def lines(ctx: Context, span: Span) -> AnySelect:
    """Lines of the year's budget, by title."""
    return select(*record(_L.id, _L.title, detail=_yuan(_L.amount_fen))).where(
        _L.region_id == ctx.principal.region_id, _L.year == span.year
    )


def payments(ctx: Context, span: Span) -> AnySelect:
    """Payments of the year that another person has confirmed, by matter."""
    return select(*record(_P.id, _P.matter, on=_P.paid_on, detail=_yuan(_P.amount_fen))).where(
        _P.region_id == ctx.principal.region_id,
        _P.status == PaymentStatus.CONFIRMED,
        _P.paid_on.between(span.first, span.on),
    )


SOURCES = (
    Source(
        Figure("funds.lines", BUDGET, "当年预算项目", "项", Measure.COUNT, "budget_line", "budget-lines/{id}"), lines
    ),
    Source(Figure("funds.payments", BUDGET, "已确认的支出", "笔", Measure.COUNT, "payment", "payments/{id}"), payments),
)
