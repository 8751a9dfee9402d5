"""SQL of organisations, school years and regions."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, exists, func, insert, or_, select, update

from app.access.context import Context
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of, rows, scope_values, scoped
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.core.prepared import Prepared, fetch_rows, prepare
from app.organisations.models import Organisation, Region, SchoolYearRow

_COLUMNS = (
    Organisation.id,
    Organisation.kind,
    Organisation.parent_id,
    Organisation.code,
    Organisation.department_code,
    Organisation.name,
    Organisation.short_name,
    Organisation.stages,
    Organisation.is_compulsory,
    Organisation.is_weak,
    Organisation.town,
    Organisation.status,
    Organisation.closed_on,
    Organisation.created_at,
    Organisation.updated_at,
    Organisation.version,
)


def _visible(ctx: Context) -> AnySelect:
    scope = rows(ctx.principal, Permission.ORGANISATION_READ, organisation=Organisation.id)
    return select(*_COLUMNS).where(Organisation.region_id == ctx.principal.region_id, scope)


async def page(
    ctx: Context,
    request: PageRequest,
    *,
    kind: str | None,
    parent_id: UUID | None,
    status: str | None,
    text: str | None,
) -> Page[AnyRow]:
    """Organisations by kind, parent and status, by name; `text` is a part of the name or the whole code."""
    statement = _visible(ctx)
    if kind:
        statement = statement.where(Organisation.kind == kind)
    if parent_id:
        statement = statement.where(Organisation.parent_id == parent_id)
    if status:
        statement = statement.where(Organisation.status == status)
    if text:
        statement = statement.where(or_(Organisation.name.contains(text, autoescape=True), Organisation.code == text))
    scope = f"organisations|{kind}|{parent_id}|{status}|{text}"
    return await fetch_page(ctx.db, statement, request, order=(Organisation.name, Organisation.id), scope=scope)


async def by_id(ctx: Context, organisation_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One organisation the caller may see; `lock` holds it for a change."""
    statement = _visible(ctx).where(Organisation.id == organisation_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Organisations (n,) -> rows (n,), same order, None where missing or not visible."""
    values = {"region": ctx.principal.region_id, "ids": list(ids), **scope_values(ctx.principal)}
    found = await fetch_rows(ctx.db, _by_ids(reach_of(ctx.principal, Permission.ORGANISATION_READ)), values)
    known = {row.id: row for row in found}
    return [known.get(one) for one in ids]


@cache
def _by_ids(reach: Reach | None) -> Prepared:
    return prepare(
        select(*_COLUMNS).where(
            Organisation.region_id == bindparam("region", type_=Integer()),
            Organisation.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
            scoped(reach, organisation=Organisation.id),
        )
    )


async def create(ctx: Context, values: dict[str, Any]) -> AnyRow:
    """Store a new organisation."""
    fields = {"region_id": ctx.principal.region_id, "id": new_id(), **values}
    return (await ctx.db.execute(insert(Organisation).values(**fields).returning(*_COLUMNS))).one()


async def change(ctx: Context, organisation_id: UUID, values: dict[str, Any]) -> AnyRow:
    """Store changes of one organisation."""
    statement = (
        update(Organisation)
        .where(Organisation.region_id == ctx.principal.region_id, Organisation.id == organisation_id)
        .values(**values, **touched(Organisation))
        .returning(*_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()


async def has_open_children(ctx: Context, organisation_id: UUID) -> bool:
    """Whether open organisations stand under this one."""
    statement = select(
        exists().where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.parent_id == organisation_id,
            Organisation.status == "open",
        )
    )
    return bool(await ctx.db.scalar(statement))


_YEAR_COLUMNS = (
    SchoolYearRow.id,
    SchoolYearRow.start_year,
    SchoolYearRow.first_term_starts_on,
    SchoolYearRow.first_term_ends_on,
    SchoolYearRow.second_term_starts_on,
    SchoolYearRow.second_term_ends_on,
    SchoolYearRow.created_at,
    SchoolYearRow.updated_at,
    SchoolYearRow.version,
)


async def school_years(ctx: Context) -> Sequence[AnyRow]:
    """All calendars of the region, newest first (at most one a year)."""
    statement = (
        select(*_YEAR_COLUMNS)
        .where(SchoolYearRow.region_id == ctx.principal.region_id)
        .order_by(SchoolYearRow.start_year.desc())
        .limit(100)
    )
    return (await ctx.db.execute(statement)).all()


async def school_year(ctx: Context, start: int, *, lock: bool = False) -> AnyRow | None:
    """The calendar of one school year."""
    statement = select(*_YEAR_COLUMNS).where(
        SchoolYearRow.region_id == ctx.principal.region_id, SchoolYearRow.start_year == start
    )
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def put_school_year(ctx: Context, start: int, days: dict[str, date], known: AnyRow | None) -> AnyRow:
    """Store the calendar of a school year, new or in place of the known one."""
    if known is None:
        values = {"region_id": ctx.principal.region_id, "id": new_id(), "start_year": start, **days}
        return (await ctx.db.execute(insert(SchoolYearRow).values(**values).returning(*_YEAR_COLUMNS))).one()
    statement = (
        update(SchoolYearRow)
        .where(SchoolYearRow.region_id == ctx.principal.region_id, SchoolYearRow.id == known.id)
        .values(**days, **touched(SchoolYearRow))
        .returning(*_YEAR_COLUMNS)
    )
    return (await ctx.db.execute(statement)).one()


async def region(ctx: Context) -> AnyRow:
    """The caller's region."""
    statement = select(func.to_char(Region.id, "FM000000").label("code"), Region.name, Region.policy_packs)
    return (await ctx.db.execute(statement.where(Region.id == ctx.principal.region_id))).one()


def whole(ctx: Context, *, kind: str | None) -> AnySelect:
    """Every organisation of the region the caller may see, in a total order, for exports."""
    statement = _visible(ctx)
    if kind:
        statement = statement.where(Organisation.kind == kind)
    return statement.order_by(Organisation.kind, Organisation.name, Organisation.id)
