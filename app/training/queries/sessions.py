"""SQL of sessions and attendance; the project has been shown to the caller before. [A2.3b]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect, touched
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation
from app.projects.models import ProjectPhase, ProjectTrainee
from app.projects.queries.rows import columns_of
from app.teachers.models import Teacher
from app.trainers.models import TrainerAppointment
from app.training.models import TrainingAttendance, TrainingLeave, TrainingSession
from app.training.queries.surveys import OFFICE
from app.training.states import TrainingAttendanceSource, TrainingLeaveStatus, TrainingPresence, TrainingSessionStatus

_S, _A, _T, _L = TrainingSession, TrainingAttendance, ProjectTrainee, TrainingLeave


@dataclass(frozen=True, slots=True)
class TrainingSessionFilter:
    """Which sessions: any part may be None."""

    held_on_gte: date | None = None
    held_on_lte: date | None = None
    status: TrainingSessionStatus | None = None


@dataclass(frozen=True, slots=True)
class TrainingAttendanceFilter:
    """Which attendance: any part may be None."""

    presence: TrainingPresence | None = None
    trainee_id: UUID | None = None


def due(day: Any) -> ColumnElement[bool]:
    """Whether a trainee is one on a day: joined by then, and not left."""
    return and_(_T.joined_on <= day, or_(_T.left_on.is_(None), _T.left_on > day))


def _sessions(ctx: Context) -> AnySelect:
    own = (_A.region_id == _S.region_id, _A.session_id == _S.id)
    recorded = select(func.count()).where(*own).correlate(_S).scalar_subquery()
    present = select(func.count()).where(*own, _A.presence == TrainingPresence.PRESENT).correlate(_S).scalar_subquery()
    columns = [one for one in columns_of(_S) if one.name != "sign_in_code"]
    counts = (cast(present, Integer).label("present"), cast(recorded, Integer).label("recorded"))
    return select(*columns, *counts).where(_S.region_id == ctx.principal.region_id)


async def page(ctx: Context, request: PageRequest, project_id: UUID, only: TrainingSessionFilter) -> Page[AnyRow]:
    """Sessions of a project, by day."""
    statement = _sessions(ctx).where(_S.project_id == project_id)
    if only.held_on_gte:
        statement = statement.where(_S.held_on >= only.held_on_gte)
    if only.held_on_lte:
        statement = statement.where(_S.held_on <= only.held_on_lte)
    if only.status:
        statement = statement.where(_S.status == only.status)
    scope = f"training-sessions|{project_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_S.held_on, _S.id), scope=scope)


async def by_id(ctx: Context, project_id: UUID, session_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One session of a project; `lock` holds it for a change."""
    if lock:
        # The lock comes first, in a statement of its own: counts are then read after any wait for it.
        held = select(_S.id).where(_S.region_id == ctx.principal.region_id, _S.id == session_id)
        await ctx.db.execute(held.with_for_update())
    statement = _sessions(ctx).where(_S.project_id == project_id, _S.id == session_id)
    return (await ctx.db.execute(statement)).one_or_none()


async def code_of(ctx: Context, session_id: UUID) -> str | None:
    """The code that opens a session to sign in."""
    statement = select(_S.sign_in_code).where(_S.region_id == ctx.principal.region_id, _S.id == session_id)
    found: str | None = await ctx.db.scalar(statement)
    return found


async def has_phase(ctx: Context, project_id: UUID, phase_id: UUID) -> bool:
    """Whether a phase is one of the project."""
    own = (ProjectPhase.region_id == ctx.principal.region_id, ProjectPhase.project_id == project_id)
    return bool(await ctx.db.scalar(select(exists(select(ProjectPhase.id).where(*own, ProjectPhase.id == phase_id)))))


async def teacher_name(ctx: Context, teacher_id: UUID) -> str | None:
    """The name of a teacher of the region who is there."""
    own = (Teacher.region_id == ctx.principal.region_id, Teacher.id == teacher_id, Teacher.status == "active")
    found: str | None = await ctx.db.scalar(select(Teacher.name).where(*own))
    return found


async def trainer_name(ctx: Context, appointment_id: UUID, day: date) -> str | None:
    """The name of a trainer whose term holds on a day."""
    one = TrainerAppointment
    own = (one.region_id == ctx.principal.region_id, one.id == appointment_id)
    found: str | None = await ctx.db.scalar(select(one.holder_name).where(*own, one.starts_on <= day, one.until > day))
    return found


def attendance(ctx: Context) -> AnySelect:
    """Attendance within the scope: of sessions that are held, for the offices of every one."""
    who = ctx.principal
    statement = (
        select(*columns_of(_A), Teacher.name.label("teacher_name"), Organisation.name.label("school_name"))
        .join(_S, and_(_S.region_id == _A.region_id, _S.id == _A.session_id))
        .join(Teacher, and_(Teacher.region_id == _A.region_id, Teacher.id == _A.teacher_id))
        .join(Organisation, and_(Organisation.region_id == _A.region_id, Organisation.id == _A.school_id))
        .where(
            _A.region_id == who.region_id,
            rows(who, Permission.TRAINING_ATTENDANCE_READ, organisation=_A.school_id, teacher=_A.teacher_id),
        )
    )
    if who.role in OFFICE:
        return statement
    shown = _S.status == TrainingSessionStatus.HELD
    return statement.where(shown if who.teacher_id is None else or_(shown, _A.teacher_id == who.teacher_id))


async def attendance_page(
    ctx: Context, request: PageRequest, session_id: UUID, only: TrainingAttendanceFilter
) -> Page[AnyRow]:
    """Attendance of a session, in the order it was recorded."""
    statement = attendance(ctx).where(_A.session_id == session_id)
    if only.presence:
        statement = statement.where(_A.presence == only.presence)
    if only.trainee_id:
        statement = statement.where(_A.trainee_id == only.trainee_id)
    scope = f"training-attendance|{session_id}|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_A.id,), scope=scope)


async def attendance_of(ctx: Context, session_id: UUID, teacher_id: UUID) -> AnyRow:
    """The attendance of a teacher at a session, which stands."""
    statement = attendance(ctx).where(_A.session_id == session_id, _A.teacher_id == teacher_id)
    return (await ctx.db.execute(statement)).one()


async def attendance_by_id(ctx: Context, project_id: UUID, attendance_id: UUID) -> AnyRow | None:
    """An attendance of a project within the scope, locked, with the status of its session."""
    statement = attendance(ctx).add_columns(_S.status.label("session_status"))
    statement = statement.where(_S.project_id == project_id, _A.id == attendance_id)
    return (await ctx.db.execute(statement.with_for_update(of=_A))).one_or_none()


async def roster(ctx: Context, project_id: UUID, day: date) -> Sequence[AnyRow]:
    """Trainees of a project on a day, with whether leave is granted: id, teacher_id, school_id, name, on_leave."""
    leave = exists(
        select(_L.id).where(
            _L.region_id == _T.region_id,
            _L.trainee_id == _T.id,
            _L.status == TrainingLeaveStatus.GRANTED,
            _L.starts_on <= day,
            _L.ends_on >= day,
        )
    )
    statement = (
        select(_T.id, _T.teacher_id, _T.school_id, Teacher.name, leave.label("on_leave"))
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .where(_T.region_id == ctx.principal.region_id, _T.project_id == project_id, due(day))
        .order_by(_T.id)
    )
    return (await ctx.db.execute(statement)).all()


async def record(ctx: Context, session_id: UUID, marks: Sequence[dict[str, Any]], *, replaces: bool) -> int:
    """Put attendance on record: trainee_id, teacher_id, school_id, presence, source of each. Answers how many changed.

    replaces: what stands is corrected; else it stays.
    """
    if not marks:
        return 0
    own = {"region_id": ctx.principal.region_id, "session_id": session_id, "recorded_by": ctx.principal.account_id}
    statement = upsert(_A).values([{**own, "id": new_id(), **mark} for mark in marks])
    name = "uq_training_attendances_once"
    if not replaces:
        statement = statement.on_conflict_do_nothing(constraint=name)
        return len((await ctx.db.execute(statement.returning(_A.id))).all())
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        constraint=name,
        set_={"presence": new.presence, "source": new.source, "recorded_by": new.recorded_by, **touched(_A)},
        where=_A.presence != new.presence,
    )
    return len((await ctx.db.execute(statement.returning(_A.id))).all())


async def unrecorded(ctx: Context, project_id: UUID, session_id: UUID | None = None) -> Sequence[AnyRow]:
    """Who has no attendance at a session they were due at: session_id, name. Of one session, or of all held ones."""
    known = exists(select(_A.id).where(_A.region_id == _S.region_id, _A.session_id == _S.id, _A.trainee_id == _T.id))
    which = _S.status == TrainingSessionStatus.HELD if session_id is None else _S.id == session_id
    statement = (
        select(_S.id.label("session_id"), Teacher.name)
        .join(_T, and_(_T.region_id == _S.region_id, _T.project_id == _S.project_id))
        .join(Teacher, and_(Teacher.region_id == _T.region_id, Teacher.id == _T.teacher_id))
        .where(_S.region_id == ctx.principal.region_id, _S.project_id == project_id, which, due(_S.held_on), ~known)
        .order_by(_S.held_on, _S.id, _T.id)
    )
    return (await ctx.db.execute(statement)).all()


async def open_sessions(ctx: Context, project_id: UUID) -> int:
    """How many sessions of a project are neither held nor cancelled."""
    own = (_S.region_id == ctx.principal.region_id, _S.project_id == project_id)
    statement = select(func.count()).where(*own, _S.status == TrainingSessionStatus.PLANNED)
    return int(await ctx.db.scalar(statement) or 0)


async def excuse(ctx: Context, session_id: UUID, people: Sequence[AnyRow]) -> None:
    """Put leave on record for who has it: where nothing stands, or an absence."""
    if not people:
        return
    own = {"region_id": ctx.principal.region_id, "session_id": session_id, "recorded_by": ctx.principal.account_id}
    said = {"presence": str(TrainingPresence.LEAVE), "source": str(TrainingAttendanceSource.LEAVE)}
    lines = [
        {**own, **said, "id": new_id(), "trainee_id": one.id, "teacher_id": one.teacher_id, "school_id": one.school_id}
        for one in people
    ]
    statement = upsert(_A).values(lines)
    values = {"presence": statement.excluded.presence, "source": statement.excluded.source, **touched(_A)}
    await ctx.db.execute(
        statement.on_conflict_do_update(
            constraint="uq_training_attendances_once", set_=values, where=_A.presence == TrainingPresence.ABSENT
        )
    )
