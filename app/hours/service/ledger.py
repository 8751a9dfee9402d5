"""Use cases of the ledger's entries: read, reverse. [A5.10]"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.schemas import Listing
from app.hours import queries
from app.hours.queries import EntryFilter
from app.hours.schemas import HoursEntry
from app.hours.service.certificates import note_reversals

PLAIN = queries.PLAIN
"""What `newest_rows` can give."""


async def find(ctx: Context, request: PageRequest, only: EntryFilter) -> Page[AnyRow]:
    """A page of the ledger, newest first; entries stay with the school of their day."""
    ctx.require(Permission.HOURS_READ)
    return await queries.page(ctx, request, only)


async def find_json(ctx: Context, request: PageRequest, only: EntryFilter) -> str:
    """The same page as the JSON text of its answer, made by PostgreSQL: one statement, no objects in between."""
    ctx.require(Permission.HOURS_READ)
    if request.include_total:
        page = await queries.page(ctx, request, only)
        whole = {"items": page.items, "next_cursor": page.next_cursor, "total": page.total}
        return Listing[HoursEntry].model_validate(whole).model_dump_json()
    items, cursor = await queries.page_json(ctx, request, only)
    return f'{{"items":{items},"next_cursor":{json.dumps(cursor)},"total":null}}'


async def get(ctx: Context, entry_id: UUID) -> AnyRow:
    """One entry; NotFound outside the scope."""
    ctx.require(Permission.HOURS_READ)
    return _found(await queries.by_id(ctx, entry_id))


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Entries (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.HOURS_READ)
    return await queries.by_ids(ctx, ids)


async def newest_of_teachers(ctx: Context, teacher_ids: Sequence[UUID], limit: int) -> dict[UUID, list[AnyRow]]:
    """The newest entries of each teacher (at most `limit` each)."""
    ctx.require(Permission.HOURS_READ)
    return await queries.newest_of_teachers(ctx, teacher_ids, limit)


async def newest_rows(ctx: Context, teacher_ids: Sequence[UUID], names: tuple[str, ...], limit: int) -> list[list[Any]]:
    """The same as rows with the columns `names` only: teachers (n,) -> lists (n,)."""
    ctx.require(Permission.HOURS_READ)
    return await queries.newest(ctx, teacher_ids, limit, names)


async def reverse(ctx: Context, entry_id: UUID, reason: str) -> AnyRow:
    """Undo an entry by its exact negation 红冲; never by the person who posted or approved it, and at most once."""
    ctx.require(Permission.HOURS_REVERSE)
    entry = _found(await queries.by_id(ctx, entry_id))
    place = Place(entry.school_id, entry.teacher_id)
    ctx.require(Permission.HOURS_REVERSE, on=place)
    if entry.reverses_id is not None:
        raise Conflict("HOURS_REVERSAL_IS_FINAL", "红冲记录本身不能再红冲；需要重新计入请另行登记。")
    if ctx.principal.account_id in (entry.posted_by, entry.approved_by):
        message = "登记或核准该学时的人不能红冲，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.HOURS_REVERSE))
    await queries.lock_summaries(ctx, {(entry.teacher_id, entry.start_year, entry.category): (None, None)})
    if (_found(await queries.by_id(ctx, entry_id))).reversed_by_id is not None:
        raise Conflict("HOURS_ALREADY_REVERSED", "这条学时记录已被红冲，不能再次红冲。")
    reversal_id = new_id()
    await queries.reverse(ctx, entry_id, reversal_id, reason)
    facts = {"reverses": str(entry_id), "category": entry.category, "credited": str(-entry.credited_hours)}
    await ctx.record("hours.reversed", entity="hours_entry", entity_id=reversal_id, place=place, facts=facts)
    await note_reversals(ctx, [entry])
    return _found(await queries.by_id(ctx, reversal_id))


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row
