"""REST of score sheets and the evidence on their marks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import Arrival, uploads
from app.archive.schemas import File
from app.core.schemas import Listing
from app.evaluations import service
from app.evaluations.queries.scoring import SheetFilter
from app.evaluations.schemas import EvaluationMove, EvaluationReason, ScoreMarksWrite, ScoreSheet, ScoreSheetCreate

router = APIRouter(tags=["evaluations"])
READ, SCORE = permits(Permission.SCORE_SHEET_READ), permits(Permission.SCORE_SHEET_SCORE)
CONFIRM = permits(Permission.SCORE_SHEET_CONFIRM)
ONE = "/score-sheets/{sheet_id:uuid}"
MARK = f"{ONE}/marks/{{mark_id:uuid}}"


@router.get("/score-sheets", response_model=Listing[ScoreSheet], **READ)
async def list_score_sheets(ctx: Ctx, page: Paged, only: Annotated[SheetFilter, Depends()]) -> object:
    """Score sheets within the scope, newest first 评分表列表 [A5.R A6.R]."""
    return listing(await service.find_sheets(ctx, page, only))


@router.post("/score-sheets", response_model=ScoreSheet, status_code=201, **permits(Permission.CAMPAIGN_RUN))
async def add_evaluator(ctx: Ctx, new: ScoreSheetCreate, once: Once) -> Response:
    """Give a candidate one more evaluator, who must not have to stand back 增加评委 [A5.6]."""
    return await once.answer(ctx, new, lambda: service.add_evaluator(ctx, new), ScoreSheet)


@router.get(ONE, response_model=ScoreSheet, **READ)
async def get_score_sheet(ctx: Ctx, sheet_id: UUID, tag: Tagged) -> object:
    """One score sheet 评分表详情 [A5.R A6.R]."""
    return tag.seal(await service.get_sheet(ctx, sheet_id))


@router.post(f"{ONE}:mark", response_model=ScoreSheet, **SCORE)
async def mark_score_sheet(ctx: Ctx, sheet_id: UUID, given: ScoreMarksWrite, tag: Tagged) -> object:
    """Set marks of the own sheet, in steps of a half 打分 [A5.R A6.R]."""
    return tag.seal(await service.mark_sheet(ctx, sheet_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:submit", response_model=ScoreSheet, **SCORE)
async def submit_score_sheet(ctx: Ctx, sheet_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Hand in the own sheet 提交评分表 [A5.R A6.R]."""
    return tag.seal(await service.submit_sheet(ctx, sheet_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:return", response_model=ScoreSheet, **CONFIRM)
async def return_score_sheet(ctx: Ctx, sheet_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Send a sheet back to its evaluator 退回评分表 [A5.6]."""
    return tag.seal(await service.return_sheet(ctx, sheet_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:confirm", response_model=ScoreSheet, **CONFIRM)
async def confirm_score_sheet(ctx: Ctx, sheet_id: UUID, given: EvaluationMove, tag: Tagged) -> object:
    """Confirm a sheet, as another person, once two evaluators have handed theirs in 确认评分表 [A5.6]."""
    return tag.seal(await service.confirm_sheet(ctx, sheet_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:recuse", response_model=ScoreSheet, **permits(Permission.CAMPAIGN_RUN))
async def recuse_score_sheet(ctx: Ctx, sheet_id: UUID, given: EvaluationReason, tag: Tagged) -> object:
    """Take the sheet of an evaluator who must stand back out of the count 回避作废 [A5.6]."""
    return tag.seal(await service.recuse_sheet(ctx, sheet_id, given, version=tag.expected(given)))


@router.post(f"{MARK}/files", **uploads(Permission.SCORE_SHEET_SCORE))
async def attach_score_mark_file(arrived: Arrival, ctx: Ctx, sheet_id: UUID, mark_id: UUID) -> Response:
    """Upload evidence of a mark of the own sheet 上传评分依据 [A5.R A6.R]."""
    limits = arrived.shelf.limits
    return arrived.answer(await service.attach_mark_file(ctx, sheet_id, mark_id, arrived.draft, limits))


@router.get(f"{MARK}/files", response_model=Listing[File], **READ)
async def list_score_mark_files(ctx: Ctx, sheet_id: UUID, mark_id: UUID, page: Paged) -> object:
    """Evidence of a mark, oldest first 评分依据 [A5.R A6.R]."""
    return listing(await service.find_mark_files(ctx, page, sheet_id, mark_id))
