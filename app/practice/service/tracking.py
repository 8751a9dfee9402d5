"""Use cases of the tracking-evaluation group 跟踪评价: visits, and what follows from them. [A2.5a]"""

from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.practice.models import TrackingVisit
from app.practice.queries import people, tasks
from app.practice.queries import results as queries
from app.practice.queries.results import TrackingFilter
from app.practice.queries.summary import project as project_of
from app.practice.schemas import TrackingFollowUp, TrackingVisitCreate
from app.practice.service import checks
from app.projects.queries.rows import add, change

READ, RECORD = Permission.TRACKING_READ, Permission.TRACKING_RECORD


async def find_tracking_visits(ctx: Context, request: PageRequest, only: TrackingFilter) -> Page[AnyRow]:
    """Visits of the tracking group within the scope, newest first 跟踪评价记录 [A2.5a]."""
    ctx.require(READ)
    return await queries.visit_page(ctx, request, only)


async def record_tracking_visit(ctx: Context, new: TrackingVisitCreate) -> AnyRow:
    """Put a visit on record: what was found, what the school is to follow up 登记跟踪评价. [A2.5a]"""
    ctx.require(RECORD)
    project = await project_of(ctx, new.project_id)
    faults = await _faults(ctx, new)
    if project is None:
        faults.insert(0, FieldFault("/project_id", "REFERENCE_UNKNOWN", "没有这个培训项目"))
    checks.refuse(faults)
    row = checks.found(project)
    await checks.require_assigned(ctx, RECORD, row.id, people.TRACKERS)
    checks.require_project(row.status, checks.AT_WORK)
    tracker = new.tracker_id
    if tracker is None and ctx.principal.role is Role.TEACHER:
        tracker = ctx.principal.teacher_id
    made = new_id()
    by = {"id": made, "recorded_by": ctx.principal.account_id}
    await add(ctx, TrackingVisit, {**new.model_dump(), **by, "tracker_id": tracker})
    return await _told(ctx, made, "recorded")


async def follow_up(ctx: Context, visit_id: UUID, given: TrackingFollowUp, *, version: int | None) -> AnyRow:
    """Put on record what came of the follow-up 登记跟进结果. [A2.5a]"""
    ctx.require(RECORD)
    row = checks.found(await queries.visit(ctx, visit_id, lock=True))
    await checks.require_assigned(ctx, RECORD, row.project_id, people.TRACKERS)
    check_version(row, version)
    if row.follow_up is None or row.followed_up_on:
        raise Conflict("TRACKING_SETTLED", "这次跟踪评价没有待跟进的事项。", followed_up_on=str(row.followed_up_on))
    if not row.visited_on <= given.followed_up_on <= ctx.clock.today:
        checks.refuse([_outside("/followed_up_on", given.followed_up_on, ctx.clock.today)])
    done = {"followed_up_on": given.followed_up_on, "follow_up_result": given.result}
    await change(ctx, TrackingVisit, row.id, {**done, "followed_up_by": ctx.principal.account_id})
    return await _told(ctx, row.id, "followed_up")


async def _faults(ctx: Context, new: TrackingVisitCreate) -> list[FieldFault]:
    """Every fault of a visit at once."""
    faults = []
    if not await queries.school_in(ctx, new.school_id):
        faults.append(FieldFault("/school_id", "REFERENCE_UNKNOWN", "没有这所学校"))
    if new.workshop_id and await tasks.workshop(ctx, new.workshop_id) is None:
        faults.append(FieldFault("/workshop_id", "REFERENCE_UNKNOWN", "没有这个工作坊（室），或已结束"))
    if new.tracker_id and not await people.is_tracker(ctx, new.project_id, new.tracker_id):
        faults.append(FieldFault("/tracker_id", "REFERENCE_UNKNOWN", "此人不在该项目的跟踪评价小组中"))
    if new.visited_on > ctx.clock.today:
        faults.append(_outside("/visited_on", new.visited_on, ctx.clock.today))
    if (new.follow_up is None) is not (new.follow_up_due_on is None):
        faults.append(FieldFault("/follow_up_due_on", "FOLLOW_UP_WHOLE", "跟进事项和跟进期限须一并填写"))
    elif new.follow_up_due_on and new.follow_up_due_on < new.visited_on:
        faults.append(FieldFault("/follow_up_due_on", "OUT_OF_ORDER", "跟进期限不能早于到访日期"))
    return faults


def _outside(pointer: str, day: date, today: date) -> FieldFault:
    return FieldFault(pointer, "OUT_OF_ORDER", f"日期 {day} 须在到访之后，且不晚于今天 {today}")


async def _told(ctx: Context, visit_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.visit(ctx, visit_id))
    facts: dict[str, Any] = {"project_id": str(row.project_id), "visited_on": str(row.visited_on)}
    place = Place(row.school_id)
    await ctx.record(f"tracking_visit.{act}", entity="tracking_visit", entity_id=row.id, place=place, facts=facts)
    return row
