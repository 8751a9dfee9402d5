"""Use cases of what is due: who has not reported, the reminders of a day, a month as a whole. [A3.4]"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations import rules
from app.consultations.queries import dues as queries
from app.consultations.queries import summaries
from app.consultations.queries.dues import ConsultationDueFilter
from app.consultations.schemas import ConsultationMonth, ConsultationWindow
from app.consultations.states import ConsultationReportStatus, ConsultationSummaryStatus, Tally, Window
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest

READ, READ_REPORT = Permission.CONSULTATION_READ, Permission.CONSULTATION_REPORT_READ


async def find_dues(ctx: Context, request: PageRequest, only: ConsultationDueFilter) -> Page[Any]:
    """Who is to report for the window of a day, who has and who has not 应交与未交汇报 [A3.4]."""
    ctx.require(READ_REPORT)
    window = rules.window_of(only.on or ctx.clock.today, ctx.regulation)
    found = await queries.page(ctx, request, [window], is_missing=only.is_missing)
    return _shown(found, ctx.clock.today, {window.starts_on: window})


async def find_reminders(ctx: Context, request: PageRequest) -> Page[Any]:
    """Reports that are owed today: of this month's windows and the last month's, oldest first 会商待办提醒 [A3.4]."""
    ctx.require(READ_REPORT)
    today = ctx.clock.today
    since = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    windows = list(rules.windows_between(since, today, ctx.regulation))
    if not windows:  # before the regulation
        return Page([], [], has_more=False)
    found = await queries.owed(ctx, request, windows)
    return _shown(found, today, {one.starts_on: one for one in windows})


async def month(ctx: Context, name: str) -> ConsultationMonth:
    """A month of consultation: how its reports came in, and whether it is summed up 月度会商情况 [A3.4]."""
    ctx.require(READ)
    first, today = date.fromisoformat(f"{name}-01"), ctx.clock.today
    windows = rules.windows_of(first, ctx.regulation)
    known = await queries.tallies(ctx, windows)
    row = await summaries.of_month(ctx, first)
    whole = total(list(known.values()))
    is_over = windows[-1].ends_on < today
    return ConsultationMonth(
        month=name,
        windows=[_window(one, known[one.starts_on], today) for one in windows],
        due=whole.due,
        in_time=whole.in_time,
        late=whole.late,
        missing=whole.missing,
        undecided=whole.undecided,
        summary_id=row.id if row else None,
        summary_status=ConsultationSummaryStatus(row.status) if row else None,
        is_summary_due=is_over and (row is None or row.status != ConsultationSummaryStatus.CLOSED),
    )


async def reports_of(ctx: Context, sub_project_id: UUID, year: int) -> Tally:
    """How the reports of a sub-project came in over a calendar year, up to today: for whoever evaluates. [A3.6]"""
    ctx.require(READ)
    last = min(ctx.clock.today, date(year, 12, 31))
    windows = list(rules.windows_between(date(year, 1, 1), last, ctx.regulation))
    return await queries.of_sub_project(ctx, sub_project_id, [one for one in windows if one.ends_on < ctx.clock.today])


def total(parts: Sequence[Tally]) -> Tally:
    """Tallies together."""
    return Tally(*(sum(getattr(one, name) for one in parts) for name in Tally.__slots__))


def _window(one: Window, tally: Tally, today: date) -> ConsultationWindow:
    counts = {name: getattr(tally, name) for name in ("due", "in_time", "late", "missing")}
    return ConsultationWindow(
        name=one.name, starts_on=one.starts_on, ends_on=one.ends_on, is_over=one.ends_on < today, **counts
    )


def _shown(found: Page[AnyRow], today: date, windows: dict[date, Window]) -> Page[Any]:
    items = [{**row._asdict(), **_said(row, today, windows[row.starts_on].name)} for row in found.items]
    return Page(items, found.cursors, found.has_more, found.total)


def _said(row: AnyRow, today: date, window: str) -> dict[str, object]:
    """What a line says in words."""
    is_missing = row.submitted_on is None
    over = max(0, (today - row.ends_on).days) if is_missing else 0
    if row.status == ConsultationReportStatus.RETURNED:
        message = f"{window}的会商汇报已退回，请修改后重新提交。"
    elif over:
        message = f"{window}的会商汇报应于 {row.ends_on} 前提交，已逾期 {over} 天。"
    elif is_missing:
        message = f"{window}的会商汇报请于 {row.ends_on} 前提交。"
    elif row.late_days:
        message = f"{window}的会商汇报已于 {row.submitted_on} 提交，逾期 {row.late_days} 天。"
    else:
        message = f"{window}的会商汇报已于 {row.submitted_on} 按时提交。"
    return {"is_missing": is_missing, "days_over": over, "message": message}
