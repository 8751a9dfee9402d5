"""Use cases of yearly plans 年度校本研修方案: list, read, draft, print, and who has handed in. [A5.7.3]"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import printing
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.pages import Page, PageRequest
from app.policy.school_year import SchoolYear
from app.school_research.queries import plans
from app.school_research.queries.plans import PlanFilter
from app.school_research.schemas import (
    PlanContent,
    SchoolPlanArea,
    SchoolPlanCreate,
    SchoolPlanOverdue,
    SchoolPlanPatch,
)
from app.school_research.service import plan_checks as checks
from app.school_research.service.plan_form import form_name, page_of
from app.school_research.states import SchoolPlanStatus

PENDING_ALREADY = ("SCHOOL_PLAN_PENDING", "本学年已有一份方案在填报或审核中，请在该份方案上办理。")
explain(
    {
        "uq_school_plans_pending": PENDING_ALREADY,
        "uq_school_plans_revision": PENDING_ALREADY,
        "ck_school_plans_two_persons": ("SEPARATION_OF_DUTIES", "提交人不能审核自己提交的方案，请由另一人办理。"),
    }
)


async def find_plans(ctx: Context, request: PageRequest, only: PlanFilter) -> Page[AnyRow]:
    """A page of plans, newest first."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    return await plans.page(ctx, request, only)


async def get_plan(ctx: Context, plan_id: UUID) -> AnyRow:
    """One revision; NotFound outside the scope."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    return await checks.shown(ctx, plan_id)


async def get_plans(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Revisions (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    return await plans.by_ids(ctx, ids)


async def plan_acts(ctx: Context, plan_id: UUID) -> Sequence[AnyRow]:
    """Who did what on a revision, and what was handed in 办理记录; NotFound outside the scope."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    await checks.shown(ctx, plan_id)
    return await plans.acts(ctx, [plan_id])


async def acts_of_plans(ctx: Context, ids: Sequence[UUID]) -> list[list[AnyRow]]:
    """Revisions (n,) -> their acts in order (n,); none where the plan is not the caller's to see."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    visible = [row.id for row in await plans.by_ids(ctx, ids) if row]
    known: dict[UUID, list[AnyRow]] = {}
    for act in await plans.acts(ctx, visible):
        known.setdefault(act.plan_id, []).append(act)
    return [known.get(one, []) for one in ids]


async def create_plan(ctx: Context, new: SchoolPlanCreate) -> AnyRow:
    """Begin the plan of a school year 新建方案; one that stands already is amended instead."""
    ctx.require(Permission.SCHOOL_PLAN_FILE)
    school = await checks.own_school(ctx, new.school_id, Permission.SCHOOL_PLAN_FILE)
    year = SchoolYear.parse(new.school_year)
    await checks.due_on(ctx, year)
    content = await checks.kept(ctx, new.content, school.id, year.start)
    if await plans.pending(ctx, school.id, year.start):
        raise Conflict(*PENDING_ALREADY)
    if await plans.standing(ctx, school.id, year.start):
        message = "本学年的方案已通过审核，如需修改请提出修订。"
        raise Conflict("SCHOOL_PLAN_STANDS", message)
    # A plan that was withdrawn leaves its number; what follows it says so as the reason.
    last = await plans.last_revision(ctx, school.id, year.start)
    reason = None if last == 0 else "前一稿已撤回，重新填报"
    values = {
        "school_id": school.id,
        "start_year": year.start,
        "revision": last + 1,
        "content": content,
        "amend_reason": reason,
    }
    plan_id = await plans.create(ctx, values)
    await plans.add_act(ctx, plan_id, "create", str(SchoolPlanStatus.DRAFT), None)
    facts = {"school_year": year.name, "revision": last + 1}
    place = Place(school.id)
    await ctx.record("school_plan.created", entity="school_plan", entity_id=plan_id, place=place, facts=facts)
    return await checks.shown(ctx, plan_id)


async def change_plan(ctx: Context, plan_id: UUID, patch: SchoolPlanPatch, *, version: int | None) -> AnyRow:
    """Change the content of a draft or returned revision 修改方案."""
    row = await checks.held(ctx, plan_id, Permission.SCHOOL_PLAN_FILE, version=version)
    if "content" not in patch.model_fields_set:
        return row
    await plans.change(ctx, plan_id, {"content": await checks.kept(ctx, patch.content, row.school_id, row.start_year)})
    place = checks.place_of(row)
    await ctx.record("school_plan.changed", entity="school_plan", entity_id=plan_id, place=place)
    return await checks.shown(ctx, plan_id)


async def plan_form(ctx: Context, plan_id: UUID) -> tuple[str, bytes]:
    """The printed form 《年度校本研修方案申请表》: its name and the PDF. [A5.7.3]"""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    row = await checks.shown(ctx, plan_id)
    page, imprint = page_of(ctx, row, PlanContent.model_validate(row.content))
    return form_name(row, "pdf"), await printing.render(page, imprint)


async def plan_document(ctx: Context, plan_id: UUID) -> tuple[str, bytes]:
    """The same form as a Word document: its name and the bytes. [A5.7.3]"""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    row = await checks.shown(ctx, plan_id)
    page, imprint = page_of(ctx, row, PlanContent.model_validate(row.content))
    return form_name(row, "docx"), await printing.write(page, imprint)


async def plan_progress(ctx: Context, year: SchoolYear) -> list[SchoolPlanArea]:
    """Who has handed in, by 中心校; 市直学校 stand together 提交进度. [A5.1] [A5.6] [A5.7.3]"""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    due = await checks.due_on(ctx, year)
    areas = []
    rows = await plans.handed_in(ctx, year.start)
    ordered = sorted(rows, key=lambda row: (row.central_school_id is None, str(row.central_school_id)))
    for central, group in groupby(ordered, key=lambda row: row.central_school_id):
        schools = list(group)
        named = [_standing(ctx, row, due) for row in schools]
        areas.append(
            SchoolPlanArea(
                central_school_id=central,
                central_school_name=schools[0].central_school_name if central else "市直学校",
                due_on=due,
                schools=len(schools),
                handed_in=sum(one.is_handed_in for one in named),
                late=sum(one.is_handed_in and one.days_late > 0 for one in named),
                overdue=sum(not one.is_handed_in and one.days_late > 0 for one in named),
                items=[one for one in named if one.days_late > 0],
            )
        )
    return areas


def _standing(ctx: Context, row: AnyRow, due: date) -> SchoolPlanOverdue:
    day = row.handed_in_on or ctx.clock.today
    return SchoolPlanOverdue(
        school_id=row.school_id,
        school_name=row.school_name,
        is_handed_in=row.handed_in_on is not None,
        handed_in_on=row.handed_in_on,
        days_late=max((day - due).days, 0),
    )
