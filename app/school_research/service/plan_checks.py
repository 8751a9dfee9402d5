"""What every act on a yearly plan checks: whose it is, what it says, and when it is due. [A5.4] [A5.7.3]"""

from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound
from app.core.versions import check_version
from app.organisations import service as organisations
from app.organisations.states import OrganisationKind
from app.policy.school_year import SchoolYear
from app.school_research import rules
from app.school_research.queries import development, plans
from app.school_research.schemas import PlanContent
from app.school_research.states import OPEN_FOR_CONTENT, PLAN_LIFECYCLE, SchoolPlanStatus

CONTENTS, MODES = "research_contents", "research_modes"


def place_of(row: AnyRow) -> Place:
    """Whose a plan is."""
    return Place(row.school_id)


async def shown(ctx: Context, plan_id: UUID) -> AnyRow:
    """A revision the caller may see; NotFound outside the scope."""
    ctx.require(Permission.SCHOOL_PLAN_READ)
    return found(await plans.by_id(ctx, plan_id))


async def held(
    ctx: Context, plan_id: UUID, permission: Permission, *, version: int | None, verb: str | None = None
) -> AnyRow:
    """The revision, locked, once the caller may do this and has read its last version.

    verb: the move to be made. None: the content changes.
    """
    ctx.require(permission)
    ctx.require(Permission.SCHOOL_PLAN_READ)
    row = found(await plans.by_id(ctx, plan_id, lock=True))
    ctx.require(permission, on=place_of(row))
    check_version(row, version)
    if verb:
        PLAN_LIFECYCLE.move(SchoolPlanStatus(row.status), verb)
    elif row.status not in OPEN_FOR_CONTENT:
        message = "方案已提交或已审核，内容不能再改。已通过的方案须提出修订，经进修学校审核后生效。"
        raise Conflict("SCHOOL_PLAN_FROZEN", message, status=row.status)
    return row


def found(row: AnyRow | None) -> AnyRow:
    """The row, or NotFound."""
    if row is None:
        raise NotFound
    return row


async def own_school(ctx: Context, school_id: UUID | None, permission: Permission) -> AnyRow:
    """The school that acts: the caller's own, open, kindergartens included. [A5.1]"""
    unit_id = school_id or ctx.principal.organisation_id
    ctx.require(permission, on=Place(unit_id))
    school = found(await plans.school(ctx, unit_id))
    if school.kind != OrganisationKind.SCHOOL or school.status != "open":
        raise Conflict("SCHOOL_REQUIRED", "校本研修由在办的学校（含幼儿园）组织，本单位不是学校或已撤销。")
    return school


async def due_on(ctx: Context, year: SchoolYear) -> date:
    """The last day to hand in, by the calendar of the region. [A5.7.3]"""
    try:
        calendar = await organisations.school_year(ctx, year)
    except NotFound as error:
        message = f"还没有设置 {year} 学年的校历，请联系进修学校设置后再办理。"
        fault = FieldFault("/school_year", "SCHOOL_YEAR_UNKNOWN", message)
        raise Invalid("SCHOOL_YEAR_UNKNOWN", message, errors=[fault]) from error
    if calendar.school_plan_due_on is None:
        message = f"办法自 2022-2023 学年起施行，{year} 学年没有校本研修方案的截止日。"
        fault = FieldFault("/school_year", "SCHOOL_YEAR_UNKNOWN", message)
        raise Invalid("SCHOOL_YEAR_UNKNOWN", message, errors=[fault])
    return calendar.school_plan_due_on


def outline(content: PlanContent) -> rules.Outline:
    """What of a plan is counted."""
    aims = content.aims
    parts = {
        "principal": ("第一责任人", bool(content.principal)),
        "theme": ("研修主题", bool(content.theme)),
        "aim_term": ("学期目标", bool(aims.term)),
        "aim_year": ("学年目标", bool(aims.year)),
        "aim_long_term": ("长远目标", bool(aims.long_term)),
        "teams": ("研修团队", bool(content.teams)),
        "schedule": ("研修安排", bool(content.schedule)),
        "budget": ("经费预算", bool(content.budget)),
        "evaluation": ("考核评价办法", bool(content.evaluation)),
    }
    return rules.Outline(content.contents, content.own_contents, content.modes, content.own_modes, parts)


async def kept(ctx: Context, content: PlanContent, school_id: UUID, start_year: int) -> dict[str, Any]:
    """The content as it is stored, once its codes are those of the text and the three-year plan it names is its own."""
    named = content.aims.development_plan_id
    linked = await development.plan(ctx, named) if named else None
    if named and (linked is None or linked.school_id != school_id):
        _refuse_link("REFERENCE_UNKNOWN", "没有这份本校的三年教师发展规划，请核对。")
    if linked is not None and not linked.first_year <= start_year <= linked.last_year:
        span = f"{linked.first_name} 至 {linked.last_name}"
        _refuse_link("OUTSIDE_YEARS", f"这份规划为 {span} 学年，不包含本学年。")
    contents, modes = ([one.code for one in ctx.regulation.codes(name)] for name in (CONTENTS, MODES))
    ctx.enforce(rules.check_codes(outline(content), contents=contents, modes=modes), pointer="/content")
    return content.model_dump(mode="json")


def _refuse_link(code: str, message: str) -> None:
    fault = FieldFault("/content/aims/development_plan_id", code, message)
    raise Invalid("INVALID", message, errors=[fault])
