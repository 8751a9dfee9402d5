"""Records of training projects: plans, joint projects, who accompanies, what costs points, trained backbone. [A4.2]"""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ARRAY, Integer, Text, and_, cast, func, literal, select
from sqlalchemy.orm import aliased

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
from app.projects.queries.figures import APPROVED, HELD, of_year
from app.projects.states import (
    LEADING_RANKS,
    ProjectPersonRole,
    ProjectStatus,
    TraineeStatus,
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
    path = func.concat("/v1/projects/", _T.project_id, "/trainees")
    columns = record(_T.id, _P.name, teacher=_T.teacher_id, organisation=_T.school_id, on=_T.joined_on, path=path)
    # A page reads in order of the id and stops: whoever has an earlier place of the kind stands there already.
    one, project = aliased(_T), aliased(_P)
    stands_before = (
        select(one.id)
        .join(project, and_(project.region_id == one.region_id, project.id == one.project_id))
        .where(one.region_id == _T.region_id, one.teacher_id == _T.teacher_id, one.id < _T.id)
        .where(one.status == TraineeStatus.ENROLLED, one.joined_on <= span.on)
        .where(*_of_kind(ctx, span, project, kind))
        .exists()
    )
    return (
        select(*columns)
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .where(_T.region_id == ctx.principal.region_id, *_of_kind(ctx, span, _P, kind))
        .where(_T.status == TraineeStatus.ENROLLED, _T.joined_on <= span.on, ~stands_before)
    )


def trained_people(ctx: Context, span: Span, *, kind: str) -> AnySelect:
    """How many people they are."""
    people = func.count(_T.teacher_id.distinct())
    return (
        select(people.label("all"), people.label("counts"))
        .select_from(_T)
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .where(_T.region_id == ctx.principal.region_id, *_of_kind(ctx, span, _P, kind))
        .where(_T.status == TraineeStatus.ENROLLED, _T.joined_on <= span.on)
    )


def _of_kind(ctx: Context, span: Span, project: Any, kind: str) -> tuple[Any, ...]:
    """Projects of a kind that have begun and start in the year."""
    days = project.starts_on.between(span.first, date(span.year, 12, 31))
    return project.region_id == ctx.principal.region_id, project.status.in_(HELD), days, project.kind == kind


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
            partial(trained_people, kind=kind),
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
