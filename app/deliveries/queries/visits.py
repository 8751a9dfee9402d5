"""SQL of programmes and visits with their lessons: everybody may read them. [M4.3]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, and_, case, cast, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, RegionRow, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.deliveries.models import DeliveryAttendance, DeliveryLesson, DeliveryProgramme, DeliveryVisit
from app.deliveries.states import DeliveryProgrammeStatus, DeliveryVisitStatus, LecturerKind
from app.organisations.models import Organisation
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.teachers.models import Teacher

_P, _V, _L, _A = DeliveryProgramme, DeliveryVisit, DeliveryLesson, DeliveryAttendance
READ = Permission.DELIVERY_READ
_TOLD = ("position", "title", "hours", "lecturer_name", "teacher_id", "appointment_id", "expert_id", "assignment_id")


@dataclass(frozen=True, slots=True)
class DeliveryProgrammeFilter:
    """Which programmes: any part may be None."""

    school_year: YearName | None = None
    stage: str | None = None
    subject: str | None = None
    status: DeliveryProgrammeStatus | None = None


@dataclass(frozen=True, slots=True)
class DeliveryVisitFilter:
    """Which visits: any part may be None."""

    programme_id: UUID | None = None
    school_year: YearName | None = None
    host_school_id: UUID | None = None
    town: str | None = None
    status: DeliveryVisitStatus | None = None


def year_name(column: Any) -> Any:
    """The name of a school year from its first calendar year, as `school_year`."""
    return (cast(column, Text) + "-" + cast(column + 1, Text)).label("school_year")


def _programmes(ctx: Context) -> AnySelect:
    own = and_(_V.region_id == _P.region_id, _V.programme_id == _P.id, _V.status == DeliveryVisitStatus.HELD)
    held = cast(select(func.count()).where(own).scalar_subquery(), Integer).label("visits_held")
    columns: list[Any] = [column for column in _P.__table__.columns if column.name != "region_id"]
    return select(*columns, year_name(_P.start_year), held).where(
        _P.region_id == ctx.principal.region_id, rows(ctx.principal, READ)
    )


async def programme_page(ctx: Context, request: PageRequest, only: DeliveryProgrammeFilter) -> Page[AnyRow]:
    """Programmes, newest first."""
    named = [(getattr(_P, name), getattr(only, name)) for name in ("stage", "subject", "status")]
    statement = _programmes(ctx).where(*(column == value for column, value in named if value is not None))
    if only.school_year:
        statement = statement.where(_P.start_year == SchoolYear.parse(only.school_year).start)
    scope = f"delivery-programmes|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), descending=True, scope=scope)


async def programme(ctx: Context, programme_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One programme; `lock` holds it for a change."""
    statement = _programmes(ctx).where(_P.id == programme_id)
    return (await ctx.db.execute(statement.with_for_update(of=_P) if lock else statement)).one_or_none()


async def programmes_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Programmes (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_programmes(ctx).where(_P.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


def _lessons() -> Any:
    """The lessons of a visit as one JSON list, in their order: a list of visits stays one statement."""
    kinds = case(
        (_L.appointment_id.is_not(None), str(LecturerKind.TRAINER)),
        (_L.expert_id.is_not(None), str(LecturerKind.EXPERT)),
        else_=str(LecturerKind.TEACHER),
    )
    pairs = [part for name in _TOLD for part in (literal(name), getattr(_L, name))]
    told = func.jsonb_build_object(*pairs, literal("lecturer"), kinds)
    listed = func.jsonb_agg(aggregate_order_by(told, _L.position))
    own = and_(_L.region_id == _V.region_id, _L.visit_id == _V.id)
    made = select(func.coalesce(listed, cast(literal("[]"), JSONB))).where(own).scalar_subquery()
    return made.label("lessons")


def _visits(ctx: Context) -> AnySelect:
    own = and_(_A.region_id == _V.region_id, _A.visit_id == _V.id)
    receivers = cast(select(func.count()).where(own).scalar_subquery(), Integer).label("receivers")
    waiting = cast(select(func.count()).where(own, _A.entry_id.is_(None)).scalar_subquery(), Integer)
    columns: list[Any] = [column for column in _V.__table__.columns if column.name != "region_id"]
    told = (_P.stage, _P.subject, Organisation.name.label("host_school_name"), Organisation.town)
    counts = (receivers, waiting.label("unconfirmed"))
    return (
        select(*columns, year_name(_V.start_year), *told, *counts, _lessons())
        .join(_P, and_(_P.region_id == _V.region_id, _P.id == _V.programme_id))
        .join(Organisation, and_(Organisation.region_id == _V.region_id, Organisation.id == _V.host_school_id))
        .where(_V.region_id == ctx.principal.region_id, rows(ctx.principal, READ))
    )


async def page(ctx: Context, request: PageRequest, only: DeliveryVisitFilter) -> Page[AnyRow]:
    """Visits, newest first."""
    plain = ("programme_id", "host_school_id", "status")
    named = [(getattr(_V, name), getattr(only, name)) for name in plain] + [(Organisation.town, only.town)]
    statement = _visits(ctx).where(*(column == value for column, value in named if value is not None))
    if only.school_year:
        statement = statement.where(_V.start_year == SchoolYear.parse(only.school_year).start)
    scope = f"delivery-visits|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_V.id,), descending=True, scope=scope)


async def by_id(ctx: Context, visit_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One visit; `lock` holds it for a change."""
    statement = _visits(ctx).where(_V.id == visit_id)
    return (await ctx.db.execute(statement.with_for_update(of=_V) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Visits (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_visits(ctx).where(_V.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def names_of_teachers(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of those of some teachers who are there in the region."""
    statement = select(Teacher.id, Teacher.name).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(ids), Teacher.status == "active"
    )
    return {row.id: row.name for row in (await ctx.db.execute(statement)).all()}


async def lessons_of(ctx: Context, visit_id: UUID) -> Sequence[AnyRow]:
    """The lessons of a visit, in their order."""
    statement = select(*_L.__table__.columns).where(_L.region_id == ctx.principal.region_id, _L.visit_id == visit_id)
    return (await ctx.db.execute(statement.order_by(_L.position).limit(100))).all()


async def add_lessons(ctx: Context, visit_id: UUID, lessons: Sequence[Mapping[str, Any]]) -> None:
    """Store the lessons of a new visit in the order given."""
    own = {"region_id": ctx.principal.region_id, "visit_id": visit_id}
    lines = [{**own, "id": new_id(), "position": place, **one} for place, one in enumerate(lessons, start=1)]
    await ctx.db.execute(insert(_L), lines)


async def add(ctx: Context, table: type[RegionRow], values: dict[str, Any]) -> None:
    """A new row of a table of this package."""
    await ctx.db.execute(insert(table).values(region_id=ctx.principal.region_id, **values))


async def change(ctx: Context, table: type[RegionRow], row_id: UUID, values: dict[str, Any]) -> None:
    """Change a row of a table of this package that is held."""
    one = (table.region_id == ctx.principal.region_id, table.id == row_id)
    await ctx.db.execute(update(table).where(*one).values(**values, **touched(table)))


async def has_visits(ctx: Context, programme_id: UUID, *statuses: DeliveryVisitStatus) -> bool:
    """Whether a programme has visits in one of some statuses."""
    statement = select(_V.id).where(
        _V.region_id == ctx.principal.region_id, _V.programme_id == programme_id, _V.status.in_(statuses)
    )
    return (await ctx.db.execute(statement.limit(1))).first() is not None
