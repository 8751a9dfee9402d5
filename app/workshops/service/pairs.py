"""Use cases of mentor pairs and of subsidies. [A6.11] [A4.5] [A6.8]"""

from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.school_year import SchoolYear
from app.workshops.queries import members, pairs, workshops
from app.workshops.queries.pairs import PairFilter, SubsidyFilter
from app.workshops.rules import cycle
from app.workshops.schemas import MentorPairCreate, MentorPairFinish, WorkshopSubsidyCreate, WorkshopSubsidyPay
from app.workshops.service import checks
from app.workshops.states import PAIR_LIFECYCLE, SUBSIDY_LIFECYCLE, PairStatus, SubsidyStatus

explain(
    {
        "uq_mentor_pairs_running": ("MENTOR_PAIR_EXISTS", "这两位教师已经结对，尚未结束。"),
        "uq_workshop_subsidies_year": ("WORKSHOP_SUBSIDY_EXISTS", "该教师本学年在这个工作坊已有经费补助。"),
    }
)


async def find_pairs(ctx: Context, request: PageRequest, only: PairFilter) -> Page[AnyRow]:
    """Mentor pairs of workshops within the scope 师徒结对 [A6.11]."""
    ctx.require(Permission.WORKSHOP_READ)
    return await pairs.pair_page(ctx, request, only)


async def create_pair(ctx: Context, new: MentorPairCreate) -> AnyRow:
    """A member takes on an apprentice 登记师徒结对 [A6.11] [A4.5]."""
    ctx.require(Permission.WORKSHOP_RUN)
    row = await _named(ctx, new.workshop_id, Permission.WORKSHOP_RUN)
    checks.require_registered(row)
    present = {one.teacher_id for one in await members.present_of(ctx, [row.id], on=new.starts_on)}
    known = {one.id for one in await members.people(ctx, [new.apprentice_id])}
    faults = []
    if new.mentor_id not in present:
        faults.append(checks.fault("/mentor_id", "REFERENCE_UNKNOWN", "导师不是工作坊（室）的成员"))
    if new.apprentice_id not in known:
        faults.append(checks.fault("/apprentice_id", "REFERENCE_UNKNOWN", "没有这位教师"))
    if new.apprentice_id == new.mentor_id:
        faults.append(checks.fault("/apprentice_id", "REPEATED", "师徒须为两人"))
    checks.refuse(faults)
    ctx.enforce(cycle.check_day(checks.cycle_of(row), new.starts_on), pointer="/starts_on")
    made = await pairs.add_pair(ctx, new.model_dump())
    await ctx.record("mentor_pair.created", entity="mentor_pair", entity_id=made, place=checks.place_of(row))
    return checks.found(await pairs.pair(ctx, made))


async def finish_pair(ctx: Context, pair_id: UUID, given: MentorPairFinish, *, version: int | None) -> AnyRow:
    """Put what came of a pair on record 登记结对成效 [A6.11]."""
    ctx.require(Permission.WORKSHOP_RUN)
    one = checks.found(await pairs.pair(ctx, pair_id, lock=True))
    row = await checks.shown(ctx, one.workshop_id)
    ctx.require(Permission.WORKSHOP_RUN, on=checks.place_of(row))
    check_version(one, version)
    status = PAIR_LIFECYCLE.move(PairStatus(one.status), "finish")
    if not one.starts_on <= given.ends_on <= ctx.clock.today:
        message = f"结束日期不早于 {one.starts_on}，不晚于今天"
        checks.refuse([checks.fault("/ends_on", "OUT_OF_ORDER", message)])
    values = {"status": str(status), "ends_on": given.ends_on, "result": given.result}
    await pairs.change_pair(ctx, pair_id, values)
    await ctx.record("mentor_pair.finished", entity="mentor_pair", entity_id=pair_id, place=checks.place_of(row))
    return checks.found(await pairs.pair(ctx, pair_id))


async def find_subsidies(ctx: Context, request: PageRequest, only: SubsidyFilter) -> Page[AnyRow]:
    """Subsidies within the scope 学科名师经费补助 [A6.8]."""
    ctx.require(Permission.WORKSHOP_SUBSIDY_READ)
    return await pairs.subsidy_page(ctx, request, only)


async def grant_subsidy(ctx: Context, new: WorkshopSubsidyCreate) -> AnyRow:
    """Grant a subject master's subsidy for a school year, in fen 登记经费补助 [A6.8]."""
    ctx.require(Permission.WORKSHOP_SUBSIDY_RECORD)
    row = await _named(ctx, new.workshop_id, None)
    year = SchoolYear.parse(new.school_year)
    people = await members.people(ctx, [new.teacher_id])
    belongs = await members.was_member(ctx, row.id, new.teacher_id, year.first_day, year.last_day)
    if not people or not belongs:
        message = "不是这个工作坊（室）该学年的成员"
        checks.refuse([checks.fault("/teacher_id", "REFERENCE_UNKNOWN", message)])
    values = {
        "workshop_id": row.id,
        "teacher_id": new.teacher_id,
        "school_id": people[0].school_id,
        "start_year": year.start,
        "amount_fen": new.amount_fen,
    }
    made = await pairs.add_subsidy(ctx, values)
    place = Place(people[0].school_id, new.teacher_id)
    facts = {"school_year": year.name, "amount_fen": new.amount_fen}
    await ctx.record("workshop_subsidy.granted", entity="workshop_subsidy", entity_id=made, place=place, facts=facts)
    return checks.found(await pairs.subsidy(ctx, made))


async def pay_subsidy(ctx: Context, subsidy_id: UUID, given: WorkshopSubsidyPay, *, version: int | None) -> AnyRow:
    """Put the payment of a subsidy on record 登记发放 [A6.8]."""
    ctx.require(Permission.WORKSHOP_SUBSIDY_RECORD)
    one = checks.found(await pairs.subsidy(ctx, subsidy_id, lock=True))
    check_version(one, version)
    status = SUBSIDY_LIFECYCLE.move(SubsidyStatus(one.status), "pay")
    if given.paid_on > ctx.clock.today:
        checks.refuse([checks.fault("/paid_on", "OUT_OF_ORDER", "发放日期不晚于今天")])
    await pairs.change_subsidy(ctx, subsidy_id, {"status": str(status), "paid_on": given.paid_on})
    place = Place(one.school_id, one.teacher_id)
    await ctx.record("workshop_subsidy.paid", entity="workshop_subsidy", entity_id=subsidy_id, place=place)
    return checks.found(await pairs.subsidy(ctx, subsidy_id))


async def _named(ctx: Context, workshop_id: UUID, permission: Permission | None) -> AnyRow:
    """The workshop a request names; a fault of the field where there is none within the scope."""
    row = await workshops.by_id(ctx, workshop_id, lock=True)
    if row is None:
        checks.refuse([checks.fault("/workshop_id", "REFERENCE_UNKNOWN", "没有这个工作坊（室），或不在您的范围内")])
    row = checks.found(row)
    if permission:
        ctx.require(permission, on=checks.place_of(row))
    return row
