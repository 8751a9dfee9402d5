"""SQL of the lists behind a frozen year: written set-wise from the text of the counts, hashed by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, Text, Uuid, cast, func, insert, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.access.context import Context
from app.core.db import AnyRow, limit_statements
from app.core.pages import Page, PageRequest, fetch_page
from app.performance.models import ScorecardListed
from app.performance.queries.figures.reading import Source, Span, address, named

_L = ScorecardListed
LINE = ("record_id", "kind", "label", "teacher_id", "organisation_id", "happened_on", "detail", "is_counted", "href")
"""What a record's hash covers, in this order."""
MOST = "10min"
"""How long a year of a province may take to be kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure's list as it is kept: records, those that count, and the hash over them in order, in hex."""

    all: int
    counts: int
    sha256: str


async def keep(ctx: Context, span: Span, sources: Sequence[Source], snapshot_id: UUID) -> Mapping[str, Kept]:
    """Keep every figure's records in one statement, whatever their number; answers what came of it by figure."""
    region = ctx.principal.region_id
    parts = []
    for one in sources:
        if one.records is None:
            continue
        found = one.records(ctx, span).subquery()
        row = found.c
        columns = {
            "region_id": literal(region, Integer),
            "snapshot_id": literal(snapshot_id, Uuid),
            "figure": literal(one.figure.code, Text),
            "place": cast(func.row_number().over(order_by=row.id), Integer),
            "record_id": row.id,
            "kind": literal(one.figure.kind, Text),
            **{name: row[name] for name in ("label", "teacher_id", "organisation_id", "happened_on", "detail")},
            "is_counted": row.is_counted,
            "href": address(one, row),
        }
        parts.append(select(*(value.label(name) for name, value in columns.items())).select_from(found))
    await limit_statements(ctx.db, MOST)
    names = [column.name for column in _L.__table__.columns]
    await ctx.db.execute(insert(_L).from_select(names, union_all(*parts)))
    nothing = Kept(0, 0, "")
    return dict.fromkeys((one.figure.code for one in sources if one.records), nothing) | await hashes(ctx, snapshot_id)


async def hashes(ctx: Context, snapshot_id: UUID) -> dict[str, Kept]:
    """The lists of a snapshot as they lie there now: how many, and the SHA-256 over the SHA-256 of each record."""
    columns = [getattr(_L, name) for name in LINE]
    line = func.convert_to(cast(func.jsonb_build_array(*columns), Text), "UTF8")
    each = func.sha256(line, type_=LargeBinary)
    whole = func.string_agg(each, aggregate_order_by(cast(literal(b""), LargeBinary), _L.place))
    statement = (
        select(
            _L.figure,
            func.count().label("all"),
            func.count().filter(_L.is_counted).label("counts"),
            func.encode(func.sha256(whole), "hex").label("sha256"),
        )
        .where(_L.region_id == ctx.principal.region_id, _L.snapshot_id == snapshot_id)
        .group_by(_L.figure)
    )
    found: Sequence[Any] = (await ctx.db.execute(statement)).all()
    return {row.figure: Kept(row.all, row.counts, row.sha256) for row in found}


async def page(
    ctx: Context, request: PageRequest, snapshot_id: UUID, figure: str, *, is_counted: bool | None
) -> Page[AnyRow]:
    """The kept records of a figure, in order, named as of today and only to whom may see the person."""
    mine = (_L.region_id == ctx.principal.region_id, _L.snapshot_id == snapshot_id, _L.figure == figure)
    kept = select(_L.place, _L.record_id.label("id"), *(getattr(_L, name) for name in LINE[1:])).where(*mine)
    if is_counted is not None:
        kept = kept.where(_L.is_counted.is_(is_counted))
    found = kept.subquery()
    scope = f"scorecard-kept|{snapshot_id}|{figure}|{is_counted}"
    return await fetch_page(ctx.db, named(ctx, found, tuple(found.c)), request, order=(found.c.place,), scope=scope)
