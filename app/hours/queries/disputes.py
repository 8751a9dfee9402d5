"""SQL of disputes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, insert, select, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursDispute
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher


@dataclass(frozen=True, slots=True)
class DisputeFilter:
    """Which disputes: any part may be None."""

    status: str | None = None
    teacher_id: UUID | None = None
    school_id: UUID | None = None
    entry_id: UUID | None = None


def _disputes(ctx: Context) -> AnySelect:
    one = HoursDispute
    scope = rows(ctx.principal, Permission.HOURS_DISPUTE_READ, organisation=one.school_id, teacher=one.teacher_id)
    return (
        select(
            one.id,
            one.teacher_id,
            Teacher.name.label("teacher_name"),
            one.school_id,
            func.concat(one.school_year, "-", one.school_year + 1).label("school_year"),
            one.entry_id,
            one.category,
            one.claimed.label("claimed_hours"),
            one.activity_title,
            one.activity_date,
            one.session,
            one.reason,
            one.status,
            one.asked_by,
            one.asked_role,
            one.answered_by,
            one.answered_at,
            one.answer_reason,
            one.reversal_id,
            one.recredit_id,
            one.created_at,
            one.updated_at,
            one.version,
        )
        .join(Teacher, and_(Teacher.region_id == one.region_id, Teacher.id == one.teacher_id))
        .where(one.region_id == ctx.principal.region_id, scope)
    )


async def dispute_page(ctx: Context, request: PageRequest, only: DisputeFilter) -> Page[AnyRow]:
    """Disputes the caller may see, newest first."""
    statement = _disputes(ctx)
    for part in fields(only):
        if (value := getattr(only, part.name)) is not None:
            statement = statement.where(getattr(HoursDispute, part.name) == value)
    return await fetch_page(
        ctx.db, statement, request, order=(HoursDispute.id,), descending=True, scope=f"hours-disputes|{only}"
    )


async def dispute(ctx: Context, dispute_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One dispute the caller may see; lock it where a move depends on its status."""
    statement = _disputes(ctx).where(HoursDispute.id == dispute_id)
    statement = statement.with_for_update(of=HoursDispute) if lock else statement
    return (await ctx.db.execute(statement)).one_or_none()


async def disputes_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Disputes (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_disputes(ctx).where(HoursDispute.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def open_dispute(ctx: Context, values: dict[str, Any]) -> UUID:
    """Write a dispute; a second open one about the same is refused by the database."""
    made = new_id()
    who = {"region_id": ctx.principal.region_id, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(HoursDispute).values(id=made, asked_role=str(ctx.principal.role), **who, **values))
    return made


async def move_dispute(ctx: Context, dispute_id: UUID, values: dict[str, Any]) -> None:
    """Move a dispute to a status; values: the status, and the answer where there is one."""
    one = HoursDispute
    given = {**values, "answered_at": func.clock_timestamp()} if "answered_by" in values else values
    await ctx.db.execute(
        update(one)
        .where(one.region_id == ctx.principal.region_id, one.id == dispute_id)
        .values(**given, **touched(one))
    )


async def open_disputes(ctx: Context, year: SchoolYear) -> int:
    """How many disputes of a school year wait for an answer."""
    one = HoursDispute
    statement = select(func.count()).where(
        one.region_id == ctx.principal.region_id, one.school_year == year.start, one.status == "open"
    )
    return int(await ctx.db.scalar(statement) or 0)
