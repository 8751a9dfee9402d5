"""SQL of explanations: entries in the order of the ledger, and balances as they stood at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import reach_of, rows, scope_values
from app.core.db import AnyRow
from app.hours.models import HoursEntry
from app.hours.queries.ledger import entry_columns, entry_joins, entry_scope
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher

LINES_MAX = 2_000


async def balances_at(
    ctx: Context, teacher_ids: Sequence[UUID], first: SchoolYear, last: SchoolYear, before: datetime | None
) -> Sequence[Any]:
    """Sums of entries posted before a moment, shaped as `balances`: a teacher without any has one row of NULLs."""
    entry, record = HoursEntry, aliased(Teacher)
    of_person = and_(
        record.region_id == Teacher.region_id,
        or_(record.id == Teacher.id, record.merged_into_id == Teacher.id),
        func.coalesce(record.merged_into_id, record.id) == Teacher.id,
    )
    posted = and_(
        entry.region_id == record.region_id,
        entry.teacher_id == record.id,
        entry.school_year.between(first.start, last.start),
    )
    if before:
        posted = and_(posted, entry.posted_at < before)
    statement = (
        select(
            Teacher.id.label("teacher_id"),
            entry.school_year,
            entry.category,
            cast(func.count(entry.id), Integer).label("entries"),
            func.sum(entry.claimed).label("claimed"),
            func.sum(entry.credited).label("credited"),
        )
        .outerjoin(record, of_person)
        .outerjoin(entry, posted)
        .where(
            Teacher.region_id == ctx.principal.region_id,
            Teacher.id.in_(teacher_ids),
            rows(ctx.principal, Permission.HOURS_READ, organisation=Teacher.school_id, teacher=Teacher.id),
        )
        .group_by(Teacher.id, entry.school_year, entry.category)
    )
    return (await ctx.db.execute(statement)).mappings().all()


async def lines(
    ctx: Context, teacher_ids: Sequence[UUID], year: SchoolYear, before: datetime | None
) -> Sequence[AnyRow]:
    """Entries of teachers in a school year that the caller may see, first posted first; at most 2,000."""
    entry = HoursEntry
    who, person = ctx.principal, func.coalesce(Teacher.merged_into_id, Teacher.id).label("person_id")
    scope = entry_scope(who.region_id, reach_of(who, Permission.HOURS_READ), scope_values(who))
    statement = entry_joins(select(*entry_columns(), person)).where(
        entry.region_id == who.region_id,
        or_(Teacher.id.in_(teacher_ids), Teacher.merged_into_id.in_(teacher_ids)),
        entry.school_year == year.start,
        scope,
    )
    if before:
        statement = statement.where(entry.posted_at < before)
    return (await ctx.db.execute(statement.order_by(entry.seq).limit(LINES_MAX))).all()
