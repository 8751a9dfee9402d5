"""Fees of experts and reimbursements of trainees' costs as clients send and get them; amounts in fen 分."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Resource
from app.funds.schemas.lines import Amount, EtagGiven
from app.funds.states import ExpertFeeStatus, ReimbursementStatus


class ExpertFeeCreate(Input):
    """A fee that is owed to an expert 登记应付劳务费. [M6.1.2]"""

    expert_id: UUID
    project_id: UUID | None = Field(default=None, description="为哪个培训项目")
    matter: Line = Field(description="事由：何时做了什么")
    done_on: date = Field(description="工作日期，须在聘期内")
    amount_fen: Amount
    due_on: date = Field(description="应付日期")


class ExpertFee(Resource):
    """A fee of an expert 专家劳务费."""

    expert_id: UUID
    teacher_id: UUID | None
    project_id: UUID | None
    payee: str
    matter: str
    done_on: date
    amount_fen: int
    due_on: date
    status: ExpertFeeStatus
    paid_on: date | None
    is_overdue: bool = Field(description="应付日期已过而未支付")
    withdraw_reason: str | None


class ReimbursementCreate(Input):
    """Hand in costs of a trainee 提交参训报销. [M6.3.2]"""

    trainee_id: UUID = Field(description="项目学员")
    matter: Line = Field(description="费用内容，例如交通费、住宿费")
    spent_on: date = Field(description="费用发生日期")
    amount_fen: Amount


class ReimbursementSubmit(Input):
    """Hand in again what was returned, put right 重新提交."""

    matter: Line
    spent_on: date
    amount_fen: Amount
    etag: EtagGiven = None


class Reimbursement(Resource):
    """Costs of a trainee that the school has handed in 参训报销."""

    project_id: UUID
    project_name: str
    trainee_id: UUID
    teacher_id: UUID
    school_id: UUID
    payee: str = Field(description="学员姓名")
    matter: str
    spent_on: date
    amount_fen: int
    status: ReimbursementStatus
    submitted_on: date
    checked_on: date | None
    paid_on: date | None
    days: int | None = Field(description="从提交到支付的天数；未支付的算到当日，已撤回的为 null")
    reason: str | None = Field(description="退回或撤回的理由")
