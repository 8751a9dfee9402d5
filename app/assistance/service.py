"""Use cases of school titles and assistance pairs: 进修学校 recommends, 教师教育科 sets, never the same person."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.assistance import queries, rules
from app.assistance.queries import PAIRS, TITLES, AssistanceFilter, Table
from app.assistance.schemas import (
    AssistanceEnding,
    AssistancePairCreate,
    AssistanceRefusal,
    AssistanceStanding,
    SchoolTitleCreate,
)
from app.assistance.states import PAIR_LIFECYCLE, TITLE_LIFECYCLE, AssistanceStatus, TitleKind
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.finding import Finding

explain(
    {
        "ex_school_titles_one_at_a_time": ("SCHOOL_TITLE_OVERLAP", "这所学校在这段时间已有同一称号。"),
        "ex_assistance_pairs_one_at_a_time": ("ASSISTANCE_PAIR_OVERLAP", "这两所学校在这段时间已结对帮扶。"),
    }
)
READ, RECOMMEND, SET = Permission.ASSISTANCE_READ, Permission.ASSISTANCE_RECOMMEND, Permission.ASSISTANCE_SET
LIFECYCLES = {TITLES: TITLE_LIFECYCLE, PAIRS: PAIR_LIFECYCLE}


async def find(ctx: Context, table: Table, request: PageRequest, only: AssistanceFilter) -> Page[AnyRow]:
    """Titles or pairs within the scope, the past ones too, newest first."""
    ctx.require(READ)
    return await queries.page(ctx, table, request, only)


async def get(ctx: Context, table: Table, one_id: UUID) -> AnyRow:
    """One title or pair; NotFound outside the scope."""
    ctx.require(READ)
    return _found(await queries.by_id(ctx, table, one_id))


async def get_many(ctx: Context, table: Table, ids: list[UUID]) -> list[AnyRow | None]:
    """Titles or pairs (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, table, ids)


async def recommend_title(ctx: Context, new: SchoolTitleCreate) -> AnyRow:
    """Recommend a school for a title 推荐称号."""
    ctx.require(RECOMMEND)
    await _school(ctx, new.school_id, "/school_id")
    made = await queries.add(ctx, TITLES, new.model_dump() | {"kind": str(new.kind)})
    return await _told(ctx, TITLES, made, "recommended")


async def recommend_pair(ctx: Context, new: AssistancePairCreate) -> AnyRow:
    """Recommend that the holder of a title helps a school [M7.2b A4.5]; RuleBroken with every finding at once."""
    ctx.require(RECOMMEND)
    title = await queries.by_id(ctx, TITLES, new.title_id, lock=True)
    if title is None or title.status != AssistanceStatus.CONFIRMED:
        raise _unknown("/title_id", "没有这个已审定的称号")
    findings = await _findings(ctx, title, new.helped_id, rules.Span(new.starts_on, new.ends_on))
    stored = {"helper_id": title.school_id, "findings": [finding.as_json() for finding in findings]}
    made = await queries.add(ctx, PAIRS, new.model_dump() | stored)
    return await _told(ctx, PAIRS, made, "recommended", findings)


async def confirm(ctx: Context, table: Table, one_id: UUID, *, version: int | None) -> AnyRow:
    """Set what was recommended 审定; a pair is checked again, its title held: two at once cannot pass the figure."""
    ctx.require(SET)
    row, status = await _held(ctx, table, one_id, "confirm", version)
    findings: Sequence[Finding] = ()
    values: dict[str, Any] = {"answer_reason": None}
    if table is PAIRS:
        title = _found(await queries.by_id(ctx, TITLES, row.title_id, lock=True))
        findings = await _findings(ctx, title, row.helped_id, rules.Span(row.starts_on, row.ends_on))
        values["findings"] = [finding.as_json() for finding in findings]
    await queries.change(ctx, table, one_id, _answer(ctx, status) | values)
    return await _told(ctx, table, one_id, "confirmed", findings)


async def refuse(ctx: Context, table: Table, one_id: UUID, why: AssistanceRefusal, *, version: int | None) -> AnyRow:
    """Do not set what was recommended 不予审定, with a reason."""
    ctx.require(SET)
    _, status = await _held(ctx, table, one_id, "refuse", version)
    await queries.change(ctx, table, one_id, _answer(ctx, status) | {"answer_reason": why.reason})
    return await _told(ctx, table, one_id, "refused")


async def end(ctx: Context, table: Table, one_id: UUID, why: AssistanceEnding, *, version: int | None) -> AnyRow:
    """End a title or a pair before its time 终止: it stays on record, with its last day and the reason."""
    ctx.require(SET)
    row, status = await _held(ctx, table, one_id, "end", version)
    day = why.ends_on or ctx.clock.today
    if not rules.Span(row.starts_on, row.ends_on).holds(day):
        message = f"终止日期 {day} 应在 {row.starts_on} 至 {row.ends_on or '长期'} 之间。"
        raise Invalid("ASSISTANCE_INVALID", message, errors=[FieldFault("/ends_on", "OUT_OF_TERM", message)])
    if table is TITLES:
        await _refuse_while_helping(ctx, one_id, day)
    values = {"answer_reason": why.reason, "ends_on": day}
    await queries.change(ctx, table, one_id, _answer(ctx, status) | values)
    return await _told(ctx, table, one_id, "ended")


async def standing(ctx: Context, title_id: UUID) -> AssistanceStanding:
    """How many schools the holder of a title helps today, against the figures [A4.5]."""
    ctx.require(READ)
    title = _found(await queries.by_id(ctx, TITLES, title_id))
    today, kind = ctx.clock.today, TitleKind(title.kind)
    helps = sum(rules.Span(row.starts_on, row.ends_on).holds(today) for row in await queries.pairs_of(ctx, title_id))
    policy = rules.help_policy(ctx.regulation, kind, on=today)
    was_set = title.status in {AssistanceStatus.CONFIRMED, AssistanceStatus.ENDED}
    is_held = was_set and rules.Span(title.starts_on, title.ends_on).holds(today)
    findings = rules.check_helps(kind, helps, policy) if is_held else []
    facts = {"helps": helps, "helps_min": policy.helps_min, "helps_max": policy.helps_max}
    shown = {"title_id": title_id, "school_id": title.school_id, "kind": kind, **facts}
    return AssistanceStanding.model_validate(shown | {"findings": [finding.as_json() for finding in findings]})


async def grant_awarded_title(
    ctx: Context, *, award_id: UUID, kind: str, subject_id: UUID, number: str, proposed_by: UUID
) -> None:
    """Reaction to "award.granted": a school holds the title from today [M7.1b]; one that holds it already keeps it."""
    del award_id
    if kind not in set(TitleKind):
        return
    ctx.require(SET)
    if await queries.title_in_force(ctx, subject_id, kind, ctx.clock.today) is not None:
        return
    asked = {"school_id": subject_id, "kind": kind, "starts_on": ctx.clock.today, "document": number}
    made = await queries.add(ctx, TITLES, {**asked, "ends_on": None, "asked_by": proposed_by})
    await queries.change(ctx, TITLES, made, _answer(ctx, AssistanceStatus.CONFIRMED) | {"answer_reason": None})
    await _told(ctx, TITLES, made, "confirmed")


async def end_awarded_title(  # noqa: PLR0913 - what a reaction is told
    ctx: Context, *, award_id: UUID, kind: str, subject_id: UUID, number: str, reason: str, asked_by: UUID
) -> None:
    """Reaction to "award.revoked": the title the award gave ends today; Conflict while the school helps others.

    Two persons revoke; of them the one who did not recommend the title stands beside its end.
    """
    del award_id
    if kind not in set(TitleKind):
        return
    ctx.require(SET)
    row = await queries.title_in_force(ctx, subject_id, kind, ctx.clock.today)
    if row is None or row.document != number:
        return
    status = TITLE_LIFECYCLE.move(AssistanceStatus(row.status), "end")
    await _refuse_while_helping(ctx, row.id, ctx.clock.today)
    who = ctx.principal.account_id
    values = {
        "answer_reason": reason,
        "ends_on": ctx.clock.today,
        "answered_by": asked_by if who == row.asked_by else who,
    }
    await queries.change(ctx, TITLES, row.id, _answer(ctx, status) | values)
    await _told(ctx, TITLES, row.id, "ended")


async def _refuse_while_helping(ctx: Context, title_id: UUID, day: date) -> None:
    if any(row.ends_on is None or row.ends_on > day for row in await queries.pairs_of(ctx, title_id)):
        raise Conflict("SCHOOL_TITLE_HELPING", f"{day} 之后还有结对帮扶，请先终止它们。")


async def _findings(ctx: Context, title: AnyRow, helped_id: UUID, span: rules.Span) -> list[Finding]:
    """What the rules say of a pair whose title is held; RuleBroken if it may not be."""
    kind = TitleKind(title.kind)
    helped = await _school(ctx, helped_id, "/helped_id")
    helper = await organisations.get(ctx, title.school_id)
    areas = await organisations.get_many(ctx, [helper.parent_id, helped.parent_id])
    facts = rules.PairFacts(
        kind,
        is_same_school=helped_id == title.school_id,
        title=rules.Span(title.starts_on, title.ends_on),
        span=span,
        helper_area=_area(helper, areas[0]),
        helped_area=_area(helped, areas[1]),
        is_helped_weak=helped.is_weak,
    )
    others = [rules.Span(row.starts_on, row.ends_on) for row in await queries.pairs_of(ctx, title.id)]
    findings = rules.check_pair(facts, others, rules.help_policy(ctx.regulation, kind, on=span.starts_on))
    ctx.enforce(findings, pointer="/helped_id")
    return findings


def _area(school: AnyRow, above: AnyRow | None) -> UUID:
    """The 中心校 a school stands under; a 市直学校 is an area of its own."""
    area: UUID = above.id if above is not None and above.kind == OrganisationKind.CENTRAL_SCHOOL else school.id
    return area


async def _school(ctx: Context, school_id: UUID, pointer: str) -> AnyRow:
    row = (await organisations.get_many(ctx, [school_id]))[0]
    if row is None or row.kind != OrganisationKind.SCHOOL or row.status != OrganisationStatus.OPEN:
        raise _unknown(pointer, "没有这所在办的学校")
    return row


def _unknown(pointer: str, message: str) -> Invalid:
    return Invalid(
        "REFERENCE_UNKNOWN", f"{message}，请核对。", errors=[FieldFault(pointer, "REFERENCE_UNKNOWN", message)]
    )


async def _held(
    ctx: Context, table: Table, one_id: UUID, verb: str, version: int | None
) -> tuple[AnyRow, AssistanceStatus]:
    """A title or a pair, held for somebody else than who recommended it, and the status the verb leads to."""
    row = _found(await queries.by_id(ctx, table, one_id, lock=True))
    ctx.require(SET, on=_place(table, row))
    if ctx.principal.account_id == row.asked_by:
        message = "自己推荐的须由另一人审定，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(SET))
    check_version(row, version)
    return row, LIFECYCLES[table].move(AssistanceStatus(row.status), verb)


def _answer(ctx: Context, status: AssistanceStatus) -> dict[str, Any]:
    return {"status": str(status), "answered_by": ctx.principal.account_id}


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


def _place(table: Table, row: AnyRow) -> Place:
    return Place(row.school_id if table is TITLES else row.helper_id)


async def _told(ctx: Context, table: Table, one_id: UUID, verb: str, findings: Sequence[Finding] = ()) -> AnyRow:
    """The row as it is now, its event written."""
    row = _found(await queries.by_id(ctx, table, one_id))
    name = LIFECYCLES[table].name
    day: date | None = row.ends_on
    facts = {"starts_on": str(row.starts_on), "ends_on": str(day) if day else None}
    if table is PAIRS:
        facts["helped_id"] = str(row.helped_id)
    place = _place(table, row)
    await ctx.record(f"{name}.{verb}", entity=name, entity_id=one_id, place=place, facts=facts, findings=findings)
    return row
