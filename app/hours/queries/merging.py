"""SQL of one person's several records in the ledger."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, or_, select, text
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnyRow
from app.hours.models import HoursEntry, HoursSummary
from app.hours.queries.ledger import entry_columns, entry_joins
from app.teachers.models import Teacher

ENTRIES_MAX = 10_000
"""More than two working lives have."""
_POST_ANEW = text(
    "SELECT post_hours(:region, ARRAY(SELECT line FROM jsonb_populate_recordset(NULL::hours_line,"
    " CAST(:lines AS jsonb)) AS line), :today, true)"
)
_RECOUNT = text("SELECT recount_hours(:region, :persons)").bindparams(bindparam("persons", type_=ARRAY(Uuid())))


async def lock_summaries_of(ctx: Context, teacher_ids: Sequence[UUID]) -> None:
    """Hold every balance of some teachers, in the order every posting locks them."""
    one = HoursSummary
    await ctx.db.execute(
        select(one.teacher_id)
        .where(one.region_id == ctx.principal.region_id, one.teacher_id.in_(teacher_ids))
        .order_by(one.teacher_id, one.school_year, one.category)
        .with_for_update()
    )


async def entries_of_persons(ctx: Context, teacher_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """Entries of some teachers and of their other records that are neither reversals nor reversed, oldest first."""
    entry, reversal = HoursEntry, aliased(HoursEntry)
    undone = select(reversal.id).where(reversal.region_id == entry.region_id, reversal.reverses_id == entry.id)
    mine = or_(Teacher.id.in_(teacher_ids), Teacher.merged_into_id.in_(teacher_ids))
    statement = (
        entry_joins(select(*entry_columns(), entry.source_id))
        .where(entry.region_id == ctx.principal.region_id, mine, entry.reverses_id.is_(None), ~undone.exists())
        .order_by(entry.seq)
        .limit(ENTRIES_MAX)
    )
    return (await ctx.db.execute(statement)).all()


async def post_anew(ctx: Context, line: dict[str, Any]) -> None:
    """Write the entry that takes the place of a reversed one; merging is a correction, in a closed year too."""
    body = json.dumps([line], default=str)
    await ctx.db.execute(_POST_ANEW, {"region": ctx.principal.region_id, "lines": body, "today": ctx.clock.today})


async def recount(ctx: Context, persons: Sequence[UUID]) -> None:
    """Set the balances of persons to the sums over all their records."""
    await ctx.db.execute(_RECOUNT, {"region": ctx.principal.region_id, "persons": list(persons)})
