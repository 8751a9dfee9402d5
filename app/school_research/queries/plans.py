"""SQL of yearly plans: revisions, acts, and who has handed in."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, insert, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.accounts.models import Account
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.school_research.models import SchoolPlan, SchoolPlanAct
from app.school_research.states import PENDING, STANDING, SchoolPlanStatus

_Plan, _Act = SchoolPlan, SchoolPlanAct
_Parent = aliased(Organisation)
NOW = func.clock_timestamp()
_CENTRAL = case((Organisation.parent_kind == "central_school", Organisation.parent_id)).label("central_school_id")


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans: any part may be None."""

    school_id: UUID | None = None
    central_school_id: UUID | None = None
    start_year: int | None = None
    status: str | None = None

    @staticmethod
    def of(
        school_id: UUID | None, central_school_id: UUID | None, school_year: str | None, status: str | None
    ) -> "PlanFilter":
        """What a client asks for, by names."""
        return PlanFilter(school_id, central_school_id, int(school_year[:4]) if school_year else None, status)


def _scope(ctx: Context) -> ColumnElement[bool]:
    """Whose plans; teachers see what has been approved."""
    own = rows(ctx.principal, Permission.SCHOOL_PLAN_READ, organisation=_Plan.school_id)
    if ctx.principal.role is Role.TEACHER:
        return and_(own, _Plan.status.in_([str(one) for one in STANDING | {SchoolPlanStatus.SUPERSEDED}]))
    return own


def _plans(ctx: Context) -> AnySelect:
    return (
        select(
            *_Plan.__table__.columns.values(),
            Organisation.name.label("school_name"),
            _CENTRAL,
            func.concat(_Plan.start_year, "-", _Plan.start_year + 1).label("school_year"),
        )
        .join(Organisation, and_(Organisation.region_id == _Plan.region_id, Organisation.id == _Plan.school_id))
        .where(_Plan.region_id == ctx.principal.region_id, _scope(ctx))
    )


async def page(ctx: Context, request: PageRequest, only: PlanFilter) -> Page[AnyRow]:
    """Plans, newest first."""
    statement = _plans(ctx)
    for part in fields(only):
        value = getattr(only, part.name)
        if value is not None:
            column = Organisation.parent_id if part.name == "central_school_id" else getattr(_Plan, part.name)
            statement = statement.where(column == value)
    return await fetch_page(ctx.db, statement, request, order=(_Plan.id,), descending=True, scope=f"plans|{only}")


async def by_id(ctx: Context, plan_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One revision the caller may see; `lock` holds it for a change or a move."""
    statement = _plans(ctx).where(_Plan.id == plan_id)
    return (await ctx.db.execute(statement.with_for_update(of=_Plan) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Revisions (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_plans(ctx).where(_Plan.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def school(ctx: Context, school_id: UUID) -> AnyRow | None:
    """A school: id, kind, kind of what stands above it, status, name."""
    columns = (Organisation.id, Organisation.kind, Organisation.parent_kind, Organisation.status, Organisation.name)
    own = (Organisation.region_id == ctx.principal.region_id, Organisation.id == school_id)
    statement = select(*columns).where(*own)
    return (await ctx.db.execute(statement)).one_or_none()


async def standing(ctx: Context, school_id: UUID, start_year: int, *, lock: bool = False) -> AnyRow | None:
    """The revision a school works by in a school year."""
    statement = _of_year(ctx, school_id, start_year).where(_Plan.status.in_([str(one) for one in STANDING]))
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def pending(ctx: Context, school_id: UUID, start_year: int) -> AnyRow | None:
    """The revision a school is working on."""
    statement = _of_year(ctx, school_id, start_year).where(_Plan.status.in_([str(one) for one in PENDING]))
    return (await ctx.db.execute(statement)).one_or_none()


def _of_year(ctx: Context, school_id: UUID, start_year: int) -> AnySelect:
    own = (_Plan.region_id == ctx.principal.region_id, _Plan.school_id == school_id, _Plan.start_year == start_year)
    return select(_Plan.id, _Plan.status, _Plan.revision, _Plan.version).where(*own)


async def last_revision(ctx: Context, school_id: UUID, start_year: int) -> int:
    """The number of the last revision of a school year, 0 where there is none."""
    numbers = _of_year(ctx, school_id, start_year).with_only_columns(func.coalesce(func.max(_Plan.revision), 0))
    return int(await ctx.db.scalar(numbers) or 0)


async def create(ctx: Context, values: dict[str, Any]) -> UUID:
    """Store a new revision."""
    plan_id = new_id()
    own = {"region_id": ctx.principal.region_id, "id": plan_id, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_Plan).values(**own, status=str(SchoolPlanStatus.DRAFT), **values))
    return plan_id


async def change(ctx: Context, plan_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of a revision, and its next version."""
    statement = update(_Plan).where(_Plan.region_id == ctx.principal.region_id, _Plan.id == plan_id)
    await ctx.db.execute(statement.values(**values, **touched(_Plan)))


async def add_act(
    ctx: Context, plan_id: UUID, act: str, status: str, note: str | None, content: dict[str, Any] | None = None
) -> None:
    """Write an act of the caller; content: as it is handed in."""
    who = ctx.principal
    values = {
        "region_id": who.region_id,
        "id": new_id(),
        "plan_id": plan_id,
        "act": act,
        "status": status,
        "account_id": who.account_id,
        "acting_role": str(who.role),
        "acting_organisation_id": who.organisation_id,
        "note": note,
    }
    await ctx.db.execute(insert(_Act).values(**values, **({} if content is None else {"content": content})))


async def acts(ctx: Context, plan_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """The acts on revisions the caller has been shown, in order."""
    statement = (
        select(*_Act.__table__.columns.values(), Account.display_name.label("account_name"))
        .outerjoin(Account, and_(Account.region_id == _Act.region_id, Account.id == _Act.account_id))
        .where(_Act.region_id == ctx.principal.region_id, _Act.plan_id.in_(plan_ids))
        .order_by(_Act.seq)
    )
    return (await ctx.db.execute(statement)).all()


async def handed_in(ctx: Context, start_year: int) -> Sequence[AnyRow]:
    """Every open school in scope, kindergartens too, with its first handing-in of a school year. [A5.1] [A5.7.3]"""
    first = (
        select(_Plan.school_id, func.min(_Plan.handed_in_on).label("handed_in_on"))
        .where(_Plan.region_id == ctx.principal.region_id, _Plan.start_year == start_year)
        .where(_Plan.status != str(SchoolPlanStatus.WITHDRAWN))
        .group_by(_Plan.school_id)
        .subquery()
    )
    scope = rows(ctx.principal, Permission.SCHOOL_PLAN_READ, organisation=Organisation.id)
    statement = (
        select(
            Organisation.id.label("school_id"),
            Organisation.name.label("school_name"),
            _CENTRAL,
            _Parent.name.label("central_school_name"),
            first.c.handed_in_on,
        )
        .join(_Parent, and_(_Parent.region_id == Organisation.region_id, _Parent.id == Organisation.parent_id))
        .outerjoin(first, first.c.school_id == Organisation.id)
        .where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.kind == "school",
            Organisation.status == "open",
            scope,
        )
        .order_by(_Parent.name, Organisation.name, Organisation.id)
    )
    return (await ctx.db.execute(statement)).all()
