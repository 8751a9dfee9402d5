"""Tables of budget lines, payments, expert fees and reimbursements."""

from app.funds.models.claims import ExpertFee, Reimbursement
from app.funds.models.lines import BudgetLine, Payment

__all__ = ["BudgetLine", "ExpertFee", "Payment", "Reimbursement"]
