"""SQL of briefings: drafts for who writes them and the bureau, published ones for everybody. [A3.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, ColumnElement, Uuid, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.consultations.models import Briefing, BriefingCounter, BriefingReport
from app.consultations.queries.rows import columns_of
from app.consultations.states import BriefingStatus
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page

_B, _L = Briefing, BriefingReport


@dataclass(frozen=True, slots=True)
class BriefingFilter:
    """Which briefings: any part may be None; year: of the issue."""

    year: Annotated[int, Field(ge=2022, le=2100)] | None = None
    status: BriefingStatus | None = None


def _visible(ctx: Context) -> ColumnElement[bool]:
    """Whoever reads the consultations sees every briefing; the others those that are out. [A3.4]"""
    inside = rows(ctx.principal, Permission.CONSULTATION_READ)
    outside = rows(ctx.principal, Permission.BRIEFING_READ)
    return or_(inside, outside & (_B.status == BriefingStatus.PUBLISHED))


def _briefings(ctx: Context) -> AnySelect:
    picked = (
        select(_L.report_id)
        .where(_L.region_id == _B.region_id, _L.briefing_id == _B.id)
        .order_by(_L.report_id)
        .correlate(_B)
        .scalar_subquery()
    )
    reports = type_coerce(func.array(picked), ARRAY(Uuid)).label("report_ids")
    return select(*columns_of(_B), reports).where(_B.region_id == ctx.principal.region_id, _visible(ctx))


async def page(ctx: Context, request: PageRequest, only: BriefingFilter) -> Page[AnyRow]:
    """Briefings the caller may see, newest first."""
    statement = _briefings(ctx)
    if only.year is not None:
        statement = statement.where(_B.year == only.year)
    if only.status is not None:
        statement = statement.where(_B.status == only.status)
    scope = f"briefings|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_B.id,), descending=True, scope=scope)


async def briefing(ctx: Context, briefing_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One briefing the caller may see; `lock` holds it for a step."""
    statement = _briefings(ctx).where(_B.id == briefing_id)
    return (await ctx.db.execute(statement.with_for_update(of=_B) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Briefings (n,) -> rows (n,), None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_briefings(ctx).where(_B.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def next_number(ctx: Context, year: int) -> int:
    """The next number of a year. Its row stays locked until the transaction ends, so there are no gaps."""
    counter = BriefingCounter
    statement = (
        upsert(counter)
        .values(region_id=ctx.principal.region_id, year=year, last=1)
        .on_conflict_do_update(index_elements=[counter.region_id, counter.year], set_={"last": counter.last + 1})
        .returning(counter.last)
    )
    return int((await ctx.db.execute(statement)).scalar_one())
