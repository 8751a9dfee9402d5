"""SQL of how schools do that a demonstration school helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.core.db import AnyRow
from app.organisations.models import Organisation
from app.organisations.schemas import YearName
from app.school_research.models import Inspection, ResearchActivity, SchoolPlan
from app.school_research.states import STANDING, ResearchActivityStatus

_Org, _Act, _Check = Organisation, ResearchActivity, Inspection


@dataclass(frozen=True, slots=True)
class HelpFilter:
    """Which help pairs: of a school year, of one school on either side or all."""

    school_year: YearName
    school_id: UUID | None = None


async def figures(ctx: Context, school_ids: Sequence[UUID], start_year: int) -> dict[UUID, AnyRow]:
    """Schools -> plan, activities and the last score of a year, in figures only: who sees the pair sees them."""
    plan = select(SchoolPlan.id).where(
        SchoolPlan.region_id == _Org.region_id,
        SchoolPlan.school_id == _Org.id,
        SchoolPlan.start_year == start_year,
        SchoolPlan.status.in_([str(one) for one in STANDING]),
    )
    activities = select(func.count(_Act.id)).where(
        _Act.region_id == _Org.region_id,
        _Act.school_id == _Org.id,
        _Act.start_year == start_year,
        _Act.status == str(ResearchActivityStatus.OPEN),
    )
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
        plan.correlate(_Org).exists().label("has_plan"),
        activities.correlate(_Org).scalar_subquery().label("activities"),
        score.correlate(_Org).scalar_subquery().label("last_score"),
    ).where(_Org.region_id == ctx.principal.region_id, _Org.id.in_(school_ids))
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}
