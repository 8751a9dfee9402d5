"""SQL of samples and checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.school_research.models import Inspection, InspectionSample

_Sample, _One = InspectionSample, Inspection
_Parent = aliased(Organisation)
NOW = func.clock_timestamp()
_CENTRAL = case((Organisation.parent_kind == "central_school", Organisation.parent_id)).label("central_school_id")


@dataclass(frozen=True, slots=True)
class InspectionFilter:
    """Which checks: any part may be None."""

    school_id: UUID | None = None
    central_school_id: UUID | None = None
    sample_id: UUID | None = None
    start_year: int | None = None
    term: int | None = None
    kind: str | None = None
    status: str | None = None

    @staticmethod
    def of(
        school_id: UUID | None,
        central_school_id: UUID | None,
        sample_id: UUID | None,
        term: str | None,
        kind: str | None,
        status: str | None,
    ) -> "InspectionFilter":
        """What a client asks for, by names."""
        year, half = (int(term[:4]), int(term[-1])) if term else (None, None)
        return InspectionFilter(school_id, central_school_id, sample_id, year, half, kind, status)


def _term(table: Any) -> Any:
    return func.concat(table.start_year, "-", table.start_year + 1, "-", table.term).label("term_name")


def _samples(ctx: Context) -> AnySelect:
    hidden = {"seed"}
    columns = [column for column in _Sample.__table__.columns if column.key not in hidden]
    # Before the draw nobody reads the seed, whoever asks.
    seed = case((_Sample.status == "drawn", _Sample.seed)).label("seed")
    scope = rows(ctx.principal, Permission.SAMPLE_READ)
    return select(*columns, seed, _term(_Sample)).where(_Sample.region_id == ctx.principal.region_id, scope)


async def sample_page(ctx: Context, request: PageRequest, term: str | None) -> Page[AnyRow]:
    """Samples, newest first; all of a term are shown, drawn or not."""
    statement = _samples(ctx)
    if term:
        statement = statement.where(_Sample.start_year == int(term[:4]), _Sample.term == int(term[-1]))
    return await fetch_page(ctx.db, statement, request, order=(_Sample.id,), descending=True, scope=f"samples|{term}")


async def sample(ctx: Context, sample_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One sample; `lock` holds it."""
    statement = _samples(ctx).where(_Sample.id == sample_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def samples_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Samples (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_samples(ctx).where(_Sample.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def seed_of(ctx: Context, sample_id: UUID) -> str:
    """The seed, for the draw itself."""
    own = (_Sample.region_id == ctx.principal.region_id, _Sample.id == sample_id)
    return str(await ctx.db.scalar(select(_Sample.seed).where(*own)))


async def samples_of_term(ctx: Context, start_year: int, term: int) -> int:
    """How many samples a term has."""
    own = (_Sample.region_id == ctx.principal.region_id, _Sample.start_year == start_year, _Sample.term == term)
    return int(await ctx.db.scalar(select(func.count()).where(*own)) or 0)


async def create_sample(ctx: Context, values: Mapping[str, Any]) -> UUID:
    """Store a sample."""
    sample_id = new_id()
    own = {"region_id": ctx.principal.region_id, "id": sample_id, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_Sample).values(**own, **values))
    return sample_id


async def set_drawn(ctx: Context, sample_id: UUID, values: Mapping[str, Any]) -> None:
    """Note that a sample is drawn."""
    statement = update(_Sample).where(_Sample.region_id == ctx.principal.region_id, _Sample.id == sample_id)
    await ctx.db.execute(statement.values(**values, **touched(_Sample)))


async def schools(ctx: Context) -> Sequence[AnyRow]:
    """Every open school of the region, kindergartens too, by name of 中心校 and school. [A5.1]"""
    statement = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.stages,
            _CENTRAL,
            _Parent.name.label("central_school_name"),
        )
        .join(_Parent, and_(_Parent.region_id == Organisation.region_id, _Parent.id == Organisation.parent_id))
        .where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.kind == "school",
            Organisation.status == "open",
        )
        .order_by(_Parent.name, Organisation.name, Organisation.id)
    )
    return (await ctx.db.execute(statement)).all()


def _inspections(ctx: Context) -> AnySelect:
    scope = rows(ctx.principal, Permission.INSPECTION_READ, organisation=_One.school_id)
    return (
        select(
            *_One.__table__.columns.values(),
            Organisation.name.label("school_name"),
            Organisation.parent_kind,
            _term(_One),
        )
        .join(Organisation, and_(Organisation.region_id == _One.region_id, Organisation.id == _One.school_id))
        .where(_One.region_id == ctx.principal.region_id, scope)
    )


async def page(ctx: Context, request: PageRequest, only: InspectionFilter) -> Page[AnyRow]:
    """Checks, newest first."""
    statement = _inspections(ctx)
    for part in fields(only):
        value = getattr(only, part.name)
        if value is not None:
            column = Organisation.parent_id if part.name == "central_school_id" else getattr(_One, part.name)
            statement = statement.where(column == value)
    return await fetch_page(ctx.db, statement, request, order=(_One.id,), descending=True, scope=f"inspections|{only}")


async def by_id(ctx: Context, inspection_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One check the caller may see; `lock` holds it."""
    statement = _inspections(ctx).where(_One.id == inspection_id)
    return (await ctx.db.execute(statement.with_for_update(of=_One) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Checks (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_inspections(ctx).where(_One.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def add(ctx: Context, new: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Store checks; their ids, same order."""
    values = [{"region_id": ctx.principal.region_id, "id": new_id(), **one} for one in new]
    await ctx.db.execute(insert(_One), values)
    return [one["id"] for one in values]


async def change(ctx: Context, inspection_id: UUID, values: Mapping[str, Any]) -> None:
    """Store changes of a check, and its next version."""
    statement = update(_One).where(_One.region_id == ctx.principal.region_id, _One.id == inspection_id)
    await ctx.db.execute(statement.values(**values, **touched(_One)))


async def drawn_schools(ctx: Context, sample_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """(sample, school) of what samples the caller has been shown have drawn: a draw is public."""
    statement = select(_One.sample_id, _One.school_id).where(
        _One.region_id == ctx.principal.region_id, _One.sample_id.in_(sample_ids)
    )
    return {(row.sample_id, row.school_id) for row in (await ctx.db.execute(statement)).all()}


async def midterm(ctx: Context, start_year: int, term: int) -> Sequence[AnyRow]:
    """Every open school in scope, and whether it was checked at mid-term."""
    scope = rows(ctx.principal, Permission.INSPECTION_READ, organisation=Organisation.id)
    checked = exists().where(
        _One.region_id == Organisation.region_id,
        _One.school_id == Organisation.id,
        _One.start_year == start_year,
        _One.term == term,
        _One.kind == "midterm",
    )
    statement = (
        select(
            Organisation.name.label("school_name"),
            _CENTRAL,
            _Parent.name.label("central_school_name"),
            checked.label("is_checked"),
        )
        .join(_Parent, and_(_Parent.region_id == Organisation.region_id, _Parent.id == Organisation.parent_id))
        .where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.kind == "school",
            Organisation.status == "open",
            scope,
        )
        .order_by(_Parent.name, Organisation.name, Organisation.id)
    )
    return (await ctx.db.execute(statement)).all()
