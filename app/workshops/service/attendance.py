"""Use cases of attendance: by the workshop, by the member with a code, and the month that becomes hours. [A6.13c]"""

import secrets
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.core.pages import Page, PageRequest
from app.hours.service import CreditLine, Repeats, credit
from app.hours.states import HoursCategory, HoursSource
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear
from app.workshops.queries import activities, members
from app.workshops.rules import follow_up
from app.workshops.schemas import (
    WorkshopAttendanceRecorded,
    WorkshopAttendanceWrite,
    WorkshopHours,
    WorkshopHoursConfirm,
    WorkshopSignIn,
    WorkshopSignInCode,
)
from app.workshops.service import checks
from app.workshops.service.activities import record, running
from app.workshops.states import ActivityStatus, SignInMeans

CODES = 1_000_000
PER_DAY = "hours.workshop.per_day"


async def find_attendance(ctx: Context, request: PageRequest, workshop_id: UUID, activity_id: UUID) -> Page[AnyRow]:
    """Who was at an activity, day by day 出勤."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    checks.found(await activities.by_id(ctx, workshop_id, activity_id))
    return await activities.attendance_page(ctx, request, activity_id)


async def record_attendance(
    ctx: Context, workshop_id: UUID, activity_id: UUID, given: WorkshopAttendanceWrite
) -> WorkshopAttendanceRecorded:
    """Record who was there on a day 批量登记出勤."""
    row, one = await running(ctx, workshop_id, activity_id)
    _require_attended(one, given.day, ctx.clock.today)
    present = {who.teacher_id for who in await _members_on(ctx, row.id, given.day)}
    strangers = [place for place, who in enumerate(given.teacher_ids) if who not in present]
    text = f"不是 {given.day} 的成员"
    checks.refuse([checks.fault(f"/teacher_ids/{place}", "REFERENCE_UNKNOWN", text) for place in strangers])
    removed = await activities.not_there(ctx, one.id, given.day, given.teacher_ids) if given.replace else 0
    wanted = list(dict.fromkeys(given.teacher_ids))
    added = await activities.attend(ctx, one.id, wanted, given.day, SignInMeans.RECORDED)
    facts = {"day": given.day.isoformat(), "added": added, "removed": removed}
    await record(ctx, row, one.id, "attended", facts)
    now = checks.found(await activities.by_id(ctx, row.id, one.id))
    return WorkshopAttendanceRecorded(
        day=given.day, present_count=now.present_count, added_count=added, removed_count=removed
    )


async def open_sign_in(ctx: Context, workshop_id: UUID, activity_id: UUID) -> WorkshopSignInCode:
    """Give out a new code for members to sign in with 发布签到码."""
    row, one = await running(ctx, workshop_id, activity_id)
    if one.status != ActivityStatus.PLANNED:
        raise Conflict("WORKSHOP_ACTIVITY_CLOSED", "活动已登记或已取消，不能再签到。", status=one.status)
    code = f"{secrets.randbelow(CODES):06d}"
    await activities.change(ctx, one.id, {"sign_in_code": code})
    await record(ctx, row, one.id, "sign_in_opened", {})
    return WorkshopSignInCode(activity_id=one.id, code=code)


async def sign_in(ctx: Context, workshop_id: UUID, activity_id: UUID, given: WorkshopSignIn) -> AnyRow:
    """The caller signs in for today; once more changes nothing 本人签到."""
    ctx.require(Permission.WORKSHOP_TAKE_PART)
    row = await checks.shown(ctx, workshop_id)
    one = checks.found(await activities.by_id(ctx, row.id, activity_id))
    today, teacher_id = ctx.clock.today, ctx.principal.teacher_id
    if teacher_id is None or teacher_id not in {who.teacher_id for who in await _members_on(ctx, row.id, today)}:
        raise NotFound
    if one.sign_in_code is None or not secrets.compare_digest(one.sign_in_code, given.code):
        raise Conflict("WORKSHOP_SIGN_IN_CODE", "签到码不正确或签到尚未开放，请向主持人核对。")
    _require_attended(one, today, today)
    await activities.attend(ctx, one.id, [teacher_id], today, SignInMeans.SELF)
    place = Place(row.unit_id, teacher_id)
    await ctx.record("workshop_activity.signed_in", entity="workshop_activity", entity_id=one.id, place=place)
    return await activities.attendance_of(ctx, one.id, teacher_id, today)


async def confirm_hours(ctx: Context, workshop_id: UUID, given: WorkshopHoursConfirm) -> WorkshopHours:
    """Confirm a month: each day of attendance becomes hours, capped a day and a year 月度学时确认 [A6.13c]."""
    ctx.require(Permission.HOURS_POST)
    row = await checks.held(ctx, workshop_id, Permission.HOURS_POST)
    days = await activities.uncredited(ctx, row.id, *follow_up.month_span(given.month))
    if not days:
        raise Conflict("WORKSHOP_HOURS_NONE", "该月没有待计入学时的出勤（活动须已登记）。", month=given.month)
    lines = [_line(ctx, one, place) for place, one in enumerate(days)]
    entries = await credit(ctx, lines, repeats=Repeats.ANSWER)
    await activities.link_entries(ctx, [one.id for one in days], [entry.id for entry in entries])
    # Two merged records at one activity are one line of the ledger.
    posted = {entry.id: entry for entry in entries}.values()
    claimed = sum((entry.claimed_hours for entry in posted), Decimal(0))
    credited = sum((entry.credited_hours for entry in posted), Decimal(0))
    facts = {"month": given.month, "days": len(days), "claimed": str(claimed), "credited": str(credited)}
    place = checks.place_of(row)
    await ctx.record("workshop.hours_confirmed", entity="workshop", entity_id=row.id, place=place, facts=facts)
    answer = {
        "workshop_id": row.id,
        "month": given.month,
        "claimed_hours": claimed,
        "credited_hours": credited,
        "lines": [_answered(one, entry) for one, entry in zip(days, entries, strict=True)],
    }
    return WorkshopHours.model_validate(answer)


async def find_unconfirmed(ctx: Context, *, year: SchoolYear, findings: list[Finding]) -> None:
    """Reaction to the closing of a school year: tell of attendance in it that has given no hours [A6.13c]."""
    ctx.require(Permission.HOURS_CLOSING_READ)
    if waiting := await activities.unconfirmed(ctx, year.first_day, year.last_day):
        message = f"有 {waiting} 人次工作坊出勤尚未确认学时。"
        findings.append(Finding("workshop.hours_unconfirmed", Severity.ADVISE, "A6.13c", message, waiting, 0))


async def _members_on(ctx: Context, workshop_id: UUID, day: date) -> list[AnyRow]:
    present = await members.present_of(ctx, [workshop_id], on=day)
    return [one for one in present if one.joined_on <= day]


def _require_attended(one: AnyRow, day: date, today: date) -> None:
    if one.status == ActivityStatus.CANCELLED:
        raise Conflict("WORKSHOP_ACTIVITY_CLOSED", "活动已取消，不能登记出勤。", status=one.status)
    if not one.starts_on <= day <= min(one.ends_on, today):
        message = f"活动日期为 {one.starts_on} 至 {one.ends_on}，出勤日期须在其中且不晚于今天"
        checks.refuse([checks.fault("/day", "OUT_OF_ORDER", message)])


def _line(ctx: Context, one: AnyRow, place: int) -> CreditLine:
    return CreditLine(
        teacher_id=one.person_id,
        category=HoursCategory.WORKSHOP,
        claimed_hours=ctx.regulation.decimal(PER_DAY, on=one.day),
        activity_title=one.title,
        activity_date=one.day,
        source=str(HoursSource.WORKSHOP),
        source_id=one.activity_id,
        posted_by=one.recorded_by,
        approved_by=ctx.principal.account_id,
        pointer=f"/lines/{place}",
    )


def _answered(one: AnyRow, entry: AnyRow) -> dict[str, object]:
    return {
        "teacher_id": one.teacher_id,
        "teacher_name": one.teacher_name,
        "day": one.day,
        "activity_title": one.title,
        "claimed_hours": entry.claimed_hours,
        "credited_hours": entry.credited_hours,
        "entry_id": entry.id,
        "findings": entry.findings,
    }
