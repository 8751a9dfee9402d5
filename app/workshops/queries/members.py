"""SQL of members, of who they are, and of adjustments."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopAdjustment, WorkshopMember
from app.workshops.queries import workshops
from app.workshops.queries.workshops import present, visible
from app.workshops.states import AdjustmentStatus, WorkshopStatus

_M, _A = WorkshopMember, WorkshopAdjustment
NOW = func.clock_timestamp()


def _members(ctx: Context) -> AnySelect:
    return (
        select(
            *_M.__table__.columns.values(),
            Teacher.name.label("teacher_name"),
            Teacher.school_id,
            Organisation.name.label("school_name"),
        )
        .join(Teacher, and_(Teacher.region_id == _M.region_id, Teacher.id == _M.teacher_id))
        .join(Organisation, and_(Organisation.region_id == Teacher.region_id, Organisation.id == Teacher.school_id))
        .where(_M.region_id == ctx.principal.region_id)
    )


async def page(ctx: Context, request: PageRequest, workshop_id: UUID, *, on: date | None) -> Page[AnyRow]:
    """Members of a workshop the caller has been shown, in the order they joined; on: only those of a day."""
    statement = _members(ctx).where(_M.workshop_id == workshop_id)
    if on:
        statement = statement.where(_M.joined_on <= on, present(_M, on))
    scope = f"workshop-members|{workshop_id}|{on}"
    return await fetch_page(ctx.db, statement, request, order=(_M.id,), scope=scope)


async def under(ctx: Context, workshop_ids: Sequence[UUID], limit: int, *, on: date) -> list[list[AnyRow]]:
    """The first members of each workshop (n,) -> (n,) on a day."""
    statement = _members(ctx).where(_M.joined_on <= on, present(_M, on))
    return await workshops.under(ctx, statement, _M.workshop_id, workshop_ids, order=_M.id, limit=limit)


async def present_of(ctx: Context, workshop_ids: Sequence[UUID], *, on: date) -> Sequence[AnyRow]:
    """The members of workshops who have not left on a day, those still to begin among them."""
    statement = _members(ctx).where(_M.workshop_id.in_(workshop_ids), present(_M, on))
    return (await ctx.db.execute(statement.order_by(_M.id))).all()


async def by_id(ctx: Context, workshop_id: UUID, member_id: UUID) -> AnyRow | None:
    """One spell of a workshop the caller has been shown."""
    statement = _members(ctx).where(_M.workshop_id == workshop_id, _M.id == member_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def add(ctx: Context, workshop_id: UUID, roles: Mapping[UUID, str], *, joined_on: date) -> dict[UUID, UUID]:
    """Store new spells: teacher -> role. Answers teacher -> spell."""
    own = {"region_id": ctx.principal.region_id, "workshop_id": workshop_id, "joined_on": joined_on}
    made = {one: new_id() for one in roles}
    if roles:
        values = [{**own, "id": made[one], "teacher_id": one, "role": str(role)} for one, role in roles.items()]
        await ctx.db.execute(insert(_M), values)
    return made


async def remove(ctx: Context, workshop_id: UUID, teacher_ids: Sequence[UUID]) -> None:
    """Take proposed members off a workshop that is not registered; the database refuses it afterwards."""
    own = (_M.region_id == ctx.principal.region_id, _M.workshop_id == workshop_id)
    await ctx.db.execute(delete(_M).where(*own, _M.teacher_id.in_(teacher_ids)))


async def take_back(ctx: Context, member_id: UUID, version: int) -> AnyRow | None:
    """Remove one proposed spell as long as nobody has touched it since; None where somebody has."""
    one = (_M.region_id == ctx.principal.region_id, _M.id == member_id, _M.version == version)
    statement = delete(_M).where(*one).returning(_M.workshop_id, _M.teacher_id, _M.joined_on)
    return (await ctx.db.execute(statement)).one_or_none()


async def end(ctx: Context, workshop_id: UUID, teacher_ids: Sequence[UUID], *, left_on: date, reason: str) -> None:
    """End the present spells of teachers."""
    statement = update(_M).where(
        _M.region_id == ctx.principal.region_id,
        _M.workshop_id == workshop_id,
        _M.teacher_id.in_(teacher_ids),
        _M.left_on.is_(None),
    )
    await ctx.db.execute(statement.values(left_on=left_on, left_reason=reason, **touched(_M)))


async def consent(ctx: Context, workshop_id: UUID, teacher_id: UUID) -> None:
    """Note that a member agrees; what stands already stays."""
    statement = update(_M).where(
        _M.region_id == ctx.principal.region_id,
        _M.workshop_id == workshop_id,
        _M.teacher_id == teacher_id,
        _M.left_on.is_(None),
        _M.consented_at.is_(None),
    )
    values = {"consented_at": NOW, "consented_by": ctx.principal.account_id}
    await ctx.db.execute(statement.values(**values, **touched(_M)))


async def people(ctx: Context, ids: Sequence[UUID], staff_nos: Sequence[str] = ()) -> Sequence[AnyRow]:
    """Teachers in service of the whole region, with what composition asks of their schools.

    Not narrowed to the caller's scope: the members of a workshop come from other units. [A6.5a]
    """
    statement = (
        select(
            Teacher.id,
            Teacher.name,
            Teacher.staff_no,
            Teacher.school_id,
            Teacher.stage,
            Teacher.subject,
            Organisation.stages.label("school_stages"),
            Organisation.parent_id,
            Organisation.parent_kind,
            Organisation.kind.label("school_kind"),
        )
        .join(Organisation, and_(Organisation.region_id == Teacher.region_id, Organisation.id == Teacher.school_id))
        .where(
            Teacher.region_id == ctx.principal.region_id,
            Teacher.status != "merged",
            or_(Teacher.id.in_(ids), Teacher.staff_no.in_(staff_nos)),
        )
    )
    return (await ctx.db.execute(statement)).all()


async def memberships(
    ctx: Context, teacher_ids: Sequence[UUID], *, on: date, level: str | None = None, but: UUID | None = None
) -> Sequence[AnyRow]:
    """The workshops teachers belong to on a day, that are not closed: teacher_id, workshop_id, name, level."""
    statement = (
        select(_M.teacher_id, _M.workshop_id, Workshop.name, Workshop.level, Workshop.status)
        .join(Workshop, and_(Workshop.region_id == _M.region_id, Workshop.id == _M.workshop_id))
        .where(
            _M.region_id == ctx.principal.region_id,
            _M.teacher_id.in_(teacher_ids),
            present(_M, on),
            Workshop.status.not_in((WorkshopStatus.CLOSED, WorkshopStatus.RETURNED)),
        )
        .order_by(Workshop.name)
    )
    if level:
        statement = statement.where(Workshop.level == level)
    if but:
        statement = statement.where(_M.workshop_id != but)
    return (await ctx.db.execute(statement)).all()


def _adjustments(ctx: Context) -> AnySelect:
    return select(
        *_A.__table__.columns.values(),
        func.concat(_A.start_year, "-", _A.start_year + 1).label("school_year"),
        _A.changes["members"].label("members"),
        _A.changes["leader_id"].astext.label("leader_id"),
    ).where(_A.region_id == ctx.principal.region_id)


async def adjustment_page(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """Adjustments of a workshop the caller has been shown, newest first."""
    statement = _adjustments(ctx).where(_A.workshop_id == workshop_id)
    scope = f"workshop-adjustments|{workshop_id}"
    return await fetch_page(ctx.db, statement, request, order=(_A.id,), descending=True, scope=scope)


async def adjustment(ctx: Context, workshop_id: UUID, adjustment_id: UUID) -> AnyRow | None:
    """One adjustment of a workshop the caller has been shown; its workshop is locked for a decision."""
    statement = _adjustments(ctx).where(_A.workshop_id == workshop_id, _A.id == adjustment_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def standing_adjustments(ctx: Context, workshop_id: UUID, start_year: int) -> int:
    """How many adjustments of a school year are proposed or approved."""
    statement = select(func.count()).where(
        _A.region_id == ctx.principal.region_id,
        _A.workshop_id == workshop_id,
        _A.start_year == start_year,
        _A.status != AdjustmentStatus.RETURNED,
    )
    return int(await ctx.db.scalar(statement) or 0)


async def propose(ctx: Context, values: dict[str, Any]) -> UUID:
    """Write an adjustment."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "proposed_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_A).values(**own, **values))
    return made


async def decide(ctx: Context, adjustment_id: UUID, status: str, note: str | None) -> None:
    """Write the decision on an adjustment."""
    decided = {"status": status, "decided_by": ctx.principal.account_id, "decided_at": NOW, "decision_note": note}
    statement = update(_A).where(_A.region_id == ctx.principal.region_id, _A.id == adjustment_id)
    await ctx.db.execute(statement.values(**decided, **touched(_A)))


async def spells_of(ctx: Context, teacher_id: UUID, *, on: date) -> Sequence[AnyRow]:
    """The spells of a teacher that have not ended on a day, in workshops that are not closed, which are locked."""
    statement = (
        select(*_M.__table__.columns.values(), Workshop.status, Workshop.unit_id, Workshop.leader_id)
        .join(Workshop, and_(Workshop.region_id == _M.region_id, Workshop.id == _M.workshop_id))
        .where(
            _M.region_id == ctx.principal.region_id,
            _M.teacher_id == teacher_id,
            present(_M, on),
            Workshop.status != WorkshopStatus.CLOSED,
        )
        .order_by(Workshop.id, _M.id)
        .with_for_update(of=Workshop)
    )
    return (await ctx.db.execute(statement)).all()


async def succeed(ctx: Context, spell: AnyRow, teacher_id: UUID, *, joined_on: date) -> UUID:
    """Store a spell of a teacher in the place of another's: its role, consent and end stay."""
    kept = ("region_id", "workshop_id", "role", "consented_at", "consented_by", "left_on", "left_reason")
    values = {name: getattr(spell, name) for name in kept}
    made = new_id()
    await ctx.db.execute(insert(_M).values(**values, id=made, teacher_id=teacher_id, joined_on=joined_on))
    return made


async def was_member(ctx: Context, workshop_id: UUID, teacher_id: UUID, first: date, last: date) -> bool:
    """Whether a teacher was a member on some day of a span."""
    statement = select(func.count()).where(
        _M.region_id == ctx.principal.region_id,
        _M.workshop_id == workshop_id,
        _M.teacher_id == teacher_id,
        _M.joined_on <= last,
        present(_M, first),
    )
    return bool(await ctx.db.scalar(statement))


async def history_of(ctx: Context, workshop_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Every spell of workshops: workshop_id, teacher_id, joined_on, left_on."""
    statement = select(_M.workshop_id, _M.teacher_id, _M.joined_on, _M.left_on).where(
        _M.region_id == ctx.principal.region_id, _M.workshop_id.in_(workshop_ids)
    )
    return (await ctx.db.execute(statement)).all()


def whole(ctx: Context, **only: Any) -> AnySelect:
    """Every spell as a member of the workshops within the scope, in a total order, for exports.

    only: workshop_id, level and status of the workshops, None for all.
    """
    unit = aliased(Organisation)
    statement = (
        _members(ctx)
        .add_columns(
            Teacher.staff_no, Workshop.name.label("workshop_name"), Workshop.level, unit.name.label("unit_name")
        )
        .join(Workshop, and_(Workshop.region_id == _M.region_id, Workshop.id == _M.workshop_id))
        .join(unit, and_(unit.region_id == Workshop.region_id, unit.id == Workshop.unit_id))
        .where(visible(ctx))
    )
    columns = {"workshop_id": Workshop.id, "level": Workshop.level, "status": Workshop.status}
    for name, column in columns.items():
        if only[name] is not None:
            statement = statement.where(column == only[name])
    return statement.order_by(Workshop.name, Workshop.id, _M.role.desc(), _M.id)
