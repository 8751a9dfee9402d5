"""SQL of monthly summaries. [A3.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.access.context import Context
from app.consultations.models import ConsultationSummary
from app.consultations.queries.rows import columns_of
from app.consultations.states import ConsultationSummaryStatus
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page

_S = ConsultationSummary


@dataclass(frozen=True, slots=True)
class ConsultationSummaryFilter:
    """Which summaries: any part may be None."""

    year: Annotated[int, Field(ge=2022, le=2100)] | None = None
    status: ConsultationSummaryStatus | None = None


def _summaries(ctx: Context) -> AnySelect:
    return select(*columns_of(_S)).where(_S.region_id == ctx.principal.region_id)


async def page(ctx: Context, request: PageRequest, only: ConsultationSummaryFilter) -> Page[AnyRow]:
    """Summaries, newest month first."""
    statement = _summaries(ctx)
    if only.year is not None:
        statement = statement.where(_S.month.between(date(only.year, 1, 1), date(only.year, 12, 31)))
    if only.status is not None:
        statement = statement.where(_S.status == only.status)
    order, scope = (_S.month, _S.id), f"consultation-summaries|{only}"
    return await fetch_page(ctx.db, statement, request, order=order, descending=True, scope=scope)


async def summary(ctx: Context, summary_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One summary; `lock` holds it for a step."""
    statement = _summaries(ctx).where(_S.id == summary_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def of_month(ctx: Context, month: date) -> AnyRow | None:
    """The summary of a month, by its first day."""
    return (await ctx.db.execute(_summaries(ctx).where(_S.month == month))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Summaries (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_summaries(ctx).where(_S.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
