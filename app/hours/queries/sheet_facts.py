"""SQL of what a sheet is checked against: the unit, its people, and what the ledger has of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnyRow
from app.hours.models import HoursEntry, HoursSummary
from app.organisations.models import Organisation
from app.teachers.models import Employment, Teacher

_Reversal = aliased(HoursEntry)


async def filing_unit(ctx: Context, organisation_id: UUID) -> AnyRow | None:
    """The organisation that files: kind, kind of its parent, status."""
    statement = select(
        Organisation.id, Organisation.kind, Organisation.parent_kind, Organisation.status, Organisation.name
    ).where(Organisation.region_id == ctx.principal.region_id, Organisation.id == organisation_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def unit_ids(ctx: Context, organisation_id: UUID) -> frozenset[UUID]:
    """A unit and the schools under it."""
    statement = select(Organisation.id).where(
        Organisation.region_id == ctx.principal.region_id, Organisation.parent_id == organisation_id
    )
    return frozenset((await ctx.db.scalars(statement)).all()) | {organisation_id}


async def people(ctx: Context, units: frozenset[UUID]) -> Sequence[AnyRow]:
    """Who is or was employed by these units: id, staff number, name; bounded by the size of a 中心校."""
    spell = exists().where(
        Employment.region_id == Teacher.region_id,
        Employment.teacher_id == Teacher.id,
        Employment.school_id.in_(units),
    )
    statement = (
        select(Teacher.id, Teacher.staff_no, Teacher.name)
        .where(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged", spell)
        .order_by(Teacher.staff_no)
    )
    return (await ctx.db.execute(statement)).all()


def _pairs(places: Sequence[tuple[UUID, date]]) -> Any:
    return (
        select(
            func.unnest(bindparam("teachers", [teacher for teacher, _ in places], ARRAY(Uuid()))).label("teacher_id"),
            func.unnest(bindparam("days", [day for _, day in places], ARRAY(Date()))).label("day"),
        )
        .distinct()
        .subquery()
    )


async def spells_on(ctx: Context, places: Sequence[tuple[UUID, date]]) -> dict[tuple[UUID, date], AnyRow]:
    """Where teachers of a sheet were employed on days: (teacher, day) -> school_id, is_on_post; others are absent."""
    wanted = _pairs(places)
    held = and_(
        Employment.teacher_id == wanted.c.teacher_id,
        Employment.starts_on <= wanted.c.day,
        Employment.ends_on.is_(None) | (Employment.ends_on > wanted.c.day),
    )
    statement = (
        select(wanted.c.teacher_id, wanted.c.day, Employment.school_id, Employment.is_on_post)
        .join(Employment, held)
        .where(Employment.region_id == ctx.principal.region_id)
    )
    return {(row.teacher_id, row.day): row for row in (await ctx.db.execute(statement)).all()}


async def entered_on(
    ctx: Context, places: Sequence[tuple[UUID, date]], units: frozenset[UUID]
) -> dict[tuple[UUID, date], list[AnyRow]]:
    """Entries of teachers on days at these units that are not reversed: (teacher, day) -> entries."""
    wanted, entry, record = _pairs(places), HoursEntry, aliased(Teacher)
    person = func.coalesce(record.merged_into_id, record.id)
    undone = exists().where(_Reversal.region_id == entry.region_id, _Reversal.reverses_id == entry.id)
    statement = (
        select(
            entry.id,
            wanted.c.teacher_id,
            entry.activity_date,
            entry.line_key,
            entry.category,
            entry.activity_title,
            entry.session,
            entry.source,
        )
        .join(record, and_(record.region_id == entry.region_id, record.id == entry.teacher_id))
        .join(wanted, and_(wanted.c.teacher_id == person, wanted.c.day == entry.activity_date))
        .where(
            entry.region_id == ctx.principal.region_id,
            entry.school_id.in_(units),
            entry.reverses_id.is_(None),
            ~undone,
        )
        .order_by(entry.seq)
    )
    found: dict[tuple[UUID, date], list[AnyRow]] = {}
    for row in (await ctx.db.execute(statement)).all():
        found.setdefault((row.teacher_id, row.activity_date), []).append(row)
    return found


async def credited_in_year(ctx: Context, teacher_ids: set[UUID], year: int, category: str) -> dict[UUID, Decimal]:
    """Hours credited in a school year and category, as they stand now: teacher -> hours."""
    one = HoursSummary
    statement = select(one.teacher_id, one.credited).where(
        one.region_id == ctx.principal.region_id,
        one.teacher_id.in_(teacher_ids),
        one.school_year == year,
        one.category == category,
    )
    return {row.teacher_id: row.credited for row in (await ctx.db.execute(statement)).all()}
