"""Pure rules of the hours ledger."""

from app.hours.rules.crediting import (
    ZERO,
    CategoryPolicy,
    Credit,
    Line,
    Used,
    category_policy,
    check_line,
    check_policy,
    credit,
    credit_in_order,
    external_line_key,
    line_key,
)
from app.hours.rules.standing import Balance, CategoryStanding, CycleStanding, cycle_of, cycle_standing, standings

__all__ = [
    "ZERO",
    "Balance",
    "CategoryPolicy",
    "CategoryStanding",
    "Credit",
    "CycleStanding",
    "Line",
    "Used",
    "category_policy",
    "check_line",
    "check_policy",
    "credit",
    "credit_in_order",
    "cycle_of",
    "cycle_standing",
    "external_line_key",
    "line_key",
    "standings",
]
