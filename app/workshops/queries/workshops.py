"""SQL of workshops: whose they are to see, their registrations, terms and acts."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, ColumnElement, Text, and_, exists, func, insert, or_, select, true, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.accounts.models import Account
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.teachers.models import Teacher
from app.workshops.models import Workshop, WorkshopAct, WorkshopMember, WorkshopRegistration, WorkshopTerm
from app.workshops.states import WorkshopFamily, WorkshopKind, WorkshopLevel, WorkshopStatus

_W, _M, _Act = Workshop, WorkshopMember, WorkshopAct
_Leader, _Person = aliased(Teacher), aliased(Teacher)
Code = Annotated[str, Field(max_length=40)]


@dataclass(frozen=True, slots=True)
class WorkshopFilter:
    """Which workshops: any part may be None; member_id takes those a teacher belongs to now."""

    family: WorkshopFamily | None = None
    kind: WorkshopKind | None = None
    level: WorkshopLevel | None = None
    unit_id: UUID | None = None
    leader_id: UUID | None = None
    member_id: UUID | None = None
    stage: Code | None = None
    subject: Code | None = None
    status: WorkshopStatus | None = None


def present(member: Any, day: Any) -> ColumnElement[bool]:
    """Whether a spell as a member holds on a day (or has not begun); one that left on the day it joined never was."""
    return or_(member.left_on.is_(None), and_(member.left_on > day, member.left_on > member.joined_on))


def visible(ctx: Context, permission: Permission = Permission.WORKSHOP_READ) -> ColumnElement[bool]:
    """The workshops within the caller's scope: of the unit or the leader, and those of one's people. [A6.9]"""
    member = (
        select(_M.id)
        .join(_Person, and_(_Person.region_id == _M.region_id, _Person.id == _M.teacher_id))
        .where(
            _M.region_id == _W.region_id,
            _M.workshop_id == _W.id,
            present(_M, ctx.clock.today),
            rows(ctx.principal, permission, organisation=_Person.school_id, teacher=_M.teacher_id),
        )
    )
    own = rows(ctx.principal, permission, organisation=_W.unit_id, teacher=_W.leader_id)
    return and_(_W.region_id == ctx.principal.region_id, or_(own, exists(member.correlate(_W))))


def _workshops(ctx: Context) -> AnySelect:
    today = ctx.clock.today
    members = (
        select(func.count().label("member_count"), func.count().filter(_M.role == "core").label("core_count"))
        .where(_M.region_id == _W.region_id, _M.workshop_id == _W.id, present(_M, today))
        .lateral("workshop_people")
    )
    term = WorkshopTerm
    name = func.concat(term.start_year, "-", term.start_year + 1, "-", term.term)
    terms = (
        select(name)
        .where(term.region_id == _W.region_id, term.workshop_id == _W.id)
        .order_by(term.start_year, term.term)
        .correlate(_W)
        .scalar_subquery()
    )
    return (
        select(
            *_W.__table__.columns.values(),
            Organisation.name.label("unit_name"),
            Organisation.parent_kind.label("unit_parent_kind"),
            _Leader.name.label("leader_name"),
            func.concat(_W.start_year, "-", _W.start_year + 1).label("school_year"),
            func.concat(_W.end_year, "-", _W.end_year + 1).label("last_school_year"),
            func.array(terms, type_=ARRAY(Text)).label("confirmed_terms"),
            *members.c,
        )
        .join(Organisation, and_(Organisation.region_id == _W.region_id, Organisation.id == _W.unit_id))
        .join(_Leader, and_(_Leader.region_id == _W.region_id, _Leader.id == _W.leader_id))
        .join(members, true())
        .where(visible(ctx))
    )


async def page(ctx: Context, request: PageRequest, only: WorkshopFilter) -> Page[AnyRow]:
    """Workshops within the scope, newest first."""
    statement = _workshops(ctx)
    for part in fields(only):
        value = getattr(only, part.name)
        if value is None:
            continue
        if part.name == "member_id":
            statement = statement.where(_is_member(ctx, value))
        else:
            statement = statement.where(getattr(_W, part.name) == value)
    return await fetch_page(ctx.db, statement, request, order=(_W.id,), descending=True, scope=f"workshops|{only}")


def _is_member(ctx: Context, teacher_id: UUID) -> ColumnElement[bool]:
    return exists().where(
        _M.region_id == ctx.principal.region_id,
        _M.workshop_id == _W.id,
        _M.teacher_id == teacher_id,
        present(_M, ctx.clock.today),
    )


async def by_id(ctx: Context, workshop_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One workshop within the scope; `lock` holds it for a change."""
    if lock:
        # The lock comes first, in a statement of its own: counts are then read after any wait for it.
        held = select(_W.id).where(_W.region_id == ctx.principal.region_id, _W.id == workshop_id)
        await ctx.db.execute(held.with_for_update())
    return (await ctx.db.execute(_workshops(ctx).where(_W.id == workshop_id))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Workshops (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_workshops(ctx).where(_W.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def under(
    ctx: Context, statement: AnySelect, owner: Any, ids: Sequence[UUID], *, order: Any, limit: int
) -> list[list[AnyRow]]:
    """The first rows of a statement under each workshop (n,) -> (n,), in one statement; none outside the scope.

    owner: the column of the statement that names the workshop.
    """
    place = func.row_number().over(partition_by=owner, order_by=order).label("place_under")
    shown = select(_W.id).where(visible(ctx), _W.id.in_(ids))
    ranked = statement.add_columns(place).where(owner.in_(shown)).subquery()
    found: dict[UUID, list[AnyRow]] = {one: [] for one in ids}
    firsts = select(ranked).where(ranked.c.place_under <= limit).order_by(ranked.c.place_under)
    for row in (await ctx.db.execute(firsts)).all():
        found[row.workshop_id].append(row)
    return [found[one] for one in ids]


async def create(ctx: Context, values: dict[str, Any]) -> UUID:
    """Store a new workshop."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_W).values(**own, **values))
    return made


async def change(ctx: Context, workshop_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a workshop, and its next version."""
    statement = update(_W).where(_W.region_id == ctx.principal.region_id, _W.id == workshop_id)
    await ctx.db.execute(statement.values(**values, **touched(_W)))


async def lead_instead(ctx: Context, teacher_id: UUID, into_id: UUID) -> None:
    """Let a teacher lead what another leads, except what is closed."""
    own = (_W.region_id == ctx.principal.region_id, _W.leader_id == teacher_id)
    statement = update(_W).where(*own, _W.status != WorkshopStatus.CLOSED)
    await ctx.db.execute(statement.values(leader_id=into_id, **touched(_W)))


async def add_registration(ctx: Context, workshop_id: UUID, first: int, last: int) -> None:
    """Write a registration; the database refuses one that overlaps another."""
    values = {"start_year": first, "end_year": last, "registered_by": ctx.principal.account_id}
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "workshop_id": workshop_id}
    await ctx.db.execute(insert(WorkshopRegistration).values(**own, **values))


async def registrations(ctx: Context, workshop_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """The registrations of workshops, oldest first."""
    one = WorkshopRegistration
    statement = (
        select(one.workshop_id, one.start_year, one.end_year)
        .where(one.region_id == ctx.principal.region_id, one.workshop_id.in_(workshop_ids))
        .order_by(one.start_year)
    )
    return (await ctx.db.execute(statement)).all()


async def add_term(ctx: Context, workshop_id: UUID, start_year: int, term: int) -> None:
    """Write a confirmed term; the database refuses a second one."""
    values = {"start_year": start_year, "term": term, "confirmed_by": ctx.principal.account_id}
    own = {"region_id": ctx.principal.region_id, "id": new_id(), "workshop_id": workshop_id}
    await ctx.db.execute(insert(WorkshopTerm).values(**own, **values))


async def add_act(ctx: Context, workshop_id: UUID, act: str, status: str, note: str | None) -> None:
    """Write an act of the caller."""
    who = ctx.principal
    values = {
        "region_id": who.region_id,
        "id": new_id(),
        "workshop_id": workshop_id,
        "act": act,
        "status": status,
        "account_id": who.account_id,
        "acting_role": str(who.role),
        "acting_organisation_id": who.organisation_id,
        "note": note,
    }
    await ctx.db.execute(insert(_Act).values(**values))


async def acts(ctx: Context, request: PageRequest, workshop_id: UUID) -> Page[AnyRow]:
    """The acts on a workshop the caller has been shown, in order."""
    acting = and_(Organisation.region_id == _Act.region_id, Organisation.id == _Act.acting_organisation_id)
    statement = (
        select(
            _Act.seq,
            _Act.id,
            _Act.act,
            _Act.status,
            _Act.account_id,
            Account.display_name.label("account_name"),
            _Act.acting_role,
            _Act.acting_organisation_id,
            Organisation.name.label("acting_organisation_name"),
            _Act.note,
            _Act.created_at,
        )
        .outerjoin(Account, and_(Account.region_id == _Act.region_id, Account.id == _Act.account_id))
        .join(Organisation, acting)
        .where(_Act.region_id == ctx.principal.region_id, _Act.workshop_id == workshop_id)
    )
    return await fetch_page(ctx.db, statement, request, order=(_Act.seq,), scope=f"workshop-acts|{workshop_id}")


async def alike(ctx: Context, row: Any, workshop_id: UUID | None) -> Sequence[str]:
    """Names of other workshops of the same unit, stage, subject and kind that are not closed. [A6.12]"""
    statement = (
        select(_W.name)
        .where(
            _W.region_id == ctx.principal.region_id,
            _W.unit_id == row.unit_id,
            _W.family == row.family,
            _W.kind.is_not_distinct_from(row.kind),
            _W.stage == row.stage,
            _W.subject == row.subject,
            _W.status.not_in((WorkshopStatus.CLOSED, WorkshopStatus.RETURNED)),
            true() if workshop_id is None else _W.id != workshop_id,
        )
        .order_by(_W.name)
        .limit(20)
    )
    return (await ctx.db.scalars(statement)).all()
