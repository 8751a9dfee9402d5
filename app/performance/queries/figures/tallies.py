"""Counts that need not look at each record: the same numbers as the lists, read set-wise or from counters.

A list reads its records in the order of a page and asks about each; over a province's year that is slow for a count.
Every tally is a SELECT of one row (all, counts); a test compares each with its list.
"""

from sqlalchemy import and_, case, exists, func, or_, select, true, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.core.db import AnySelect
from app.hours.models import HoursCompletionCounter
from app.performance.queries.figures.reading import Span, tally_of
from app.policy.school_year import SchoolYear
from app.practice.models import PracticeCase
from app.practice.states import PracticeCaseKind, PracticeCaseStatus
from app.projects.models import Project, ProjectNomination, ProjectQuota, ProjectTrainee
from app.projects.queries.figures import APPROVED, HELD, of_year
from app.projects.queries.nominations import OVER
from app.projects.states import NominationRoute, TraineeStatus
from app.training.models import TrainingAttendance, TrainingSession
from app.training.queries import figures as rates
from app.training.queries.scores import was_due, was_present
from app.training.queries.sessions import due
from app.training.states import TrainingPresence, TrainingSessionStatus

_P, _Q, _N, _T = Project, ProjectQuota, ProjectNomination, ProjectTrainee
_S, _A, _C = TrainingSession, TrainingAttendance, PracticeCase


def places(ctx: Context, span: Span) -> AnySelect:
    """Places of units and how many of them were filled in time. 选送率"""
    region, until = ctx.principal.region_id, func.coalesce(_P.nominate_until, _P.starts_on)
    sent = (
        select(_N.project_id, _N.unit_id, func.count().label("people"))
        .join(_P, and_(_P.region_id == _N.region_id, _P.id == _N.project_id))
        .where(_N.region_id == region, of_year(ctx, span.year, APPROVED))
        .where(_N.nominated_on.is_not(None), or_(_P.nominate_until.is_(None), _N.nominated_on <= _P.nominate_until))
        .where(_N.status.not_in(OVER), _N.route != NominationRoute.SUBSTITUTION)
        .group_by(_N.project_id, _N.unit_id)
        .subquery("sent")
    )
    of_unit = and_(sent.c.project_id == _Q.project_id, sent.c.unit_id == _Q.unit_id)
    taken = func.least(_Q.places, func.coalesce(sent.c.people, 0))
    return (
        select(
            func.coalesce(func.sum(_Q.places), 0).label("all"),
            func.coalesce(func.sum(taken), 0).label("counts"),
        )
        .select_from(_Q)
        .join(_P, and_(_P.region_id == _Q.region_id, _P.id == _Q.project_id))
        .outerjoin(sent, of_unit)
        .where(_Q.region_id == region, of_year(ctx, span.year, APPROVED), until < span.on)
    )


def attended(ctx: Context, span: Span) -> AnySelect:
    """Trainees who were to come by now and those who came. 参训率

    Nearly everybody came on the project's first day, which one join answers; only of the others is each day looked at.
    """
    region = ctx.principal.region_id
    held = (_S.region_id == region, _S.status == TrainingSessionStatus.HELD)
    last = (
        select(_S.project_id, func.max(_S.held_on).label("day")).where(*held).group_by(_S.project_id).subquery("last")
    )
    first = (
        select(_S.project_id, _S.id, _S.held_on)
        .join(_P, and_(_P.region_id == _S.region_id, _P.id == _S.project_id))
        .where(*held, of_year(ctx, span.year, HELD))
        .ext(distinct_on(_S.project_id))
        .order_by(_S.project_id, _S.held_on, _S.id)
        .subquery("first")
    )
    there = (
        select(_A.trainee_id, first.c.held_on)
        .join(first, _A.session_id == first.c.id)
        .where(_A.region_id == region, _A.presence == TrainingPresence.PRESENT)
        .subquery("there")
    )
    came_due = case((_T.left_on.is_(None), last.c.day >= _T.joined_on), else_=was_due())
    was_there = case((there.c.trainee_id.is_not(None), true()), else_=was_present())
    return (
        select(func.count().label("all"), func.count().filter(was_there).label("counts"))
        .select_from(_T)
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .outerjoin(last, last.c.project_id == _T.project_id)
        .outerjoin(there, and_(there.c.trainee_id == _T.id, due(there.c.held_on)))
        .where(_T.region_id == region, of_year(ctx, span.year, HELD))
        .where(rates.was_enrolled())
        .where(or_(came_due, rates.has_left()))
    )


def with_case(ctx: Context, span: Span, *, kind: PracticeCaseKind) -> AnySelect:
    """Trainees of the year's projects, and those with an accepted case of the kind, of which each has one at most."""
    own = and_(
        _C.region_id == _T.region_id,
        _C.trainee_id == _T.id,
        _C.kind == kind,
        _C.status == PracticeCaseStatus.ACCEPTED,
    )
    return (
        select(func.count().label("all"), func.count(_C.trainee_id).label("counts"))
        .select_from(_T)
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .outerjoin(_C, own)
        .where(_T.region_id == ctx.principal.region_id, _T.status == TraineeStatus.ENROLLED)
        .where(of_year(ctx, span.year, HELD))
    )


def met(ctx: Context, span: Span, records: AnySelect) -> AnySelect:
    """Teachers at post and those that met the target, from the counters of the school year where they are kept.

    A chosen day (test clock), and a year in which nothing was posted, are read from the rows.
    """
    if ctx.clock.is_set:
        return tally_of(records)
    one = HoursCompletionCounter
    own = (one.region_id == ctx.principal.region_id, one.school_year == SchoolYear.of(span.first).start)
    is_kept = exists().where(*own)
    sums = (func.coalesce(func.sum(one.teachers), 0).label("all"), func.coalesce(func.sum(one.met), 0).label("counts"))
    kept = select(*sums).where(*own).having(is_kept)
    either = union_all(kept, tally_of(records).having(~is_kept)).subquery("either")
    return select(either.c.all, either.c.counts)
