"""Use cases of a year's follow-up, and of cases. [A6.6] [A6.R]"""

from collections import Counter
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest
from app.organisations import service as organisations
from app.policy.school_year import SchoolYear
from app.workshops.queries import activities, figures, members
from app.workshops.rules import cycle
from app.workshops.rules import follow_up as rules
from app.workshops.schemas import WorkshopCaseCreate, WorkshopFollowUp
from app.workshops.service import checks

explain({"uq_workshop_cases_title": ("WORKSHOP_CASE_EXISTS", "本学期已有同名的案例。")})


async def follow_up(ctx: Context, workshop_id: UUID, school_year: str) -> WorkshopFollowUp:
    """How a workshop stands in a school year: gatherings, months missed, hosts, forum, cases, hours 学年跟踪 [A6.6]."""
    ctx.require(Permission.WORKSHOP_READ)
    row = await checks.shown(ctx, workshop_id)
    year = SchoolYear.parse(school_year)
    calendar = await organisations.school_year(ctx, year)
    held = await activities.held_in(ctx, row.id, year.first_day, year.last_day)
    units = await activities.core_units(ctx, row.id, year)
    plan = await activities.plan_of_year(ctx, row.id, year.start)
    presence = await activities.presence(ctx, row.id, year.first_day, year.last_day)
    facts = rules.Year(
        year,
        [(term.starts_on, term.ends_on) for term in calendar.terms],
        [one.starts_on for one in held],
        Counter(one.host_school_id for one in held),
        units,
        sum(one.is_reading_forum for one in held),
        await activities.cases_by_term(ctx, row.id, year.start),
        await activities.people_led(ctx, row.id, (year.first_day, year.last_day)),
        is_studio=is_studio(ctx, row),
    )
    answer = {
        "workshop_id": row.id,
        "school_year": year.name,
        "plan_status": plan.status if plan else None,
        "gatherings": len(facts.held),
        "gatherings_required": ctx.regulation.whole("workshops.gatherings_yearly_min", on=year.first_day),
        "months": [
            {"month": one.name, "activities": one.activities, "is_missed": one.is_missed}
            for one in rules.months(facts, today=ctx.clock.today)
        ],
        "hosts": [
            {"school_id": unit, "school_name": name, "hosted": facts.hosts.get(unit, 0)} for unit, name in units.items()
        ],
        "reading_forums": facts.forums,
        "cases": [{"term": f"{year}-{term}", "cases": facts.cases.get(term, 0)} for term in (1, 2)],
        "attendance_rate": rules.rate(presence.present, presence.expected),
        "people_led": facts.people_led,
        "claimed_hours": presence.claimed,
        "credited_hours": presence.credited,
        "findings": [one.as_json() for one in rules.check_year(facts, ctx.regulation, today=ctx.clock.today)],
    }
    return WorkshopFollowUp.model_validate(answer)


def is_studio(ctx: Context, row: AnyRow) -> bool:
    """Whether a workshop is one of the studios 三名 by its family or kind. [M3.4]"""
    kinds, families = figures.studio_codes(ctx.regulation)
    return row.kind in kinds or row.family in families


async def find_cases(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """Practice cases of a workshop, newest first 教学实践案例 [A6.R]."""
    ctx.require(Permission.WORKSHOP_READ)
    await checks.shown(ctx, workshop_id)
    return await activities.case_page(ctx, request, workshop_id)


async def create_case(ctx: Context, workshop_id: UUID, new: WorkshopCaseCreate) -> AnyRow:
    """Put a practice case of a term on record 登记教学实践案例 [A6.R]."""
    row = await checks.held(ctx, workshop_id, Permission.WORKSHOP_RUN)
    checks.require_registered(row)
    year, term = SchoolYear.parse(new.term[:-2]), int(new.term[-1])
    if not await members.people(ctx, [new.author_id]):
        checks.refuse([checks.fault("/author_id", "REFERENCE_UNKNOWN", "没有这位教师")])
    ctx.enforce(cycle.check_day(checks.cycle_of(row), year.first_day), pointer="/term")
    values = {"start_year": year.start, "term": term, "title": new.title, "summary": new.summary}
    made = await activities.add_case(ctx, row.id, {**values, "author_id": new.author_id})
    place = checks.place_of(row)
    await ctx.record("workshop_case.created", entity="workshop_case", entity_id=made.id, place=place)
    return made
