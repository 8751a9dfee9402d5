"""Entries of standing: terms in the trainer team with tasks and assessments, honours and awards. [A7.6] [M7.1b]"""

from sqlalchemy import CTE, Date, Text, Uuid, cast, func, select, true

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.evaluations.models import Award
from app.evaluations.states import VOID
from app.portfolio.queries.entries.reading import Source, day_of, entry, seen
from app.portfolio.states import PortfolioKind
from app.teachers.models import Teacher
from app.trainers.models import TrainerAppointment, TrainerAssessment, TrainerAssignment
from app.trainers.queries.appointments import standing
from app.trainers.states import AppointmentStatus

_T, _W, _S, _A = TrainerAppointment, TrainerAssignment, TrainerAssessment, Award


def appointments(ctx: Context, who: CTE) -> AnySelect:
    """Terms in the team by their letters; why one ended early is not told. [A7.6]"""
    columns = entry(
        who,
        PortfolioKind.TRAINER,
        _T.id,
        title=_T.subject,
        starts=_T.starts_on,
        ends=_T.until - 1,
        result=standing(ctx.clock.today),
        number=_T.number,
        organisation=_T.school_id,
        path=func.concat("/v1/trainer-appointments/", _T.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _T.teacher_id)
        .where(_T.region_id == ctx.principal.region_id, _T.status != AppointmentStatus.WITHDRAWN)
        .where(_T.until > _T.starts_on, seen(ctx, who, Permission.TRAINER_READ))
    )


def tasks(ctx: Context, who: CTE) -> AnySelect:
    """Tasks done as a trainer, without fees. [A7.7]"""
    columns = entry(
        who,
        PortfolioKind.TRAINER_TASK,
        _W.id,
        title=_W.title,
        starts=_W.done_on,
        part=_W.duty,
        hours=_W.hours,
        organisation=_W.school_id,
        path=func.concat("/v1/trainer-assignments?teacher_id=", _W.teacher_id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _W.teacher_id)
        .where(_W.region_id == ctx.principal.region_id)
        .where(seen(ctx, who, Permission.TRAINER_WORK_READ, _W.school_id))
    )


def assessments(ctx: Context, who: CTE) -> AnySelect:
    """Results of yearly assessments, never the opinion. [A7.10]"""
    columns = entry(
        who,
        PortfolioKind.TRAINER_ASSESSMENT,
        _S.id,
        title=func.concat(_S.start_year, "-", _S.start_year + 1, "学年培训者年度考核"),
        starts=day_of(_S.created_at),
        result=_S.result,
        organisation=_S.school_id,
        path=func.concat("/v1/trainer-assessments?teacher_id=", _S.teacher_id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _S.teacher_id)
        .where(_S.region_id == ctx.principal.region_id)
        .where(seen(ctx, who, Permission.TRAINER_ASSESSMENT_READ, _S.school_id))
    )


def honours(ctx: Context, who: CTE) -> AnySelect:
    """Honours of the record 荣誉称号; one that stands in a merged record as well is told once."""
    each = func.jsonb_array_elements(Teacher.honours).table_valued("value").render_derived("honour")
    code, level, day = (each.c.value.op("->>")(name) for name in ("code", "level", "awarded_on"))
    columns = entry(
        who,
        PortfolioKind.HONOUR,
        cast(func.md5(func.concat_ws("|", who.c.person_id, code, level, day)), Uuid()),
        title=cast(code, Text),
        starts=cast(day, Date),
        level=level,
        path=func.concat("/v1/teachers/", who.c.person_id),
    )
    return (
        select(*columns)
        .select_from(Teacher)
        .join(who, who.c.record_id == Teacher.id)
        .join(each, true())
        .where(Teacher.region_id == ctx.principal.region_id, seen(ctx, who, Permission.TEACHER_READ))
        .distinct()
    )


def awards(ctx: Context, who: CTE) -> AnySelect:
    """Awards that are held, of the person and of the person's workshops and cases 评选奖项. [M7.1b]"""
    columns = entry(
        who,
        PortfolioKind.AWARD,
        _A.id,
        title=_A.kind,
        starts=_A.awarded_on,
        part=_A.subject,
        number=_A.number,
        organisation=_A.unit_id,
        path=func.concat("/v1/awards/", _A.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _A.teacher_id)
        .where(_A.region_id == ctx.principal.region_id, _A.status.not_in(VOID))
        .where(seen(ctx, who, Permission.AWARD_READ))
    )


SOURCES = (
    Source(PortfolioKind.TRAINER, Permission.TRAINER_READ, appointments),
    Source(PortfolioKind.TRAINER_TASK, Permission.TRAINER_WORK_READ, tasks),
    Source(PortfolioKind.TRAINER_ASSESSMENT, Permission.TRAINER_ASSESSMENT_READ, assessments),
    Source(PortfolioKind.HONOUR, Permission.TEACHER_READ, honours),
    Source(PortfolioKind.AWARD, Permission.AWARD_READ, awards),
)
