"""Funds as clients send and get them."""

from app.funds.schemas.claims import (
    ExpertFee,
    ExpertFeeCreate,
    Reimbursement,
    ReimbursementCreate,
    ReimbursementSubmit,
)
from app.funds.schemas.lines import (
    BudgetLine,
    BudgetLineAdjust,
    BudgetLineCreate,
    ClaimPay,
    FundMove,
    FundReason,
    FundsPurpose,
    FundsYear,
    Payment,
    PaymentCreate,
)

__all__ = [
    "BudgetLine",
    "BudgetLineAdjust",
    "BudgetLineCreate",
    "ClaimPay",
    "ExpertFee",
    "ExpertFeeCreate",
    "FundMove",
    "FundReason",
    "FundsPurpose",
    "FundsYear",
    "Payment",
    "PaymentCreate",
    "Reimbursement",
    "ReimbursementCreate",
    "ReimbursementSubmit",
]
