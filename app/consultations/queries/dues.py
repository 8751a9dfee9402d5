"""SQL of what is due: a report of every sub-project for every window its project runs in. [A3.4]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, Date, Integer, and_, cast, func, literal, select

from app.access.context import Context
from app.consultations.models import ConsultationReport
from app.consultations.queries.reports import reached
from app.consultations.states import LAST_DAY, ConsultationReportStatus, Tally, Window
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.models import Project, SubProject, SubProjectMember
from app.projects.states import ProjectStatus

_R, _S, _P, _M = ConsultationReport, SubProject, Project, SubProjectMember
_X = ProjectStatus
BEGUN = (_X.RUNNING, _X.PRACTICE, _X.EVALUATING, _X.CLOSED, _X.ARCHIVED)
"""Projects that have begun: their sub-projects report of the windows between the project's first and last day."""


@dataclass(frozen=True, slots=True)
class ConsultationDueFilter:
    """Of which window: the one a day lies in, today's if None; is_missing: not handed in."""

    on: Annotated[date, Field(le=LAST_DAY)] | None = None
    is_missing: bool | None = None


def due(ctx: Context, windows: Sequence[Window]) -> AnySelect:
    """Every pair of a sub-project and one of the windows its project runs in, with the report if there is one."""
    spans = select(
        func.unnest(literal([one.starts_on for one in windows], ARRAY(Date)), type_=Date).label("starts_on"),
        func.unnest(literal([one.ends_on for one in windows], ARRAY(Date)), type_=Date).label("ends_on"),
    ).subquery("windows")
    lead = (
        select(_M.name)
        .where(_M.region_id == _S.region_id, _M.sub_project_id == _S.id, _M.is_lead)
        .correlate(_S)
        .scalar_subquery()
    )
    about = and_(_R.region_id == _S.region_id, _R.sub_project_id == _S.id, _R.starts_on == spans.c.starts_on)
    return (
        select(
            _S.id.label("sub_project_id"),
            _S.name.label("sub_project_name"),
            _P.id.label("project_id"),
            _P.name.label("project_name"),
            lead.label("lead"),
            spans.c.starts_on,
            spans.c.ends_on,
            _R.id.label("report_id"),
            _R.status,
            _R.submitted_on,
            _R.late_days,
        )
        .select_from(_S)
        .join(_P, and_(_P.region_id == _S.region_id, _P.id == _S.project_id))
        .join(spans, and_(_P.starts_on <= spans.c.ends_on, _P.ends_on >= spans.c.starts_on))
        .outerjoin(_R, about)
        .where(_S.region_id == ctx.principal.region_id, _P.status.in_(BEGUN), reached(ctx, _S.id))
    )


async def page(
    ctx: Context, request: PageRequest, windows: Sequence[Window], *, is_missing: bool | None
) -> Page[AnyRow]:
    """What is due of some windows, oldest window first."""
    found = due(ctx, windows).subquery("found")
    statement = select(*found.c)
    if is_missing is not None:
        statement = statement.where(found.c.submitted_on.is_(None).is_(is_missing))
    scope = f"consultation-dues|{windows[0].starts_on}|{windows[-1].ends_on}|{is_missing}"
    order = (found.c.starts_on, found.c.sub_project_id)
    return await fetch_page(ctx.db, statement, request, order=order, scope=scope)


async def owed(ctx: Context, request: PageRequest, windows: Sequence[Window]) -> Page[AnyRow]:
    """What is not handed in of some windows, or was returned and is to be put right, oldest window first."""
    found = due(ctx, windows).subquery("found")
    waits = found.c.submitted_on.is_(None) | (found.c.status == ConsultationReportStatus.RETURNED)
    scope = f"consultation-reminders|{windows[0].starts_on}|{windows[-1].ends_on}"
    order = (found.c.starts_on, found.c.sub_project_id)
    return await fetch_page(ctx.db, select(*found.c).where(waits), request, order=order, scope=scope)


async def tallies(ctx: Context, windows: Sequence[Window]) -> Mapping[date, Tally]:
    """How the reports of some windows came in, by the first day of the window; one statement for all."""
    if not windows:
        return {}
    found = due(ctx, windows).subquery("found")
    statement = select(found.c.starts_on, *_tally(found)).group_by(found.c.starts_on)
    known = {row.starts_on: _read(row) for row in (await ctx.db.execute(statement)).all()}
    return {one.starts_on: known.get(one.starts_on, Tally(0, 0, 0, 0)) for one in windows}


async def of_sub_project(ctx: Context, sub_project_id: UUID, windows: Sequence[Window]) -> Tally:
    """How the reports of one sub-project came in over some windows."""
    if not windows:
        return Tally(0, 0, 0, 0)
    found = due(ctx, windows).where(_S.id == sub_project_id).subquery("found")
    return _read((await ctx.db.execute(select(*_tally(found)))).one())


def _tally(found: Any) -> list[Any]:
    def count(name: str, *where: Any) -> Any:
        return cast(func.count().filter(*where) if where else func.count(), Integer).label(name)

    return [
        count("due"),
        count("in_time", found.c.late_days == 0),
        count("late", found.c.late_days > 0),
        count("missing", found.c.submitted_on.is_(None)),
        count("undecided", found.c.status == ConsultationReportStatus.SUBMITTED),
    ]


def _read(row: AnyRow) -> Tally:
    return Tally(row.due, row.in_time, row.late, row.missing, row.undecided)
