"""Use cases of reports: the team writes and hands in, 项目办 accepts or returns. [A3.4] 十天会商"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.consultations import rules
from app.consultations.models import ConsultationReport
from app.consultations.queries import dues as due_queries
from app.consultations.queries import reports as queries
from app.consultations.queries.reports import ConsultationReportFilter
from app.consultations.queries.rows import NOW, add, change
from app.consultations.schemas import (
    ConsultationMove,
    ConsultationReason,
    ConsultationReportCreate,
    ConsultationReportPatch,
)
from app.consultations.service import checks
from app.consultations.states import REPORT_LIFECYCLE, REPORT_OPEN, ConsultationReportStatus
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

TAKEN = "该子项目本旬已有会商汇报，请在原汇报上修改。"
explain({"uq_consultation_reports_window": ("CONSULTATION_REPORT_EXISTS", TAKEN)})
READ, WRITE, DECIDE = (
    Permission.CONSULTATION_REPORT_READ,
    Permission.CONSULTATION_REPORT_WRITE,
    Permission.CONSULTATION_REPORT_DECIDE,
)
UNDECIDED = {"decided_by": None, "decided_at": None}


async def find_reports(ctx: Context, request: PageRequest, only: ConsultationReportFilter) -> Page[AnyRow]:
    """Reports within the scope, newest window first 会商汇报列表 [A3.4]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_report(ctx: Context, report_id: UUID) -> AnyRow:
    """One report; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.report(ctx, report_id))


async def get_reports(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Reports (n,) -> rows (n,), None where missing or outside the scope."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def write_report(ctx: Context, new: ConsultationReportCreate) -> AnyRow:
    """Begin the report of a sub-project for the window of a day 起草会商汇报; by its team, or for it. [A3.4]"""
    ctx.require(WRITE)
    team = await queries.team(ctx, new.sub_project_id)
    author, faults = _author(ctx, team, new.author)
    checks.refuse(faults)
    window = rules.window_of(new.on, ctx.regulation)
    if team[0].status not in due_queries.BEGUN:
        checks.refuse([FieldFault("/sub_project_id", "PROJECT_NOT_RUNNING", "培训项目尚未开始或已取消，不需要汇报")])
    ctx.enforce(rules.check_window(window, team[0].starts_on, team[0].ends_on, today=ctx.clock.today), pointer="/on")
    made = new_id()
    about = {"sub_project_id": new.sub_project_id, "starts_on": window.starts_on, "ends_on": window.ends_on}
    said = new.model_dump(exclude={"sub_project_id", "on", "author"})
    by = {"id": made, "made_by": ctx.principal.account_id}
    await add(ctx, ConsultationReport, {**by, **about, **author, **said})
    return await _told(ctx, made, "written")


async def change_report(
    ctx: Context, report_id: UUID, patch: ConsultationReportPatch, *, version: int | None
) -> AnyRow:
    """Change a report that is not handed in, or was returned 修改会商汇报. [A3.4]"""
    row = await _held(ctx, report_id, WRITE, version)
    checks.require_open(row, REPORT_OPEN, REPORT_LIFECYCLE.title)
    changes = patch.changes()
    if not changes:
        return row
    if row.status == ConsultationReportStatus.RETURNED:  # it was handed in whole, and stays so
        ctx.enforce(rules.check_contents({**row._asdict(), **changes}, checks.labels(ctx)))
    await change(ctx, ConsultationReport, row.id, changes)
    return await _told(ctx, row.id, "changed")


async def submit_report(ctx: Context, report_id: UUID, given: ConsultationMove, *, version: int | None) -> AnyRow:
    """Hand a report in 提交会商汇报; late with its days, by the first time it was handed in. [A3.4]"""
    del given
    row = await _held(ctx, report_id, WRITE, version)
    status = REPORT_LIFECYCLE.move(ConsultationReportStatus(row.status), "submit")
    ctx.enforce(rules.check_contents(row._asdict(), checks.labels(ctx)))
    day = row.submitted_on or ctx.clock.today
    window = rules.window_of(row.starts_on, ctx.regulation)
    by = {"submitted_by": ctx.principal.account_id, "submitted_on": day, "late_days": rules.late_days(day, window)}
    await change(ctx, ConsultationReport, row.id, {"status": str(status), **by, **UNDECIDED})
    return await _told(ctx, row.id, "submitted")


async def accept_report(ctx: Context, report_id: UUID, given: ConsultationMove, *, version: int | None) -> AnyRow:
    """Accept a report at 项目办 接收会商汇报; by another person than who handed it in. [A3.4]"""
    del given
    return await _decided(ctx, report_id, "accept", None, version=version)


async def return_report(ctx: Context, report_id: UUID, given: ConsultationReason, *, version: int | None) -> AnyRow:
    """Give a report back to its team, with a reason 退回会商汇报. [A3.4]"""
    return await _decided(ctx, report_id, "return", given.reason, version=version)


async def _decided(ctx: Context, report_id: UUID, verb: str, reason: str | None, *, version: int | None) -> AnyRow:
    row = await _held(ctx, report_id, DECIDE, version)
    checks.other_person(ctx, DECIDE, row.submitted_by)
    status = REPORT_LIFECYCLE.move(ConsultationReportStatus(row.status), verb)
    by = {"decided_by": ctx.principal.account_id, "decided_at": NOW, "return_reason": reason}
    await change(ctx, ConsultationReport, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, f"{verb}ed")


def _author(ctx: Context, team: Sequence[AnyRow], asked: str | None) -> tuple[dict[str, Any], list[FieldFault]]:
    """Who reports: somebody of the team by name; a member writes for oneself, 项目办 for whoever leads or is named."""
    members = [one for one in team if one.member is not None]
    own = [one for one in members if one.teacher_id and one.teacher_id == ctx.principal.teacher_id]
    if not team or (ctx.principal.role is Role.TEACHER and not own):
        return {}, [FieldFault("/sub_project_id", "REFERENCE_UNKNOWN", "没有这一子项目，或您不是该子项目组成员")]
    if not members:
        return {}, [FieldFault("/sub_project_id", "SUB_PROJECT_TEAM", "该子项目尚未组建子项目组，请先确定成员")]
    reach = own if ctx.principal.role is Role.TEACHER else members
    named = [one for one in reach if asked is None or one.member == asked]
    if not named:
        names = "、".join(one.member for one in reach)
        return {}, [FieldFault("/author", "NOT_OF_THE_TEAM", f"汇报人须为子项目组成员：{names}")]
    who = next((one for one in own if one in named), named[0])
    return {"author": who.member, "author_teacher_id": who.teacher_id}, []


async def _held(ctx: Context, report_id: UUID, permission: Permission, version: int | None) -> AnyRow:
    """The report, locked, once the caller may act on it: who is shown one as a member may write it."""
    ctx.require(permission)
    row = checks.found(await queries.report(ctx, report_id, lock=True))
    check_version(row, version)
    return row


async def _told(ctx: Context, report_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the report as it is now."""
    row = checks.found(await queries.report(ctx, report_id))
    facts = {"sub_project": str(row.sub_project_id), "window": str(row.starts_on), "late_days": row.late_days}
    await ctx.record(f"consultation_report.{act}", entity="consultation_report", entity_id=row.id, facts=facts)
    return row
