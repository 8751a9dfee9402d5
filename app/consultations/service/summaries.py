"""Use cases of monthly summaries 每月小结: written by one person, closed by another after the month. [A3.4]"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations import rules
from app.consultations.models import ConsultationSummary
from app.consultations.queries import dues
from app.consultations.queries import summaries as queries
from app.consultations.queries.rows import NOW, add, change
from app.consultations.queries.summaries import ConsultationSummaryFilter
from app.consultations.schemas import (
    ConsultationMove,
    ConsultationReason,
    ConsultationSummaryCreate,
    ConsultationSummaryPatch,
)
from app.consultations.service import checks
from app.consultations.service.dues import total
from app.consultations.states import SUMMARY_LIFECYCLE, ConsultationSummaryStatus, Tally
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

explain({"uq_consultation_summaries_month": ("CONSULTATION_SUMMARY_EXISTS", "本月已有小结，请在原小结上修改。")})
READ, SUMMARISE = Permission.CONSULTATION_READ, Permission.CONSULTATION_SUMMARISE
COUNTS = {"reports_due": "due", "reports_in_time": "in_time", "reports_late": "late", "reports_missing": "missing"}
UNCLOSED: Mapping[str, Any] = {"closed_by": None, "closed_at": None, **dict.fromkeys(COUNTS), "findings": []}


async def find_summaries(ctx: Context, request: PageRequest, only: ConsultationSummaryFilter) -> Page[Any]:
    """Summaries of months, newest first 每月小结列表 [A3.4]."""
    ctx.require(READ)
    found = await queries.page(ctx, request, only)
    return Page(await _shown(ctx, found.items), found.cursors, found.has_more, found.total)


async def get_summary(ctx: Context, summary_id: UUID) -> Any:
    """One summary; NotFound outside the region."""
    ctx.require(READ)
    return (await _shown(ctx, [checks.found(await queries.summary(ctx, summary_id))]))[0]


async def get_summaries(ctx: Context, ids: Sequence[UUID]) -> list[Any]:
    """Summaries (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    found = await queries.by_ids(ctx, ids)
    known = {one.id: one for one in await _shown(ctx, [row for row in found if row is not None])}
    return [known.get(one) for one in ids]


async def write_summary(ctx: Context, new: ConsultationSummaryCreate) -> Any:
    """Begin the summary of a month 起草每月小结. [A3.4]"""
    ctx.require(SUMMARISE)
    first = date.fromisoformat(f"{new.month}-01")
    checks.refuse(checks.future("/month", first, ctx.clock.today))
    made = new_id()
    said = {"text": new.text, "next_steps": new.next_steps, "written_by": ctx.principal.account_id}
    await add(ctx, ConsultationSummary, {"id": made, "month": first, **said})
    return await _told(ctx, made, "written")


async def change_summary(
    ctx: Context, summary_id: UUID, patch: ConsultationSummaryPatch, *, version: int | None
) -> Any:
    """Change a summary before it is closed 修改每月小结. [A3.4]"""
    row = await _held(ctx, summary_id, version)
    checks.require_open(row, {ConsultationSummaryStatus.DRAFT}, SUMMARY_LIFECYCLE.title)
    changes = patch.changes()
    if not changes:
        return (await _shown(ctx, [row]))[0]
    await change(ctx, ConsultationSummary, row.id, {**changes, "written_by": ctx.principal.account_id})
    return await _told(ctx, row.id, "changed")


async def close_summary(ctx: Context, summary_id: UUID, given: ConsultationMove, *, version: int | None) -> Any:
    """Close a month that is over, as another person 办结每月小结; what is missing stays on record. [A3.4]"""
    del given
    row = await _held(ctx, summary_id, version)
    checks.other_person(ctx, SUMMARISE, row.written_by)
    status = SUMMARY_LIFECYCLE.move(ConsultationSummaryStatus(row.status), "close")
    windows = rules.windows_of(row.month, ctx.regulation)
    tally = total(list((await dues.tallies(ctx, windows)).values()))
    findings = rules.check_month(windows[-1].ends_on, tally, today=ctx.clock.today)
    ctx.enforce(findings)
    by = {"closed_by": ctx.principal.account_id, "closed_at": NOW, "findings": checks.facts_of(findings)}
    counts = {column: getattr(tally, name) for column, name in COUNTS.items()}
    await change(ctx, ConsultationSummary, row.id, {"status": str(status), "reopen_reason": None, **by, **counts})
    return await _told(ctx, row.id, "closed")


async def reopen_summary(ctx: Context, summary_id: UUID, given: ConsultationReason, *, version: int | None) -> Any:
    """Open a closed summary again, with a reason 重新打开每月小结."""
    row = await _held(ctx, summary_id, version)
    status = SUMMARY_LIFECYCLE.move(ConsultationSummaryStatus(row.status), "reopen")
    values = {**UNCLOSED, "status": str(status), "reopen_reason": given.reason}
    await change(ctx, ConsultationSummary, row.id, values)
    return await _told(ctx, row.id, "reopened")


async def _held(ctx: Context, summary_id: UUID, version: int | None) -> AnyRow:
    ctx.require(SUMMARISE)
    row = checks.found(await queries.summary(ctx, summary_id, lock=True))
    check_version(row, version)
    return row


async def _shown(ctx: Context, found: Sequence[AnyRow]) -> list[Any]:
    """Summaries with their counts: of closed ones as they were, of the others as they are; one statement for all."""
    months = {
        row.month: rules.windows_of(row.month, ctx.regulation)
        for row in found
        if row.status != ConsultationSummaryStatus.CLOSED
    }
    known = await dues.tallies(ctx, [one for windows in months.values() for one in windows])

    def counts(row: AnyRow) -> Mapping[str, int]:
        if row.month not in months:
            return {}
        tally: Tally = total([known[one.starts_on] for one in months[row.month]])
        return {column: getattr(tally, name) for column, name in COUNTS.items()}

    return [SimpleNamespace(**{**row._asdict(), **counts(row), "month": f"{row.month:%Y-%m}"}) for row in found]


async def _told(ctx: Context, summary_id: UUID, act: str) -> Any:
    shown = (await _shown(ctx, [checks.found(await queries.summary(ctx, summary_id))]))[0]
    facts = {"month": shown.month, "due": shown.reports_due, "missing": shown.reports_missing}
    await ctx.record(f"consultation_summary.{act}", entity="consultation_summary", entity_id=shown.id, facts=facts)
    return shown
