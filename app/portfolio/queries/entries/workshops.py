"""Entries of workshops: who was a member in which part, who taught, wrote a case, led or was led. [A6.4] [A6.6b]

That somebody was a member is the person's history: it stays when the person or the workshop has left the caller's
reach, while the workshop itself is read by its own permission.
"""

from typing import Any

from sqlalchemy import CTE, Text, Uuid, and_, case, cast, exists, func, select, true
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.portfolio.queries.entries.reading import Source, day_of, entry, seen
from app.portfolio.states import PortfolioKind
from app.teachers.models import Teacher
from app.workshops.models import MentorPair, Workshop, WorkshopActivity, WorkshopCase, WorkshopMember
from app.workshops.states import ActivityStatus

_W, _M, _A, _C, _P = Workshop, WorkshopMember, WorkshopActivity, WorkshopCase, MentorPair
READ = Permission.WORKSHOP_READ


def _of(one: Any) -> Any:
    return and_(_W.region_id == one.region_id, _W.id == one.workshop_id)


def _path(*parts: Any) -> Any:
    return func.concat("/v1/workshops/", *parts)


def members(ctx: Context, who: CTE) -> AnySelect:
    """Spells in workshops that were registered; who left on the day of joining never was a member."""
    columns = entry(
        who,
        PortfolioKind.WORKSHOP,
        _M.id,
        title=_W.name,
        starts=_M.joined_on,
        ends=func.least(_M.left_on - 1, _W.closed_on),
        lasts=True,
        part=case((_W.leader_id == _M.teacher_id, "leader"), else_=_M.role),
        level=_W.level,
        organisation=_W.unit_id,
        path=_path(_W.id),
    )
    was = func.coalesce(_M.left_on > _M.joined_on, true())
    return (
        select(*columns)
        .join(who, who.c.record_id == _M.teacher_id)
        .join(_W, _of(_M))
        .where(_M.region_id == ctx.principal.region_id, _W.registered_by.is_not(None), was, seen(ctx, who, READ))
    )


def leaders(ctx: Context, who: CTE) -> AnySelect:
    """Workshops whose leader stands in no list of members."""
    listed = exists().where(_M.region_id == _W.region_id, _M.workshop_id == _W.id, _M.teacher_id == _W.leader_id)
    columns = entry(
        who,
        PortfolioKind.WORKSHOP,
        _W.id,
        title=_W.name,
        starts=func.make_date(_W.start_year, 9, 1),
        ends=_W.closed_on,
        lasts=True,
        part="leader",
        level=_W.level,
        organisation=_W.unit_id,
        path=_path(_W.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _W.leader_id)
        .where(_W.region_id == ctx.principal.region_id, _W.registered_by.is_not(None), ~listed, seen(ctx, who, READ))
    )


def lessons(ctx: Context, who: CTE) -> AnySelect:
    """Live lessons at gatherings that were held 现场授课."""
    each = func.jsonb_array_elements(_A.lessons).table_valued("value", with_ordinality="place").render_derived("lesson")
    mine = cast(who.c.record_id, Text)
    taught = each.c.value.op("->>")("teacher_id") == mine
    columns = entry(
        who,
        PortfolioKind.LESSON,
        cast(func.md5(func.concat(_A.id, each.c.place)), Uuid()),
        title=each.c.value.op("->>")("title"),
        starts=_A.starts_on,
        part="workshop_lesson",
        organisation=_A.host_school_id,
        path=_path(_A.workshop_id, "/activities/", _A.id),
    )
    named = func.jsonb_build_array(func.jsonb_build_object("teacher_id", mine))
    return (
        select(*columns)
        .select_from(_A)
        .join(who, _A.lessons.op("@>")(named))
        .join(each, taught)
        .where(_A.region_id == ctx.principal.region_id, _A.status == ActivityStatus.HELD, seen(ctx, who, READ))
    )


def talks(ctx: Context, who: CTE) -> AnySelect:
    """Discussions and lectures led at gatherings that were held 议课、讲座."""
    columns = entry(
        who,
        PortfolioKind.LESSON,
        _A.id,
        title=_A.talk_title,
        starts=_A.starts_on,
        part=_A.talk_kind,
        organisation=_A.host_school_id,
        path=_path(_A.workshop_id, "/activities/", _A.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _A.host_teacher_id)
        .where(_A.region_id == ctx.principal.region_id, _A.status == ActivityStatus.HELD)
        .where(_A.talk_kind.is_not(None), seen(ctx, who, READ))
    )


def cases(ctx: Context, who: CTE) -> AnySelect:
    """Practice cases written in a workshop 教学实践案例. [A6.R]"""
    columns = entry(
        who,
        PortfolioKind.CASE,
        _C.id,
        title=_C.title,
        starts=day_of(_C.created_at),
        part="workshop_case",
        organisation=_W.unit_id,
        path=_path(_C.workshop_id, "/cases"),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _C.author_id)
        .join(_W, _of(_C))
        .where(_C.region_id == ctx.principal.region_id, seen(ctx, who, READ))
    )


def _pairs(ctx: Context, who: CTE, *, part: str) -> AnySelect:
    mine, other = (_P.mentor_id, _P.apprentice_id) if part == "mentor" else (_P.apprentice_id, _P.mentor_id)
    person = aliased(Teacher)
    columns = entry(
        who,
        PortfolioKind.MENTORING,
        _P.id,
        title=_W.name,
        starts=_P.starts_on,
        ends=_P.ends_on,
        lasts=True,
        part=part,
        result=_P.status,
        person=person.name,
        organisation=_W.unit_id,
        path=func.concat("/v1/mentor-pairs?workshop_id=", _P.workshop_id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == mine)
        .join(_W, _of(_P))
        .join(person, and_(person.region_id == _P.region_id, person.id == other))
        .where(_P.region_id == ctx.principal.region_id, seen(ctx, who, READ))
    )


def led(ctx: Context, who: CTE) -> AnySelect:
    """Pairs as the mentor, with the apprentice's name 师徒结对."""
    return _pairs(ctx, who, part="mentor")


def followed(ctx: Context, who: CTE) -> AnySelect:
    """Pairs as the apprentice, with the mentor's name."""
    return _pairs(ctx, who, part="apprentice")


SOURCES = (
    Source(PortfolioKind.WORKSHOP, READ, members),
    Source(PortfolioKind.WORKSHOP, READ, leaders),
    Source(PortfolioKind.MENTORING, READ, led),
    Source(PortfolioKind.MENTORING, READ, followed),
    Source(PortfolioKind.LESSON, READ, lessons),
    Source(PortfolioKind.LESSON, READ, talks),
    Source(PortfolioKind.CASE, READ, cases),
)
