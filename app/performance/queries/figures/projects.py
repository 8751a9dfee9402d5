"""Records of training projects: plans, joint projects, who accompanies, what costs points, trained backbone. [A4.2]"""

from functools import partial
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.projects.models import (
    Project,
    ProjectPerson,
    ProjectTrainee,
    TrainingPlan,
)
from app.projects.queries.figures import APPROVED, HELD, enrolled, of_year
from app.projects.states import (
    LEADING_RANKS,
    ProjectPersonRole,
    ProjectStatus,
    TrainingPlanKind,
    TrainingPlanStatus,
)

_P, _L, _T, _M = Project, TrainingPlan, ProjectTrainee, ProjectPerson
_X = ProjectStatus
PROJECT = "projects/{id}"
DELIVERY, SHARE = "implementation.delivery", "support_system.bases.studio_share"
COOPERATION = "support_system.bases.university_cooperation"
BACKBONE = {
    "teachers": ("master", "backbone_teachers", "骨干教师", "名师工作室"),
    "principals": ("principal", "backbone_principals", "骨干校长", "名校长工作室"),
    "homeroom": ("homeroom", "backbone_homeroom", "骨干班主任", "名班主任工作室"),
}


def annual_plans(ctx: Context, span: Span) -> AnySelect:
    """Approved plans for the year."""
    return select(*record(_L.id, _L.title, on=func.date(_L.decided_at))).where(
        _L.region_id == ctx.principal.region_id,
        _L.kind == TrainingPlanKind.ANNUAL,
        _L.status == TrainingPlanStatus.APPROVED,
        _L.first_year == span.year,
    )


def five_year_plans(ctx: Context, span: Span) -> AnySelect:
    """Approved long plans that cover the year; those count that run for as many years as the text says."""
    years = _L.last_year - _L.first_year + 1
    least = ctx.regulation.whole("performance.plan_years", on=span.on)
    columns = record(_L.id, _L.title, on=func.date(_L.decided_at), detail=years, counts=years >= least)
    return select(*columns).where(
        _L.region_id == ctx.principal.region_id,
        _L.kind == TrainingPlanKind.FIVE_YEAR,
        _L.status == TrainingPlanStatus.APPROVED,
        literal(span.year, Integer).between(_L.first_year, _L.last_year),
    )


def hosted(ctx: Context, span: Span) -> AnySelect:
    """Projects of the year with a host institution."""
    columns = record(_P.id, _P.name, organisation=_P.host_institution_id, on=_P.starts_on)
    return select(*columns).where(of_year(ctx, span.year, APPROVED), _P.host_institution_id.is_not(None))


def joint(ctx: Context, span: Span) -> AnySelect:
    """Projects of the year; those count that departments have set up together."""
    departments = func.cardinality(cast(_P.joint_departments, ARRAY(Text)))
    columns = record(_P.id, _P.name, on=_P.starts_on, detail=departments, counts=departments > 0)
    return select(*columns).where(of_year(ctx, span.year, APPROVED))


def accompanied(ctx: Context, span: Span) -> AnySelect:
    """Projects of the year that have begun; those count that a leader leads and accompanies from start to end."""
    leads = (
        select(_M.id)
        .where(_M.region_id == _P.region_id, _M.project_id == _P.id, _M.role == ProjectPersonRole.MANAGER)
        .where(_M.rank.in_(LEADING_RANKS), _M.is_leader, _M.follows_whole)
        .exists()
    )
    columns = record(_P.id, _P.name, organisation=_P.host_institution_id, on=_P.starts_on, counts=leads)
    return select(*columns).where(of_year(ctx, span.year, HELD))


def archived(ctx: Context, span: Span) -> AnySelect:
    """Projects whose days ended in the year; those count that are archived."""
    columns = record(_P.id, _P.name, on=_P.ends_on, detail=_P.status, counts=_P.status == _X.ARCHIVED)
    return select(*columns).where(
        _P.region_id == ctx.principal.region_id,
        _P.status.in_(HELD),
        _P.ends_on.between(span.first, span.on),
    )


def trained(ctx: Context, span: Span, *, kind: str) -> AnySelect:
    """People enrolled in the year's projects of a kind, each once."""
    found = enrolled(ctx, span.year).where(_P.kind == kind, _T.joined_on <= span.on).subquery()
    one = found.c
    columns = record(
        one.id, one.name, teacher=one.teacher_id, organisation=one.school_id, on=one.joined_on, path=one.path
    )
    return select(*columns).ext(distinct_on(one.teacher_id)).order_by(one.teacher_id, one.id)


def _figure(code: str, requirement: str, label: str, unit: str, measure: Measure, **more: Any) -> Figure:
    return Figure(code, requirement, label, unit, measure, **{"kind": "project", "path": PROJECT, **more})


def _plan(code: str, requirement: str, label: str) -> Figure:
    return _figure(code, requirement, label, "份", Measure.COUNT, kind="training_plan", path="plans/{id}")


SOURCES = (
    Source(_plan("plans.annual", "implementation.planning.yearly_plans", "已批准的年度计划"), annual_plans),
    Source(_plan("plans.five_year", "support_system.five_year_plan.plan", "已批准的五年规划"), five_year_plans),
    Source(
        _figure("projects.accompanied", f"{DELIVERY}.accompanying", "领导带队并全程跟班的项目", "个", Measure.EACH),
        accompanied,
    ),
    Source(
        _figure("projects.archived", f"{DELIVERY}.summary_and_archive", "当年结束、已归档的项目", "个", Measure.SHARE),
        archived,
    ),
    Source(
        _figure("projects.joint", "implementation.coordination.joint_projects", "联合立项的项目", "个", Measure.SHARE),
        joint,
    ),
    Source(
        _figure(
            "projects.hosted",
            "support_system.bases.university_cooperation",
            "由承训单位承担的项目",
            "个",
            Measure.COUNT,
        ),
        hosted,
    ),
    *(
        Source(
            Figure(
                f"trained.{name}",
                SHARE,
                f"参训{people}",
                "人",
                Measure.COUNT,
                kind="trainee",
                reading="当年各期项目的学员，每人计一次。",
            ),
            partial(trained, kind=kind),
        )
        for name, (_, kind, people, _) in BACKBONE.items()
    ),
    *(
        Source(
            Figure(
                f"studio_share.{name}",
                SHARE,
                f"{studio}占参训{people}",
                "个",
                Measure.RATIO,
                required="performance.studio_share_min",
                parts=(f"studios.{part}", f"trained.{name}"),
            )
        )
        for name, (part, _, people, studio) in BACKBONE.items()
    ),
)
