"""Use cases of frozen years: a snapshot with its hash, sent to the province; the next one gives its reason. [A4.1]"""

import hashlib
import json
from typing import Any

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, NotFound
from app.core.pages import Page, PageRequest
from app.performance import schemas
from app.performance.queries import rows, snapshots
from app.performance.schemas import ScorecardFreeze
from app.performance.service import checks, reading


async def freeze(ctx: Context, year: int, given: ScorecardFreeze) -> AnyRow:
    """Freeze the year as it stands 冻结上报; a second time needs the reason. [A4.1]"""
    ctx.require(Permission.SCORECARD_FREEZE)
    checks.span_of(ctx, year)
    await rows.hold_year(ctx, year)
    last = await snapshots.last(ctx, year)
    if last is not None and given.reason is None:
        message = f"{year} 年已冻结第 {last.number} 次，再次冻结须写明理由"
        checks.refuse("SCORECARD_INVALID", [FieldFault("/reason", "MISSING", message)])
    card = await reading.get_card(ctx, year)
    content = canonical(card.model_dump(mode="json", exclude={"frozen"}))
    values = {
        "year": year,
        "number": last.number + 1 if last else 1,
        "content": content,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "self_assessed": card.sums.self_assessed,
        "decided": card.sums.decided,
        "reason": given.reason,
        "frozen_by": ctx.principal.account_id,
    }
    made = await snapshots.add(ctx, values)
    facts = {name: str(values[name]) for name in ("year", "number", "sha256", "decided")}
    place = Place(ctx.principal.organisation_id)
    await ctx.record("scorecard.frozen", entity="scorecard_snapshot", entity_id=made.id, place=place, facts=facts)
    return made


async def find_snapshots(ctx: Context, request: PageRequest, year: int) -> Page[AnyRow]:
    """Every time a year was frozen, newest first 冻结记录 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    return await snapshots.page(ctx, request, year)


async def get_snapshot(ctx: Context, year: int, number: int) -> schemas.ScorecardSnapshotContent:
    """A frozen year with its content, and whether the content still matches its hash 冻结内容 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    row = await snapshots.at(ctx, year, number)
    if row is None:
        raise NotFound
    facts = schemas.ScorecardSnapshot.model_validate(row)
    is_intact = hashlib.sha256(row.content.encode()).hexdigest() == row.sha256
    return schemas.ScorecardSnapshotContent.model_validate(
        {**facts.model_dump(), "version": facts.etag, "is_intact": is_intact, "content": json.loads(row.content)}
    )


def canonical(content: dict[str, Any]) -> str:
    """JSON with one spelling: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
