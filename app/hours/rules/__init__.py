"""Pure rules of the hours ledger."""

from app.hours.rules.certificates import CertifiedEntry, certified_content, shown_hours
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
from app.hours.rules.merging import Standing, over_caps
from app.hours.rules.reports import Band, Week, bands, cycle_expected, first_monday, running_sums, weeks
from app.hours.rules.standing import Balance, CategoryStanding, CycleStanding, cycle_of, cycle_standing, standings

__all__ = [
    "ZERO",
    "Balance",
    "Band",
    "CategoryPolicy",
    "CategoryStanding",
    "CertifiedEntry",
    "Credit",
    "CycleStanding",
    "LedgerLine",
    "Line",
    "Standing",
    "Step",
    "Used",
    "Week",
    "applied_params",
    "bands",
    "category_params",
    "category_policy",
    "certified_content",
    "check_line",
    "check_policy",
    "check_reach",
    "credit",
    "credit_in_order",
    "cycle_expected",
    "cycle_of",
    "cycle_standing",
    "external_line_key",
    "first_monday",
    "line_key",
    "over_caps",
    "running_sums",
    "shown_hours",
    "standings",
    "steps",
    "weeks",
    "weeks_left",
]
