"""Exporting payments 导出经费支出."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from pydantic import Field

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.funds.queries import lines
from app.funds.queries.lines import PaymentFilter
from app.funds.rules import yuan
from app.funds.states import YEARS, PaymentStatus

_COLUMNS = (
    Column("paid_on", "支付日期", 12),
    Column("payee", "收款人", 20),
    Column("matter", "事由", 30),
    Column("amount", "金额（元）", 14),
    Column("purpose", "用途", 18),
    Column("line", "预算", 24),
    Column("project", "培训项目", 28),
    Column("year", "预算年度", 10),
    Column("voucher", "凭证号", 16),
    Column("status", "状态", 10),
    Column("reason", "冲销理由", 24),
)
_STATUSES = {
    PaymentStatus.RECORDED: "已登记",
    PaymentStatus.CONFIRMED: "已确认",
    PaymentStatus.REVERSED: "已冲销",
}


class PaymentsFilter(Input):
    """Which payments."""

    year: int | None = Field(default=None, ge=YEARS[0], le=YEARS[1])
    purpose: str | None = Field(default=None, max_length=50)
    project_id: UUID | None = None
    status: PaymentStatus | None = None
    since: date | None = None
    until: date | None = None


def _only(only: PaymentsFilter) -> PaymentFilter:
    return PaymentFilter(**only.model_dump())


async def _count(ctx: Context, only: PaymentsFilter) -> int:
    return await count_of(ctx.db, lines.whole(ctx, _only(only)))


async def _rows(ctx: Context, only: PaymentsFilter) -> AsyncIterator[tuple[Value, ...]]:
    purposes = {one.code: one.label for one in ctx.regulation.codes("fund_purposes")}
    async for row in rows_of(ctx.db, lines.whole(ctx, _only(only))):
        yield (
            row.paid_on,
            row.payee,
            row.matter,
            yuan(row.amount_fen),
            purposes.get(row.purpose, row.purpose),
            row.line_title,
            row.project_name,
            row.year,
            row.voucher,
            _STATUSES[PaymentStatus(row.status)],
            row.reverse_reason,
        )


PAYMENTS_EXPORT = ExportKind(
    name="payments",
    title="经费支出",
    permission=Permission.FUND_READ,
    filters=PaymentsFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
