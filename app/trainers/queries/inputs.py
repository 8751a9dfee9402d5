"""SQL of input to assessments and of reports. [A7.10] [A7.11]"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.trainers.models import TrainerAppointment, TrainerInput, TrainerReport
from app.trainers.queries.work import year_name
from app.trainers.states import ReportStatus

_T, _I, _R = TrainerAppointment, TrainerInput, TrainerReport
READ, READ_REPORT = Permission.TRAINER_INPUT_READ, Permission.TRAINER_REPORT_READ


@dataclass(frozen=True, slots=True)
class InputFilter:
    """Which opinions: any part may be None."""

    school_year: YearName | None = None
    teacher_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports: any part may be None."""

    status: ReportStatus | None = None
    teacher_id: UUID | None = None


def _of(table: type[TrainerInput | TrainerReport], *more: Any) -> AnySelect:
    columns: list[Any] = [column for column in table.__table__.columns if column.name != "region_id"]
    term = and_(_T.region_id == table.region_id, _T.id == table.appointment_id)
    return select(*columns, _T.holder_name, *more).join(_T, term)


def _inputs(ctx: Context) -> AnySelect:
    who = ctx.principal
    reach = rows(who, READ, organisation=_I.school_id, teacher=_I.teacher_id)
    return _of(_I, year_name(_I.start_year)).where(_I.region_id == who.region_id, reach)


async def page(ctx: Context, request: PageRequest, only: InputFilter) -> Page[AnyRow]:
    """Opinions the caller may see, newest first."""
    statement = _inputs(ctx)
    if only.school_year:
        statement = statement.where(_I.start_year == SchoolYear.parse(only.school_year).start)
    if only.teacher_id:
        statement = statement.where(_I.teacher_id == only.teacher_id)
    return await fetch_page(ctx.db, statement, request, order=(_I.id,), descending=True, scope=f"trainer-inputs|{only}")


async def by_id(ctx: Context, input_id: UUID) -> AnyRow | None:
    """One opinion the caller may see."""
    return (await ctx.db.execute(_inputs(ctx).where(_I.id == input_id))).one_or_none()


async def report_page(ctx: Context, request: PageRequest, only: ReportFilter) -> Page[AnyRow]:
    """Reports the caller may see, newest first."""
    who = ctx.principal
    reach = rows(who, READ_REPORT, organisation=_R.school_id, teacher=_R.teacher_id)
    named = [(getattr(_R, name), getattr(only, name)) for name in ReportFilter.__slots__]
    given = (column == value for column, value in named if value is not None)
    statement = _of(_R).where(_R.region_id == who.region_id, reach, *given)
    scope = f"trainer-reports|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_R.id,), descending=True, scope=scope)


async def report(ctx: Context, report_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One report of the region, for whoever has just made it or is to answer it."""
    statement = _of(_R).where(_R.region_id == ctx.principal.region_id, _R.id == report_id)
    return (await ctx.db.execute(statement.with_for_update(of=_R) if lock else statement)).one_or_none()
