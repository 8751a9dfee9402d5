"""Use cases of base schools, and of trainers paired with workshops and base schools. [M5.3]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.practice.models import BaseSchool, PairingVisit, PracticePairing
from app.practice.queries import stations as queries
from app.practice.queries import tasks
from app.practice.queries.stations import BaseSchoolFilter, PairingFilter
from app.practice.rules import practice as rules
from app.practice.schemas import (
    BaseSchoolCreate,
    BaseSchoolTown,
    PairingVisitCreate,
    PracticeEnd,
    PracticePairingCreate,
)
from app.practice.service import checks
from app.projects.queries.rows import add, change
from app.projects.service import checks as projects

PAIRED = ("PRACTICE_PAIRED", "该培训者已对接这一工作坊（室）或基地学校。")
explain(
    {
        "uq_base_schools_slot": ("BASE_SCHOOLS_FULL", "该镇的基地学校名额刚被占用，请刷新后再办理。"),
        "uq_base_schools_school": ("BASE_SCHOOL_NAMED", "该校已是校本研修基地学校。"),
        "uq_practice_pairings_workshop": PAIRED,
        "uq_practice_pairings_base_school": PAIRED,
        "uq_pairing_visits_day": ("PAIRING_VISIT_TAKEN", "这一天的对接指导已登记。"),
    }
)
READ, SET, VISIT = Permission.PRACTICE_PLAN_READ, Permission.PRACTICE_PLAN_SET, Permission.PRACTICE_VISIT


async def find_base_schools(ctx: Context, request: PageRequest, only: BaseSchoolFilter) -> Page[AnyRow]:
    """Base schools, newest first 校本研修基地学校列表 [M5.3]."""
    ctx.require(READ)
    return await queries.base_page(ctx, request, only)


async def find_towns(ctx: Context, request: PageRequest) -> Page[Any]:
    """Every town with its number of base schools, and whether that is enough 各镇基地学校数 [M5.3]."""
    ctx.require(READ)
    page = await queries.towns(ctx, request)
    today, regulation = ctx.clock.today, ctx.regulation
    bounds = {
        f"base_schools_{name}": regulation.whole(f"projects.base_schools_per_town.{name}", on=today)
        for name in ("min", "max")
    }
    items = [
        BaseSchoolTown.model_validate(
            {**row._asdict(), **bounds, "is_met": rules.is_met(regulation, row.base_schools, on=today)}
        )
        for row in page.items
    ]
    return Page(items, page.cursors, page.has_more, page.total)


async def name_base_school(ctx: Context, new: BaseSchoolCreate) -> AnyRow:
    """Name a base school of its town, of which there are at most two at a time 确定基地学校. [M5.3]"""
    ctx.require(SET)
    school = await queries.school_of_town(ctx, new.school_id)
    if school is None:
        checks.refuse([FieldFault("/school_id", "REFERENCE_UNKNOWN", "没有这所学校，或已撤销")])
    town = checks.found(school)
    if town.parent_kind != queries.CENTRAL:
        checks.refuse([FieldFault("/school_id", "NOT_OF_A_TOWN", "市直学校不属于镇办，不作为镇办的基地学校")])
    most = ctx.regulation.whole("projects.base_schools_per_town.max", on=new.starts_on)
    taken = await queries.taken_slots(ctx, town.parent_id)
    slot = rules.free_slot(taken, most)
    if slot is None:
        ctx.enforce([rules.town_is_full(ctx.regulation, len(taken), on=new.starts_on)], pointer="/school_id")
    made = new_id()
    of = {"central_school_id": town.parent_id, "central_kind": queries.CENTRAL, "slot": slot, "slots": most}
    by = {"id": made, "named_by": ctx.principal.account_id}
    await add(ctx, BaseSchool, {**by, **of, **new.model_dump()})
    return await _told_base(ctx, made, "named")


async def end_base_school(ctx: Context, base_id: UUID, given: PracticeEnd, *, version: int | None) -> AnyRow:
    """End a base school; its place in the town is free again 终止基地学校. [M5.3]"""
    ctx.require(SET)
    row = checks.found(await queries.base_school(ctx, base_id, lock=True))
    check_version(row, version)
    await change(ctx, BaseSchool, row.id, _ended(ctx, row, given))
    return await _told_base(ctx, row.id, "ended")


async def find_pairings(ctx: Context, request: PageRequest, project_id: UUID, only: PairingFilter) -> Page[AnyRow]:
    """Pairings of trainers in a project, newest first 培训者对接列表 [M5.3]."""
    ctx.require(READ)
    await projects.shown(ctx, project_id)
    return await queries.pairing_page(ctx, request, project_id, only)


async def pair_trainer(ctx: Context, project_id: UUID, new: PracticePairingCreate) -> AnyRow:
    """Pair a trainer with a workshop or a base school for the practice of a project 安排对接. [M5.3] [A2.4]"""
    ctx.require(SET)
    project = await projects.shown(ctx, project_id)
    checks.require_project(project.status, (*checks.PREPARED, *checks.AT_WORK))
    term = await queries.term_on(ctx, new.appointment_id, new.starts_on)
    faults = []
    if term is None:
        faults.append(FieldFault("/appointment_id", "REFERENCE_UNKNOWN", f"该培训者在 {new.starts_on} 不在聘"))
    if (new.workshop_id is None) is (new.base_school_id is None):
        faults.append(FieldFault("/workshop_id", "ONE_TARGET", "对接的工作坊（室）和基地学校须填且只填一项"))
    if new.workshop_id and await tasks.workshop(ctx, new.workshop_id) is None:
        faults.append(FieldFault("/workshop_id", "REFERENCE_UNKNOWN", "没有这个工作坊（室），或已结束"))
    base = await queries.base_school(ctx, new.base_school_id) if new.base_school_id else None
    if new.base_school_id and (base is None or base.ended_on):
        faults.append(FieldFault("/base_school_id", "REFERENCE_UNKNOWN", "没有这所基地学校，或已终止"))
    checks.refuse(faults)
    made = new_id()
    by = {"id": made, "project_id": project.id, "made_by": ctx.principal.account_id}
    who = {"teacher_id": checks.found(term).teacher_id}
    await add(ctx, PracticePairing, {**by, **who, **new.model_dump()})
    return await _told_pairing(ctx, made, "made")


async def end_pairing(ctx: Context, pairing_id: UUID, given: PracticeEnd, *, version: int | None) -> AnyRow:
    """End a pairing 终止对接; its visits stay. [M5.3]"""
    ctx.require(SET)
    row = checks.found(await queries.pairing(ctx, pairing_id, lock=True))
    check_version(row, version)
    await change(ctx, PracticePairing, row.id, _ended(ctx, row, given))
    return await _told_pairing(ctx, row.id, "ended")


async def find_pairing_visits(ctx: Context, request: PageRequest, pairing_id: UUID) -> Page[AnyRow]:
    """Visits of a paired trainer, newest first 对接指导记录 [M5.3]."""
    ctx.require(READ)
    row = checks.found(await queries.pairing(ctx, pairing_id))
    return await queries.visits(ctx, request, row.id)


async def record_pairing_visit(ctx: Context, pairing_id: UUID, new: PairingVisitCreate) -> AnyRow:
    """Put a visit on record: the paired trainer, or 进修学校 登记对接指导. [M5.3]"""
    ctx.require(VISIT)
    row = checks.found(await queries.pairing(ctx, pairing_id, lock=True))
    who = ctx.principal
    if who.role is Role.TEACHER and who.teacher_id != row.teacher_id:
        message = "对接指导由对接的培训者本人或进修学校登记。"
        raise NotPermitted("OTHER_BODY", message, permission=str(VISIT))
    last = min(ctx.clock.today, row.ended_on) if row.ended_on else ctx.clock.today
    if not row.starts_on <= new.visited_on <= last:
        message = f"指导日期 {new.visited_on} 须在对接期内（{row.starts_on} 起），且不晚于今天"
        checks.refuse([FieldFault("/visited_on", "OUTSIDE_PAIRING", message)])
    made = new_id()
    by = {"id": made, "pairing_id": row.id, "recorded_by": who.account_id}
    await add(ctx, PairingVisit, {**by, **new.model_dump()})
    await _told_pairing(ctx, row.id, "visited")
    return await queries.visit(ctx, made)


def _ended(ctx: Context, row: AnyRow, given: PracticeEnd) -> dict[str, Any]:
    """The columns of an end; Conflict where it has ended, Invalid before it began or after today."""
    if row.ended_on:
        raise Conflict("PRACTICE_ENDED", f"已于 {row.ended_on} 终止。", ended_on=str(row.ended_on))
    if not row.starts_on <= given.ended_on <= ctx.clock.today:
        message = f"终止日期须在 {row.starts_on} 至今天 {ctx.clock.today} 之间"
        checks.refuse([FieldFault("/ended_on", "OUT_OF_ORDER", message)])
    return {"ended_on": given.ended_on, "end_reason": given.reason, "ended_by": ctx.principal.account_id}


async def _told_base(ctx: Context, base_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.base_school(ctx, base_id))
    facts = {"central_school_id": str(row.central_school_id), "slot": row.slot}
    place = Place(row.school_id)
    await ctx.record(f"base_school.{act}", entity="base_school", entity_id=row.id, place=place, facts=facts)
    return row


async def _told_pairing(ctx: Context, pairing_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.pairing(ctx, pairing_id))
    facts = {"project_id": str(row.project_id), "visits": row.visits}
    place = Place(teacher=row.teacher_id)
    await ctx.record(f"practice_pairing.{act}", entity="practice_pairing", entity_id=row.id, place=place, facts=facts)
    return row
