"""Use cases of briefings: put together from reports, edited, published under a number by another person. [A3.4]"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.certificates import printing
from app.consultations import rules
from app.consultations.models import Briefing, BriefingReport
from app.consultations.queries import briefings as queries
from app.consultations.queries import reports
from app.consultations.queries.briefings import BriefingFilter
from app.consultations.queries.rows import NOW, add, change, clear
from app.consultations.schemas import BriefingCreate, BriefingPatch, ConsultationMove, ConsultationReason
from app.consultations.service import checks, paper
from app.consultations.states import BRIEFING_LIFECYCLE, BriefingStatus, ConsultationReportStatus
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

READ, WRITE = Permission.BRIEFING_READ, Permission.BRIEFING_WRITE


async def find_briefings(ctx: Context, request: PageRequest, only: BriefingFilter) -> Page[AnyRow]:
    """Briefings: published ones for everybody, drafts for who handles them, newest first 会商简报列表 [A3.4]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_briefing(ctx: Context, briefing_id: UUID) -> AnyRow:
    """One briefing; NotFound where it is not published and the caller does not handle it."""
    ctx.require(READ)
    return checks.found(await queries.briefing(ctx, briefing_id))


async def get_briefings(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Briefings (n,) -> rows (n,), None where missing or not visible."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def draft_briefing(ctx: Context, new: BriefingCreate) -> AnyRow:
    """Draft a briefing from reports of a period 由汇报起草会商简报; the text is theirs, to be edited. [A3.4]"""
    ctx.require(WRITE)
    faults = []
    if new.ends_on < new.starts_on:
        message = f"结束日 {new.ends_on} 早于开始日 {new.starts_on}"
        faults.append(FieldFault("/ends_on", "OUT_OF_ORDER", message))
    picked, unfit = await _picked(ctx, new.report_ids, new.starts_on, new.ends_on)
    checks.refuse([*faults, *unfit])
    made = new_id()
    by = {"id": made, "written_by": ctx.principal.account_id}
    await add(ctx, Briefing, {**by, **new.model_dump(exclude={"report_ids"}), **_text(ctx, picked)})
    await add(ctx, BriefingReport, *_picks(made, picked))
    return await _told(ctx, made, "drafted")


async def change_briefing(ctx: Context, briefing_id: UUID, patch: BriefingPatch, *, version: int | None) -> AnyRow:
    """Edit a draft 修改会商简报; reports named anew put its text together anew, what is sent beside wins. [A3.4]"""
    row = await _held(ctx, briefing_id, version)
    checks.require_open(row, {BriefingStatus.DRAFT}, BRIEFING_LIFECYCLE.title)
    changes = patch.changes()
    if not changes:
        return row
    ids = changes.pop("report_ids", None)
    if ids is not None:
        picked, unfit = await _picked(ctx, ids, row.starts_on, row.ends_on)
        checks.refuse(unfit)
        changes = {**_text(ctx, picked), **changes}
        await clear(ctx, BriefingReport, BriefingReport.briefing_id, row.id)
        await add(ctx, BriefingReport, *_picks(row.id, picked))
    await change(ctx, Briefing, row.id, {**changes, "written_by": ctx.principal.account_id})
    return await _told(ctx, row.id, "changed")


async def publish_briefing(ctx: Context, briefing_id: UUID, given: ConsultationMove, *, version: int | None) -> AnyRow:
    """Publish a briefing under the next number of the year, as another person than who wrote it 发布会商简报. [A3.4]"""
    del given
    row = await _held(ctx, briefing_id, version)
    checks.other_person(ctx, WRITE, row.written_by)
    status = BRIEFING_LIFECYCLE.move(BriefingStatus(row.status), "publish")
    ctx.enforce(rules.check_briefing(row._asdict(), checks.labels(ctx), len(row.report_ids)))
    today = ctx.clock.today
    issue = {"year": today.year, "number": await queries.next_number(ctx, today.year)}
    by = {"published_by": ctx.principal.account_id, "published_on": today}
    await change(ctx, Briefing, row.id, {"status": str(status), **issue, **by})
    return await _told(ctx, row.id, "published")


async def withdraw_briefing(
    ctx: Context, briefing_id: UUID, given: ConsultationReason, *, version: int | None
) -> AnyRow:
    """Withdraw a briefing, with a reason 撤回会商简报; one that was published keeps its number."""
    row = await _held(ctx, briefing_id, version)
    status = BRIEFING_LIFECYCLE.move(BriefingStatus(row.status), "withdraw")
    by = {"withdrawn_by": ctx.principal.account_id, "withdrawn_at": NOW, "withdraw_reason": given.reason}
    await change(ctx, Briefing, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "withdrawn")


async def briefing_pdf(ctx: Context, briefing_id: UUID) -> tuple[str, bytes]:
    """A briefing on paper: its name and the PDF. [A3.4]"""
    ctx.require(READ)
    row = checks.found(await queries.briefing(ctx, briefing_id))
    page, imprint = paper.page_of(ctx, row)
    return paper.name_of(row, "pdf"), await printing.render(page, imprint)


async def briefing_document(ctx: Context, briefing_id: UUID) -> tuple[str, bytes]:
    """The same as a Word document: its name and the bytes. [A3.4]"""
    ctx.require(READ)
    row = checks.found(await queries.briefing(ctx, briefing_id))
    page, imprint = paper.page_of(ctx, row)
    return paper.name_of(row, "docx"), await printing.write(page, imprint)


async def briefing_text(ctx: Context, briefing_id: UUID) -> tuple[str, bytes]:
    """The same as plain text, for the public account: its name and the bytes. [A3.5]"""
    ctx.require(READ)
    row = checks.found(await queries.briefing(ctx, briefing_id))
    return paper.name_of(row, "txt"), paper.text_of(ctx, row).encode()


async def _picked(ctx: Context, ids: Sequence[UUID], first: date, last: date) -> tuple[list[AnyRow], list[FieldFault]]:
    """The reports picked, in the order of their windows; faults where one is not accepted or of another period."""
    faults = []
    found = await reports.by_ids(ctx, ids)
    for at, row in enumerate(found):
        pointer = f"/report_ids/{at}"
        if row is None:
            faults.append(FieldFault(pointer, "REFERENCE_UNKNOWN", f"第 {at + 1} 份汇报不存在"))
        elif row.status != ConsultationReportStatus.ACCEPTED:
            faults.append(FieldFault(pointer, "REPORT_NOT_ACCEPTED", f"第 {at + 1} 份汇报尚未接收"))
        elif row.starts_on < first or row.ends_on > last:
            text = f"第 {at + 1} 份汇报（{row.starts_on} 至 {row.ends_on}）不在本期 {first} 至 {last} 之内"
            faults.append(FieldFault(pointer, "REPORT_OF_ANOTHER_PERIOD", text))
    rows = {row.id: row for row in found if row is not None}
    return sorted(rows.values(), key=lambda row: (row.starts_on, row.sub_project_name, row.id)), faults


def _text(ctx: Context, picked: Sequence[AnyRow]) -> Mapping[str, str | None]:
    """The text out of reports; where several windows are in it, each line says its own."""
    many = len({row.starts_on for row in picked}) > 1

    def whose(row: AnyRow) -> str:
        window = rules.window_of(row.starts_on, ctx.regulation)
        return f"{row.sub_project_name}（{window.name}）" if many else row.sub_project_name

    return rules.drafted([(whose(row), row._asdict()) for row in picked])


def _picks(briefing_id: UUID, picked: Sequence[AnyRow]) -> list[dict[str, Any]]:
    return [{"id": new_id(), "briefing_id": briefing_id, "report_id": row.id} for row in picked]


async def _held(ctx: Context, briefing_id: UUID, version: int | None) -> AnyRow:
    ctx.require(WRITE)
    row = checks.found(await queries.briefing(ctx, briefing_id, lock=True))
    check_version(row, version)
    return row


async def _told(ctx: Context, briefing_id: UUID, act: str) -> AnyRow:
    """Put a step on record; the briefing as it is now."""
    row = checks.found(await queries.briefing(ctx, briefing_id))
    facts = {"title": row.title, "year": row.year, "number": row.number, "reports": len(row.report_ids)}
    await ctx.record(f"briefing.{act}", entity="briefing", entity_id=row.id, facts=facts)
    return row
