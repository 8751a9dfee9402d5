"""SQL of what belongs to a project the caller has been shown: phases, sub-projects, people, conditions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.access.context import Context
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.projects.models import ProjectCriterion, ProjectPerson, ProjectPhase, SubProject, SubProjectMember
from app.projects.queries.rows import add, columns_of
from app.teachers.models import Teacher
from app.trainers.models import TrainerAppointment

_H, _S, _M, _R, _C = ProjectPhase, SubProject, SubProjectMember, ProjectPerson, ProjectCriterion


def _of(ctx: Context, table: Any, project_id: UUID) -> AnySelect:
    region = ctx.principal.region_id
    return select(*columns_of(table)).where(table.region_id == region, table.project_id == project_id)


async def phase_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Phases of a project, in the order of their days."""
    order = (_H.starts_on, _H.id)
    return await fetch_page(ctx.db, _of(ctx, _H, project_id), request, order=order, scope=f"phases|{project_id}")


async def phase(ctx: Context, project_id: UUID, phase_id: UUID) -> AnyRow | None:
    """One phase of a project."""
    return (await ctx.db.execute(_of(ctx, _H, project_id).where(_H.id == phase_id))).one_or_none()


def _sub_projects(ctx: Context, project_id: UUID) -> AnySelect:
    member = func.jsonb_build_object(
        "name", _M.name, "teacher_id", _M.teacher_id, "duty", _M.duty, "is_lead", _M.is_lead
    )
    members = (
        select(func.coalesce(func.jsonb_agg(aggregate_order_by(member, _M.is_lead.desc(), _M.id)), text("'[]'::jsonb")))
        .where(_M.region_id == _S.region_id, _M.sub_project_id == _S.id)
        .correlate(_S)
        .scalar_subquery()
    )
    return _of(ctx, _S, project_id).add_columns(members.label("members"))


async def sub_project_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Sub-projects of a project with their teams."""
    scope = f"sub-projects|{project_id}"
    return await fetch_page(ctx.db, _sub_projects(ctx, project_id), request, order=(_S.id,), scope=scope)


async def sub_project(ctx: Context, project_id: UUID, sub_project_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One sub-project with its team; `lock` holds it for a change."""
    statement = _sub_projects(ctx, project_id).where(_S.id == sub_project_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def compose(ctx: Context, sub_project_id: UUID, members: Sequence[dict[str, Any]]) -> None:
    """Put a team in the place of the one a sub-project had."""
    region = ctx.principal.region_id
    await ctx.db.execute(delete(_M).where(_M.region_id == region, _M.sub_project_id == sub_project_id))
    await add(ctx, _M, *({"id": new_id(), "sub_project_id": sub_project_id, **one} for one in members))


async def people_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Everybody who stands by a project, by what they do."""
    order = (_R.role, _R.id)
    return await fetch_page(ctx.db, _of(ctx, _R, project_id), request, order=order, scope=f"people|{project_id}")


async def compose_people(ctx: Context, project_id: UUID, role: str, people: Sequence[dict[str, Any]]) -> None:
    """Put people of one sort in the place of those a project had."""
    own = (_R.region_id == ctx.principal.region_id, _R.project_id == project_id)
    await ctx.db.execute(delete(_R).where(*own, _R.role == role))
    await add(ctx, _R, *({"id": new_id(), "project_id": project_id, "role": role, **one} for one in people))


async def criterion_page(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Conditions of selection of a project."""
    return await fetch_page(
        ctx.db, _of(ctx, _C, project_id), request, order=(_C.id,), scope=f"project-criteria|{project_id}"
    )


async def criteria(ctx: Context, project_id: UUID) -> Sequence[AnyRow]:
    """All conditions of selection of a project."""
    return (await ctx.db.execute(_of(ctx, _C, project_id).order_by(_C.id))).all()


async def set_criteria(ctx: Context, project_id: UUID, conditions: Sequence[dict[str, Any]]) -> None:
    """Put conditions in the place of those a project had."""
    own = (_C.region_id == ctx.principal.region_id, _C.project_id == project_id)
    await ctx.db.execute(delete(_C).where(*own))
    await add(ctx, _C, *({"id": new_id(), "project_id": project_id, **one} for one in conditions))


async def teachers(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of teachers of the whole region who are there."""
    statement = select(Teacher.id, Teacher.name).where(
        Teacher.region_id == ctx.principal.region_id, Teacher.id.in_(ids), Teacher.status == "active"
    )
    return {row.id: row.name for row in (await ctx.db.execute(statement)).all()}


async def trainers(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, AnyRow]:
    """Appointments that hold today or begin later: teacher_id, holder_name. [A2.4]"""
    one = TrainerAppointment
    statement = select(one.id, one.teacher_id, one.holder_name).where(
        and_(one.region_id == ctx.principal.region_id, one.id.in_(ids), one.until > ctx.clock.today)
    )
    return {row.id: row for row in (await ctx.db.execute(statement)).all()}
