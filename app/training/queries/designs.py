"""SQL of course designs and reviews; the project has been shown to the caller before. [A2.3a]"""

from uuid import UUID

from sqlalchemy import Integer, cast, func, select

from app.access.context import Context
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.queries.rows import columns_of
from app.training.models import CourseDesign, CourseReview
from app.training.queries.surveys import OFFICE
from app.training.states import CourseDesignStatus

_D, _R = CourseDesign, CourseReview


def _designs(ctx: Context) -> AnySelect:
    who = ctx.principal
    reviews = (
        select(func.count()).where(_R.region_id == _D.region_id, _R.design_id == _D.id).correlate(_D).scalar_subquery()
    )
    statement = select(*columns_of(_D), cast(reviews, Integer).label("reviews")).where(_D.region_id == who.region_id)
    return statement if who.role in OFFICE else statement.where(_D.status == CourseDesignStatus.ACCEPTED)


async def page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Versions of the course design of a project, newest first."""
    statement = _designs(ctx).where(_D.project_id == project_id)
    scope = f"course-designs|{project_id}"
    return await fetch_page(ctx.db, statement, request, order=(_D.number,), descending=True, scope=scope)


async def by_id(ctx: Context, project_id: UUID, design_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One version; `lock` holds it for a change."""
    statement = _designs(ctx).where(_D.project_id == project_id, _D.id == design_id)
    return (await ctx.db.execute(statement.with_for_update(of=_D) if lock else statement)).one_or_none()


async def accepted(ctx: Context, project_id: UUID) -> UUID | None:
    """The accepted version of a project."""
    statement = select(_D.id).where(
        _D.region_id == ctx.principal.region_id,
        _D.project_id == project_id,
        _D.status == CourseDesignStatus.ACCEPTED,
    )
    found: UUID | None = await ctx.db.scalar(statement)
    return found


async def next_number(ctx: Context, project_id: UUID) -> int:
    """The number of the next version of a project that is held."""
    statement = select(func.max(_D.number)).where(_D.region_id == ctx.principal.region_id, _D.project_id == project_id)
    return int(await ctx.db.scalar(statement) or 0) + 1


def _reviews(ctx: Context) -> AnySelect:
    return select(*columns_of(_R)).where(_R.region_id == ctx.principal.region_id)


async def review_page(ctx: Context, request: PageRequest, design_id: UUID) -> Page[AnyRow]:
    """What experts said of a version, in order."""
    statement = _reviews(ctx).where(_R.design_id == design_id)
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), scope=f"course-reviews|{design_id}")


async def review(ctx: Context, review_id: UUID) -> AnyRow:
    """A review that stands."""
    return (await ctx.db.execute(_reviews(ctx).where(_R.id == review_id))).one()
