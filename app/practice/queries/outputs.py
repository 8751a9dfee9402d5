"""SQL of outputs, opinions on them, and trainees' cases. [A2.4] [A4.5]"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.cases.models import TypicalCase
from app.core.db import AnyRow, AnySelect
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.practice.models import PracticeCase, PracticeOpinion, PracticeOutput, PracticeTask
from app.practice.queries.people import Whose, reach
from app.practice.states import PracticeCaseKind, PracticeCaseStatus, PracticeOutputStatus
from app.projects.models import Project
from app.projects.queries.rows import columns_of
from app.teachers.models import Teacher

_O, _K, _C, _P, _N, _Y = PracticeOutput, PracticeTask, PracticeCase, Project, PracticeOpinion, TypicalCase
READ = Permission.PRACTICE_READ


@dataclass(frozen=True, slots=True)
class OutputFilter:
    """Which outputs: any part may be None."""

    project_id: UUID | None = None
    task_id: UUID | None = None
    trainee_id: UUID | None = None
    school_id: UUID | None = None
    status: PracticeOutputStatus | None = None


@dataclass(frozen=True, slots=True)
class PracticeCaseFilter:
    """Which trainees' cases: any part may be None."""

    project_id: UUID | None = None
    trainee_id: UUID | None = None
    school_id: UUID | None = None
    kind: PracticeCaseKind | None = None
    status: PracticeCaseStatus | None = None


def _outputs(ctx: Context, *, shared: bool = True) -> AnySelect:
    """Outputs in reach, and (shared) those published: they are everybody's to learn from. [A2.3c]"""
    own = reach(ctx, READ, Whose(_O.school_id, _O.teacher_id, _O.project_id))
    seen = or_(own, _O.status == PracticeOutputStatus.PUBLISHED) if shared else own
    return (
        select(
            *columns_of(_O),
            _K.title.label("task_title"),
            _K.kind.label("task_kind"),
            _K.status.label("task_status"),
            _P.status.label("project_status"),
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
        )
        .join(_K, and_(_K.region_id == _O.region_id, _K.id == _O.task_id))
        .join(_P, and_(_P.region_id == _O.region_id, _P.id == _O.project_id))
        .join(Teacher, and_(Teacher.region_id == _O.region_id, Teacher.id == _O.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _O.region_id, Organisation.id == _O.school_id))
        .where(_O.region_id == ctx.principal.region_id, seen)
    )


async def page(ctx: Context, request: PageRequest, only: OutputFilter) -> Page[AnyRow]:
    """Outputs the caller may see, newest first."""
    named = [(getattr(_O, name), getattr(only, name)) for name in OutputFilter.__slots__]
    statement = _outputs(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"practice-outputs|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_O.id,), descending=True, scope=scope)


async def by_id(ctx: Context, output_id: UUID, *, lock: bool = False, shared: bool = True) -> AnyRow | None:
    """One output the caller may see; `lock` holds it for a change, shared=False leaves out those only published."""
    statement = _outputs(ctx, shared=shared).where(_O.id == output_id)
    return (await ctx.db.execute(statement.with_for_update(of=_O) if lock else statement)).one_or_none()


async def by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Outputs (n,) -> rows (n,), same order, None where missing or not visible."""
    known = {row.id: row for row in (await ctx.db.execute(_outputs(ctx).where(_O.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def opinions(ctx: Context, request: PageRequest, output_id: UUID) -> Page[AnyRow]:
    """What was said of an output the caller has been shown, oldest first."""
    statement = select(*columns_of(_N)).where(_N.region_id == ctx.principal.region_id, _N.output_id == output_id)
    scope = f"practice-opinions|{output_id}"
    return await fetch_page(ctx.db, statement, request, order=(_N.id,), scope=scope)


def _cases(ctx: Context) -> AnySelect:
    return (
        select(
            *columns_of(_C),
            _O.title.label("output_title"),
            _Y.title.label("case_title"),
            Teacher.name.label("teacher_name"),
            Organisation.name.label("school_name"),
        )
        .outerjoin(_O, and_(_O.region_id == _C.region_id, _O.id == _C.output_id))
        .outerjoin(_Y, and_(_Y.region_id == _C.region_id, _Y.id == _C.case_id))
        .join(Teacher, and_(Teacher.region_id == _C.region_id, Teacher.id == _C.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _C.region_id, Organisation.id == _C.school_id))
        .where(_C.region_id == ctx.principal.region_id)
        .where(reach(ctx, READ, Whose(_C.school_id, _C.teacher_id, _C.project_id)))
    )


async def case_page(ctx: Context, request: PageRequest, only: PracticeCaseFilter) -> Page[AnyRow]:
    """Trainees' cases in reach, newest first."""
    named = [(getattr(_C, name), getattr(only, name)) for name in PracticeCaseFilter.__slots__]
    statement = _cases(ctx).where(*(column == value for column, value in named if value is not None))
    scope = f"practice-cases|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_C.id,), descending=True, scope=scope)


async def case_by_id(ctx: Context, case_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One trainee's case in reach; `lock` holds it for a change."""
    statement = _cases(ctx).where(_C.id == case_id)
    return (await ctx.db.execute(statement.with_for_update(of=_C) if lock else statement)).one_or_none()


async def cases_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Trainees' cases (n,) -> rows (n,), same order, None where missing or out of reach."""
    known = {row.id: row for row in (await ctx.db.execute(_cases(ctx).where(_C.id.in_(ids)))).all()}
    return [known.get(one) for one in ids]


async def typical_case(ctx: Context, case_id: UUID, teacher_id: UUID) -> str | None:
    """The status of a typical case that is this teacher's own."""
    statement = select(_Y.status).where(
        _Y.region_id == ctx.principal.region_id, _Y.id == case_id, _Y.teacher_id == teacher_id
    )
    found: str | None = await ctx.db.scalar(statement)
    return found


async def output_of(ctx: Context, output_id: UUID, trainee_id: UUID) -> str | None:
    """The status of an output that is this trainee's own; held, so that it is not withdrawn meanwhile."""
    statement = select(_O.status).where(
        _O.region_id == ctx.principal.region_id, _O.id == output_id, _O.trainee_id == trainee_id
    )
    found: str | None = await ctx.db.scalar(statement.with_for_update(read=True))
    return found
