"""SQL of communities, sessions and attendance; names of the roster are everybody's to read. [A7.9] [M4.4]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, and_, cast, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow, AnySelect
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.trainers.models import TrainerAppointment, TrainerAttendance, TrainerCommunity, TrainerMember, TrainerSession
from app.trainers.queries.appointments import active

_C, _M, _S, _P, _T = TrainerCommunity, TrainerMember, TrainerSession, TrainerAttendance, TrainerAppointment


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions: any part may be None; is_concentrated: of the whole team."""

    community_id: UUID | None = None
    school_year: YearName | None = None
    is_concentrated: bool | None = None


def _communities(ctx: Context) -> AnySelect:
    count = select(func.count()).where(_S.region_id == _C.region_id, _S.community_id == _C.id).scalar_subquery()
    own = and_(_M.region_id == _C.region_id, _M.community_id == _C.id)
    term = and_(_T.region_id == _M.region_id, _T.id == _M.appointment_id)
    members = select(func.count()).where(own).scalar_subquery()
    convener = select(_T.holder_name).join(_M, term).where(own, _M.is_convener).scalar_subquery()
    columns: list[Any] = [column for column in _C.__table__.columns if column.name != "region_id"]
    counts = [cast(one, Integer).label(name) for name, one in (("sessions", count), ("members", members))]
    return select(*columns, *counts, convener.label("convener")).where(
        _C.region_id == ctx.principal.region_id, rows(ctx.principal, Permission.TRAINER_READ)
    )


def _sessions(ctx: Context) -> AnySelect:
    count = select(func.count()).where(_P.region_id == _S.region_id, _P.session_id == _S.id).scalar_subquery()
    year = (cast(_S.start_year, Text) + "-" + cast(_S.start_year + 1, Text)).label("school_year")
    columns: list[Any] = [column for column in _S.__table__.columns if column.name != "region_id"]
    return select(*columns, year, cast(count, Integer).label("attended")).where(
        _S.region_id == ctx.principal.region_id, rows(ctx.principal, Permission.TRAINER_READ)
    )


async def page(ctx: Context, request: PageRequest) -> Page[AnyRow]:
    """Communities, newest first."""
    scope = "trainer-communities"
    return await fetch_page(ctx.db, _communities(ctx), request, order=(_C.id,), descending=True, scope=scope)


async def by_id(ctx: Context, community_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One community; `lock` holds it for a change."""
    statement = _communities(ctx).where(_C.id == community_id)
    return (await ctx.db.execute(statement.with_for_update(of=_C) if lock else statement)).one_or_none()


async def member_page(ctx: Context, request: PageRequest, community_id: UUID) -> Page[AnyRow]:
    """Who belongs to a community."""
    columns: list[Any] = [column for column in _M.__table__.columns if column.name != "region_id"]
    statement = (
        select(*columns, _T.teacher_id, _T.holder_name, active(ctx.clock.today).label("is_active"))
        .join(_T, and_(_T.region_id == _M.region_id, _T.id == _M.appointment_id))
        .where(_M.region_id == ctx.principal.region_id, _M.community_id == community_id)
    )
    return await fetch_page(ctx.db, statement, request, order=(_M.id,), scope=f"trainer-members|{community_id}")


async def compose(ctx: Context, community_id: UUID, ids: Sequence[UUID], convener_id: UUID | None) -> None:
    """Put the members of a community that is held in the place of those it had."""
    region = ctx.principal.region_id
    await ctx.db.execute(delete(_M).where(_M.region_id == region, _M.community_id == community_id))
    own = {"region_id": region, "community_id": community_id, "added_by": ctx.principal.account_id}
    lines = [{**own, "id": new_id(), "appointment_id": one, "is_convener": one == convener_id} for one in ids]
    await ctx.db.execute(insert(_M), lines)


async def session_page(ctx: Context, request: PageRequest, only: SessionFilter) -> Page[AnyRow]:
    """Sessions, newest first."""
    statement = _sessions(ctx)
    if only.community_id:
        statement = statement.where(_S.community_id == only.community_id)
    if only.school_year:
        statement = statement.where(_S.start_year == SchoolYear.parse(only.school_year).start)
    if only.is_concentrated is not None:
        statement = statement.where(_S.community_id.is_(None).is_(only.is_concentrated))
    scope = f"trainer-sessions|{only}"
    return await fetch_page(ctx.db, statement, request, order=(_S.id,), descending=True, scope=scope)


async def session(ctx: Context, session_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One session; `lock` holds it for a change."""
    statement = _sessions(ctx).where(_S.id == session_id)
    return (await ctx.db.execute(statement.with_for_update(of=_S) if lock else statement)).one_or_none()


async def attendance_page(ctx: Context, request: PageRequest, session_id: UUID) -> Page[AnyRow]:
    """Who attended a session."""
    columns: list[Any] = [column for column in _P.__table__.columns if column.name != "region_id"]
    statement = (
        select(*columns, _T.teacher_id, _T.holder_name)
        .join(_T, and_(_T.region_id == _P.region_id, _T.id == _P.appointment_id))
        .where(_P.region_id == ctx.principal.region_id, _P.session_id == session_id)
    )
    return await fetch_page(ctx.db, statement, request, order=(_P.id,), scope=f"trainer-attendance|{session_id}")


async def active_ones(ctx: Context, ids: Sequence[UUID], day: date) -> dict[UUID, str]:
    """Those of some appointments that hold on a day, each with its subject."""
    statement = select(_T.id, _T.subject).where(_T.region_id == ctx.principal.region_id, _T.id.in_(ids), active(day))
    return {row.id: row.subject for row in (await ctx.db.execute(statement)).all()}


async def attend(ctx: Context, session_id: UUID, ids: Sequence[UUID]) -> None:
    """Put attendance on record; whoever is on record already stays."""
    own = {"region_id": ctx.principal.region_id, "session_id": session_id, "recorded_by": ctx.principal.account_id}
    lines = [{**own, "id": new_id(), "appointment_id": one} for one in ids]
    await ctx.db.execute(upsert(_P).values(lines).on_conflict_do_nothing(constraint="uq_trainer_attendances_once"))


async def concentrated(ctx: Context, start_year: int, day: date) -> int:
    """How many concentrated studies of the team a school year has had by a day."""
    statement = select(func.count()).where(
        _S.region_id == ctx.principal.region_id,
        _S.community_id.is_(None),
        _S.start_year == start_year,
        _S.held_on <= day,
    )
    return int(await ctx.db.scalar(statement) or 0)
