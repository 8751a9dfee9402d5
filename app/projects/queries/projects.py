"""SQL of projects: whose they are to see, and what they consist of. [M3.1]"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, or_, select

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.projects.models import Project, ProjectNomination, ProjectTrainee
from app.projects.queries.rows import columns_of
from app.projects.states import ProjectStatus, TraineeStatus

_P, _N, _T = Project, ProjectNomination, ProjectTrainee
Code = Annotated[str, Field(max_length=40)]


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Which projects: any part may be None."""

    school_year: YearName | None = None
    status: ProjectStatus | None = None
    level: Code | None = None
    kind: Code | None = None
    stage: Code | None = None
    subject: Code | None = None
    plan_id: UUID | None = None


def visible(ctx: Context) -> ColumnElement[bool]:
    """The projects a caller may see: all; teachers those that are published, and those they are in. [A3.5]"""
    who = ctx.principal
    own = and_(_P.region_id == who.region_id, rows(who, Permission.PROJECT_READ))
    if who.role is not Role.TEACHER:
        return own
    mine = (_N.region_id == _P.region_id, _N.project_id == _P.id, _N.teacher_id == who.teacher_id)
    return and_(own, or_(_P.is_published, exists(select(_N.id).where(*mine).correlate(_P))))


def _projects(ctx: Context) -> AnySelect:
    enrolled = (
        select(func.count())
        .where(_T.region_id == _P.region_id, _T.project_id == _P.id, _T.status == TraineeStatus.ENROLLED)
        .correlate(_P)
        .scalar_subquery()
    )
    return (
        select(
            *columns_of(_P),
            func.concat(_P.start_year, "-", _P.start_year + 1).label("school_year"),
            Organisation.name.label("host_name"),
            cast(enrolled, Integer).label("trainees"),
        )
        .outerjoin(
            Organisation,
            and_(Organisation.region_id == _P.region_id, Organisation.id == _P.host_institution_id),
        )
        .where(visible(ctx))
    )


async def page(ctx: Context, request: PageRequest, only: ProjectFilter) -> Page[AnyRow]:
    """Projects the caller may see, newest first."""
    statement = _projects(ctx)
    for part in fields(only):
        value: Any = getattr(only, part.name)
        if part.name == "school_year" and value is not None:
            statement = statement.where(_P.start_year == SchoolYear.parse(value).start)
        elif value is not None:
            statement = statement.where(getattr(_P, part.name) == value)
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), descending=True, scope=f"projects|{only}")


async def by_id(ctx: Context, project_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One project the caller may see; `lock` holds it for a change."""
    if lock:
        # The lock comes first, in a statement of its own: counts are then read after any wait for it.
        held = select(_P.id).where(_P.region_id == ctx.principal.region_id, _P.id == project_id)
        await ctx.db.execute(held.with_for_update())
    return (await ctx.db.execute(_projects(ctx).where(_P.id == project_id))).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Projects (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_projects(ctx).where(_P.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]
