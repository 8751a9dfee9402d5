"""Use cases of who received a visit, and of the hours that come of it: 岗位培训, confirmed by 进修学校. [M4.3]"""

from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.deliveries.queries import attendance as queries
from app.deliveries.queries import visits
from app.deliveries.schemas import DeliveryAttendanceWrite, DeliveryHours, DeliveryMove
from app.deliveries.service import checks
from app.deliveries.states import DeliveryVisitStatus
from app.hours.service import CreditLine, Repeats, credit
from app.hours.states import HoursCategory, HoursSource
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear

RECORD = Permission.DELIVERY_RECORD


async def find_attendance(ctx: Context, request: PageRequest, visit_id: UUID) -> Page[AnyRow]:
    """Who received a visit, of those within the scope 受训出勤列表 [M4.3]."""
    ctx.require(Permission.DELIVERY_ATTENDANCE_READ)
    row = checks.found(await visits.by_id(ctx, visit_id))
    return await queries.page(ctx, request, row.id)


async def attend(ctx: Context, visit_id: UUID, given: DeliveryAttendanceWrite) -> AnyRow:
    """Put on record who received a visit 登记受训出勤; a school names its own teachers. Answers the visit. [M4.3]"""
    ctx.require(RECORD)
    row = checks.found(await visits.by_id(ctx, visit_id, lock=True))
    ctx.require(RECORD, on=checks.place_of(row))
    if row.status == DeliveryVisitStatus.CANCELLED:
        raise Conflict("DELIVERY_CANCELLED", "活动已取消，不能登记出勤。", status=row.status)
    if row.visit_on > ctx.clock.today:
        raise Conflict("DELIVERY_NOT_YET", f"送教日期 {row.visit_on} 还没有到。", visit_on=str(row.visit_on))
    wanted = list(dict.fromkeys(given.teacher_ids))
    schools = await queries.receivers(ctx, wanted)
    strangers = [at for at, one in enumerate(given.teacher_ids) if one not in schools]
    text = "没有这位教师，或不属于本单位"
    checks.refuse(
        [FieldFault(f"/teacher_ids/{at}", "REFERENCE_UNKNOWN", f"第 {at + 1} 名：{text}") for at in strangers]
    )
    removed = await queries.not_there(ctx, row.id, wanted) if given.replace else 0
    added = await queries.attend(ctx, row.id, schools)
    facts, place = {"added": added, "removed": removed}, checks.place_of(row)
    await ctx.record("delivery_visit.attended", entity="delivery_visit", entity_id=row.id, place=place, facts=facts)
    return checks.found(await visits.by_id(ctx, row.id))


async def confirm_hours(ctx: Context, visit_id: UUID, given: DeliveryMove, *, version: int | None) -> DeliveryHours:
    """Confirm a held visit: each attendance becomes hours of 岗位培训, once 确认送教学时. [M4.3]

    By 进修学校, and by another person than who recorded the attendance.
    """
    del given
    permission = Permission.HOURS_POST
    ctx.require(permission)
    row = checks.found(await visits.by_id(ctx, visit_id, lock=True))
    check_version(row, version)
    if row.status != DeliveryVisitStatus.HELD:
        raise Conflict("DELIVERY_NOT_HELD", "活动登记为已送教后才能确认学时。", status=row.status)
    waiting = await queries.uncredited(ctx, row.id)
    if not waiting:
        raise Conflict("DELIVERY_HOURS_NONE", "这次活动没有待计入学时的出勤。")
    if any(one.recorded_by == ctx.principal.account_id for one in waiting):
        message = "登记出勤和确认学时须为不同的人，请由另一人确认。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))
    lines = [_line(ctx, row, one, place) for place, one in enumerate(waiting)]
    entries = await credit(ctx, lines, repeats=Repeats.ANSWER)
    await queries.link_entries(ctx, [one.id for one in waiting], [entry.id for entry in entries])
    posted = {entry.id: entry for entry in entries}.values()  # two merged records are one line of the ledger
    claimed = sum((entry.claimed_hours for entry in posted), Decimal(0))
    credited = sum((entry.credited_hours for entry in posted), Decimal(0))
    facts, place = {"lines": len(waiting), "credited": str(credited)}, checks.place_of(row)
    await ctx.record("delivery_visit.confirmed", entity="delivery_visit", entity_id=row.id, place=place, facts=facts)
    shown = [_answered(one, entry) for one, entry in zip(waiting, entries, strict=True)]
    answer = {"visit_id": row.id, "claimed_hours": claimed, "credited_hours": credited, "lines": shown}
    return DeliveryHours.model_validate(answer)


async def find_unconfirmed(ctx: Context, *, year: SchoolYear, findings: list[Finding]) -> None:
    """Reaction to the closing of a school year: tell of attendance at visits that has given no hours. [M4.3]"""
    ctx.require(Permission.HOURS_CLOSING_READ)
    if waiting := await queries.unconfirmed(ctx, year.start):
        message = f"有 {waiting} 人次送教送培出勤尚未确认学时。"
        findings.append(Finding("delivery.hours_unconfirmed", Severity.ADVISE, "M4.3", message, waiting, 0))


def _line(ctx: Context, visit: AnyRow, one: AnyRow, place: int) -> CreditLine:
    return CreditLine(
        teacher_id=one.person_id,
        category=HoursCategory.POST_TRAINING,
        claimed_hours=visit.hours,
        activity_title=visit.title,
        activity_date=visit.visit_on,
        source=str(HoursSource.DELIVERY),
        source_id=visit.id,
        posted_by=one.recorded_by,
        approved_by=ctx.principal.account_id,
        pointer=f"/lines/{place}",
    )


def _answered(one: AnyRow, entry: AnyRow) -> dict[str, object]:
    return {
        "teacher_id": one.teacher_id,
        "entry_id": entry.id,
        "claimed_hours": entry.claimed_hours,
        "credited_hours": entry.credited_hours,
        "findings": entry.findings,
    }
