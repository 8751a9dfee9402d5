"""Use cases of candidates: nominate within the quota by one of the routes, withdraw. [A5.9] [A6.7]"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import CampaignCandidate
from app.evaluations.queries import campaigns, records, scoring
from app.evaluations.queries import candidates as queries
from app.evaluations.queries.candidates import CandidateFilter
from app.evaluations.rules import campaigns as rules
from app.evaluations.schemas import CandidateNominate, EvaluationReason
from app.evaluations.service import checks, recusal
from app.evaluations.states import (
    CANDIDATE_LIFECYCLE,
    CampaignRoute,
    CampaignStatus,
    CandidateStatus,
    EvaluatedKind,
    RecusalGround,
)
from app.policy.finding import Finding
from app.workshops import service as workshops

explain({"uq_campaign_candidates_subject": ("CANDIDATE_THERE", "该对象已在本次评选的候选名单中。")})
READ, NOMINATE = Permission.CANDIDATE_READ, Permission.CANDIDATE_NOMINATE
NO_WORKSHOP = 2
"""The place of `workshops.nomination_priority` of those who belong to no workshop."""


@dataclass(frozen=True, slots=True)
class Nominator:
    """By which route, for which unit, and with which findings somebody nominates."""

    route: CampaignRoute
    organisation_id: UUID
    findings: Sequence[Finding] = ()


async def find_candidates(ctx: Context, request: PageRequest, campaign_id: UUID, only: CandidateFilter) -> Page[AnyRow]:
    """Candidates of a campaign within the scope, in the order of nominations 候选对象."""
    ctx.require(READ)
    row = checks.found(await campaigns.by_id(ctx, campaign_id))
    return await queries.page(ctx, request, row.id, only)


async def get_candidate(ctx: Context, candidate_id: UUID) -> AnyRow:
    """One candidate; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, candidate_id))


async def get_candidates(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Candidates (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def find_publicised(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """Who is put up, by place: everybody may read it 公示名单."""
    ctx.require(Permission.CAMPAIGN_READ)
    row = checks.found(await campaigns.by_id(ctx, campaign_id))
    return await queries.publicised_page(ctx, request, row.id)


async def nominate(ctx: Context, campaign_id: UUID, new: CandidateNominate) -> AnyRow:
    """Nominate 推荐: within the window and the unit's quota, with what the rules say of it. [A5.9] [A6.7]"""
    ctx.require(NOMINATE)
    campaign = checks.found(await campaigns.by_id(ctx, campaign_id, share=True))
    checks.in_status(campaign, CampaignStatus.OPEN, what="推荐")
    if not campaign.opens_on <= ctx.clock.today <= campaign.nominate_until:
        message = f"推荐时间为 {campaign.opens_on} 至 {campaign.nominate_until}，今天是 {ctx.clock.today}。"
        until = str(campaign.nominate_until)
        raise Conflict("CAMPAIGN_WINDOW", message, opens_on=str(campaign.opens_on), nominate_until=until)
    subject = await queries.subject_of(ctx, EvaluatedKind(campaign.subject), new.subject_id)
    if subject is None:
        checks.refuse([FieldFault("/subject_id", "REFERENCE_UNKNOWN", "没有这一对象，或已撤并、离职")])
    found = checks.found(subject)
    by = await _nominator(ctx, campaign, found, new)
    _not_oneself(ctx, campaign, found)
    findings = [*by.findings, *rules.check_subject(*await _facts(ctx, campaign, found, new.subject_id))]
    ctx.enforce(findings, pointer="/subject_id")
    made = new_id()
    await records.add(ctx, CampaignCandidate, _values(ctx, campaign, found, new, by, findings) | {"id": made})
    if by.route is not CampaignRoute.WORKSHOP:  # a city workshop enters on its own, beside its unit's quota [A6.7]
        await campaigns.take_place(ctx, campaign.id, by.organisation_id, campaign.unit_places)
    await scoring.bar(ctx, made, await _barred(ctx, found))
    return await told(ctx, made, "nominated", findings=findings)


async def _nominator(ctx: Context, campaign: AnyRow, subject: AnyRow, new: CandidateNominate) -> Nominator:
    """By which route the caller nominates; NotPermitted where another body does. [A5.9] [A6.7]"""
    who = ctx.principal
    route = rules.ROUTES[who.role]
    if route is CampaignRoute.WORKSHOP:
        return await _alone(ctx, campaign, subject, new)
    ctx.require(NOMINATE, on=Place(subject.unit_id, subject.teacher_id))
    if route is CampaignRoute.DIRECT_SCHOOL:
        unit = (await campaigns.units(ctx, [who.organisation_id])).get(who.organisation_id)
        if unit is None or unit.parent_kind != "bureau":
            message = "候选对象由中心校推荐，请联系所属中心校；市直学校自行推荐。"
            raise NotPermitted("OTHER_BODY", message, permission=str(NOMINATE), clause="A5.9")
    return Nominator(route, who.organisation_id)


async def _alone(ctx: Context, campaign: AnyRow, subject: AnyRow, new: CandidateNominate) -> Nominator:
    """A city workshop nominates on its own, through its leader, one of its members. [A6.7]"""
    who = ctx.principal
    workshop = None
    if new.workshop_id and who.teacher_id:
        workshop = await queries.own_workshop(ctx, new.workshop_id, who.teacher_id)
    if workshop is None:
        message = "教师不能直接推荐；市级工作坊单独参与骨干教师评审的，由主持人办理并注明工作坊。"
        raise NotPermitted("OTHER_BODY", message, permission=str(NOMINATE), clause="A6.7")
    kind = rules.kind_of(ctx.regulation, campaign.kind)
    ctx.enforce(rules.check_alone(ctx.regulation, kind, workshop.level, on=ctx.clock.today), pointer="/workshop_id")
    if not await queries.is_member(ctx, workshop.id, subject.teacher_id):
        checks.refuse([FieldFault("/subject_id", "NOT_A_MEMBER", f"{subject.name[:1]}*不是该工作坊的成员")])
    return Nominator(CampaignRoute.WORKSHOP, workshop.unit_id)


def _not_oneself(ctx: Context, campaign: AnyRow, subject: AnyRow) -> None:
    is_person = campaign.subject == EvaluatedKind.TEACHER
    if is_person and ctx.principal.teacher_id and ctx.principal.teacher_id == subject.teacher_id:
        message = "不能推荐本人，请由单位推荐。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(NOMINATE))


async def _facts(ctx: Context, campaign: AnyRow, subject: AnyRow, subject_id: UUID) -> tuple[rules.Kind, rules.Subject]:
    kind = rules.kind_of(ctx.regulation, campaign.kind)
    is_person = kind.subject is EvaluatedKind.TEACHER
    places = await workshops.nomination_priority(ctx, [subject_id], on=ctx.clock.today) if is_person else [NO_WORKSHOP]
    return kind, rules.Subject(
        kind.subject,
        subject.name,
        level=subject.level,
        kind=subject.kind,
        is_registered=subject.is_live,
        is_accepted=subject.is_live,
        has_priority=places[0] < NO_WORKSHOP,
        holds_already=await queries.has_award(ctx, campaign.kind, subject_id),
    )


def _values(
    ctx: Context,
    campaign: AnyRow,
    subject: AnyRow,
    new: CandidateNominate,
    by: Nominator,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    whose = {name: getattr(subject, name) for name in ("unit_id", "teacher_id", "workshop_id", "case_id", "name")}
    return {
        "campaign_id": campaign.id,
        "subject": campaign.subject,
        "subject_id": new.subject_id,
        **whose,
        "route": str(by.route),
        "nominator_id": by.organisation_id,
        "grounds": new.grounds,
        "findings": [one.as_json() for one in findings],
        "nominated_by": ctx.principal.account_id,
    }


async def _barred(ctx: Context, subject: AnyRow) -> dict[UUID, RecusalGround]:
    """Persons who may not score the candidate, as known when it is nominated. [SoD3]"""
    who = ctx.principal
    grounds = {who.teacher_id or who.account_id: RecusalGround.NOMINATOR}
    if subject.workshop_id:
        grounds |= await recusal.of_workshop(ctx, subject.workshop_id)
    return grounds | ({subject.teacher_id: RecusalGround.CANDIDATE} if subject.teacher_id else {})


async def withdraw_candidate(
    ctx: Context, candidate_id: UUID, given: EvaluationReason, *, version: int | None
) -> AnyRow:
    """Take a nomination back while nominations run 撤回推荐; the unit may make another one."""
    ctx.require(NOMINATE)
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, candidate_id))
    ctx.require(NOMINATE, on=checks.place_of(row))
    who = ctx.principal
    if who.account_id != row.nominated_by and who.organisation_id != row.nominator_id:
        message = "由推荐单位撤回。"
        raise NotPermitted("OTHER_BODY", message, permission=str(NOMINATE))
    campaign = checks.found(await campaigns.by_id(ctx, row.campaign_id, share=True))
    checks.in_status(campaign, CampaignStatus.OPEN, what="撤回推荐")
    held = checks.found(await queries.by_id(ctx, candidate_id, lock=True))
    check_version(held, version)
    status = CANDIDATE_LIFECYCLE.move(CandidateStatus(held.status), "withdraw")
    told_why = {"status": str(status), "status_reason": given.reason}
    await records.change(ctx, CampaignCandidate, held.id, told_why)
    if held.route != CampaignRoute.WORKSHOP:
        await campaigns.give_place_back(ctx, campaign.id, held.nominator_id)
    return await told(ctx, held.id, "withdrawn")


async def told(ctx: Context, candidate_id: UUID, act: str, findings: Sequence[Finding] = ()) -> AnyRow:
    """Put a step on record; the candidate as it is now."""
    ctx.require(READ)
    row = checks.found(await queries.any_by_id(ctx, candidate_id))
    facts = {"campaign": str(row.campaign_id), "route": row.route}
    place = checks.place_of(row)
    kind = f"campaign_candidate.{act}"
    await ctx.record(
        kind, entity="campaign_candidate", entity_id=row.id, place=place, facts=facts, findings=list(findings)
    )
    shown = await queries.by_id(ctx, candidate_id)
    return row if shown is None else shown
