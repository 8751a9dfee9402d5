"""REST of budget lines and of the read-out of a year."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.funds import service
from app.funds.queries.lines import BudgetLineFilter
from app.funds.schemas import BudgetLine, BudgetLineAdjust, BudgetLineCreate, FundsYear
from app.funds.states import YEARS

router = APIRouter(tags=["funds"])
READ, PLAN = permits(Permission.FUND_READ), permits(Permission.FUND_PLAN)
PROJECT = "/projects/{project_id:uuid}/budget-lines"
ONE = "/budget-lines/{line_id:uuid}"


@router.get("/budget-lines", response_model=Listing[BudgetLine], **READ)
async def list_budget_lines(ctx: Ctx, page: Paged, only: Annotated[BudgetLineFilter, Depends()]) -> object:
    """Budget lines, newest first; is_county: of no project 预算列表 [M6.2.2]."""
    return listing(await service.find_lines(ctx, page, only))


@router.post("/budget-lines", response_model=BudgetLine, status_code=201, **PLAN)
async def add_budget_line(ctx: Ctx, new: BudgetLineCreate, once: Once) -> Response:
    """Put a line of the county as a whole into the budget 编列全县预算 [M6.2.2]."""
    return await once.answer(ctx, new, lambda: service.add_line(ctx, new), BudgetLine)


@router.get(PROJECT, response_model=Listing[BudgetLine], **READ)
async def list_project_budget_lines(ctx: Ctx, project_id: UUID, page: Paged) -> object:
    """Budget lines of a project, newest first 项目预算列表 [M6.2.2]."""
    return listing(await service.find_project_lines(ctx, page, project_id))


@router.post(PROJECT, response_model=BudgetLine, status_code=201, **PLAN)
async def add_project_budget_line(ctx: Ctx, project_id: UUID, new: BudgetLineCreate, once: Once) -> Response:
    """Put a line of a project into the budget 编列项目预算 [M6.2.2]."""
    return await once.answer(ctx, new, lambda: service.add_project_line(ctx, project_id, new), BudgetLine)


@router.get(ONE, response_model=BudgetLine, **READ)
async def get_budget_line(ctx: Ctx, line_id: UUID, tag: Tagged) -> object:
    """One budget line 预算详情 [M6.2.2]."""
    return tag.seal(await service.get_line(ctx, line_id))


@router.post(f"{ONE}:adjust", response_model=BudgetLine, **PLAN)
async def adjust_budget_line(ctx: Ctx, line_id: UUID, given: BudgetLineAdjust, tag: Tagged) -> object:
    """Raise or lower a line, never below what is spent 调整预算 [M6.2.2]."""
    return tag.seal(await service.adjust_line(ctx, line_id, given, version=tag.expected(given)))


@router.get("/funds-year", response_model=FundsYear, **READ)
async def get_funds_year(
    ctx: Ctx, year: Annotated[int, Query(ge=YEARS[0], le=YEARS[1], description="预算年度")]
) -> object:
    """The funds of a year: by purpose, fees, reimbursements, subsidies 年度经费情况 [M6.2.2]."""
    return await service.year(ctx, year)
