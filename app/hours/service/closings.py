"""Use cases of closing a school year 学年封账."""

from collections.abc import Sequence

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.hours import queries
from app.hours.queries import submissions
from app.hours.schemas import HoursClosing, HoursClosingAct, HoursYearClose, HoursYearReopen
from app.hours.states import CLOSING_LIFECYCLE, ClosingStatus
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear

explain(
    {
        "hours_year_closed": (
            "HOURS_YEAR_CLOSED",
            "该学年的学时账已封，不再登记学时；红冲和重新计入由教体局教师教育科办理，或请其先解封。",
        )
    }
)


async def closings(ctx: Context) -> list[HoursClosing]:
    """The school years that were ever closed, newest first, with their history."""
    ctx.require(Permission.HOURS_CLOSING_READ)
    rows = await queries.closings(ctx)
    acts = await queries.acts(ctx, [row.school_year for row in rows])
    return [_shown(SchoolYear(row.school_year), row, acts, []) for row in rows]


async def closing(ctx: Context, year: SchoolYear) -> HoursClosing:
    """A school year, open or closed; what is still open in it stands in the findings."""
    ctx.require(Permission.HOURS_CLOSING_READ)
    return await _read(ctx, year)


async def close_year(ctx: Context, year: SchoolYear, new: HoursYearClose) -> HoursClosing:
    """Close a school year that is over: nothing is posted into it any more.

    What is still open is shown first (409 with the findings) and closes only when acknowledged.
    """
    ctx.require(Permission.HOURS_CLOSE_YEAR)
    if ctx.clock.today <= year.last_day:
        message = f"{year} 学年到 {year.last_day} 结束，结束后才能封账。"
        raise Conflict("HOURS_YEAR_NOT_OVER", message, ends_on=year.last_day.isoformat())
    status = await _moved(ctx, year, "close")
    findings = await _unsettled(ctx, year)
    if findings and not new.acknowledge_findings:
        told = "".join(one.message for one in findings)
        message = f"{year} 学年还有未办结的事项：{told}请先办结；确需封账的，将 acknowledge_findings 设为 true。"
        raise Conflict("HOURS_YEAR_UNSETTLED", message, errors=[ctx.fault(one) for one in findings])
    act = {"act": "close", "reason": new.reason, "findings": [one.as_json() for one in findings]}
    await queries.set_closing(ctx, year, status, act)
    facts = {"school_year": year.name}
    await ctx.record("hours_year.closed", entity="hours_closing", entity_id=None, facts=facts, findings=findings)
    return await _read(ctx, year)


async def reopen_year(ctx: Context, year: SchoolYear, why: HoursYearReopen) -> HoursClosing:
    """Open a closed school year again, with a reason that stays on record."""
    ctx.require(Permission.HOURS_REOPEN_YEAR)
    status = await _moved(ctx, year, "reopen")
    await queries.set_closing(ctx, year, status, {"act": "reopen", "reason": why.reason})
    facts = {"school_year": year.name, "reason": why.reason}
    await ctx.record("hours_year.reopened", entity="hours_closing", entity_id=None, facts=facts)
    return await _read(ctx, year)


async def _moved(ctx: Context, year: SchoolYear, verb: str) -> ClosingStatus:
    # Held alone before the status is read: a second closing, and every posting, waits for the end of this one.
    await queries.hold_year_alone(ctx, year)
    rows = await queries.closings(ctx, year)
    return CLOSING_LIFECYCLE.move(ClosingStatus(rows[0].status) if rows else ClosingStatus.OPEN, verb)


async def _read(ctx: Context, year: SchoolYear) -> HoursClosing:
    rows = await queries.closings(ctx, year)
    row = rows[0] if rows else None
    is_open = row is None or row.status == ClosingStatus.OPEN
    findings = await _unsettled(ctx, year) if is_open else []
    return _shown(year, row, await queries.acts(ctx, [year.start]) if row else [], findings)


async def _unsettled(ctx: Context, year: SchoolYear) -> list[Finding]:
    """What waits for a decision in the year; packages above add to the findings."""
    found: list[Finding] = []
    if waiting := await submissions.waiting(ctx, year.start):
        message = f"有 {waiting} 份学时申报待核准。"
        found.append(Finding("hours_submission.waiting", Severity.ADVISE, "A5.6", message, waiting, 0))
    if waiting := await queries.open_disputes(ctx, year):
        message = f"还有 {waiting} 件学时申诉等待答复。"
        found.append(Finding("hours.closing_disputes", Severity.ADVISE, None, message, waiting, 0))
    await happened(ctx, "hours_year.asked", year=year, findings=found)
    return found


def _shown(year: SchoolYear, row: AnyRow | None, acts: Sequence[AnyRow], findings: Sequence[Finding]) -> HoursClosing:
    mine = [HoursClosingAct.model_validate(act) for act in acts if act.school_year == year.start]
    return HoursClosing.model_validate(
        {
            "school_year": year.name,
            "status": row.status if row else ClosingStatus.OPEN,
            "findings": [one.as_json() for one in findings],
            "acts": mine,
            "version": row.version if row else 0,
        }
    )
