"""REST of reports, of who owes one, and of a month as a whole."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.consultations import service
from app.consultations.queries.dues import ConsultationDueFilter
from app.consultations.queries.reports import ConsultationReportFilter
from app.consultations.schemas import (
    ConsultationDue,
    ConsultationMonth,
    ConsultationMonthName,
    ConsultationMove,
    ConsultationReason,
    ConsultationReport,
    ConsultationReportCreate,
    ConsultationReportPatch,
)
from app.core.schemas import Listing

router = APIRouter(tags=["consultations"])
READ, WRITE, DECIDE = (
    permits(one)
    for one in (
        Permission.CONSULTATION_REPORT_READ,
        Permission.CONSULTATION_REPORT_WRITE,
        Permission.CONSULTATION_REPORT_DECIDE,
    )
)
ONE = "/consultation-reports/{report_id:uuid}"


@router.get("/consultation-reports", response_model=Listing[ConsultationReport], **READ)
async def list_consultation_reports(
    ctx: Ctx, page: Paged, only: Annotated[ConsultationReportFilter, Depends()]
) -> object:
    """Reports within the scope, newest window first; since, until: first days of windows 会商汇报列表 [A3.4]."""
    return listing(await service.find_reports(ctx, page, only))


@router.post("/consultation-reports", response_model=ConsultationReport, status_code=201, **WRITE)
async def write_consultation_report(ctx: Ctx, new: ConsultationReportCreate, once: Once) -> Response:
    """Begin the report of a sub-project for the window of a day 起草会商汇报 [A3.4]."""
    return await once.answer(ctx, new, lambda: service.write_report(ctx, new), ConsultationReport)


@router.get("/consultation-dues", response_model=Listing[ConsultationDue], **READ)
async def list_consultation_dues(ctx: Ctx, page: Paged, only: Annotated[ConsultationDueFilter, Depends()]) -> object:
    """Who is to report for the window of a day, who has and who has not 应交与未交汇报 [A3.4]."""
    return listing(await service.find_dues(ctx, page, only))


@router.get("/consultation-reminders", response_model=Listing[ConsultationDue], **READ)
async def list_consultation_reminders(ctx: Ctx, page: Paged) -> object:
    """Reports owed today: of this month's windows and the last month's, oldest first 会商待办提醒 [A3.4]."""
    return listing(await service.find_reminders(ctx, page))


@router.get("/consultation-month", response_model=ConsultationMonth, **permits(Permission.CONSULTATION_READ))
async def get_consultation_month(ctx: Ctx, month: Annotated[ConsultationMonthName, Query()]) -> object:
    """A month: its windows, how the reports came in, and whether it is summed up 月度会商情况 [A3.4]."""
    return await service.month(ctx, month)


@router.get(ONE, response_model=ConsultationReport, **READ)
async def get_consultation_report(ctx: Ctx, report_id: UUID, tag: Tagged) -> object:
    """One report 会商汇报详情 [A3.4]."""
    return tag.seal(await service.get_report(ctx, report_id))


@router.patch(ONE, response_model=ConsultationReport, **WRITE)
async def change_consultation_report(ctx: Ctx, report_id: UUID, patch: ConsultationReportPatch, tag: Tagged) -> object:
    """Change a report that is not handed in, or was returned 修改会商汇报 [A3.4]."""
    return tag.seal(await service.change_report(ctx, report_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:submit", response_model=ConsultationReport, **WRITE)
async def submit_consultation_report(ctx: Ctx, report_id: UUID, given: ConsultationMove, tag: Tagged) -> object:
    """Hand a report in; late with its days 提交会商汇报 [A3.4]."""
    return tag.seal(await service.submit_report(ctx, report_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:accept", response_model=ConsultationReport, **DECIDE)
async def accept_consultation_report(ctx: Ctx, report_id: UUID, given: ConsultationMove, tag: Tagged) -> object:
    """Accept a report at 项目办, as another person 接收会商汇报 [A3.4]."""
    return tag.seal(await service.accept_report(ctx, report_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=ConsultationReport, **DECIDE)
async def return_consultation_report(ctx: Ctx, report_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Give a report back to its team, with a reason 退回会商汇报 [A3.4]."""
    return tag.seal(await service.return_report(ctx, report_id, given, version=tag.expected(given)))


@router.post(f"{ONE}/files", **uploads(Permission.CONSULTATION_REPORT_WRITE))
async def attach_consultation_report_file(arrived: Arrival, ctx: Ctx, report_id: UUID) -> Response:
    """Upload material of a report 上传会商汇报材料 [A3.4]."""
    return arrived.answer(await service.attach_report_file(ctx, report_id, arrived.draft, arrived.shelf.limits))


@router.get(f"{ONE}/files", response_model=Listing[File], **READ)
async def list_consultation_report_files(ctx: Ctx, report_id: UUID, page: Paged) -> object:
    """Material of a report, oldest first 会商汇报材料列表 [A3.4]."""
    return listing(await service.report_files(ctx, page, report_id))
