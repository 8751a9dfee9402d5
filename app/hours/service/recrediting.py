"""Use cases that credit a line anew 重新计入: after a reversal, or after the cap has room again. [A6.13c]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound, NotPermitted
from app.hours import queries, rules
from app.hours.schemas import HoursCorrection, HoursRecredit
from app.hours.service.crediting import CreditLine, credit
from app.hours.service.ledger import reverse
from app.hours.states import HoursCategory
from app.policy.finding import Finding
from app.policy.school_year import SchoolYear

explain(
    {
        "hours_one_live_revision": (
            "HOURS_ENTRY_IS_LIVE",
            "这条学时的上一次登记仍然有效，不能重复计入。请刷新后核对，需要更正的先红冲。",
        )
    }
)


async def recredit(ctx: Context, entry_id: UUID, new: HoursRecredit) -> AnyRow:
    """Credit the line of an entry anew, under its key and the next revision; answers the new entry.

    A reversed entry: with what is corrected, never by the person who reversed it. A live one that a limit cut off: as
    it stands, reversed and posted in one transaction, never by the person who posted or approved it.
    """
    ctx.require(Permission.HOURS_RECREDIT)
    entry = _found(await queries.by_id(ctx, entry_id))
    ctx.require(Permission.HOURS_RECREDIT, on=Place(entry.school_id, entry.teacher_id))
    return await _recredited(ctx, entry, new, new.reason, may_correct_live=False)


async def corrected(ctx: Context, entry: AnyRow, new: HoursCorrection, reason: str) -> AnyRow:
    """The same as the answer to a dispute, which a second person asked for: a live entry is reversed and corrected."""
    ctx.require(Permission.HOURS_RECREDIT)
    return await _recredited(ctx, entry, new, reason, may_correct_live=True)


async def _recredited(
    ctx: Context, entry: AnyRow, new: HoursCorrection, reason: str, *, may_correct_live: bool
) -> AnyRow:
    if entry.reverses_id is not None:
        message = "这是一条红冲记录；请对被红冲的原记录办理重新计入。"
        raise Conflict("HOURS_REVERSAL_IS_FINAL", message, original_id=str(entry.reverses_id))
    line = _line(ctx, entry, new, reason)
    await _lock(ctx, entry, line)
    entry = _found(await queries.by_id(ctx, entry.id))
    was_live = entry.reversed_by_id is None
    if not was_live:
        await _check_reversed(ctx, entry)
    elif may_correct_live:
        await reverse(ctx, entry.id, reason)
    else:
        _check_cut_off(entry, line)
        await reverse(ctx, entry.id, reason)
    await _check_unique(ctx, entry, line)
    made = (await credit(ctx, [line], permission=Permission.HOURS_RECREDIT))[0]
    if was_live and not may_correct_live and made.credited_hours <= entry.credited_hours:
        message = (
            f"目前没有可用的余量：这条学时填报 {entry.claimed_hours:f}，已计 {entry.credited_hours:f}，"
            f"重新计入仍为 {made.credited_hours:f}。待腾出余量后再办理。"
        )
        raise Conflict("HOURS_NO_ROOM", message, findings=made.findings)
    await _call_by_content(ctx, line)
    facts = {"recredits": str(entry.id), "revision": made.revision, "credited": str(made.credited_hours)}
    place = Place(made.school_id, made.teacher_id)
    await ctx.record("hours.recredited", entity="hours_entry", entity_id=made.id, place=place, facts=facts)
    return made


def _line(ctx: Context, entry: AnyRow, new: HoursCorrection, reason: str) -> CreditLine:
    """The line as corrected, under the key of the entry."""
    names = ("category", "claimed_hours", "activity_title", "activity_date", "session")
    content: dict[str, Any] = {name: getattr(entry, name) for name in names}
    content |= {name: value for name in names if (value := getattr(new, name)) is not None}
    content["category"] = HoursCategory(content["category"])
    return CreditLine(
        teacher_id=entry.teacher_id,
        **content,
        source=entry.source,
        source_id=entry.source_id,
        external_key=entry.external_key,
        line_key=entry.line_key,
        revision=entry.revision + 1,
        reason=reason,
        posted_by=ctx.principal.account_id,
    )


async def _lock(ctx: Context, entry: AnyRow, line: CreditLine) -> None:
    """The account of the entry and that of the corrected line, in the order of all locks."""
    limits: dict[queries.AccountKey, Any] = {(entry.teacher_id, entry.start_year, entry.category): (None, None)}
    policy = rules.check_policy(ctx.regulation, line.category, on=line.activity_date)
    if not isinstance(policy, Finding):
        account = (line.teacher_id, SchoolYear.of(line.activity_date).start, str(line.category))
        limits[account] = (policy.cap, policy.target)
    await queries.lock_summaries(ctx, limits)


async def _check_reversed(ctx: Context, entry: AnyRow) -> None:
    """Not by the person who reversed it: one person alone would have set the hours anew (SoD4)."""
    undone = _found(await queries.by_id(ctx, entry.reversed_by_id))
    if undone.posted_by == ctx.principal.account_id:
        message = "红冲该学时的人不能重新计入，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.HOURS_RECREDIT))


def _check_cut_off(entry: AnyRow, line: CreditLine) -> None:
    """A live entry is only credited anew as it stands, and only where something was cut off."""
    if line.content != {name: getattr(entry, name) for name in line.content}:
        message = "这条学时仍然有效，只能按原内容重新计入；需要更正内容的，请先红冲再重新计入。"
        raise Conflict("HOURS_ENTRY_IS_LIVE", message)
    if entry.credited_hours >= entry.claimed_hours:
        raise Conflict("HOURS_CREDITED_IN_FULL", "这条学时已全部计入，无须重新计入；需要更正的请先红冲。")


async def _check_unique(ctx: Context, entry: AnyRow, line: CreditLine) -> None:
    """The line was not credited anew before, and its corrected content stands under no other key."""
    plain = rules.line_key(line.teacher_id, line.activity_date, line.category, line.activity_title, line.session)
    newest = await queries.by_line_keys(ctx, [entry.line_key, plain])
    last = newest[entry.line_key]
    if last.line_key != entry.line_key or last.revision > entry.revision:
        message = "这条学时已重新计入过，请对最近一次登记办理。"
        raise Conflict("HOURS_RECREDITED_ALREADY", message, existing_id=str(last.id))
    other = newest.get(plain)
    if other and plain != entry.line_key and other.reversed_by_id is None:
        message = "更正后的内容（教师、日期、类别、活动名称、场次）已另行登记过学时，不能重复计入。"
        raise Conflict("HOURS_LINE_CONFLICT", message, existing_id=str(other.id))


async def _call_by_content(ctx: Context, line: CreditLine) -> None:
    """Let the corrected content be known as this line: posted or imported once more, it counts once."""
    plain = rules.line_key(line.teacher_id, line.activity_date, line.category, line.activity_title, line.session)
    if line.external_key is None and plain != line.line_key:
        await queries.set_line_alias(ctx, plain, line.line_key or plain)


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row
