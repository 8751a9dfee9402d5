"""Files of reports and meetings 会商材料: seen where their record is. [A5.10] [M7.2a]"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.consultations.queries import meetings, reports
from app.consultations.service import checks
from app.consultations.states import ConsultationMeetingStatus
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest

REPORT: Final = "consultation_report"
MEETING: Final = "consultation_meeting"
"""The kinds of records under which the archive knows them."""
READ_REPORT, WRITE_REPORT = Permission.CONSULTATION_REPORT_READ, Permission.CONSULTATION_REPORT_WRITE
READ, MEET = Permission.CONSULTATION_READ, Permission.CONSULTATION_MEETING_WRITE


async def attach_report_file(ctx: Context, report_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on a report 上传会商汇报材料. [A3.4]"""
    ctx.require(WRITE_REPORT)
    row = checks.found(await reports.report(ctx, report_id, lock=True))
    return await archive.attach(ctx, _reference(ctx, REPORT, row, WRITE_REPORT), draft, limits)


async def report_files(ctx: Context, request: PageRequest, report_id: UUID) -> Page[AnyRow]:
    """Files of a report, oldest first 会商汇报材料列表 [A3.4]."""
    ctx.require(READ_REPORT)
    row = checks.found(await reports.report(ctx, report_id))
    return await archive.find(ctx, _reference(ctx, REPORT, row, READ_REPORT), request)


async def reports_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Reports (n,) -> rows (n,) for the archive; to whom they are closed, their files are missing."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(READ_REPORT) is None:
        return [None] * len(ids)
    return await reports.by_ids(ctx, ids)


async def attach_meeting_file(ctx: Context, meeting_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on a meeting that stands 上传会商会议材料. [A3.4]"""
    ctx.require(MEET)
    row = checks.found(await meetings.meeting(ctx, meeting_id, lock=True))
    if row.status == ConsultationMeetingStatus.WITHDRAWN:
        raise Conflict("CONSULTATION_MEETING_WITHDRAWN", "会议纪要已撤销，不能再上传材料。", status=row.status)
    return await archive.attach(ctx, _reference(ctx, MEETING, row, MEET), draft, limits)


async def meeting_files(ctx: Context, request: PageRequest, meeting_id: UUID) -> Page[AnyRow]:
    """Files of a meeting, oldest first 会商会议材料列表 [A3.4]."""
    ctx.require(READ)
    row = checks.found(await meetings.meeting(ctx, meeting_id))
    return await archive.find(ctx, _reference(ctx, MEETING, row, READ), request)


async def meetings_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Meetings (n,) -> rows (n,) for the archive; to whom they are closed, their files are missing."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await meetings.by_ids(ctx, ids)


def _reference(ctx: Context, kind: str, row: AnyRow, permission: Permission) -> archive.Reference:
    """The record as the archive knows it; a file belongs to the body, and to the teacher, who hands it in."""
    who = ctx.principal
    return archive.Reference(kind, row.id, Place(who.organisation_id, who.teacher_id), permission)
