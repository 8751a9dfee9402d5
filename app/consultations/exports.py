"""Exporting reports 导出会商汇报."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.consultations.models import ConsultationReport
from app.consultations.queries import reports
from app.consultations.queries.reports import ConsultationReportFilter
from app.consultations.states import ConsultationReportStatus
from app.core.schemas import Input
from app.core.whole import count_of, rows_of

_COLUMNS = (
    Column("project", "培训项目", 28),
    Column("sub_project", "子项目", 24),
    Column("starts_on", "本旬起", 12),
    Column("ends_on", "本旬止", 12),
    Column("author", "汇报人", 12),
    Column("status", "状态", 10),
    Column("submitted_on", "提交日期", 12),
    Column("late_days", "逾期天数", 10),
    Column("progress", "实施进度", 40),
    Column("experience", "经验做法", 40),
    Column("shortcomings", "不足与困难", 40),
    Column("difficulties", "困难（另列）", 30),
    Column("suggestions", "建议与措施", 40),
    Column("return_reason", "退回理由", 24),
)
_STATUSES = {
    ConsultationReportStatus.DRAFT: "草稿",
    ConsultationReportStatus.SUBMITTED: "已提交",
    ConsultationReportStatus.RETURNED: "已退回",
    ConsultationReportStatus.ACCEPTED: "已接收",
}


class ConsultationReportsFilter(Input):
    """Which reports; since, until: first days of their windows."""

    sub_project_id: UUID | None = None
    project_id: UUID | None = None
    status: ConsultationReportStatus | None = None
    is_late: bool | None = None
    since: date | None = None
    until: date | None = None


def _only(only: ConsultationReportsFilter) -> ConsultationReportFilter:
    return ConsultationReportFilter(**only.model_dump())


async def _count(ctx: Context, only: ConsultationReportsFilter) -> int:
    return await count_of(ctx.db, reports.narrowed(ctx, _only(only)))


async def _rows(ctx: Context, only: ConsultationReportsFilter) -> AsyncIterator[tuple[Value, ...]]:
    ordered = reports.narrowed(ctx, _only(only)).order_by(ConsultationReport.starts_on, ConsultationReport.id)
    async for row in rows_of(ctx.db, ordered):
        yield (
            row.project_name,
            row.sub_project_name,
            row.starts_on,
            row.ends_on,
            row.author,
            _STATUSES[ConsultationReportStatus(row.status)],
            row.submitted_on,
            row.late_days,
            row.progress,
            row.experience,
            row.shortcomings,
            row.difficulties,
            row.suggestions,
            row.return_reason,
        )


CONSULTATION_REPORTS_EXPORT = ExportKind(
    name="consultation_reports",
    title="会商汇报",
    permission=Permission.CONSULTATION_REPORT_READ,
    filters=ConsultationReportsFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
