"""SQL of how schools do that a demonstration school helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.core.db import AnyRow
from app.organisations.models import Organisation
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.school_research.models import Inspection
from app.school_research.queries import figures as research

_Org, _Check = Organisation, Inspection


@dataclass(frozen=True, slots=True)
class HelpFilter:
    """Which help pairs: of a school year, of one school on either side or all."""

    school_year: YearName
    school_id: UUID | None = None


async def figures(ctx: Context, school_ids: Sequence[UUID], start_year: int) -> dict[UUID, AnyRow]:
    """Schools -> plan, activities and the last score of a year, in figures only: who sees the pair sees them."""
    year = SchoolYear(start_year)
    plan = research.plans(ctx, start_year).subquery()
    held = research.activities(ctx, (year.first_day, year.last_day)).subquery()
    activities = select(func.count(held.c.id)).where(held.c.school_id == _Org.id)
    score = (
        select(_Check.score)
        .where(
            and_(_Check.region_id == _Org.region_id, _Check.school_id == _Org.id),
            _Check.start_year == start_year,
            _Check.score.is_not(None),
        )
        .order_by(_Check.assessed_on.desc(), _Check.id.desc())
        .limit(1)
    )
    statement = select(
        _Org.id,
        _Org.id.in_(select(plan.c.school_id)).label("has_plan"),
        activities.correlate(_Org).scalar_subquery().label("activities"),
        score.correlate(_Org).scalar_subquery().label("last_score"),
    ).where(_Org.region_id == ctx.principal.region_id, _Org.id.in_(school_ids))
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}
