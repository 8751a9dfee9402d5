"""SQL of publications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, true, update

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.asked import moved
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.publications.models import Publication, PublicationReading
from app.publications.states import PublicationStatus

MONTH_ITEMS_MAX = 1000
_ONE, _READ = Publication, PublicationReading


@dataclass(frozen=True, slots=True)
class PublicationFilter:
    """Which items: any part may be None."""

    status: PublicationStatus | None = None
    column_code: Annotated[str, Field(max_length=30)] | None = None
    organisation_id: UUID | None = None
    subject_id: UUID | None = None


def _latest() -> Any:
    """The latest count of readings of an item, for a lateral join."""
    return (
        select(_READ.readings, _READ.read_on)
        .where(_READ.region_id == _ONE.region_id, _READ.publication_id == _ONE.id)
        .order_by(_READ.read_on.desc())
        .limit(1)
        .lateral("latest")
    )


def _visible(ctx: Context) -> AnySelect:
    """Items in the caller's scope, and what has come out: that is public."""
    scope = rows(ctx.principal, Permission.PUBLICATION_READ, organisation=_ONE.organisation_id, teacher=_ONE.teacher_id)
    latest = _latest()
    return (
        select(
            *_ONE.__table__.columns,
            Organisation.name.label("organisation_name"),
            latest.c.readings,
            latest.c.read_on,
        )
        .join(Organisation, and_(Organisation.region_id == _ONE.region_id, Organisation.id == _ONE.organisation_id))
        .outerjoin(latest, true())
        .where(_ONE.region_id == ctx.principal.region_id, or_(scope, _ONE.status == "published"))
    )


async def page(ctx: Context, request: PageRequest, only: PublicationFilter) -> Page[AnyRow]:
    """Items the caller may see, newest first."""
    statement = _visible(ctx)
    if only.status:
        statement = statement.where(_ONE.status == only.status)
    if only.column_code:
        statement = statement.where(_ONE.column_code == only.column_code)
    if only.organisation_id:
        statement = statement.where(_ONE.organisation_id == only.organisation_id)
    if only.subject_id:
        statement = statement.where(_ONE.subject_id == only.subject_id)
    scope = f"publications|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_ONE.id,), descending=True, scope=scope)


async def by_id(ctx: Context, publication_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One item the caller may see; `lock` holds it for a change."""
    statement = _visible(ctx).where(_ONE.id == publication_id)
    return (await ctx.db.execute(statement.with_for_update(of=_ONE) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Items (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_visible(ctx).where(_ONE.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add(ctx: Context, values: dict[str, Any]) -> UUID:
    """Write an item; its id."""
    made = new_id()
    who = {"region_id": ctx.principal.region_id, "id": made, "asked_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_ONE).values(**who, **values))
    return made


async def change(ctx: Context, publication_id: UUID, values: dict[str, Any]) -> None:
    """Store changes of an item, or its move to a status."""
    one = and_(_ONE.region_id == ctx.principal.region_id, _ONE.id == publication_id)
    await ctx.db.execute(update(_ONE).where(one).values(**moved(_ONE, values)))


async def add_reading(ctx: Context, publication_id: UUID, read_on: date, readings: int) -> AnyRow:
    """Write a count of readings; a second one of the day is refused by the database."""
    values = {
        "region_id": ctx.principal.region_id,
        "id": new_id(),
        "publication_id": publication_id,
        "read_on": read_on,
        "readings": readings,
        "recorded_by": ctx.principal.account_id,
    }
    statement = insert(_READ).values(**values).returning(*_READ.__table__.columns)
    return (await ctx.db.execute(statement)).one()


async def readings(ctx: Context, publication_id: UUID, request: PageRequest) -> Page[AnyRow]:
    """The counts of an item that the caller has been shown, latest first."""
    statement = select(*_READ.__table__.columns).where(
        _READ.region_id == ctx.principal.region_id, _READ.publication_id == publication_id
    )
    scope = f"publication-readings|{publication_id}"
    return await fetch_page(ctx.db, statement, request, order=(_READ.read_on, _READ.id), descending=True, scope=scope)


async def of_month(ctx: Context, organisation_id: UUID, first: date, after: date) -> Sequence[AnyRow]:
    """What an organisation has out from a day to before another, in order, each with its latest readings."""
    latest = _latest()
    facts = (_ONE.subject_kind, _ONE.subject_id, _ONE.column_code, _ONE.title, _ONE.happened_on, _ONE.published_on)
    statement = (
        select(_ONE.id.label("publication_id"), *facts, latest.c.readings)
        .outerjoin(latest, true())
        .where(
            _ONE.region_id == ctx.principal.region_id,
            _ONE.organisation_id == organisation_id,
            _ONE.status == "published",
            _ONE.published_on >= first,
            _ONE.published_on < after,
        )
        .order_by(_ONE.published_on, _ONE.id)
        .limit(MONTH_ITEMS_MAX)
    )
    return (await ctx.db.execute(statement)).all()


def published(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Items that came out on days of a span and still stand 发布的信息. [A3.5] [M7.1a]"""
    columns = (_ONE.id, _ONE.title, _ONE.teacher_id, _ONE.organisation_id, _ONE.published_on, _ONE.channel)
    return select(*columns).where(
        _ONE.region_id == ctx.principal.region_id, _ONE.status == "published", _ONE.published_on.between(*days)
    )


def tells_of(subject_id: Any, organisation_id: Any, name: Any) -> ColumnElement[bool]:
    """Whether an item tells of a subject: by its id, or it states none, is of the organisation and names it."""
    names = or_(func.strpos(_ONE.title, name) > 0, func.strpos(_ONE.summary, name) > 0)
    unsaid = and_(_ONE.subject_id.is_(None), _ONE.organisation_id == organisation_id, names)
    return or_(_ONE.subject_id == subject_id, unsaid)


async def count_about(ctx: Context, subject_id: UUID, named: tuple[UUID, str] | None, first: date, last: date) -> int:
    """How many items are out from a day to another that are of a subject, or name it; see the service."""
    found = published(ctx, (first, last))
    found = found.where(_ONE.subject_id == subject_id if named is None else tells_of(subject_id, *named))
    return int(await ctx.db.scalar(select(func.count()).select_from(found.subquery())) or 0)
