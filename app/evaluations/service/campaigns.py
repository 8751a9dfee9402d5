"""Use cases that run a campaign: prepare, open, quotas, panel, start the scoring, cancel. [M7.1b] [A5.9]"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.evaluations.models import Campaign
from app.evaluations.queries import campaigns as queries
from app.evaluations.queries import candidates as candidate_queries
from app.evaluations.queries import common, scoring
from app.evaluations.queries import rubrics as rubric_queries
from app.evaluations.queries.campaigns import CampaignFilter
from app.evaluations.rules import campaigns as rules
from app.evaluations.schemas import (
    CampaignCreate,
    CampaignPanelWrite,
    CampaignQuotasWrite,
    EvaluationMove,
    EvaluationReason,
)
from app.evaluations.service import checks, recusal, rubrics
from app.evaluations.states import CAMPAIGN_LIFECYCLE, CampaignStatus, RubricSource, RubricStatus
from app.policy.load import UnknownCode

explain(
    {
        "uq_campaigns_yearly": ("CAMPAIGN_YEARLY", "这一类别本年度已有评选，每年只评一次。"),
        "ck_campaign_quotas_used": ("CAMPAIGN_QUOTA_FULL", "本单位的推荐名额已用完，需要更换的请先撤回已推荐的对象。"),
        "uq_campaign_panels_account": ("CAMPAIGN_PANEL_TWICE", "同一人不能在评审组中出现两次。"),
    }
)
READ, RUN = Permission.CAMPAIGN_READ, Permission.CAMPAIGN_RUN
_S = CampaignStatus


async def find_campaigns(ctx: Context, request: PageRequest, only: CampaignFilter) -> Page[AnyRow]:
    """Campaigns, newest first 评选列表."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_campaign(ctx: Context, campaign_id: UUID) -> AnyRow:
    """One campaign; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, campaign_id))


async def get_campaigns(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Campaigns (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def find_quotas(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """Quotas of units in a campaign, and how much of each is used 推荐名额."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, campaign_id))
    return await queries.quota_page(ctx, request, row.id)


async def find_panel(ctx: Context, request: PageRequest, campaign_id: UUID) -> Page[AnyRow]:
    """The panel of a campaign 评审组."""
    ctx.require(Permission.SCORE_SHEET_CONFIRM)
    row = checks.found(await queries.by_id(ctx, campaign_id))
    return await queries.panel_page(ctx, request, row.id)


async def create_campaign(ctx: Context, new: CampaignCreate) -> AnyRow:
    """Prepare a campaign 发起评选: the rubric is frozen with it, the window is December by default. [M7.1b]"""
    ctx.require(RUN)
    try:
        kind = rules.kind_of(ctx.regulation, new.kind)
    except UnknownCode:
        message = f"没有评选类别 {new.kind}，见 /v1/reference-data/campaign_kinds"
        checks.refuse([FieldFault("/kind", "CODE_UNKNOWN", message)])
        raise
    first, last = rules.window_of(ctx.regulation, new.year)
    opens_on, closes_on = new.opens_on or first, new.closes_on or last
    nominate_until = new.nominate_until or closes_on
    if not opens_on <= nominate_until <= closes_on:
        message = f"应为首日 ≤ 推荐截止日 ≤ 末日，现为 {opens_on}、{nominate_until}、{closes_on}"
        checks.refuse([FieldFault("/nominate_until", "OUT_OF_ORDER", message)])
    findings = rules.check_window(ctx.regulation, kind, new.year, opens_on, closes_on)
    ctx.enforce(findings, pointer="/opens_on")
    made = new_id()
    await common.add(
        ctx,
        Campaign,
        {
            "id": made,
            "kind": kind.code,
            "year": new.year,
            "title": new.title or f"{new.year} 年{kind.label}评选",
            "subject": str(kind.subject),
            "rubric_id": await _rubric(ctx, kind, new.rubric_id),
            "opens_on": opens_on,
            "nominate_until": nominate_until,
            "closes_on": closes_on,
            "places": new.places,
            "unit_places": new.unit_places,
            "made_by": ctx.principal.account_id,
        },
    )
    return await told(ctx, made, "prepared")


async def _rubric(ctx: Context, kind: rules.Kind, wanted: UUID | None) -> UUID | None:
    """The frozen rubric: the named one, or the printed one of the kind; Invalid where it does not fit."""
    if wanted is None:
        return await rubrics.freeze(ctx, kind.rubric) if kind.rubric else None
    row = (await rubric_queries.by_ids(ctx, [wanted]))[0]
    if row is None or row.status != RubricStatus.PUBLISHED:
        checks.refuse([FieldFault("/rubric_id", "REFERENCE_UNKNOWN", "没有这一已公布的评价标准")])
    rubric = checks.found(row)
    if rubric.subject != kind.subject:
        message = f"评价标准的对象是 {rubric.subject}，本类别的对象是 {kind.subject}"
        checks.refuse([FieldFault("/rubric_id", "RUBRIC_SUBJECT", message)])
    if rubric.source == RubricSource.PRINTED and rubric.written_by is None:
        return await rubrics.freeze(ctx, rubric.name)
    return wanted


async def open_campaign(ctx: Context, campaign_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Open a campaign for nominations 开始推荐. [M7.1b]"""
    del given
    row = await checks.campaign(ctx, campaign_id, RUN, version=version)
    return await move(ctx, row, "open", {})


async def set_quotas(ctx: Context, campaign_id: UUID, given: CampaignQuotasWrite, *, version: int | None) -> AnyRow:
    """Set how many units may nominate 设定推荐名额; never fewer than are used."""
    row = await checks.campaign(ctx, campaign_id, RUN, version=version)
    checks.in_status(row, _S.DRAFT, _S.OPEN, what="设定名额")
    known = await queries.units(ctx, [one.organisation_id for one in given.quotas])
    nominators = {"central_school", "school", "training_school"}
    faults = [
        FieldFault(f"/quotas/{at}/organisation_id", "REFERENCE_UNKNOWN", f"第 {at + 1} 个单位不是可以推荐的单位")
        for at, one in enumerate(given.quotas)
        if one.organisation_id not in known or known[one.organisation_id].kind not in nominators
    ]
    if len({one.organisation_id for one in given.quotas}) < len(given.quotas):
        faults.append(FieldFault("/quotas", "DUPLICATE", "同一单位出现了两次"))
    checks.refuse(faults)
    await queries.set_quotas(ctx, row.id, [(one.organisation_id, one.places) for one in given.quotas])
    return await told(ctx, row.id, "quotas_set", units=len(given.quotas))


async def set_panel(ctx: Context, campaign_id: UUID, given: CampaignPanelWrite, *, version: int | None) -> AnyRow:
    """Name the panel 组建评审组, of accounts that may score; sheets that are out already stay. [A5.6]"""
    row = await checks.campaign(ctx, campaign_id, RUN, version=version)
    checks.in_status(row, _S.DRAFT, _S.OPEN, _S.SCORING, what="调整评审组")
    known = await queries.evaluators(ctx, [one.account_id for one in given.members])
    faults = []
    if len({one.account_id for one in given.members}) < len(given.members):
        faults.append(FieldFault("/members", "DUPLICATE", "同一账号出现了两次"))
    if sum(one.is_chair for one in given.members) > 1:
        faults.append(FieldFault("/members", "DUPLICATE", "评审组只能有一位组长"))
    checks.refuse(faults)
    recusal.refuse_unfit([one.account_id for one in given.members], known)
    chosen = [{**recusal.evaluator(known[one.account_id]), "is_chair": one.is_chair} for one in given.members]
    await queries.replace_panel(ctx, row.id, chosen)
    return await told(ctx, row.id, "panel_set", members=len(chosen))


async def start_scoring(ctx: Context, campaign_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """End nominations and give every candidate its evaluators 开始评审, without those who must stand back. [SoD3]"""
    del given
    row = await checks.campaign(ctx, campaign_id, RUN, version=version)
    status_is_open = row.status == CampaignStatus.OPEN
    if status_is_open and ctx.clock.today <= row.nominate_until:
        message = f"推荐截止日为 {row.nominate_until}（含），次日起可以开始评审。"
        raise Conflict("CAMPAIGN_NOMINATIONS_RUNNING", message, nominate_until=str(row.nominate_until))
    CAMPAIGN_LIFECYCLE.move(CampaignStatus(row.status), "score")
    candidates = await candidate_queries.standing(ctx, row.id)
    if not candidates:
        raise Conflict("CAMPAIGN_EMPTY", "还没有候选对象，不能开始评审；不再进行的请取消本次评选。")
    if row.rubric_id:
        await scoring.add_sheets(ctx, await _sheets(ctx, row, candidates))
    return await move(ctx, row, "score", {})


async def _sheets(ctx: Context, row: AnyRow, candidates: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """A sheet for every candidate and every member of the panel who may score it; Conflict where they are too few."""
    panel = await queries.panel(ctx, row.id)
    grounds = await recusal.refresh(ctx, candidates)
    sheets = [
        recusal.sheet(row, candidate, member)
        for candidate in candidates
        for member in panel
        if recusal.ground(candidate, member, grounds[candidate.id]) is None
    ]
    counts = {one.name: sum(sheet["candidate_id"] == one.id for sheet in sheets) for one in candidates}
    least = ctx.regulation.whole("evaluations.scorers_min", on=ctx.clock.today)
    names = rules.too_few(counts, least)
    if names:
        message = f"每个候选对象至少要有 {least} 位无须回避的评委，以下对象不足：{'、'.join(names)}。"
        raise Conflict("CAMPAIGN_PANEL_TOO_SMALL", message, candidates=list(names), scorers_min=least)
    return sheets


async def cancel_campaign(ctx: Context, campaign_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Cancel a campaign that is not decided 取消评选, with the reason."""
    row = await checks.campaign(ctx, campaign_id, RUN, version=version)
    return await move(ctx, row, "cancel", {"cancel_reason": given.reason})


async def move(ctx: Context, row: AnyRow, verb: str, values: dict[str, Any], **facts: Any) -> AnyRow:
    """Take a campaign that is held one step further, and put it on record."""
    ctx.require(READ)
    status = CAMPAIGN_LIFECYCLE.move(CampaignStatus(row.status), verb)
    await common.change(ctx, Campaign, row.id, {"status": str(status), **values})
    return await told(ctx, row.id, str(status), **facts)


async def told(ctx: Context, campaign_id: UUID, act: str, **facts: Any) -> AnyRow:
    """Put a step on record; the campaign as it is now."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, campaign_id))
    until: date | None = row.objections_until
    facts |= {"kind": row.kind, "year": row.year, "objections_until": str(until) if until else None}
    await ctx.record(f"campaign.{act}", entity="campaign", entity_id=row.id, facts=facts)
    return row
