"""SQL of term assessments."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import insert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.school_research.models import TermAssessment
from app.teachers.models import Teacher

_One = TermAssessment


async def page(ctx: Context, request: PageRequest, school_id: UUID | None, term: str | None) -> Page[AnyRow]:
    """Assessments, newest first."""
    scope = rows(ctx.principal, Permission.TERM_ASSESSMENT_READ, organisation=_One.school_id, teacher=_One.teacher_id)
    statement = (
        select(
            *_One.__table__.columns.values(),
            Organisation.name.label("school_name"),
            Teacher.name.label("teacher_name"),
            Teacher.staff_no,
            func.concat(_One.start_year, "-", _One.start_year + 1, "-", _One.term).label("term_name"),
        )
        .join(Organisation, and_(Organisation.region_id == _One.region_id, Organisation.id == _One.school_id))
        .join(Teacher, and_(Teacher.region_id == _One.region_id, Teacher.id == _One.teacher_id))
        .where(_One.region_id == ctx.principal.region_id, scope)
    )
    if school_id:
        statement = statement.where(_One.school_id == school_id)
    if term:
        statement = statement.where(_One.start_year == int(term[:4]), _One.term == int(term[-1]))
    name = f"assessments|{school_id}|{term}"
    return await fetch_page(ctx.db, statement, request, order=(_One.id,), descending=True, scope=name)


async def put(ctx: Context, new: Sequence[Mapping[str, Any]]) -> None:
    """Store assessments; one of the same teacher, school and term is replaced."""
    own = {"region_id": ctx.principal.region_id, "assessed_by": ctx.principal.account_id}
    statement = insert(_One).values([{**own, "id": new_id(), **one} for one in new])
    said = {name: statement.excluded[name] for name in ("school_id", "result", "reason", "assessed_by")}
    await ctx.db.execute(
        statement.on_conflict_do_update(constraint="uq_term_assessments_teacher", set_=said | touched(_One))
    )


async def standings(ctx: Context, start_year: int, term: int, school_id: UUID | None) -> Sequence[AnyRow]:
    """Every open school in scope: teachers at post now, how many of them are assessed, and how. [A5.2] [A5.7.2]"""
    scope = rows(ctx.principal, Permission.TERM_ASSESSMENT_READ, organisation=Organisation.id)
    said = and_(
        _One.region_id == Teacher.region_id,
        _One.teacher_id == Teacher.id,
        _One.school_id == Organisation.id,
        _One.start_year == start_year,
        _One.term == term,
    )
    at_post = and_(
        Teacher.region_id == Organisation.region_id,
        Teacher.school_id == Organisation.id,
        Teacher.is_on_post,
        Teacher.status == "active",
    )
    failed = func.count(_One.id).filter(_One.result == "unqualified")
    statement = (
        select(
            Organisation.id.label("school_id"),
            Organisation.name.label("school_name"),
            func.count(Teacher.id).label("teachers"),
            func.count(_One.id).label("assessed"),
            failed.label("unqualified"),
            (func.count(Teacher.id) - func.count(_One.id)).label("unassessed"),
        )
        .outerjoin(Teacher, at_post)
        .outerjoin(_One, said)
        .where(
            Organisation.region_id == ctx.principal.region_id,
            Organisation.kind == "school",
            Organisation.status == "open",
            scope,
        )
        .group_by(Organisation.region_id, Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    if school_id:
        statement = statement.where(Organisation.id == school_id)
    return (await ctx.db.execute(statement)).all()
