"""SQL of the evaluation of sub-project teams. [A3.6]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.evaluations.models import TeamEvaluation
from app.evaluations.states import TeamEvaluationStatus
from app.projects.models import SubProject

_T, _S = TeamEvaluation, SubProject


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """Which evaluations: any part may be None."""

    sub_project_id: UUID | None = None
    year: int | None = None
    status: TeamEvaluationStatus | None = None


def _teams(ctx: Context) -> AnySelect:
    who = ctx.principal
    columns = [column for column in _T.__table__.columns if column.name != "region_id"]
    return (
        select(*columns, _S.name.label("sub_project_name"), _S.project_id)
        .join(_S, and_(_S.region_id == _T.region_id, _S.id == _T.sub_project_id))
        .where(_T.region_id == who.region_id, rows(who, Permission.TEAM_EVALUATION_READ))
    )


async def page(ctx: Context, request: PageRequest, only: TeamFilter) -> Page[AnyRow]:
    """Evaluations of teams, newest first."""
    named = [(getattr(_T, name), getattr(only, name)) for name in TeamFilter.__slots__]
    statement = _teams(ctx).where(*(column == value for column, value in named if value is not None))
    return await fetch_page(
        ctx.db, statement, request, order=(_T.id,), descending=True, scope=f"team-evaluations|{only}"
    )


async def by_id(ctx: Context, evaluation_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One evaluation; `lock` holds it for the next step."""
    statement = _teams(ctx).where(_T.id == evaluation_id)
    return (await ctx.db.execute(statement.with_for_update(of=_T) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Evaluations (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_teams(ctx).where(_T.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def is_there(ctx: Context, sub_project_id: UUID) -> bool:
    """Whether the region has a sub-project."""
    one = (_S.region_id == ctx.principal.region_id, _S.id == sub_project_id)
    return (await ctx.db.execute(select(_S.id).where(*one))).one_or_none() is not None
