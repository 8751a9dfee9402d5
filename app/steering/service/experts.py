"""Use cases of the experts 专家智库: engaged, ended, reviewed, and whether they cover the fields. [M6.1.2]"""

from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.steering import rules
from app.steering.models import Expert, ExpertReview
from app.steering.queries import experts as queries
from app.steering.queries import groups
from app.steering.queries.experts import ExpertFilter
from app.steering.schemas import ExpertCoverage, ExpertCreate, ExpertEnding, ExpertReviewCreate
from app.steering.service import checks
from app.steering.states import EXPERT_LIFECYCLE, ExpertStatus

explain(
    {
        "ex_experts_one_at_a_time": ("EXPERT_ENGAGED", "这位专家这段时间已就同一学段学科受聘。"),
        "uq_expert_reviews_year": ("EXPERT_REVIEWED", "该学年已评议，不能重复评议。"),
    }
)
READ, ENGAGE, REVIEW = Permission.EXPERT_READ, Permission.EXPERT_ENGAGE, Permission.EXPERT_REVIEW


async def find_experts(ctx: Context, request: PageRequest, only: ExpertFilter) -> Page[AnyRow]:
    """Experts, past ones too, newest first 专家列表 [M6.1.2]."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_expert(ctx: Context, expert_id: UUID) -> AnyRow:
    """One expert; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, expert_id))


async def get_experts(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Experts (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def engage(ctx: Context, new: ExpertCreate) -> AnyRow:
    """Engage an expert for a stage and subject 聘请指导专家. [M6.1.2]"""
    ctx.require(ENGAGE)
    faults = checks.unknown_codes(ctx, new.model_dump())
    name = await checks.named(ctx, new.teacher_id, new.name, faults)
    if new.teacher_id and not new.is_local:
        faults.append(FieldFault("/is_local", "EXPERT_LOCAL", "有本地教师档案的是本地专家"))
    if new.ends_on <= new.starts_on:
        faults.append(
            FieldFault("/ends_on", "OUT_OF_ORDER", f"聘期届满之日 {new.ends_on} 应晚于起始日 {new.starts_on}")
        )
    checks.refuse(faults)
    made, who = new_id(), ctx.principal.account_id
    values = {**new.model_dump(), "name": name, "until": new.ends_on, "engaged_by": who}
    await groups.add(ctx, Expert, {"id": made, **values})
    return await _told(ctx, made, "engaged")


async def end_expert(ctx: Context, expert_id: UUID, given: ExpertEnding, *, version: int | None) -> AnyRow:
    """End an engagement from today on 提前终止聘请; it stays on record. [M6.1.2]"""
    ctx.require(ENGAGE)
    row = checks.found(await queries.by_id(ctx, expert_id, lock=True))
    check_version(row, version)
    status = EXPERT_LIFECYCLE.move(ExpertStatus(row.status), "end")
    until = min(row.ends_on, max(row.starts_on, ctx.clock.today))
    ended = {"until": until, "end_reason": given.reason, "ended_by": ctx.principal.account_id}
    await groups.change(ctx, Expert, row.id, {"status": str(status), **ended})
    return await _told(ctx, row.id, "ended")


async def review_expert(ctx: Context, expert_id: UUID, new: ExpertReviewCreate) -> AnyRow:
    """Say what was found of an expert's work in a school year 专家评议; once a year. [M6.1.2]"""
    ctx.require(REVIEW)
    row = checks.found(await queries.by_id(ctx, expert_id, lock=True))
    year, today = SchoolYear.parse(new.school_year), ctx.clock.today
    if not (year.first_day < row.until and year.last_day >= row.starts_on and year.first_day <= today):
        checks.refuse([FieldFault("/school_year", "OUTSIDE_TERM", f"{year} 学年不在聘期内，或还没有开始")])
    made = new_id()
    said = {"result": str(new.result), "opinion": new.opinion, "reviewed_by": ctx.principal.account_id}
    await groups.add(ctx, ExpertReview, {"id": made, "expert_id": row.id, "start_year": year.start, **said})
    facts = {"school_year": year.name, "result": str(new.result)}
    await ctx.record("expert.reviewed", entity="expert", entity_id=row.id, facts=facts)
    return checks.found(await queries.review(ctx, made))


async def find_reviews(ctx: Context, request: PageRequest, expert_id: UUID) -> Page[AnyRow]:
    """Reviews of an expert, newest first 专家评议列表 [M6.1.2]."""
    ctx.require(REVIEW)
    row = checks.found(await queries.by_id(ctx, expert_id))
    return await queries.review_page(ctx, request, row.id)


async def expert_coverage(ctx: Context, on: date) -> ExpertCoverage:
    """The experts on a day: sources, inside and outside, which stages and subjects have one 专家智库情况. [M6.1.2]"""
    ctx.require(READ)
    found = [rules.Engaged(row.source, row.stage, row.subject, row.is_local) for row in await queries.engaged(ctx, on)]
    return ExpertCoverage.model_validate(rules.coverage(ctx.regulation, found, on=on))


async def _told(ctx: Context, expert_id: UUID, act: str) -> AnyRow:
    """Put a change of an engagement on record; the expert as it is now."""
    row = checks.found(await queries.by_id(ctx, expert_id))
    facts = {"stage": row.stage, "subject": row.subject}
    await ctx.record(f"expert.{act}", entity="expert", entity_id=row.id, facts=facts)
    return row
