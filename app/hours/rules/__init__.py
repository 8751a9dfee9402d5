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
from app.hours.rules.explaining import (
    LedgerLine,
    Step,
    applied_params,
    category_params,
    check_reach,
    steps,
    weeks_left,
)
from app.hours.rules.standing import Balance, CategoryStanding, CycleStanding, cycle_of, cycle_standing, standings

__all__ = [
    "ZERO",
    "Balance",
    "CategoryPolicy",
    "CategoryStanding",
    "Credit",
    "CycleStanding",
    "LedgerLine",
    "Line",
    "Step",
    "Used",
    "applied_params",
    "category_params",
    "category_policy",
    "check_line",
    "check_policy",
    "check_reach",
    "credit",
    "credit_in_order",
    "cycle_of",
    "cycle_standing",
    "external_line_key",
    "line_key",
    "standings",
    "steps",
    "weeks_left",
]
