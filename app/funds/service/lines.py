"""Use cases of budget lines, and the read-out of a year. [M6.2.2]"""

from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.funds import rules
from app.funds.models import BudgetLine
from app.funds.queries import lines as queries
from app.funds.queries import years
from app.funds.queries.lines import BudgetLineFilter
from app.funds.schemas import BudgetLineAdjust, BudgetLineCreate, FundsYear
from app.funds.service import checks
from app.projects import service as projects

SAME = ("BUDGET_LINE_EXISTS", "该年度同一用途已有同名预算，请调整它的金额或另起名称。")
explain(
    {
        "uq_budget_lines_project": SAME,
        "uq_budget_lines_county": SAME,
        "ck_budget_lines_covered": ("BUDGET_LINE_EXCEEDED", "预算余额不够，请先调整预算或改用另一条预算。"),
    }
)
READ, PLAN = Permission.FUND_READ, Permission.FUND_PLAN


async def find_lines(ctx: Context, request: PageRequest, only: BudgetLineFilter) -> Page[AnyRow]:
    """Budget lines, newest first 预算列表 [M6.2.2]."""
    ctx.require(READ)
    return await queries.line_page(ctx, request, only)


async def find_project_lines(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Budget lines of a project, newest first 项目预算列表 [M6.2.2]."""
    ctx.require(READ)
    row = await projects.get_project(ctx, project_id)
    return await queries.line_page(ctx, request, BudgetLineFilter(project_id=row.id))


async def get_line(ctx: Context, line_id: UUID) -> AnyRow:
    """One budget line; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.line(ctx, line_id))


async def get_lines(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Budget lines (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.lines_by_ids(ctx, ids)


async def add_line(ctx: Context, new: BudgetLineCreate) -> AnyRow:
    """Put a line of the county as a whole into the budget 编列全县预算. [M6.2.2]"""
    ctx.require(PLAN)
    return await _added(ctx, new, None)


async def add_project_line(ctx: Context, project_id: UUID, new: BudgetLineCreate) -> AnyRow:
    """Put a line of a project into the budget 编列项目预算. [M6.2.2]"""
    ctx.require(PLAN)
    row = await projects.get_project(ctx, project_id)
    checks.refuse(await checks.project_faults(ctx, row.id))
    return await _added(ctx, new, row.id)


async def adjust_line(ctx: Context, line_id: UUID, given: BudgetLineAdjust, *, version: int | None) -> AnyRow:
    """Raise or lower a line, with a reason 调整预算; never below what is spent. [M6.2.2]"""
    ctx.require(PLAN)
    row = checks.found(await queries.line(ctx, line_id, lock=True))
    check_version(row, version)
    if given.amount_fen < row.spent_fen:
        spent = f"已支出 {rules.yuan(row.spent_fen)} 元，调整后的预算不能低于它"
        checks.refuse([FieldFault("/amount_fen", "BELOW_SPENT", spent, {"spent_fen": row.spent_fen})])
    told = {"adjust_reason": given.reason, "adjusted_by": ctx.principal.account_id}
    await queries.change(ctx, BudgetLine, row.id, {"amount_fen": given.amount_fen, **told})
    facts = {"before_fen": row.amount_fen, "after_fen": given.amount_fen}
    return await _told(ctx, row.id, "adjusted", facts)


async def year(ctx: Context, of: int) -> FundsYear:
    """The funds of a year: by purpose, fees, reimbursements, subsidies 年度经费情况. [M6.2.2]"""
    ctx.require(READ)
    rows = {row.purpose: row for row in await years.purposes(ctx, of)}
    fees, claims = await years.fees(ctx, of), await years.reimbursements(ctx, of)
    subsidies = await years.subsidies(ctx, of)
    budget, spent = sum(row.budget for row in rows.values()), sum(row.spent for row in rows.values())
    answer: dict[str, Any] = {
        "year": of,
        "on": ctx.clock.today,
        **_yuan(budget, spent),
        "purposes": [
            {"purpose": one.code, "label": one.label, "lines": row.lines, **_yuan(row.budget, row.spent)}
            for one in ctx.regulation.codes("fund_purposes")
            if (row := rows.get(one.code))
        ],
        "payments_unconfirmed": await years.unconfirmed(ctx, of),
        "fees_paid": fees.paid,
        "fees_due": fees.due,
        "fees_overdue": fees.overdue,
        "fees_overdue_yuan": rules.yuan(fees.overdue_fen),
        "reimbursements_paid": claims.paid,
        "reimbursements_waiting": claims.waiting,
        "reimbursement_days_most": claims.days_most,
        "master_subsidies": subsidies.paid,
        "master_subsidies_yuan": rules.yuan(subsidies.fen),
    }
    return FundsYear.model_validate(answer)


def _yuan(budget: int, spent: int) -> dict[str, str]:
    sums = {"budget_yuan": budget, "spent_yuan": spent, "left_yuan": budget - spent}
    return {name: rules.yuan(fen) for name, fen in sums.items()}


async def _added(ctx: Context, new: BudgetLineCreate, project_id: UUID | None) -> AnyRow:
    if new.purpose not in ctx.regulation.codes("fund_purposes"):
        message = f"没有代码 {new.purpose}，见 /v1/reference-data/fund_purposes"
        checks.refuse([FieldFault("/purpose", "CODE_UNKNOWN", message, {"set": "fund_purposes"})])
    made, who = new_id(), ctx.principal.account_id
    await queries.add(ctx, BudgetLine, {"id": made, "project_id": project_id, "made_by": who, **new.model_dump()})
    return await _told(ctx, made, "added", {"amount_fen": new.amount_fen})


async def _told(ctx: Context, line_id: UUID, act: str, facts: dict[str, object]) -> AnyRow:
    """Put a change of a line on record; the line as it is now."""
    row = checks.found(await queries.line(ctx, line_id))
    more = {"year": row.year, "purpose": row.purpose, **facts}
    await ctx.record(f"budget_line.{act}", entity="budget_line", entity_id=row.id, facts=more)
    return row
