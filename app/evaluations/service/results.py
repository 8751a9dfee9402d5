"""Use cases of results: the scores of a candidate mark by mark, and what the chair sets with a reason. [A5.R] [A6.R]"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.ids import new_id
from app.core.versions import check_version
from app.evaluations.models import CampaignCandidate, ChairMark
from app.evaluations.queries import campaigns, candidates, records, rubrics, scoring
from app.evaluations.rules.scoring import Item, MarkResult, Ranked, Result, in_order, result_of
from app.evaluations.schemas import CandidateScores, ChairMarkWrite, EvidenceFigure
from app.evaluations.service import checks, recusal, sheets
from app.evaluations.service.evidence import evidence_of
from app.evaluations.states import CampaignStatus, SheetStatus

PUBLIC = (CampaignStatus.PUBLICISED, CampaignStatus.DECIDED)


async def scores(ctx: Context, candidate_id: UUID) -> CandidateScores:
    """The scores of a candidate: evaluators, mean, spread, share of 100, and the service's own figures 得分明细.

    Before publicity to the bureau and 进修学校; to evaluators their own sheet with the figures beside it. Row 74
    """
    ctx.require(Permission.CANDIDATE_READ)
    row = checks.found(await candidates.by_id(ctx, candidate_id))
    campaign = checks.found(await campaigns.by_id(ctx, row.campaign_id))
    is_inside = ctx.principal.role in {"bureau", "training_school"}
    found = (await scoring.of_candidates(ctx, [row.id]))[row.id]
    chair = (await scoring.chair_marks(ctx, [row.id]))[row.id]
    own = [one for one in found if one.evaluator_id == ctx.principal.account_id]
    if campaign.status not in PUBLIC and not is_inside | bool(own):
        raise Conflict("SCORES_NOT_PUBLICISED", "评审结果公示后可以查看得分明细。", status=campaign.status)
    if campaign.status not in PUBLIC and own and (not is_inside or own[0].status == SheetStatus.DRAFT):
        found, chair = own, {}  # an evaluator sees the evidence and the own marks, not what others gave
    rubric = (await rubrics.by_ids(ctx, [campaign.rubric_id]))[0] if campaign.rubric_id else None
    items = _items(rubric)
    result = _result(ctx, items, found, chair)
    evidence: Mapping[str, list[EvidenceFigure]] = {}
    if rubric is not None:
        evidence = await evidence_of(ctx, rubric.name, row.subject_id, campaign.year)
    return CandidateScores.model_validate(
        {
            "candidate_id": row.id,
            "name": row.name,
            "rubric_id": campaign.rubric_id,
            "sheets": len(found),
            "sheets_confirmed": sum(one.status == SheetStatus.CONFIRMED for one in found),
            "marks": [
                _shown(item, mark, found, chair, evidence, named=is_inside)
                for item, mark in zip(items, result.marks, strict=True)
            ],
            "points": result.points,
            "points_max": sum((item.points for item in items), Decimal(0)),
            "share": result.share,
            "spread": result.spread,
        }
    )


def _shown(
    item: Item,
    mark: MarkResult,
    found: Sequence[AnyRow],
    chair: Mapping[str, AnyRow],
    evidence: Mapping[str, list[EvidenceFigure]],
    *,
    named: bool,
) -> dict[str, object]:
    given = [
        {
            "sheet_id": sheet.id,
            "evaluator_name": sheet.evaluator_name if named else f"评委{place}",
            "points": Decimal(str(one["points"])),
        }
        for place, sheet in enumerate(found, start=1)
        for one in sheet.marks
        if sheet.status != SheetStatus.DRAFT and one["code"] == item.code
    ]
    set_by_chair = chair.get(item.code)
    return {
        "code": item.code,
        "section": item.section,
        "points_max": item.points,
        "given": given,
        "mean": mark.mean,
        "spread": mark.spread,
        "chair_points": mark.chair,
        "chair_reason": set_by_chair.reason if set_by_chair else None,
        "counted": mark.counted,
        "evidence": evidence.get(item.code, []),
    }


async def set_chair_mark(
    ctx: Context, candidate_id: UUID, given: ChairMarkWrite, *, version: int | None
) -> CandidateScores:
    """Set a mark as chair of the panel 组长裁定, with a reason; the evaluators' marks stay on record. [A5.R]"""
    permission = Permission.SCORE_SHEET_CHAIR
    ctx.require(permission)
    ctx.require(Permission.CANDIDATE_READ)
    row = checks.found(await candidates.by_id(ctx, candidate_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    check_version(row, version)
    campaign = checks.found(await campaigns.by_id(ctx, row.campaign_id, share=True))
    who = ctx.principal
    panel = await campaigns.panel(ctx, campaign.id)
    chair = next((one for one in panel if one.is_chair and one.account_id == who.account_id), None)
    if chair is None:
        raise NotPermitted("NOT_THE_EVALUATOR", "由评审组长本人裁定。", permission=str(permission))
    checks.in_status(campaign, CampaignStatus.SCORING, what="裁定得分")
    await recusal.refuse_today(ctx, row, chair)
    points = {one.code: one.points for one in await rubrics.marks_of(ctx, campaign.rubric_id)}
    step = ctx.regulation.decimal("evaluations.mark_step", on=ctx.clock.today)
    if given.code not in points:
        checks.refuse([FieldFault("/code", "CODE_UNKNOWN", f"评价标准中没有 {given.code}")])
    checks.refuse(sheets.check_points(given.points, points[given.code], step, pointer="/points"))
    mark = given.model_dump(include={"code", "points", "reason"}) | {"points_max": points[given.code]}
    whose = {"candidate_id": row.id, "rubric_id": campaign.rubric_id, "set_by": who.account_id}
    await records.add(ctx, ChairMark, {"id": new_id(), **whose, **mark})
    await records.change(ctx, CampaignCandidate, row.id, {"status": row.status})
    facts = {"code": given.code, "points": str(given.points)}
    place = checks.place_of(row)
    await ctx.record("chair_mark.set", entity="campaign_candidate", entity_id=row.id, place=place, facts=facts)
    return await scores(ctx, row.id)


async def ranking(ctx: Context, campaign: AnyRow) -> list[Ranked]:
    """Candidates in order by the tie rule; Conflict 409 SHEETS_OPEN while a sheet is not confirmed."""
    ctx.require(Permission.CAMPAIGN_PUBLICISE)
    rows = await candidates.standing(ctx, campaign.id)
    ids = [row.id for row in rows]
    found, chair = await scoring.of_candidates(ctx, ids), await scoring.chair_marks(ctx, ids)
    least = ctx.regulation.whole("evaluations.scorers_min", on=ctx.clock.today)
    open_ones = [
        row.name
        for row in rows
        if len(found[row.id]) < least or any(one.status != SheetStatus.CONFIRMED for one in found[row.id])
    ]
    if open_ones:
        message = f"以下对象的评分表尚未全部确认，或不足 {least} 份：{'、'.join(open_ones)}。"
        raise Conflict("SHEETS_OPEN", message, candidates=open_ones)
    items = _items((await rubrics.by_ids(ctx, [campaign.rubric_id]))[0])
    ranked = [
        Ranked(row.id, number, _result(ctx, items, found[row.id], chair[row.id]))
        for number, row in enumerate(rows, start=1)
    ]
    return in_order(ranked, ctx.regulation.texts("evaluations.tie_rule", on=ctx.clock.today))


def _items(rubric: AnyRow | None) -> list[Item]:
    if rubric is None:
        return []
    return [
        Item(mark["code"], section["code"], Decimal(mark["points"]))
        for section in rubric.sections
        for mark in section["marks"]
    ]


def _result(ctx: Context, items: Sequence[Item], found: Sequence[AnyRow], chair: Mapping[str, AnyRow]) -> Result:
    given = [
        {one["code"]: Decimal(str(one["points"])) for one in sheet.marks}
        for sheet in found
        if sheet.status != SheetStatus.DRAFT
    ]
    full = ctx.regulation.decimal("evaluations.full_scale", on=ctx.clock.today)
    return result_of(items, given, {code: row.points for code, row in chair.items()}, full=full)
