"""Closed sets and lives of payments, expert fees and reimbursements 经费. [M6.1.2] [M6.2.2] [M6.3.2]"""

from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

YEARS: Final = (2022, 2100)
"""The first and the last budget year."""
FEN_MAX: Final = 2_000_000_000
"""The largest amount of one line or payment, in fen; sums may be larger."""
EXPERT_FEES, TRAINEE_COSTS = "expert_fees", "trainee_costs"
"""Purposes in the code list fund_purposes that fees and reimbursements are paid for. [M6.1.2] [M6.3.2]"""


class PaymentStatus(StrEnum):
    """Where a payment stands 支出状态: recorded, confirmed by another person on evidence, reversed 冲销."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REVERSED = "reversed"


class ExpertFeeStatus(StrEnum):
    """Where an expert's fee stands 劳务费状态: due, paid, withdrawn."""

    DUE = "due"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class ReimbursementStatus(StrEnum):
    """Where a reimbursement stands 报销状态: submitted, returned, checked, paid, withdrawn."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKED = "checked"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


_P, _F, _R = PaymentStatus, ExpertFeeStatus, ReimbursementStatus
PAYMENT_LIFECYCLE = Lifecycle(
    name="payment",
    title="经费支出",
    moves={
        "confirm": Move(frozenset({_P.RECORDED}), _P.CONFIRMED, "fund.record", "M6.2.2"),
        "reverse": Move(frozenset({_P.RECORDED, _P.CONFIRMED}), _P.REVERSED, "fund.record"),
    },
)
EXPERT_FEE_LIFECYCLE = Lifecycle(
    name="expert_fee",
    title="专家劳务费",
    moves={
        "pay": Move(frozenset({_F.DUE}), _F.PAID, "fund.record", "M6.1.2"),
        "reopen": Move(frozenset({_F.PAID}), _F.DUE, "fund.record"),
        "withdraw": Move(frozenset({_F.DUE}), _F.WITHDRAWN, "expert_fee.record"),
    },
)
REIMBURSEMENT_LIFECYCLE = Lifecycle(
    name="reimbursement",
    title="参训报销",
    moves={
        "check": Move(frozenset({_R.SUBMITTED}), _R.CHECKED, "reimbursement.check", "M6.3.2"),
        "return": Move(frozenset({_R.SUBMITTED, _R.CHECKED}), _R.RETURNED, "reimbursement.check"),
        "submit": Move(frozenset({_R.RETURNED}), _R.SUBMITTED, "reimbursement.submit", "M6.3.2"),
        "withdraw": Move(frozenset({_R.SUBMITTED, _R.RETURNED}), _R.WITHDRAWN, "reimbursement.submit"),
        "pay": Move(frozenset({_R.CHECKED}), _R.PAID, "fund.record", "M6.3.2"),
        "reopen": Move(frozenset({_R.PAID}), _R.CHECKED, "fund.record"),
    },
)
LIFECYCLES = (PAYMENT_LIFECYCLE, EXPERT_FEE_LIFECYCLE, REIMBURSEMENT_LIFECYCLE)
