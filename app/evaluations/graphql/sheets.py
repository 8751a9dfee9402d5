"""GraphQL of score sheets."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Batch, shown_many
from app.access.graph_types import Node, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.evaluations import schemas, service
from app.evaluations.queries.scoring import SheetFilter

READ, SCORE, CONFIRM = Permission.SCORE_SHEET_READ, Permission.SCORE_SHEET_SCORE, Permission.SCORE_SHEET_CONFIRM
_S = schemas.ScoreSheet


@output(schemas.ScoreSheet)
class ScoreSheet(Node):
    """A sheet 评分表 of one evaluator about one candidate."""


async def sheets_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ScoreSheet | None]:
    """One score sheet 评分表详情 [A5.R A6.R]."""
    return shown_many(_S, await service.get_sheets(ctx, list(ids)))


async def _sheets_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.ScoreSheet | None]:
    """The same for global ids: to whom sheets are closed, they are missing like any other's."""
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await sheets_by_ids(ctx, ids)


@strawberry.type
class Query:
    """What score sheets answer."""

    score_sheet = record(READ, sheets_by_ids, _S)
    score_sheets = pages(READ, service.find_sheets, _S, only=SheetFilter)
    score_mark_files = pages(READ, service.find_mark_files, File, at=("uuid", "mark_id"))


@strawberry.type
class Mutation:
    """What fills in, returns and confirms score sheets."""

    add_evaluator = verb(Permission.CAMPAIGN_RUN, service.add_evaluator, schemas.ScoreSheetCreate, _S, at=(), once=True)
    mark_score_sheet = verb(SCORE, service.mark_sheet, schemas.ScoreMarksWrite, _S)
    submit_score_sheet = verb(SCORE, service.submit_sheet, schemas.EvaluationMove, _S)
    return_score_sheet = verb(CONFIRM, service.return_sheet, schemas.EvaluationReason, _S)
    recuse_score_sheet = verb(Permission.CAMPAIGN_RUN, service.recuse_sheet, schemas.EvaluationReason, _S)
    confirm_score_sheet = verb(CONFIRM, service.confirm_sheet, schemas.EvaluationMove, _S)


NODES: dict[str, Batch] = {"ScoreSheet": _sheets_of_anybody}
