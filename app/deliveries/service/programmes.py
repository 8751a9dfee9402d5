"""Use cases of the programmes of a year, and its read-out. [M4.3]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.deliveries import rules
from app.deliveries.models import DeliveryProgramme
from app.deliveries.queries import attendance, visits
from app.deliveries.queries.visits import DeliveryProgrammeFilter
from app.deliveries.schemas import DeliveryMove, DeliveryProgrammeCreate, DeliveryReason, DeliveryYear
from app.deliveries.service import checks
from app.deliveries.states import PROGRAMME_LIFECYCLE, DeliveryProgrammeStatus, DeliveryVisitStatus
from app.policy.school_year import SchoolYear
from app.projects import service as projects
from app.projects.states import ProjectStatus

explain({"uq_delivery_programmes_field": ("DELIVERY_PROGRAMME_EXISTS", "该学年这一学段学科已有送教送培系列。")})
READ, PLAN = Permission.DELIVERY_READ, Permission.DELIVERY_PLAN


async def find_programmes(ctx: Context, request: PageRequest, only: DeliveryProgrammeFilter) -> Page[AnyRow]:
    """Programmes, newest first 送教送培系列列表 [M4.3]."""
    ctx.require(READ)
    return await visits.programme_page(ctx, request, only)


async def get_programme(ctx: Context, programme_id: UUID) -> AnyRow:
    """One programme; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await visits.programme(ctx, programme_id))


async def get_programmes(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Programmes (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await visits.programmes_by_ids(ctx, ids)


async def open_programme(ctx: Context, new: DeliveryProgrammeCreate) -> AnyRow:
    """Open the programme of a school year for a stage and a subject 设立送教送培系列. [M4.3]"""
    ctx.require(PLAN)
    year = SchoolYear.parse(new.school_year)
    faults = checks.unknown_codes(ctx, new.model_dump())
    if new.project_id:
        project = (await projects.get_projects(ctx, [new.project_id]))[0]
        if project is None or project.status == ProjectStatus.CANCELLED:
            faults.append(FieldFault("/project_id", "REFERENCE_UNKNOWN", "没有这个培训项目，或已取消"))
    checks.refuse(faults)
    ctx.enforce(rules.check_stage(ctx.regulation, new.stage, on=year.first_day), pointer="/stage")
    made, who = new_id(), ctx.principal.account_id
    values = {**new.model_dump(exclude={"school_year"}), "start_year": year.start, "made_by": who}
    await visits.add(ctx, DeliveryProgramme, {"id": made, **values})
    return await _told(ctx, made, "opened")


async def close_programme(ctx: Context, programme_id: UUID, given: DeliveryMove, *, version: int | None) -> AnyRow:
    """Close a programme at its end 结束系列; no visit may be left planned. [M4.3]"""
    del given
    ctx.require(PLAN)
    row = await _held(ctx, programme_id, version)
    status = PROGRAMME_LIFECYCLE.move(DeliveryProgrammeStatus(row.status), "close")
    if await visits.has_visits(ctx, row.id, DeliveryVisitStatus.PLANNED):
        raise Conflict("DELIVERY_VISITS_PLANNED", "还有未举行的送教活动，请先登记或取消。")
    return await _ended(ctx, row, status, None)


async def cancel_programme(ctx: Context, programme_id: UUID, given: DeliveryReason, *, version: int | None) -> AnyRow:
    """Cancel a programme that has no visit, planned or held 取消系列."""
    ctx.require(PLAN)
    row = await _held(ctx, programme_id, version)
    status = PROGRAMME_LIFECYCLE.move(DeliveryProgrammeStatus(row.status), "cancel")
    if await visits.has_visits(ctx, row.id, DeliveryVisitStatus.PLANNED, DeliveryVisitStatus.HELD):
        raise Conflict("DELIVERY_PROGRAMME_USED", "系列已有送教活动，不能取消；可以在年末结束。")
    return await _ended(ctx, row, status, given.reason)


async def year(ctx: Context, school_year: str) -> DeliveryYear:
    """送教送培 of a school year: towns reached and not reached, visits, lessons, receivers, hours 学年读数. [M4.3]"""
    ctx.require(READ)
    named = SchoolYear.parse(school_year)
    start = named.start
    programmes = {row.stage: row for row in await attendance.programmes_of(ctx, start)}
    held = await attendance.visits_of(ctx, start)
    lessons = await attendance.lessons_by_stage(ctx, start)
    received = await attendance.receivers_by_stage(ctx, start)
    reached = {row.town for row in held if row.town}
    towns = await attendance.towns(ctx)
    count = {stage: row.programmes for stage, row in programmes.items()}
    findings = rules.check_year(ctx.regulation, count, on=named.first_day)
    whole = received.get(None)
    stages = [
        {
            "stage": one,
            "label": ctx.regulation.codes("stages").get(one).label,
            "programmes": count.get(one, 0),
            "visits": sum(row.stage == one for row in held),
            "lessons": lessons.get(one, 0),
            "receivers": received[one].people if one in received else 0,
        }
        for one in ctx.regulation.texts(rules.STAGES, on=named.first_day)
    ]
    answer: dict[str, Any] = {
        "school_year": named.name,
        "programmes": sum(count.values()),
        "visits_planned": sum(row.planned for row in programmes.values()),
        "visits_held": len(held),
        "visits_cancelled": await attendance.cancelled_of(ctx, start),
        "lessons": sum(lessons.values()),
        "receivers": whole.people if whole else 0,
        "attendances": whole.attendances if whole else 0,
        "hours": whole.hours if whole else 0,
        "towns_reached": [town for town in towns if town in reached],
        "towns_missing": [town for town in towns if town not in reached],
        "stages": stages,
        "findings": [one.as_json() for one in findings],
    }
    return DeliveryYear.model_validate(answer)


async def _held(ctx: Context, programme_id: UUID, version: int | None) -> AnyRow:
    row = checks.found(await visits.programme(ctx, programme_id, lock=True))
    check_version(row, version)
    return row


async def _ended(ctx: Context, row: AnyRow, status: DeliveryProgrammeStatus, reason: str | None) -> AnyRow:
    ended = {"status": str(status), "end_reason": reason, "ended_by": ctx.principal.account_id}
    await visits.change(ctx, DeliveryProgramme, row.id, ended)
    return await _told(ctx, row.id, str(status))


async def _told(ctx: Context, programme_id: UUID, act: str) -> AnyRow:
    """Put a change of a programme on record; the programme as it is now."""
    row = checks.found(await visits.programme(ctx, programme_id))
    facts = {"school_year": row.school_year, "stage": row.stage, "subject": row.subject}
    await ctx.record(f"delivery_programme.{act}", entity="delivery_programme", entity_id=row.id, facts=facts)
    return row
