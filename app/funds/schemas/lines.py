"""Budget lines, payments and the read-out of a year as clients send and get them; amounts in fen 分."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Moment, Note, Output, Resource
from app.funds.states import FEN_MAX, YEARS, PaymentStatus

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]
Amount = Annotated[int, Field(ge=1, le=FEN_MAX, description="金额，单位为分")]
Year = Annotated[int, Field(ge=YEARS[0], le=YEARS[1], description="预算年度")]
Yuan = Annotated[str, Field(description="合计，单位为元，两位小数的文本")]


class BudgetLineCreate(Input):
    """A line of the budget of a year 编列预算. [M6.2.2]"""

    year: Year
    purpose: Code = Field(description="用途，见 /v1/reference-data/fund_purposes")
    title: Line
    amount_fen: Amount


class BudgetLineAdjust(Input):
    """Another amount for a line 调整预算; never below what is spent."""

    amount_fen: int = Field(ge=0, le=FEN_MAX, description="调整后的金额，单位为分")
    reason: Reason
    etag: EtagGiven = None


class BudgetLine(Resource):
    """A line of the budget 预算 and what is left of it."""

    project_id: UUID | None = Field(description="所属培训项目；全县统筹的为 null")
    project_name: str | None
    year: int
    purpose: str
    title: str
    amount_fen: int
    spent_fen: int
    left_fen: int = Field(description="余额")
    adjust_reason: str | None = Field(description="最近一次调整的理由")


class PaymentCreate(Input):
    """A payment from a line 登记支出. [M6.2.2]"""

    line_id: UUID
    payee: Line = Field(description="收款人或收款单位")
    matter: Line = Field(description="事由")
    amount_fen: Amount
    paid_on: date
    voucher: Line | None = Field(default=None, description="凭证号")


class ClaimPay(Input):
    """From which line, and when, a fee or a reimbursement is paid 支付."""

    line_id: UUID
    paid_on: date
    voucher: Line | None = Field(default=None, description="凭证号")
    etag: EtagGiven = None


class FundMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class FundReason(Input):
    """Why something is returned, withdrawn or reversed 理由."""

    reason: Reason
    etag: EtagGiven = None


class Payment(Resource):
    """A payment 支出."""

    line_id: UUID
    project_id: UUID | None
    year: int
    purpose: str
    payee: str
    matter: str
    amount_fen: int
    paid_on: date
    voucher: str | None
    fee_id: UUID | None
    reimbursement_id: UUID | None
    status: PaymentStatus
    recorded_by: UUID
    confirmed_by: UUID | None
    confirmed_at: Moment | None
    reversed_by: UUID | None
    reversed_at: Moment | None
    reverse_reason: str | None


class FundsPurpose(Output):
    """What a purpose has in a year 某用途的经费."""

    purpose: str
    label: str
    lines: int
    budget_yuan: Yuan
    spent_yuan: Yuan
    left_yuan: Yuan


class FundsYear(Output):
    """The funds of a year 年度经费情况: by purpose, fees and reimbursements under way, subsidies. [M6.2.2]"""

    year: int
    on: date
    budget_yuan: Yuan
    spent_yuan: Yuan
    left_yuan: Yuan
    purposes: list[FundsPurpose]
    payments_unconfirmed: int = Field(description="已登记、尚未凭证据确认的支出笔数")
    fees_paid: int = Field(description="本年度支付的专家劳务费笔数")
    fees_due: int = Field(description="待支付的专家劳务费笔数")
    fees_overdue: int = Field(description="逾期未支付的专家劳务费笔数")
    fees_overdue_yuan: Yuan
    reimbursements_paid: int = Field(description="本年度支付的报销笔数")
    reimbursements_waiting: int = Field(description="已提交、尚未支付的报销笔数")
    reimbursement_days_most: int | None = Field(description="本年度支付的报销从提交到支付最长的天数")
    master_subsidies: int = Field(description="本年度发放的学科名师补助人次 [A6.8]")
    master_subsidies_yuan: Yuan
