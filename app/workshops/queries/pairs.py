"""SQL of mentor pairs and subsidies."""

from dataclasses import dataclass, fields
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.teachers.models import Teacher
from app.workshops.models import MentorPair, Workshop, WorkshopSubsidy
from app.workshops.queries.workshops import visible
from app.workshops.states import PairStatus, SubsidyStatus

_P, _S = MentorPair, WorkshopSubsidy
_Mentor, _Apprentice = aliased(Teacher), aliased(Teacher)
YearName = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{4}$")]


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs: any part may be None."""

    workshop_id: UUID | None = None
    mentor_id: UUID | None = None
    apprentice_id: UUID | None = None
    status: PairStatus | None = None


@dataclass(frozen=True, slots=True)
class SubsidyFilter:
    """Which subsidies: any part may be None."""

    workshop_id: UUID | None = None
    teacher_id: UUID | None = None
    school_year: YearName | None = None
    status: SubsidyStatus | None = None


def _pairs(ctx: Context) -> AnySelect:
    return (
        select(
            *_P.__table__.columns.values(),
            _Mentor.name.label("mentor_name"),
            _Apprentice.name.label("apprentice_name"),
        )
        .join(Workshop, and_(Workshop.region_id == _P.region_id, Workshop.id == _P.workshop_id))
        .join(_Mentor, and_(_Mentor.region_id == _P.region_id, _Mentor.id == _P.mentor_id))
        .join(_Apprentice, and_(_Apprentice.region_id == _P.region_id, _Apprentice.id == _P.apprentice_id))
        .where(_P.region_id == ctx.principal.region_id, visible(ctx))
    )


async def pair_page(ctx: Context, request: PageRequest, only: PairFilter) -> Page[AnyRow]:
    """Pairs of workshops within the scope, newest first."""
    statement = _pairs(ctx)
    for part in fields(only):
        if (value := getattr(only, part.name)) is not None:
            statement = statement.where(getattr(_P, part.name) == value)
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), descending=True, scope=f"mentor-pairs|{only}")


async def pair(ctx: Context, pair_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One pair of a workshop within the scope; `lock` holds it for a change."""
    statement = _pairs(ctx).where(_P.id == pair_id)
    return (await ctx.db.execute(statement.with_for_update(of=_P) if lock else statement)).one_or_none()


async def add_pair(ctx: Context, values: dict[str, Any]) -> UUID:
    """Store a new pair; the database refuses the same one twice at a time."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "created_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_P).values(**own, **values))
    return made


async def change_pair(ctx: Context, pair_id: UUID, values: dict[str, Any]) -> None:
    """Store the end of a pair."""
    statement = update(_P).where(_P.region_id == ctx.principal.region_id, _P.id == pair_id)
    await ctx.db.execute(statement.values(**values, **touched(_P)))


def _subsidies(ctx: Context) -> AnySelect:
    scope = rows(ctx.principal, Permission.WORKSHOP_SUBSIDY_READ, organisation=_S.school_id, teacher=_S.teacher_id)
    return (
        select(
            *_S.__table__.columns.values(),
            func.concat(_S.start_year, "-", _S.start_year + 1).label("school_year"),
            Teacher.name.label("teacher_name"),
        )
        .join(Teacher, and_(Teacher.region_id == _S.region_id, Teacher.id == _S.teacher_id))
        .where(_S.region_id == ctx.principal.region_id, scope)
    )


async def subsidy_page(ctx: Context, request: PageRequest, only: SubsidyFilter) -> Page[AnyRow]:
    """Subsidies within the scope, newest first."""
    statement = _subsidies(ctx)
    wanted = {one.name: getattr(only, one.name) for one in fields(only)}
    year = wanted.pop("school_year")
    statement = statement if year is None else statement.where(_S.start_year == int(year[:4]))
    for name, value in wanted.items():
        statement = statement if value is None else statement.where(getattr(_S, name) == value)
    scope = f"workshop-subsidies|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), descending=True, scope=scope)


async def subsidy(ctx: Context, subsidy_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One subsidy within the scope; `lock` holds it for a change."""
    statement = _subsidies(ctx).where(_S.id == subsidy_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def add_subsidy(ctx: Context, values: dict[str, Any]) -> UUID:
    """Store a new subsidy; the database refuses a second one for the same year."""
    made = new_id()
    own = {"region_id": ctx.principal.region_id, "id": made, "recorded_by": ctx.principal.account_id}
    await ctx.db.execute(insert(_S).values(**own, **values))
    return made


async def change_subsidy(ctx: Context, subsidy_id: UUID, values: dict[str, Any]) -> None:
    """Store the payment of a subsidy."""
    statement = update(_S).where(_S.region_id == ctx.principal.region_id, _S.id == subsidy_id)
    await ctx.db.execute(statement.values(**values, **touched(_S)))
