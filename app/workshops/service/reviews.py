"""Use cases of monthly reviews: grade a month, close it, rank, remind. [M7.1a]"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear
from app.publications import service as publications
from app.workshops.queries import activities, reviews
from app.workshops.rules import cycle, follow_up
from app.workshops.schemas import WorkshopMove, WorkshopReviewWrite
from app.workshops.service import checks
from app.workshops.states import REVIEW_LIFECYCLE, ReviewStatus, WorkshopLevel

explain({"guard_workshop_reviews": ("WORKSHOP_REVIEW_CLOSED", "该月评审已关闭，不能再改。")})
DUE = {
    "plan": ("A6.6a", "本学年的活动方案尚未提交。"),
    "term": ("M6.2.3b", "本学期尚未学期注册。"),
    "review": ("M7.1a", "上月的月度评审尚未完成。"),
    "hours": ("A6.13c", "有以前月份的出勤尚未确认学时。"),
}


async def find_reviews(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """The monthly reviews of a workshop; those still open for reviewers only 月度评审 [M7.1a]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    only_closed = ctx.principal.grant(Permission.WORKSHOP_REVIEW) is None
    return await reviews.page(ctx, request, workshop_id, only_closed=only_closed)


async def review_month(ctx: Context, workshop_id: UUID, given: WorkshopReviewWrite, *, version: int | None) -> AnyRow:
    """Grade a month with feedback; the service counts the rest 评审某月 [M7.1a]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REVIEW)
    checks.require_supervisor(ctx, row)
    checks.require_registered(row)
    first, last = follow_up.month_span(given.month)
    if first > ctx.clock.today:
        checks.refuse([checks.fault("/month", "OUT_OF_ORDER", f"{given.month} 还没有到")])
    known = await reviews.of_month(ctx, row.id, first)
    if known is None:
        ctx.enforce(cycle.check_day(checks.cycle_of(row), first), pointer="/month")
    else:
        check_version(known, version)
        _require_open(known)
    statistics = await _statistics(ctx, row, first, last)
    values = {"statistics": statistics, "grade": str(given.grade), "feedback": given.feedback}
    made = await reviews.write(ctx, row.id, first, values)
    await _record(ctx, row, made, "written", given.month)
    return checks.found(await reviews.by_id(ctx, row.id, made))


async def close_review(
    ctx: Context, workshop_id: UUID, review_id: UUID, move: WorkshopMove, *, version: int | None
) -> AnyRow:
    """Close a month that is over: statistics are final, the feedback goes to leader and unit 关闭月度评审 [M7.1a]."""
    del move
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_REVIEW)
    one = checks.found(await reviews.by_id(ctx, row.id, review_id))
    checks.require_supervisor(ctx, row)
    check_version(one, version)
    REVIEW_LIFECYCLE.move(ReviewStatus(one.status), "close")
    first, last = follow_up.month_span(one.month_name)
    if ctx.clock.today <= last:
        message = f"{one.month_name} 到 {last} 结束，结束后才能关闭。"
        raise Conflict("WORKSHOP_MONTH_NOT_OVER", message, ends_on=last.isoformat())
    await reviews.close(ctx, one.id, await _statistics(ctx, row, first, last))
    await _record(ctx, row, one.id, "closed", one.month_name)
    return checks.found(await reviews.by_id(ctx, row.id, one.id))


async def ranking(ctx: Context, request: PageRequest, month: str, level: WorkshopLevel | None) -> Page[AnyRow]:
    """Places of a closed month among the workshops of a level, and how they moved 月度排名 [M7.1a]."""
    ctx.require(Permission.WORKSHOP_READ)
    first, _ = follow_up.month_span(month)
    before = (first - timedelta(days=1)).replace(day=1)
    return await reviews.ranking(ctx, request, (before, first), str(level) if level else None)


async def reminders(ctx: Context, request: PageRequest) -> Page[Any]:
    """Workshops with something due today: plan, term, review, hours 待办提醒 [M7.1a]."""
    ctx.require(Permission.WORKSHOP_READ)
    today = ctx.clock.today
    year = SchoolYear.of(today)
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    found = await reviews.due(ctx, request, reviews.Due(today, year.start, await _term(ctx, year, today), before))
    items = [
        {
            "workshop_id": row.id,
            "workshop_name": row.name,
            "unit_id": row.unit_id,
            "leader_id": row.leader_id,
            "items": [
                {"what": what, "clause": clause, "message": message}
                for what, (clause, message) in DUE.items()
                if getattr(row, f"is_{what}_due")
            ],
        }
        for row in found.items
    ]
    return Page(items, found.cursors, found.has_more, found.total)


async def _term(ctx: Context, year: SchoolYear, today: date) -> int:
    """The term under way, 0 before the first or where no calendar is set."""
    try:
        calendar = await organisations.school_year(ctx, year)
    except NotFound:
        return 0
    return sum(today >= term.starts_on for term in calendar.terms)


async def _statistics(ctx: Context, row: AnyRow, first: date, last: date) -> dict[str, Any]:
    presence = await activities.presence(ctx, row.id, first, last)
    return {
        "activities": len(await activities.held_in(ctx, row.id, first, last)),
        "present": presence.present,
        "expected": presence.expected,
        "attendance_rate": follow_up.rate(presence.present, presence.expected),
        "outputs": await reviews.outputs(ctx, row.id, first, last),
        "publications": await publications.count_about(ctx, row.id, (row.unit_id, row.name), first, last),
    }


def _require_open(one: AnyRow) -> None:
    if one.status != ReviewStatus.OPEN:
        raise Conflict("WORKSHOP_REVIEW_CLOSED", "该月评审已关闭，不能再改。", status=one.status)


async def _record(ctx: Context, row: AnyRow, review_id: UUID, what: str, month: str) -> None:
    place = checks.place_of(row)
    await ctx.record(
        f"workshop_review.{what}", entity="workshop_review", entity_id=review_id, place=place, facts={"month": month}
    )
