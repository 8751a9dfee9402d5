"""SQL of fees and reimbursements within the caller's scope. [M6.1.2] [M6.3.2]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal, null, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.funds.models import ExpertFee, Reimbursement
from app.funds.states import ExpertFeeStatus, ReimbursementStatus
from app.projects.models import Project

_F, _R = ExpertFee, Reimbursement


@dataclass(frozen=True, slots=True)
class ExpertFeeFilter:
    """Which fees: any part may be None; is_overdue: due before today and not paid."""

    expert_id: UUID | None = None
    project_id: UUID | None = None
    status: ExpertFeeStatus | None = None
    is_overdue: bool | None = None


@dataclass(frozen=True, slots=True)
class ReimbursementFilter:
    """Which reimbursements: any part may be None."""

    project_id: UUID | None = None
    school_id: UUID | None = None
    teacher_id: UUID | None = None
    status: ReimbursementStatus | None = None


def overdue(day: date) -> Any:
    """That a fee is due before a day and not paid, in SQL."""
    return and_(_F.status == ExpertFeeStatus.DUE, _F.due_on < day)


def _fees(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _F.__table__.columns if column.name != "region_id"]
    reach = rows(ctx.principal, Permission.EXPERT_FEE_READ, teacher=_F.teacher_id)
    return select(*columns, overdue(ctx.clock.today).label("is_overdue")).where(
        _F.region_id == ctx.principal.region_id, reach
    )


async def fee_page(ctx: Context, request: PageRequest, only: ExpertFeeFilter) -> Page[AnyRow]:
    """Fees the caller may see, newest first."""
    named = [(getattr(_F, name), getattr(only, name)) for name in ("expert_id", "project_id", "status")]
    statement = _fees(ctx).where(*(column == value for column, value in named if value is not None))
    if only.is_overdue is not None:
        statement = statement.where(overdue(ctx.clock.today).is_(only.is_overdue))
    scope = f"expert-fees|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_F.id,), descending=True, scope=scope)


async def fee(ctx: Context, fee_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One fee the caller may see; `lock` holds it for a step."""
    statement = _fees(ctx).where(_F.id == fee_id)
    return (await ctx.db.execute(statement.with_for_update(of=_F) if lock else statement)).one_or_none()


async def fees_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Fees (n,) -> rows (n,), None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_fees(ctx).where(_F.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


def _reimbursements(ctx: Context) -> AnySelect:
    columns: list[Any] = [column for column in _R.__table__.columns if column.name != "region_id"]
    reach = rows(ctx.principal, Permission.REIMBURSEMENT_READ, organisation=_R.school_id, teacher=_R.teacher_id)
    until = func.coalesce(_R.paid_on, literal(ctx.clock.today))
    days = case((_R.status == ReimbursementStatus.WITHDRAWN, null()), else_=until - _R.submitted_on).label("days")
    return (
        select(*columns, days, Project.name.label("project_name"))
        .join(Project, and_(Project.region_id == _R.region_id, Project.id == _R.project_id))
        .where(_R.region_id == ctx.principal.region_id, reach)
    )


async def reimbursement_page(ctx: Context, request: PageRequest, only: ReimbursementFilter) -> Page[AnyRow]:
    """Reimbursements the caller may see, newest first."""
    named = [(getattr(_R, name), getattr(only, name)) for name in ReimbursementFilter.__slots__]
    statement = _reimbursements(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"reimbursements|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), descending=True, scope=scope)


async def reimbursement(ctx: Context, reimbursement_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One reimbursement the caller may see; `lock` holds it for a step."""
    statement = _reimbursements(ctx).where(_R.id == reimbursement_id)
    return (await ctx.db.execute(statement.with_for_update(of=_R) if lock else statement)).one_or_none()


async def reimbursements_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Reimbursements (n,) -> rows (n,), None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_reimbursements(ctx).where(_R.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
