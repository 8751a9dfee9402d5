"""A valid request for every operation of funds, about the records at a place."""

from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.funds import project_of, trainee_of
from tests.factories.uploads import PDF

READ, READ_FEE, READ_CLAIM = Permission.FUND_READ, Permission.EXPERT_FEE_READ, Permission.REIMBURSEMENT_READ
LINE = {"year": 2026, "purpose": "trainer_team", "title": "培训师队伍建设", "amount_fen": 500_000}
REASON = {"reason": "登记有误，予以更正"}
COSTS = {"matter": "往返交通费", "spent_on": "2026-10-20", "amount_fen": 12_000}


def _about(key: str, sees: Permission, body: dict[str, Any] | None = None, **more: Any) -> Example:
    """About the record of a place, which bears the id of the place's entry."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees, **more)


def _pay(at: Objects) -> dict[str, Any]:
    return {"line_id": str(at.entry), "paid_on": "2026-11-01"}


def _project(body: dict[str, Any] | None = None) -> Example:
    return Example(
        lambda at: {"project_id": project_of(at.entry)},
        body=None if body is None else lambda _: body,
        sees=Permission.PROJECT_READ,
    )


EXAMPLES: dict[str, Example] = {
    "listBudgetLines": Example(),
    "addBudgetLine": Example(body=lambda _: LINE),
    "listProjectBudgetLines": _project(),
    "addProjectBudgetLine": _project(LINE),
    "getBudgetLine": _about("line_id", READ),
    "adjustBudgetLine": _about("line_id", READ, {"amount_fen": 2000, "reason": "追加预算"}),
    "getFundsYear": Example(query=lambda _: {"year": 2026}),
    "listPayments": Example(),
    "listProjectPayments": _project(),
    "recordPayment": Example(
        body=lambda at: {**_pay(at), "payee": "某印务公司", "matter": "资料印刷", "amount_fen": 100}, placed=True
    ),
    "getPayment": _about("payment_id", READ),
    "confirmPayment": _about("payment_id", READ, {}),
    "reversePayment": _about("payment_id", READ, REASON),
    "attachPaymentFile": _about("payment_id", READ, {}, file=PDF),
    "listPaymentFiles": _about("payment_id", READ),
    "listExpertFees": Example(),
    "recordExpertFee": Example(
        body=lambda at: {
            "expert_id": str(at.entry),
            "matter": "专题讲座",
            "done_on": "2026-10-20",
            "amount_fen": 100_000,
            "due_on": "2026-11-20",
        },
        placed=True,
    ),
    "getExpertFee": _about("fee_id", READ_FEE),
    "payExpertFee": Example(lambda at: {"fee_id": at.entry}, body=_pay, sees=READ_FEE),
    "withdrawExpertFee": _about("fee_id", READ_FEE, REASON),
    "listReimbursements": Example(),
    "createReimbursement": Example(body=lambda at: {**COSTS, "trainee_id": str(trainee_of(at.entry))}, placed=True),
    "getReimbursement": _about("reimbursement_id", READ_CLAIM),
    "submitReimbursement": _about("reimbursement_id", READ_CLAIM, COSTS),
    "checkReimbursement": _about("reimbursement_id", READ_CLAIM, {}),
    "returnReimbursement": _about("reimbursement_id", READ_CLAIM, REASON),
    "withdrawReimbursement": _about("reimbursement_id", READ_CLAIM, REASON),
    "payReimbursement": Example(lambda at: {"reimbursement_id": at.entry}, body=_pay, sees=READ_CLAIM),
}
