"""SQL of whole lists for exports: statements in a total order, of rows the caller may see."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnySelect
from app.hours.models import HoursEntry, HoursSummary
from app.hours.queries.completion import at_post, held_of
from app.hours.queries.ledger import EntryFilter, conditions
from app.organisations.models import Organisation
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, Teacher


def entries(ctx: Context, only: EntryFilter) -> AnySelect:
    """The ledger by a filter, oldest first, with the names of teacher and school."""
    entry, region = HoursEntry, ctx.principal.region_id
    return (
        select(
            entry.id,
            Teacher.staff_no,
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
            func.concat(entry.school_year, "-", entry.school_year + 1).label("school_year"),
            entry.category,
            entry.activity_title,
            entry.activity_date,
            entry.session,
            entry.claimed,
            entry.credited,
            entry.reverses_id,
            entry.reason,
        )
        .join(Teacher, and_(Teacher.region_id == entry.region_id, Teacher.id == entry.teacher_id))
        .join(Organisation, and_(Organisation.region_id == entry.region_id, Organisation.id == entry.school_id))
        .where(
            entry.region_id == region,
            rows(ctx.principal, Permission.HOURS_READ, organisation=entry.school_id, teacher=entry.teacher_id),
            *conditions(region, only.given()),
        )
        .order_by(entry.seq)
    )


def teacher_completion(
    ctx: Context, year: SchoolYear, target: Decimal, *, is_met: bool | None, school_id: UUID | None
) -> AnySelect:
    """Teachers at post with their hours of school-based research, by staff number."""
    on = min(ctx.clock.today, year.last_day)
    credited = func.coalesce(HoursSummary.credited, 0)
    at_school = and_(Organisation.region_id == Employment.region_id, Organisation.id == Employment.school_id)
    statement = (
        select(
            Teacher.staff_no,
            Teacher.name,
            Organisation.name.label("school_name"),
            Teacher.stage,
            Teacher.subject,
            credited.label("credited"),
            func.greatest(target - credited, 0).label("remaining"),
            (credited >= target).label("is_met"),
        )
        .join(Employment, at_post(on))
        .join(Organisation, at_school)
        .outerjoin(HoursSummary, held_of(year))
        .where(
            Teacher.region_id == ctx.principal.region_id,
            Teacher.status != "merged",
            rows(ctx.principal, Permission.HOURS_COMPLETION_READ, organisation=Employment.school_id),
        )
    )
    if is_met is not None:
        statement = statement.where((credited >= target) == is_met)
    if school_id:
        statement = statement.where(Employment.school_id == school_id)
    return statement.order_by(Teacher.staff_no)
