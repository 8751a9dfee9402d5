"""REST of marks: self-assessment by departments, scoring, returning, designating."""

from fastapi import APIRouter

from app.access.doors import Ctx, Tagged, permits
from app.access.permissions import Permission
from app.performance import service
from app.performance.rest.card import Code, Year
from app.performance.schemas import (
    ScorecardAssess,
    ScorecardDesignate,
    ScorecardReturn,
    ScorecardRow,
    ScorecardScore,
)

router = APIRouter(tags=["performance"])
SCORE = permits(Permission.SCORECARD_SCORE)
ROW = "/scorecards/{year}/requirements/{code}"


@router.post(f"{ROW}:assess", response_model=ScorecardRow, **permits(Permission.SCORECARD_ASSESS))
async def assess_scorecard_row(ctx: Ctx, year: Year, code: Code, given: ScorecardAssess, tag: Tagged) -> object:
    """Mark one's own row, with a note and links 自评 [A4.1]."""
    return tag.seal(await service.assess(ctx, year, code, given, version=tag.expected(given)))


@router.post(f"{ROW}:score", response_model=ScorecardRow, **SCORE)
async def score_scorecard_row(ctx: Ctx, year: Year, code: Code, given: ScorecardScore, tag: Tagged) -> object:
    """Give a row its mark; not by who assessed it 评分 [A3.6]."""
    return tag.seal(await service.score(ctx, year, code, given, version=tag.expected(given)))


@router.post(f"{ROW}:return", response_model=ScorecardRow, **SCORE)
async def return_scorecard_row(ctx: Ctx, year: Year, code: Code, given: ScorecardReturn, tag: Tagged) -> object:
    """Send a row back to its department 退回重评 [A3.6]."""
    return tag.seal(await service.return_row(ctx, year, code, given, version=tag.expected(given)))


@router.post(f"{ROW}:designate", response_model=ScorecardRow, **SCORE)
async def designate_scorecard_row(ctx: Ctx, year: Year, code: Code, given: ScorecardDesignate, tag: Tagged) -> object:
    """Name the departments of a row for the year 指定责任科室 [A4.1]."""
    return tag.seal(await service.designate(ctx, year, code, given, version=tag.expected(given)))
