"""SQL of reports: 项目办 and the bureau see all, a member of a team those of the own sub-project. [A3.4]"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.consultations.models import ConsultationReport
from app.consultations.queries.rows import columns_of
from app.consultations.states import ConsultationReportStatus
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.models import Project, SubProject, SubProjectMember
from app.teachers.queries import successions

_R, _S, _P, _M = ConsultationReport, SubProject, Project, SubProjectMember
READ = Permission.CONSULTATION_REPORT_READ


@dataclass(frozen=True, slots=True)
class ConsultationReportFilter:
    """Which reports: any part may be None; since, until: first days of their windows."""

    sub_project_id: UUID | None = None
    project_id: UUID | None = None
    status: ConsultationReportStatus | None = None
    is_late: bool | None = None
    since: date | None = None
    until: date | None = None


def reached(ctx: Context, sub_project: Any, author: Any = None) -> ColumnElement[bool]:
    """The sub-projects whose reports the caller may see: all, or those whose team the caller is in."""
    in_team = (
        select(_M.id)
        .where(
            _M.region_id == ctx.principal.region_id,
            _M.sub_project_id == sub_project,
            rows(ctx.principal, READ, teacher=_M.teacher_id),
        )
        .correlate(_R, _S)
    )
    return or_(rows(ctx.principal, READ, teacher=author), exists(in_team))


def visible(ctx: Context) -> AnySelect:
    """Reports the caller may see, with the names of sub-project and project."""
    return (
        select(
            *columns_of(_R),
            _S.name.label("sub_project_name"),
            _S.project_id,
            _P.name.label("project_name"),
            _P.starts_on.label("project_starts_on"),
            _P.ends_on.label("project_ends_on"),
        )
        .join(_S, and_(_S.region_id == _R.region_id, _S.id == _R.sub_project_id))
        .join(_P, and_(_P.region_id == _S.region_id, _P.id == _S.project_id))
        .where(_R.region_id == ctx.principal.region_id, reached(ctx, _R.sub_project_id, _R.author_teacher_id))
    )


def narrowed(ctx: Context, only: ConsultationReportFilter) -> AnySelect:
    """The same, of some kind only."""
    statement = visible(ctx)
    columns = {"sub_project_id": _R.sub_project_id, "project_id": _S.project_id, "status": _R.status}
    for part in fields(only):
        value: Any = getattr(only, part.name)
        if value is not None and part.name in columns:
            statement = statement.where(columns[part.name] == value)
    if only.is_late is not None:
        statement = statement.where(_R.late_days > 0 if only.is_late else _R.late_days == 0)
    if only.since:
        statement = statement.where(_R.starts_on >= only.since)
    return statement.where(_R.starts_on <= only.until) if only.until else statement


async def page(ctx: Context, request: PageRequest, only: ConsultationReportFilter) -> Page[AnyRow]:
    """Reports the caller may see, newest window first."""
    order = (_R.starts_on, _R.id)
    scope = f"consultation-reports|{only}"
    return await fetch_page(ctx.db, narrowed(ctx, only), request, order=order, descending=True, scope=scope)


async def report(ctx: Context, report_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One report the caller may see; `lock` holds it for a step."""
    statement = visible(ctx).where(_R.id == report_id)
    return (await ctx.db.execute(statement.with_for_update(of=_R) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Reports (n,) -> rows (n,), None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(visible(ctx).where(_R.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def team(ctx: Context, sub_project_id: UUID) -> Sequence[AnyRow]:
    """A sub-project with its project's days, one row for each of its team, who leads first; empty where there is none.

    Held against a change of the team until the report is written.
    """
    statement = (
        select(
            _S.id,
            _P.status,
            _P.starts_on,
            _P.ends_on,
            _M.name.label("member"),
            _M.teacher_id,
        )
        .join(_P, and_(_P.region_id == _S.region_id, _P.id == _S.project_id))
        .outerjoin(_M, and_(_M.region_id == _S.region_id, _M.sub_project_id == _S.id))
        .where(_S.region_id == ctx.principal.region_id, _S.id == sub_project_id)
        .order_by(_M.is_lead.desc().nulls_last(), _M.id)
        .with_for_update(of=_S, read=True)
    )
    return (await ctx.db.execute(statement)).all()


async def move(ctx: Context, teacher_id: UUID, into_id: UUID) -> int:
    """Reports of an author go to the record that stays; answers how many. Decision 14."""
    return await successions.take_over(ctx, _R.author_teacher_id, true(), teacher_id, into_id)


async def give_back(ctx: Context, teacher_id: UUID, holder_id: UUID) -> int:
    """Reports go back to the record that wrote them; answers how many."""
    return await successions.give_back(ctx, _R.author_teacher_id, teacher_id, holder_id)
