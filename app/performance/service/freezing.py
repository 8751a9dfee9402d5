"""Use cases of frozen years: a snapshot with its hash, sent to the province; the next one gives its reason. [A4.1]"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, NotFound
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.performance import schemas
from app.performance.queries import figures, lists, rows, snapshots
from app.performance.queries.lists import Kept
from app.performance.rules.figures import Tally
from app.performance.schemas import ScorecardFreeze
from app.performance.service import building, checks, reading
from app.performance.service.reading import RecordFilter

LISTS: Final = "lists"
"""Under this name the content holds, by figure, how many records were kept, and their hash."""


async def freeze(ctx: Context, year: int, given: ScorecardFreeze) -> AnyRow:
    """Freeze the year as it stands 冻结上报; a second time needs the reason. [A4.1]

    The lists are kept first; the numbers are counted from them, so that a number and its list cannot differ.
    """
    ctx.require(Permission.SCORECARD_FREEZE)
    span = checks.span_of(ctx, year)
    await rows.hold_year(ctx, year)
    last = await snapshots.last(ctx, year)
    if last is not None and given.reason is None:
        message = f"{year} 年已冻结第 {last.number} 次，再次冻结须写明理由"
        checks.refuse("SCORECARD_INVALID", [FieldFault("/reason", "MISSING", message)])
    snapshot_id = new_id()
    kept = await lists.keep(ctx, span, figures.SOURCES, snapshot_id)
    tallies = {code: Tally(one.all, one.counts) for code, one in kept.items()}
    card = building.card(ctx, await reading.load(ctx, span, tallies), None)
    content = canonical({**card.model_dump(mode="json", exclude={"frozen"}), LISTS: _told(kept)})
    values = {
        "id": snapshot_id,
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
    content = json.loads(row.content)
    kept = {code: one for code, one in content.get(LISTS, {}).items() if one["records"]}
    is_intact = hashlib.sha256(row.content.encode()).hexdigest() == row.sha256
    is_intact = is_intact and kept == _told(await lists.hashes(ctx, row.id))
    return schemas.ScorecardSnapshotContent.model_validate(
        {**facts.model_dump(), "version": facts.etag, "is_intact": is_intact, "content": content}
    )


async def find_kept_records(
    ctx: Context, request: PageRequest, year: int, number: int, only: RecordFilter
) -> Page[AnyRow]:
    """The people and records behind a number of a frozen year, as they were 冻结名单 [A4.1]."""
    ctx.require(Permission.SCORECARD_READ)
    row = await snapshots.at(ctx, year, number)
    if row is None:
        raise NotFound
    if only.figure not in json.loads(row.content).get(LISTS, {}):
        reading.refuse_composed(only.figure)
        raise NotFound("NOT_FOUND", "这次冻结没有保存该项数据的名单。")
    return await lists.page(ctx, request, row.id, only.figure, is_counted=only.is_counted)


def _told(kept: Mapping[str, Kept]) -> dict[str, dict[str, Any]]:
    """The lists as the content names them."""
    return {code: {"records": one.all, "counted": one.counts, "sha256": one.sha256} for code, one in kept.items()}


def canonical(content: dict[str, Any]) -> str:
    """JSON with one spelling: sorted keys, no spaces, Chinese as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
