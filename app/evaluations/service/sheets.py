"""Use cases of score sheets: one more evaluator, mark, submit, return, confirm. [A5.R] [A6.R] [SoD3]"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import service as archive
from app.archive.states import Draft, FileLimits
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import ScoreSheet
from app.evaluations.queries import campaigns, candidates, records, rubrics
from app.evaluations.queries import scoring as queries
from app.evaluations.queries.scoring import SheetFilter
from app.evaluations.schemas import EvaluationMove, EvaluationReason, ScoreMarksWrite, ScoreSheetCreate
from app.evaluations.service import checks, recusal
from app.evaluations.states import SHEET_LIFECYCLE, CampaignStatus, CandidateStatus, SheetStatus

READ, SCORE, CONFIRM = Permission.SCORE_SHEET_READ, Permission.SCORE_SHEET_SCORE, Permission.SCORE_SHEET_CONFIRM
EVIDENCE = "score_mark"
"""The kind of record under which the archive knows marks."""


class _Member:
    """A member of the panel as `recusal` reads one."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.account_id, self.person_id = values["account_id"], values["person_id"]
        self.teacher_id, self.organisation_id = values["teacher_id"], values["organisation_id"]


async def find_sheets(ctx: Context, request: PageRequest, only: SheetFilter) -> Page[AnyRow]:
    """Score sheets within the scope, newest first 评分表列表."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_sheet(ctx: Context, sheet_id: UUID) -> AnyRow:
    """One sheet; NotFound outside the scope."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, sheet_id))


async def get_sheets(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Sheets (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def add_evaluator(ctx: Context, new: ScoreSheetCreate) -> AnyRow:
    """Give a candidate one more evaluator 增加评委, who must not have to stand back. [SoD3]"""
    ctx.require(Permission.CAMPAIGN_RUN)
    candidate = await candidates.any_by_id(ctx, new.candidate_id)
    account = (await campaigns.evaluators(ctx, [new.account_id])).get(new.account_id)
    if candidate is None or candidate.status != CandidateStatus.NOMINATED:
        checks.refuse([FieldFault("/candidate_id", "REFERENCE_UNKNOWN", "没有这一候选对象")])
    recusal.refuse_unfit([new.account_id], {} if account is None else {new.account_id: account})
    subject, member = checks.found(candidate), _Member(recusal.evaluator(checks.found(account)))
    campaign = checks.found(await campaigns.by_id(ctx, subject.campaign_id, share=True))
    checks.in_status(campaign, CampaignStatus.SCORING, what="增加评委")
    if campaign.rubric_id is None:
        raise Conflict("CAMPAIGN_WITHOUT_RUBRIC", "本次评选没有评价标准，不打分。")
    barred = await recusal.refresh(ctx, [subject])
    recusal.refuse(recusal.ground(subject, member, barred[subject.id]))
    await recusal.refuse_today(ctx, subject, member)
    sheet = recusal.sheet(campaign, subject, member)
    await queries.add_sheets(ctx, [sheet])
    row = await queries.by_id(ctx, sheet["id"])
    if row is None:
        raise Conflict("SCORE_SHEET_THERE", "这位评委已有该对象的评分表。")
    return await _told(ctx, row.id, "made")


async def mark_sheet(ctx: Context, sheet_id: UUID, given: ScoreMarksWrite, *, version: int | None) -> AnyRow:
    """Set marks of the own sheet 打分: 0 to the points of each standard, in steps of a half. [A5.R] [A6.R]"""
    row, status = await _own(ctx, sheet_id, "mark", version=version)
    await _stands_apart(ctx, row)
    points = {one.code: one.points for one in await rubrics.marks_of(ctx, row.rubric_id)}
    step = ctx.regulation.decimal("evaluations.mark_step", on=ctx.clock.today)
    faults = []
    for at, mark in enumerate(given.marks):
        if mark.code not in points:
            faults.append(FieldFault(f"/marks/{at}/code", "CODE_UNKNOWN", f"评价标准中没有 {mark.code}"))
        else:
            faults += check_points(mark.points, points[mark.code], step, pointer=f"/marks/{at}/points")
    if len({mark.code for mark in given.marks}) < len(given.marks):
        faults.append(FieldFault("/marks", "DUPLICATE", "同一项出现了两次"))
    checks.refuse(faults)
    marks = [{**mark.model_dump(), "points_max": points[mark.code]} for mark in given.marks]
    await queries.write_marks(ctx, row, marks)
    await records.change(ctx, ScoreSheet, row.id, {"status": str(status)})
    return await _told(ctx, row.id, "marked")


def check_points(points: Decimal, most: Decimal, step: Decimal, *, pointer: str) -> list[FieldFault]:
    """What is wrong with a mark: above the points of the standard, or not in steps."""
    faults = []
    if points > most:
        message = f"得分 {points} 超过该项分值 {most}"
        faults.append(FieldFault(pointer, "POINTS_ABOVE_MARK", message, {"points_max": float(most)}))
    if points % step:
        faults.append(FieldFault(pointer, "POINTS_STEP", f"得分 {points} 应为 {step} 的倍数"))
    return faults


async def submit_sheet(ctx: Context, sheet_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Hand in the own sheet 提交评分表, with a mark for every standard."""
    del given
    row, status = await _own(ctx, sheet_id, "submit", version=version)
    done = {one["code"] for one in row.marks}
    missing = [one.code for one in await rubrics.marks_of(ctx, row.rubric_id) if one.code not in done]
    checks.refuse([FieldFault("/marks", "MARK_MISSING", f"尚未评分：{code}") for code in missing])
    await _stands_apart(ctx, row)
    await records.change(ctx, ScoreSheet, row.id, {"status": str(status), "submitted_at": records.NOW})
    return await _told(ctx, row.id, "submitted")


async def return_sheet(ctx: Context, sheet_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Send a sheet back to its evaluator 退回评分表, with a reason."""
    ctx.require(CONFIRM)
    row, status = await _of_others(ctx, sheet_id, "return", version=version)
    back = {"status": str(status), "return_reason": given.reason, "submitted_at": None}
    await records.change(ctx, ScoreSheet, row.id, back)
    return await _told(ctx, row.id, "returned")


async def confirm_sheet(ctx: Context, sheet_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Confirm a sheet 确认评分表: by another person than the evaluator, once at least two have handed theirs in.

    What is confirmed counts, also where the evaluator comes to stand near the candidate later; see `recuse_sheet`.
    """
    del given
    ctx.require(CONFIRM)
    row, status = await _of_others(ctx, sheet_id, "confirm", version=version)
    await _stands_apart(ctx, row)
    there = await queries.handed_in(ctx, row.candidate_id)
    least = ctx.regulation.whole("evaluations.scorers_min", on=ctx.clock.today)
    if there < least:
        message = f"至少须有 {least} 位评委提交评分表才能确认，现有 {there} 份。"
        raise Conflict("SCORERS_TOO_FEW", message, submitted=there, scorers_min=least)
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": records.NOW}
    await records.change(ctx, ScoreSheet, row.id, {"status": str(status), **by})
    return await _told(ctx, row.id, "confirmed")


async def recuse_sheet(ctx: Context, sheet_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Take a sheet out of the count 回避作废, with the reason: its evaluator must stand back, another one is added."""
    permission = Permission.CAMPAIGN_RUN
    ctx.require(permission)
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, sheet_id, lock=True))
    ctx.require(permission, on=Place(row.organisation_id, row.teacher_id))
    await _scoring(ctx, row)
    check_version(row, version)
    status = SHEET_LIFECYCLE.move(SheetStatus(row.status), "recuse")
    out = {"status": str(status), "return_reason": given.reason, "confirmed_by": None, "confirmed_at": None}
    await records.change(ctx, ScoreSheet, row.id, out)
    return await _told(ctx, row.id, "recused")


async def attach_mark_file(ctx: Context, sheet_id: UUID, mark_id: UUID, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang evidence on a mark of the own sheet 上传评分依据. [A5.R]"""
    ctx.require(Permission.FILE_ATTACH)
    ctx.require(SCORE)
    row, _ = await _own(ctx, sheet_id, "mark", version=None)
    mark = checks.found(await queries.mark_of(ctx, row.id, mark_id))
    return await archive.attach(ctx, _reference(mark, SCORE), draft, limits)


async def find_mark_files(ctx: Context, request: PageRequest, sheet_id: UUID, mark_id: UUID) -> Page[AnyRow]:
    """Evidence of a mark, oldest first 评分依据."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, sheet_id))
    mark = checks.found(await queries.mark_of(ctx, row.id, mark_id))
    return await archive.find(ctx, _reference(mark, READ), request)


async def marks_with_files(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Marks (n,) -> rows (n,) for the archive; to whom sheets are closed, their files are missing."""
    ctx.require(Permission.FILE_READ)
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await queries.mark_seen(ctx, ids)


def _reference(mark: AnyRow, permission: Permission) -> archive.Reference:
    return archive.Reference(EVIDENCE, mark.id, Place(mark.organisation_id, mark.teacher_id), permission)


async def _own(ctx: Context, sheet_id: UUID, verb: str, *, version: int | None) -> tuple[AnyRow, SheetStatus]:
    """The caller's own sheet, locked, and the status a step leads to; NotPermitted for anybody else's."""
    ctx.require(SCORE)
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, sheet_id, lock=True))
    ctx.require(SCORE, on=Place(row.organisation_id, row.teacher_id))
    if ctx.principal.account_id != row.evaluator_id:
        message = "评分表只能由被指定的评委本人填写。"
        raise NotPermitted("NOT_THE_EVALUATOR", message, permission=str(SCORE))
    await _scoring(ctx, row)
    check_version(row, version)
    return row, SHEET_LIFECYCLE.move(SheetStatus(row.status), verb)


async def _of_others(ctx: Context, sheet_id: UUID, verb: str, *, version: int | None) -> tuple[AnyRow, SheetStatus]:
    """A sheet of somebody else, locked, and the status a step leads to."""
    ctx.require(READ)
    row = checks.found(await queries.by_id(ctx, sheet_id, lock=True))
    ctx.require(CONFIRM, on=Place(row.organisation_id, row.teacher_id))
    checks.other_person(ctx, CONFIRM, row.evaluator_id)
    await _scoring(ctx, row)
    check_version(row, version)
    return row, SHEET_LIFECYCLE.move(SheetStatus(row.status), verb)


async def _stands_apart(ctx: Context, row: AnyRow) -> None:
    """Conflict where the evaluator must stand back as things are today. [SoD3]"""
    await recusal.refuse_today(ctx, checks.found(await candidates.any_by_id(ctx, row.candidate_id)), row)


async def _scoring(ctx: Context, row: AnyRow) -> None:
    """The campaign is being scored, and stays so until this step is done."""
    campaign = checks.found(await campaigns.by_id(ctx, row.campaign_id, share=True))
    checks.in_status(campaign, CampaignStatus.SCORING, what="办理评分表")


async def _told(ctx: Context, sheet_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, sheet_id))
    facts = {"candidate": str(row.candidate_id), "points": None if row.points is None else str(row.points)}
    place = Place(row.organisation_id, row.teacher_id)
    await ctx.record(f"score_sheet.{act}", entity="score_sheet", entity_id=row.id, place=place, facts=facts)
    return row
