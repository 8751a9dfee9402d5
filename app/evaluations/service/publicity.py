"""Use cases of publicity 公示: put the result up, objections and their answers, decide by another person. [M7.1b]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import CampaignCandidate, CampaignObjection
from app.evaluations.queries import campaigns, records
from app.evaluations.queries import candidates as queries
from app.evaluations.queries.candidates import ObjectionFilter
from app.evaluations.rules import campaigns as rules
from app.evaluations.schemas import CampaignPublicise, EvaluationMove, EvaluationReason, ObjectionAnswer, ObjectionLodge
from app.evaluations.service import awards, candidates, checks, results
from app.evaluations.service.campaigns import move
from app.evaluations.states import (
    CAMPAIGN_LIFECYCLE,
    CANDIDATE_LIFECYCLE,
    OBJECTION_LIFECYCLE,
    CampaignStatus,
    CandidateStatus,
    ObjectionStatus,
)

explain({"uq_campaign_objections_open": ("OBJECTION_OPEN", "您对该对象的异议正在办理，请等待答复。")})
PUBLICISE, DECIDE, ANSWER = (
    Permission.CAMPAIGN_PUBLICISE,
    Permission.CAMPAIGN_DECIDE,
    Permission.OBJECTION_ANSWER,
)


async def publicise(ctx: Context, campaign_id: UUID, given: CampaignPublicise, *, version: int | None) -> AnyRow:
    """Put the result up 公示: the first places by the tie rule; without a rubric those who are named. [M7.1b]"""
    row = await checks.campaign(ctx, campaign_id, PUBLICISE, version=version)
    CAMPAIGN_LIFECYCLE.move(CampaignStatus(row.status), "publicise")
    found = await (_by_places(ctx, row, given) if row.rubric_id else _by_names(ctx, row, given))
    await queries.write_results(ctx, row.id, found)
    today = ctx.clock.today
    until = rules.publicised_until(ctx.regulation, today)
    by = {"publicised_by": ctx.principal.account_id, "publicised_on": today, "objections_until": until}
    return await move(ctx, row, "publicise", by, selected=sum(one["is_selected"] for one in found))


async def _by_places(ctx: Context, row: AnyRow, given: CampaignPublicise) -> list[dict[str, Any]]:
    if given.candidate_ids is not None:
        message = "本次评选有评价标准，按名次产生拟表彰名单，不能另行指定"
        checks.refuse([FieldFault("/candidate_ids", "NOT_BY_PLACES", message)])
    return [
        {
            "id": one.candidate_id,
            "points": one.result.points,
            "share": one.result.share,
            "place": place,
            "is_selected": place <= row.places,
        }
        for place, one in enumerate(await results.ranking(ctx, row), start=1)
    ]


async def _by_names(ctx: Context, row: AnyRow, given: CampaignPublicise) -> list[dict[str, Any]]:
    named = given.candidate_ids or []
    standing = {one.id for one in await queries.standing(ctx, row.id)}
    faults = [
        FieldFault(f"/candidate_ids/{at}", "REFERENCE_UNKNOWN", f"第 {at + 1} 个不是本次评选的候选对象")
        for at, one in enumerate(named)
        if one not in standing
    ]
    if not named:
        faults.append(FieldFault("/candidate_ids", "MISSING", "本次评选没有评价标准，请按次序列出拟表彰的对象"))
    if len(set(named)) < len(named):
        faults.append(FieldFault("/candidate_ids", "DUPLICATE", "同一对象出现了两次"))
    if len(named) > row.places:
        faults.append(FieldFault("/candidate_ids", "TOO_MANY", f"表彰名额 {row.places} 个，列出了 {len(named)} 个"))
    checks.refuse(faults)
    return [{"id": one, "place": place, "is_selected": True} for place, one in enumerate(named, start=1)]


async def reopen(ctx: Context, campaign_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Take the publicity back and score again 撤回公示, with the reason."""
    row = await checks.campaign(ctx, campaign_id, PUBLICISE, version=version)
    return await move(ctx, row, "reopen", {}, reason=given.reason)


async def decide(ctx: Context, campaign_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Decide after publicity 审定, by another person than who put it up; awards get certificates. [M7.1b]"""
    del given
    row = await checks.campaign(ctx, campaign_id, DECIDE, version=version)
    CAMPAIGN_LIFECYCLE.move(CampaignStatus(row.status), "decide")
    checks.other_person(ctx, DECIDE, row.publicised_by)
    if ctx.clock.today <= row.objections_until:
        message = f"公示至 {row.objections_until}（含），次日起可以审定。"
        raise Conflict("PUBLICITY_RUNNING", message, objections_until=str(row.objections_until))
    if await queries.has_open_objection(ctx, row.id):
        raise Conflict("OBJECTIONS_OPEN", "还有公示异议没有答复，请先答复。")
    chosen = sorted(
        (one for one in await queries.standing(ctx, row.id) if one.is_selected), key=lambda one: (one.place, one.id)
    )
    for one in chosen:
        await awards.grant(ctx, row, one)
    by = {"decided_by": ctx.principal.account_id, "decided_on": ctx.clock.today}
    return await move(ctx, row, "decide", by, awards=len(chosen))


async def find_objections(ctx: Context, request: PageRequest, campaign_id: UUID, only: ObjectionFilter) -> Page[AnyRow]:
    """Objections of a campaign within the scope, oldest first 公示异议."""
    ctx.require(Permission.OBJECTION_READ)
    row = checks.found(await campaigns.by_id(ctx, campaign_id))
    return await queries.objection_page(ctx, request, row.id, only)


async def get_objection(ctx: Context, objection_id: UUID) -> AnyRow:
    """One objection; NotFound outside the scope."""
    ctx.require(Permission.OBJECTION_READ)
    return checks.found(await queries.objection(ctx, objection_id))


async def get_objections(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Objections (n,) -> rows (n,), None where missing."""
    ctx.require(Permission.OBJECTION_READ)
    return await queries.objections_by_ids(ctx, ids)


async def lodge_objection(ctx: Context, campaign_id: UUID, new: ObjectionLodge) -> AnyRow:
    """Object to a candidate that is put up 提出异议, within publicity; an open objection blocks the decision."""
    ctx.require(Permission.OBJECTION_LODGE)
    ctx.require(Permission.CAMPAIGN_READ)
    row = checks.found(await campaigns.by_id(ctx, campaign_id, share=True))
    checks.in_status(row, CampaignStatus.PUBLICISED, what="提出异议")
    if ctx.clock.today > row.objections_until:
        raise Conflict("PUBLICITY_OVER", f"公示已于 {row.objections_until} 结束。", until=str(row.objections_until))
    candidate = await queries.any_by_id(ctx, new.candidate_id)
    if candidate is None or candidate.campaign_id != row.id or not candidate.is_selected:
        checks.refuse([FieldFault("/candidate_id", "REFERENCE_UNKNOWN", "公示名单中没有这一对象")])
    who, made = ctx.principal, new_id()
    whose = {"organisation_id": who.organisation_id, "teacher_id": who.teacher_id, "asked_by": who.account_id}
    about = {"campaign_id": row.id, "candidate_id": new.candidate_id, "reason": new.reason}
    about["is_personal"] = who.role == "teacher" and who.teacher_id is not None
    await records.add(ctx, CampaignObjection, {"id": made, **about, **whose})
    return await _told(ctx, made, "lodged")


async def answer_objection(ctx: Context, objection_id: UUID, given: ObjectionAnswer, *, version: int | None) -> AnyRow:
    """Answer an objection 答复异议: by another person; upheld, the candidate is excluded with the reason."""
    ctx.require(ANSWER)
    ctx.require(Permission.OBJECTION_READ)
    seen = checks.found(await queries.objection(ctx, objection_id))
    campaign = checks.found(await campaigns.by_id(ctx, seen.campaign_id, lock=True))
    row = checks.found(await queries.objection(ctx, objection_id, lock=True))
    ctx.require(ANSWER, on=Place(row.organisation_id, row.teacher_id))
    checks.other_person(ctx, ANSWER, row.asked_by)
    check_version(row, version)
    status = OBJECTION_LIFECYCLE.move(ObjectionStatus(row.status), "uphold" if given.is_upheld else "reject")
    answer = {"answered_by": ctx.principal.account_id, "answered_at": records.NOW, "answer_reason": given.reason}
    await records.change(ctx, CampaignObjection, row.id, {"status": str(status), **answer})
    if given.is_upheld and campaign.status != CampaignStatus.DECIDED:
        await _exclude(ctx, row.candidate_id, given.reason)
    return await _told(ctx, row.id, str(status))


async def _exclude(ctx: Context, candidate_id: UUID, reason: str) -> None:
    candidate = checks.found(await queries.any_by_id(ctx, candidate_id))
    if candidate.status == CandidateStatus.EXCLUDED:  # because of another objection
        return
    status = CANDIDATE_LIFECYCLE.move(CandidateStatus(candidate.status), "exclude")
    values = {"status": str(status), "status_reason": reason, "is_selected": False}
    await records.change(ctx, CampaignCandidate, candidate.id, values)
    await candidates.told(ctx, candidate.id, "excluded")


async def _told(ctx: Context, objection_id: UUID, act: str) -> AnyRow:
    row = await queries.objection(ctx, objection_id)
    place = (
        Place(ctx.principal.organisation_id, ctx.principal.teacher_id) if row is None else Place(row.organisation_id)
    )
    facts = {} if row is None else {"candidate": str(row.candidate_id)}
    await ctx.record(
        f"campaign_objection.{act}", entity="campaign_objection", entity_id=objection_id, place=place, facts=facts
    )
    return checks.found(row)
