"""SQL of meetings and their decisions. [A3.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, select

from app.access.context import Context
from app.consultations.models import ConsultationDecision, ConsultationMeeting
from app.consultations.queries.rows import columns_of
from app.consultations.states import ConsultationDecisionStatus, ConsultationMeetingStatus
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import Project
from app.steering.models import Expert
from app.teachers.models import Teacher

_M, _D = ConsultationMeeting, ConsultationDecision


@dataclass(frozen=True, slots=True)
class ConsultationMeetingFilter:
    """Which meetings: any part may be None; since, until: the days they were held."""

    project_id: UUID | None = None
    status: ConsultationMeetingStatus | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ConsultationDecisionFilter:
    """Which decisions: any part may be None; is_overdue: open after the day they were due."""

    meeting_id: UUID | None = None
    status: ConsultationDecisionStatus | None = None
    is_overdue: bool | None = None


def _meetings(ctx: Context) -> AnySelect:
    def count(name: str, *where: Any) -> Any:
        own = (_D.region_id == _M.region_id, _D.meeting_id == _M.id)
        found = select(func.count()).where(*own, *where).correlate(_M).scalar_subquery()
        return cast(found, Integer).label(name)

    return (
        select(
            *columns_of(_M),
            Project.name.label("project_name"),
            count("decisions"),
            count("decisions_open", _D.status == ConsultationDecisionStatus.OPEN),
        )
        .outerjoin(Project, and_(Project.region_id == _M.region_id, Project.id == _M.project_id))
        .where(_M.region_id == ctx.principal.region_id)
    )


async def page(ctx: Context, request: PageRequest, only: ConsultationMeetingFilter) -> Page[AnyRow]:
    """Meetings, the last held first."""
    statement = _meetings(ctx)
    if only.project_id:
        statement = statement.where(_M.project_id == only.project_id)
    if only.status:
        statement = statement.where(_M.status == only.status)
    if only.since:
        statement = statement.where(_M.held_on >= only.since)
    if only.until:
        statement = statement.where(_M.held_on <= only.until)
    order, scope = (_M.held_on, _M.id), f"consultation-meetings|{only}"
    return await fetch_page(ctx.db, statement, request, order=order, descending=True, scope=scope)


async def meeting(ctx: Context, meeting_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One meeting; `lock` holds it for a step."""
    statement = _meetings(ctx).where(_M.id == meeting_id)
    return (await ctx.db.execute(statement.with_for_update(of=_M) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Meetings (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_meetings(ctx).where(_M.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


def _decisions(ctx: Context) -> AnySelect:
    overdue = and_(_D.status == ConsultationDecisionStatus.OPEN, _D.due_on < ctx.clock.today)
    return (
        select(
            *columns_of(_D),
            overdue.label("is_overdue"),
            _M.title.label("meeting_title"),
            _M.held_on,
            _M.status.label("meeting_status"),
        )
        .join(_M, and_(_M.region_id == _D.region_id, _M.id == _D.meeting_id))
        .where(_D.region_id == ctx.principal.region_id)
    )


async def decision_page(ctx: Context, request: PageRequest, only: ConsultationDecisionFilter) -> Page[AnyRow]:
    """Decisions of meetings that stand, the first due first; of one meeting, whatever became of it."""
    statement = _decisions(ctx)
    if only.meeting_id:
        statement = statement.where(_D.meeting_id == only.meeting_id)
    else:
        statement = statement.where(_M.status != ConsultationMeetingStatus.WITHDRAWN)
    if only.status:
        statement = statement.where(_D.status == only.status)
    if only.is_overdue is not None:
        late = and_(_D.status == ConsultationDecisionStatus.OPEN, _D.due_on < ctx.clock.today)
        statement = statement.where(late.is_(only.is_overdue))
    scope = f"consultation-decisions|{only}|{ctx.clock.today}"
    return await fetch_page(ctx.db, statement, request, order=(_D.due_on, _D.id), scope=scope)


async def decision(ctx: Context, decision_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One decision; `lock` holds it and its meeting for a step."""
    statement = _decisions(ctx).where(_D.id == decision_id)
    return (await ctx.db.execute(statement.with_for_update(of=(_M, _D)) if lock else statement)).one_or_none()


async def decisions_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Decisions (n,) -> rows (n,), None where missing."""
    known = {row.id: row for row in (await ctx.db.execute(_decisions(ctx).where(_D.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def names(ctx: Context, kind: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of teachers, experts or organisations of the region by id; kind: teacher_id, expert_id, organisation_id."""
    table: Any = {"teacher_id": Teacher, "expert_id": Expert, "organisation_id": Organisation}[kind]
    if not ids:
        return {}
    statement = select(table.id, table.name).where(table.region_id == ctx.principal.region_id, table.id.in_(ids))
    return {row.id: row.name for row in (await ctx.db.execute(statement)).all()}
