"""SQL of the hours certificate 学时证明: whom it is for, what was credited, and the lock it reads behind."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, and_, cast, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow
from app.hours.models import HoursEntry, HoursSeal, HoursSummary
from app.hours.queries.ledger import records_of
from app.organisations.models import Organisation, Region
from app.teachers.models import Teacher


async def holder(ctx: Context, teacher_id: UUID) -> AnyRow | None:
    """The teacher and the school, where the caller may issue certificates for them."""
    scope = rows(ctx.principal, Permission.CERTIFICATE_ISSUE_HOURS, organisation=Teacher.school_id, teacher=Teacher.id)
    school = and_(Organisation.region_id == Teacher.region_id, Organisation.id == Teacher.school_id)
    statement = (
        select(
            Teacher.id,
            Teacher.name,
            Teacher.staff_no,
            func.right(Teacher.id_number_masked, 4).label("id_number_tail"),
            Teacher.school_id,
            Organisation.name.label("school"),
        )
        .join(Organisation, school)
        .where(
            Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id, Teacher.status != "merged", scope
        )
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def lock_year(ctx: Context, teacher_id: UUID, year: int) -> None:
    """Lock every summary row of a teacher's year: no reversal comes between reading the entries and the certificate."""
    one = HoursSummary
    statement = (
        select(one.category)
        .where(one.region_id == ctx.principal.region_id, one.teacher_id == teacher_id, one.school_year == year)
        .order_by(one.teacher_id, one.school_year, one.category)
        .with_for_update()
    )
    await ctx.db.execute(statement)


async def standing_entries(ctx: Context, teacher_id: UUID, year: int) -> Sequence[AnyRow]:
    """A person's entries of a year that are not reversed, by day; read them with the year locked."""
    entry, reversal = HoursEntry, aliased(HoursEntry)
    undone = select(reversal.id).where(reversal.region_id == entry.region_id, reversal.reverses_id == entry.id)
    columns: tuple[Any, ...] = (
        entry.id,
        entry.category,
        entry.activity_title,
        entry.activity_date,
        entry.session,
        entry.claimed,
        entry.credited,
    )
    statement = (
        select(*columns)
        .where(
            entry.region_id == ctx.principal.region_id,
            entry.teacher_id.in_(records_of(ctx.principal.region_id, literal(teacher_id, Uuid()))),
            entry.school_year == year,
            entry.reverses_id.is_(None),
            ~undone.exists(),
        )
        .order_by(entry.activity_date, entry.seq)
    )
    return (await ctx.db.execute(statement)).all()


async def persons_of(ctx: Context, teacher_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Whose records they are that were merged into another: record -> person; others are absent."""
    statement = select(Teacher.id, Teacher.merged_into_id).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(teacher_ids), Teacher.merged_into_id.is_not(None)
    )
    return {row.id: row.merged_into_id for row in (await ctx.db.execute(statement)).all()}


async def issuing_bodies(ctx: Context) -> tuple[str, str]:
    """Name of the region, and of the body that approves hours: the open 进修学校, else the bureau. [A5.6]"""
    kinds = ("training_school", "bureau")
    region, place = Region, Organisation
    statement = (
        select(region.name.label("region"), place.name)
        .join(place, and_(place.region_id == region.id, place.kind.in_(kinds), place.status == "open"))
        .where(region.id == ctx.principal.region_id)
        .order_by(place.kind.desc(), place.id)
        .limit(1)
    )
    found = (await ctx.db.execute(statement)).one()
    return found.region, found.name


async def covering_seal(ctx: Context, ids: Sequence[UUID]) -> AnyRow | None:
    """The newest seal of the region if its chain covers all of these entries, else None."""
    entry, seal = HoursEntry, HoursSeal
    place = (entry.epoch, cast(cast(entry.xid, Text), BigInteger).label("xid"), entry.seq)
    newest_entry = (
        select(*place)
        .where(entry.region_id == ctx.principal.region_id, entry.id.in_(ids))
        .order_by(entry.epoch.desc(), entry.xid.desc(), entry.seq.desc())
        .limit(1)
    )
    last = (await ctx.db.execute(newest_entry)).one()
    statement = (
        select(seal.number, func.encode(seal.head, "hex").label("head"), seal.sealed_at)
        .where(
            seal.region_id == ctx.principal.region_id,
            tuple_(seal.hi_epoch, seal.hi_xid, seal.hi_seq) >= tuple_(*(literal(part) for part in last)),
        )
        .order_by(seal.number.desc())
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one_or_none()
