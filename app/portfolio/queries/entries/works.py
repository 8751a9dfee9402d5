"""Entries of what a person made: lessons, outputs and cases of return practice, typical cases, publications."""

from functools import partial
from typing import Any

from sqlalchemy import CTE, and_, func, or_, select

from app.access.context import Context
from app.access.permissions import Permission
from app.cases.models import TypicalCase
from app.cases.states import CaseStatus
from app.core.db import AnySelect
from app.deliveries.models import DeliveryLesson, DeliveryVisit
from app.deliveries.states import DeliveryVisitStatus
from app.portfolio.queries.entries.reading import Source, day_of, entry, seen
from app.portfolio.states import PortfolioKind
from app.practice.models import PracticeCase, PracticeOutput, PracticeTask
from app.practice.states import PracticeCaseStatus, PracticeOutputStatus
from app.projects.models import Project
from app.projects.queries.projects import visible
from app.publications.models import Publication
from app.publications.states import PublicationStatus
from app.trainers.models import TrainerAppointment
from app.training.models import TrainingSession
from app.training.states import TrainingSessionStatus

_L, _V, _S, _T, _P = DeliveryLesson, DeliveryVisit, TrainingSession, TrainerAppointment, Project
_O, _K, _C, _Y, _X = PracticeOutput, PracticeTask, PracticeCase, TypicalCase, Publication
TAKEN = (CaseStatus.ACCEPTED, CaseStatus.RECOMMENDED)


def _taught(ctx: Context, who: CTE, columns: list[Any], one: Any, teacher: Any, appointment: Any) -> AnySelect:
    """Lessons of the persons: named by their record, or where `teacher` is None by their term in the trainer team."""
    statement = select(*columns).select_from(one).where(one.region_id == ctx.principal.region_id)
    if teacher is not None:
        return statement.join(who, who.c.record_id == teacher)
    term = and_(_T.region_id == one.region_id, _T.id == appointment)
    return statement.join(_T, term).join(who, who.c.record_id == _T.teacher_id)


def delivery_lessons(ctx: Context, who: CTE, *, as_trainer: bool) -> AnySelect:
    """Lessons of deliveries that were held; what was put on record as a trainer's task stands there. [M4.3]"""
    columns = entry(
        who,
        PortfolioKind.LESSON,
        _L.id,
        title=_L.title,
        starts=_V.visit_on,
        part="delivery_lesson",
        hours=_L.hours,
        organisation=_V.host_school_id,
        path=func.concat("/v1/delivery-visits/", _V.id),
    )
    return (
        _taught(ctx, who, columns, _L, None if as_trainer else _L.teacher_id, _L.appointment_id)
        .join(_V, and_(_V.region_id == _L.region_id, _V.id == _L.visit_id))
        .where(_V.status == DeliveryVisitStatus.HELD, _L.assignment_id.is_(None))
        .where(seen(ctx, who, Permission.DELIVERY_READ))
    )


def sessions(ctx: Context, who: CTE, *, as_trainer: bool) -> AnySelect:
    """Sessions of training projects taught and held 培训授课. [A2.3b]"""
    columns = entry(
        who,
        PortfolioKind.LESSON,
        _S.id,
        title=_S.topic,
        starts=_S.held_on,
        part="training_session",
        hours=_S.hours,
        organisation=_P.host_institution_id,
        path=func.concat("/v1/projects/", _S.project_id),
    )
    return (
        _taught(ctx, who, columns, _S, None if as_trainer else _S.lecturer_teacher_id, _S.lecturer_appointment_id)
        .join(_P, and_(_P.region_id == _S.region_id, _P.id == _S.project_id))
        .where(_S.status == TrainingSessionStatus.HELD, visible(ctx))
        .where(seen(ctx, who, Permission.TRAINING_SESSION_READ))
    )


def outputs(ctx: Context, who: CTE) -> AnySelect:
    """Outputs of return practice that were marked or published, without marks and opinions. [A2.4]"""
    published = _O.status == PracticeOutputStatus.PUBLISHED
    columns = entry(
        who,
        PortfolioKind.PRACTICE_OUTPUT,
        _O.id,
        title=_O.title,
        starts=_O.submitted_on,
        part=_K.kind,
        result=_O.status,
        organisation=_O.school_id,
        path=func.concat("/v1/practice-outputs/", _O.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _O.teacher_id)
        .join(_K, and_(_K.region_id == _O.region_id, _K.id == _O.task_id))
        .where(_O.region_id == ctx.principal.region_id)
        .where(_O.status.in_((PracticeOutputStatus.MARKED, PracticeOutputStatus.PUBLISHED)))
        .where(or_(published, seen(ctx, who, Permission.PRACTICE_READ, _O.school_id)))
    )


def practice_cases(ctx: Context, who: CTE) -> AnySelect:
    """Cases of trainees that were recognised 转化、引领案例. [A4.5]"""
    columns = entry(
        who,
        PortfolioKind.CASE,
        _C.id,
        title=func.coalesce(_O.title, _Y.title),
        starts=day_of(_C.answered_at),
        part=_C.kind,
        result="judged",
        organisation=_C.school_id,
        path="/v1/practice-cases",
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _C.teacher_id)
        .outerjoin(_O, and_(_O.region_id == _C.region_id, _O.id == _C.output_id))
        .outerjoin(_Y, and_(_Y.region_id == _C.region_id, _Y.id == _C.case_id))
        .where(_C.region_id == ctx.principal.region_id, _C.status == PracticeCaseStatus.ACCEPTED)
        .where(seen(ctx, who, Permission.PRACTICE_READ, _C.school_id))
    )


def typical_cases(ctx: Context, who: CTE) -> AnySelect:
    """Typical cases that were taken in: they are everybody's to learn from. [A2.5c]"""
    columns = entry(
        who,
        PortfolioKind.CASE,
        _Y.id,
        title=_Y.title,
        starts=day_of(_Y.answered_at),
        part="typical_case",
        result=_Y.status,
        organisation=_Y.organisation_id,
        path=func.concat("/v1/cases/", _Y.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _Y.teacher_id)
        .where(_Y.region_id == ctx.principal.region_id, _Y.status.in_(TAKEN), seen(ctx, who, Permission.CASE_READ))
    )


def writings(ctx: Context, who: CTE) -> AnySelect:
    """Items a teacher handed in that came out, which is public. [A3.5]"""
    columns = entry(
        who,
        PortfolioKind.WRITING,
        _X.id,
        title=_X.title,
        starts=_X.published_on,
        part=_X.column_code,
        organisation=_X.organisation_id,
        path=func.concat("/v1/publications/", _X.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _X.teacher_id)
        .where(_X.region_id == ctx.principal.region_id, _X.status == PublicationStatus.PUBLISHED)
        .where(seen(ctx, who, Permission.PUBLICATION_READ))
    )


SOURCES = (
    *(
        Source(PortfolioKind.LESSON, permission, partial(records, as_trainer=as_trainer))
        for permission, records in (
            (Permission.DELIVERY_READ, delivery_lessons),
            (Permission.TRAINING_SESSION_READ, sessions),
        )
        for as_trainer in (False, True)
    ),
    Source(PortfolioKind.PRACTICE_OUTPUT, Permission.PRACTICE_READ, outputs),
    Source(PortfolioKind.CASE, Permission.PRACTICE_READ, practice_cases),
    Source(PortfolioKind.CASE, Permission.CASE_READ, typical_cases),
    Source(PortfolioKind.WRITING, Permission.PUBLICATION_READ, writings),
)
