"""Use cases of disputes 申诉: ask, answer, withdraw; an answer acts on the ledger in the same transaction. [A5.10]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted, RuleBroken
from app.core.pages import Page, PageRequest
from app.hours import queries, rules
from app.hours.queries import DisputeFilter
from app.hours.schemas import HoursCorrection, HoursDisputeAnswer, HoursDisputeCreate
from app.hours.service.crediting import LINE_POINTERS, CreditLine, Repeats, credit
from app.hours.service.ledger import reverse
from app.hours.service.recrediting import corrected
from app.hours.states import DISPUTE_LIFECYCLE, DisputeStatus, HoursCategory
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear

OPEN_ALREADY = ("HOURS_DISPUTE_OPEN", "同一事项已有一件申诉在等待答复，请勿重复提出；需要改动的请先撤回。")
explain({"uq_hours_disputes_open_entry": OPEN_ALREADY, "uq_hours_disputes_open_missing": OPEN_ALREADY})
VERBS = {"upheld": "uphold", "rejected": "reject"}


async def find_disputes(ctx: Context, request: PageRequest, only: DisputeFilter) -> Page[AnyRow]:
    """Disputes within the scope, newest first."""
    ctx.require(Permission.HOURS_DISPUTE_READ)
    return await queries.dispute_page(ctx, request, only)


async def get_dispute(ctx: Context, dispute_id: UUID) -> AnyRow:
    """One dispute; NotFound outside the scope."""
    ctx.require(Permission.HOURS_DISPUTE_READ)
    return _found(await queries.dispute(ctx, dispute_id))


async def get_disputes(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Disputes (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.HOURS_DISPUTE_READ)
    return await queries.disputes_by_ids(ctx, ids)


async def ask(ctx: Context, new: HoursDisputeCreate) -> AnyRow:
    """Contest an entry of the own scope; a teacher also asks for an own one that is missing."""
    ctx.require(Permission.HOURS_DISPUTE_ASK)
    about = await _about_entry(ctx, new.entry_id) if new.entry_id else await _about_missing(ctx, new)
    given = new.model_dump(exclude={"entry_id", "claimed_hours"})
    made = await queries.open_dispute(ctx, {**about, **given, "claimed": new.claimed_hours})
    place = Place(about["school_id"], about["teacher_id"])
    facts = {"entry": str(new.entry_id) if new.entry_id else None}
    await ctx.record("hours_dispute.asked", entity="hours_dispute", entity_id=made, place=place, facts=facts)
    return _found(await queries.dispute(ctx, made))


async def answer(ctx: Context, dispute_id: UUID, given: HoursDisputeAnswer) -> AnyRow:
    """Uphold or reject a dispute; upheld, the entry is reversed, credited anew, or the missing one credited.

    Never by the person who asked, nor by the one who posted or approved the entry.
    """
    ctx.require(Permission.HOURS_DISPUTE_ANSWER)
    row = _found(await queries.dispute(ctx, dispute_id, lock=True))
    place = Place(row.school_id, row.teacher_id)
    ctx.require(Permission.HOURS_DISPUTE_ANSWER, on=place)
    entry = _found(await queries.by_id(ctx, row.entry_id)) if row.entry_id else None
    involved = {row.asked_by} | ({entry.posted_by, entry.approved_by} if entry else set())
    if ctx.principal.account_id in involved:
        message = "提出申诉的人、登记或核准该学时的人不能答复申诉，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(Permission.HOURS_DISPUTE_ANSWER))
    status = DISPUTE_LIFECYCLE.move(DisputeStatus(row.status), VERBS[given.decision])
    effect: dict[str, UUID] = {}
    if status is DisputeStatus.UPHELD:
        effect = await (_remedy(ctx, entry, given) if entry else _add(ctx, row, given))
    told = {"status": str(status), "answered_by": ctx.principal.account_id, "answer_reason": given.reason}
    await queries.move_dispute(ctx, dispute_id, {**told, **effect})
    facts = {"status": str(status), **{name: str(one) for name, one in effect.items()}}
    await ctx.record("hours_dispute.answered", entity="hours_dispute", entity_id=dispute_id, place=place, facts=facts)
    return _found(await queries.dispute(ctx, dispute_id))


async def withdraw_dispute(ctx: Context, dispute_id: UUID) -> AnyRow:
    """Take a dispute back before it is answered; only the person who asked."""
    ctx.require(Permission.HOURS_DISPUTE_ASK)
    row = _found(await queries.dispute(ctx, dispute_id, lock=True))
    if row.asked_by != ctx.principal.account_id:
        message = "只有提出申诉的人可以撤回。"
        raise NotPermitted("NOT_THE_ASKER", message, permission=str(Permission.HOURS_DISPUTE_ASK))
    status = DISPUTE_LIFECYCLE.move(DisputeStatus(row.status), "withdraw")
    await queries.move_dispute(ctx, dispute_id, {"status": str(status)})
    place = Place(row.school_id, row.teacher_id)
    await ctx.record("hours_dispute.withdrawn", entity="hours_dispute", entity_id=dispute_id, place=place)
    return _found(await queries.dispute(ctx, dispute_id))


async def _about_entry(ctx: Context, entry_id: UUID) -> dict[str, Any]:
    entry = await queries.by_id(ctx, entry_id)
    if entry is None:
        fault = FieldFault("/entry_id", "REFERENCE_UNKNOWN", "没有这条学时记录，或不在您的管理范围内")
        raise Invalid("HOURS_DISPUTE_INVALID", fault.message + "。", errors=[fault])
    ctx.require(Permission.HOURS_DISPUTE_ASK, on=Place(entry.school_id, entry.teacher_id))
    if entry.reverses_id is not None:
        message = "这是一条红冲记录；请对被红冲的原记录提出申诉。"
        raise Conflict("HOURS_REVERSAL_IS_FINAL", message, original_id=str(entry.reverses_id))
    own = {"entry_id": entry_id, "teacher_id": entry.teacher_id, "school_id": entry.school_id}
    return {**own, "school_year": entry.start_year}


async def _about_missing(ctx: Context, new: HoursDisputeCreate) -> dict[str, Any]:
    """A missing line must at least be one that could have been credited: all that speaks against it is said at once."""
    teacher_id, day, category = ctx.principal.teacher_id, new.activity_date, new.category
    if teacher_id is None or day is None or category is None or new.claimed_hours is None:
        fault = FieldFault(
            "/entry_id", "HOURS_DISPUTE_ENTRY_MISSING", "请填写所申诉的学时记录；漏记的学时由教师本人申诉"
        )
        raise Invalid("HOURS_DISPUTE_INVALID", fault.message + "。", errors=[fault])
    places = await queries.placements(ctx, [(teacher_id, day)], Permission.HOURS_DISPUTE_ASK)
    where = places.get((teacher_id, day))
    school_id = where.school_id if where else None
    policy = rules.check_policy(ctx.regulation, category, on=day)
    found = [policy] if isinstance(policy, Finding) else []
    if not isinstance(policy, Finding):
        on_post = bool(where and where.is_on_post)
        line = rules.Line(category, new.claimed_hours, day, None, school_id is not None, on_post)
        found = rules.check_line(line, policy, today=ctx.clock.today)
    broken = [ctx.fault(one, LINE_POINTERS.get(one.rule, "")) for one in found if one.severity is Severity.MUST]
    if broken:
        detail = "；".join(one.message for one in broken)
        raise RuleBroken("HOURS_LINE_REFUSED", f"共 {len(broken)} 处不符合要求：{detail}", errors=broken)
    return {"teacher_id": teacher_id, "school_id": school_id, "school_year": SchoolYear.of(day).start}


async def _remedy(ctx: Context, entry: AnyRow, given: HoursDisputeAnswer) -> dict[str, UUID]:
    """Reverse the entry, and credit its line anew where the answer corrects it."""
    if given.correction is None:
        return {"reversal_id": (await reverse(ctx, entry.id, given.reason)).id}
    made = await corrected(ctx, entry, given.correction, given.reason)
    if entry.reversed_by_id is not None:
        return {"recredit_id": made.id}
    undone = _found(await queries.by_id(ctx, entry.id))
    return {"reversal_id": undone.reversed_by_id, "recredit_id": made.id}


async def _add(ctx: Context, row: AnyRow, given: HoursDisputeAnswer) -> dict[str, UUID]:
    """Credit the missing line, as asked or as corrected."""
    correction = given.correction or HoursCorrection()
    names = ("category", "claimed_hours", "activity_title", "activity_date", "session")
    content = {name: getattr(correction, name) or getattr(row, name) for name in names}
    content["category"] = HoursCategory(content["category"])
    line = CreditLine(
        teacher_id=row.teacher_id,
        **content,
        source="manual",
        reason=given.reason,
        posted_by=ctx.principal.account_id,
    )
    made = await credit(ctx, [line], repeats=Repeats.REFUSE, permission=Permission.HOURS_RECREDIT)
    return {"recredit_id": made[0].id}


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row
