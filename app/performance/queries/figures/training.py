"""Records of the three rates and of what costs points: places, trainees, refusals. [A4.2]

As the rates of a project read them: who is enrolled is still, or left after the first day with nobody in the place.
"""

from typing import Any

from sqlalchemy import Uuid, and_, cast, func, select, true

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures import tallies
from app.performance.queries.figures.projects import DELIVERY
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.projects.models import Project, ProjectNomination, ProjectQuota, ProjectTrainee
from app.projects.queries.figures import APPROVED, HELD, of_year
from app.training.models import TrainingCompletion
from app.training.queries import figures as rates

_P, _Q, _N, _T, _C = Project, ProjectQuota, ProjectNomination, ProjectTrainee, TrainingCompletion
RATES = f"{DELIVERY}.rates"
OF_YEAR = "按项目开始的公历年统计。"


def _of(one: Any) -> Any:
    return and_(_P.region_id == one.region_id, _P.id == one.project_id)


def places(ctx: Context, span: Span, *, only_short: bool = False) -> AnySelect:
    """Places of units in projects whose last day for nominations is over; those count that somebody was sent for."""
    until = func.coalesce(_P.nominate_until, _P.starts_on)
    in_time = select(rates.in_time().label("people")).correlate(_Q, _P).lateral("in_time")
    each = func.generate_series(1, _Q.places).table_valued("place").render_derived("each_place")
    is_taken = each.c.place <= in_time.c.people
    columns = record(
        cast(func.md5(func.concat(_Q.id, each.c.place)), Uuid()),
        _P.name,
        organisation=_Q.unit_id,
        on=until,
        detail=each.c.place,
        counts=~is_taken if only_short else is_taken,
        path=func.concat("/v1/projects/", _P.id),
    )
    return (
        select(*columns)
        .select_from(_Q)
        .join(_P, _of(_Q))
        .join(in_time, true())
        .join(each, ~is_taken if only_short else true())
        .where(_Q.region_id == ctx.principal.region_id, of_year(ctx, span.year, APPROVED), until < span.on)
    )


def short(ctx: Context, span: Span) -> AnySelect:
    """Places that nobody was sent for in time, one record a place. 少报"""
    return places(ctx, span, only_short=True)


def _trainees(ctx: Context, span: Span, counts: Any, *conditions: Any) -> AnySelect:
    """Who was enrolled in the year's projects that have begun, and the completion there is."""
    columns = record(
        _T.id,
        _P.name,
        teacher=_T.teacher_id,
        organisation=_T.school_id,
        on=_T.joined_on,
        detail=func.coalesce(_C.reason, _T.left_reason),
        counts=counts,
        path=func.concat("/v1/projects/", _T.project_id, "/trainees"),
    )
    return (
        select(*columns)
        .join(_P, _of(_T))
        .outerjoin(_C, and_(_C.region_id == _T.region_id, _C.trainee_id == _T.id))
        .where(_T.region_id == ctx.principal.region_id, of_year(ctx, span.year, HELD))
        .where(rates.was_enrolled(), *conditions)
    )


def attended(ctx: Context, span: Span) -> AnySelect:
    """Who was to come to a session by now; those count that came to one. 参训率"""
    return _trainees(ctx, span, rates.attended(), rates.has_begun())


def missed(ctx: Context, span: Span) -> AnySelect:
    """Who came to none. 缺培"""
    return _trainees(ctx, span, true(), rates.has_begun(), ~rates.attended())


def completed(ctx: Context, span: Span) -> AnySelect:
    """Whose completion is decided; those count that completed. 结业率"""
    return _trainees(ctx, span, rates.has_completed(), rates.is_decided())


def not_completed(ctx: Context, span: Span) -> AnySelect:
    """Who did not complete. 未结业"""
    return _trainees(ctx, span, true(), rates.is_decided(), ~rates.has_completed())


def not_eligible(ctx: Context, span: Span) -> AnySelect:
    """Who was sent and refused for a condition that must be met. 不符合遴选条件"""
    columns = record(
        _N.id,
        _P.name,
        teacher=_N.teacher_id,
        organisation=_N.school_id,
        on=_N.nominated_on,
        detail=_N.reason,
        path=func.concat("/v1/projects/", _N.project_id, "/nominations"),
    )
    return (
        select(*columns)
        .join(_P, _of(_N))
        .where(_N.region_id == ctx.principal.region_id, of_year(ctx, span.year, APPROVED))
        .where(rates.was_refused())
    )


def _rate(name: str, label: str, unit: str, kind: str, least: str) -> Figure:
    required = f"projects.{least}_rate_min"
    return Figure(f"rates.{name}", RATES, label, unit, Measure.SHARE, kind, required=required, reading=OF_YEAR)


def _cost(ground: str, label: str, kind: str) -> Figure:
    reading = f"{OF_YEAR}每缺一人计一人次。" if ground == "short_nomination" else OF_YEAR
    code = f"deductions.{ground}"
    return Figure(code, RATES, label, "人次", Measure.DEDUCTION, kind, ground=ground, reading=reading)


SOURCES = (
    Source(_rate("nomination", "选送率", "个名额", "place", "nomination"), places, tallies.places),
    Source(_rate("attendance", "参训率", "人", "trainee", "attendance"), attended, tallies.attended),
    Source(_rate("completion", "结业率", "人", "trainee", "completion"), completed),
    Source(_cost("short_nomination", "少报", "place"), short, rest_of="rates.nomination"),
    Source(_cost("missed_training", "缺培", "trainee"), missed, rest_of="rates.attendance"),
    Source(_cost("not_completed", "未结业", "trainee"), not_completed, rest_of="rates.completion"),
    Source(_cost("not_eligible", "不符合遴选条件", "nomination"), not_eligible),
)
