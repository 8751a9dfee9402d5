"""Records for what the text only describes: city support, joined bodies, plan and projects, rules. [A4.1] [A4.3]

Each is what the service has of the matter, never the whole of it; the reading says what stays to be shown by material.
"""

from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.practice.models import PracticeCase, PracticeResult
from app.practice.queries.summary import accepted_case
from app.practice.states import PracticeCaseKind, PracticeResultStatus
from app.projects.models import Project, ProjectTrainee, TrainingPlan
from app.projects.queries.figures import APPROVED, HELD, of_year
from app.projects.states import TrainingPlanKind, TrainingPlanStatus
from app.steering.models import LeadingGroup, LeadingGroupHolder
from app.steering.states import LeadingGroupKind
from app.training.models import TrainingCompletion, TrainingScheme
from app.workshops.models import Workshop
from app.workshops.queries import figures as workshops

_P, _T, _L = Project, ProjectTrainee, TrainingPlan
CITY, INTEGRATION = "organisation.city_work.city_support", "support_system.resources.integration"
SCHEME, MODE = "support_system.five_year_plan.scheme", "support_system.selection_mode.mode"
RULES, LEVEL = "guarantees.rules.rules", "city"
JOINED = ("training_school", "research_office", "research_institute", "e_education")
"""培训、教研、电教: the bodies whose resources are to be joined."""


def city_projects(ctx: Context, span: Span) -> AnySelect:
    """Approved projects of the year of the city's plan 市培计划."""
    columns = record(_P.id, _P.name, organisation=_P.host_institution_id, on=_P.starts_on)
    here = _P.region_id == ctx.principal.region_id
    return select(*columns).where(here, of_year(ctx, span.year, APPROVED), _P.level == LEVEL)


def city_workshops(ctx: Context, span: Span) -> AnySelect:
    """Workshops and studios of the city's level on the day."""
    here = Workshop.region_id == ctx.principal.region_id
    one = workshops.registered(ctx, span.on, here, Workshop.level == LEVEL).subquery().c
    return select(*record(one.id, one.name, teacher=one.leader_id, organisation=one.unit_id, on=one.first_day))


def offices(ctx: Context, span: Span) -> AnySelect:
    """The office of the leading group and the project office that stand on the day. [A3.1]"""
    one = LeadingGroup
    columns = record(one.id, one.name, organisation=one.body_id, on=one.starts_on, detail=one.document)
    return select(*columns).where(
        one.region_id == ctx.principal.region_id,
        one.kind.in_([LeadingGroupKind.LEADING_GROUP_OFFICE, LeadingGroupKind.PROJECT_OFFICE]),
        one.starts_on <= span.on,
        or_(one.until.is_(None), one.until > span.on),
    )


def joined(ctx: Context, span: Span) -> AnySelect:
    """Holders on the day of the leading group's posts of 培训、教研、电教 bodies. [A1]"""
    posts = [one.code for one in ctx.regulation.codes("leading_group_posts") if one.facts.get("body") in JOINED]
    group, one = LeadingGroup, LeadingGroupHolder
    path = func.concat("/v1/leading-groups/", group.id, "/holders")
    columns = record(one.id, one.duty, teacher=one.teacher_id, on=one.starts_on, detail=one.post, path=path)
    stands = [and_(row.starts_on <= span.on, or_(row.until.is_(None), row.until > span.on)) for row in (group, one)]
    return (
        select(*columns)
        .join(group, and_(group.region_id == one.region_id, group.id == one.group_id))
        .where(one.region_id == ctx.principal.region_id, one.post.in_(posts), *stands)
    )


def planned(ctx: Context, span: Span) -> AnySelect:
    """Approved projects of the year; those count whose plan is approved and stands under a five-year plan."""
    parent = aliased(TrainingPlan)
    approved, five = TrainingPlanStatus.APPROVED, TrainingPlanKind.FIVE_YEAR
    above = and_(parent.region_id == _L.region_id, parent.id == _L.parent_id, parent.status == approved)
    under = or_(_L.kind == five, parent.kind == five)
    plan = and_(_L.region_id == _P.region_id, _L.id == _P.plan_id, _L.status == approved)
    columns = record(_P.id, _P.name, on=_P.starts_on, detail=_L.title, counts=func.coalesce(under, False))
    return select(*columns).outerjoin(_L, plan).outerjoin(parent, above).where(of_year(ctx, span.year, APPROVED))


def _some(table: Any, *conditions: Any) -> Any:
    return select(table.id).where(table.region_id == _P.region_id, table.project_id == _P.id, *conditions).exists()


def went_through(ctx: Context, span: Span) -> AnySelect:
    """Projects of the year that have begun; those count with trainees chosen, completions, cases and results. [A4.3]

    选: trainees; 育: a completion decided in favour; 用: an accepted case; 评: a published result.
    """
    a_case = and_(accepted_case(PracticeCase, PracticeCaseKind.TRANSFER), _T.project_id == _P.id)
    steps = {
        "选": _some(_T, _T.region_id == _P.region_id),
        "育": _some(TrainingCompletion, TrainingCompletion.status == "completed"),
        "用": select(_T.id).join(PracticeCase, a_case).where(_T.region_id == _P.region_id).exists(),
        "评": _some(PracticeResult, PracticeResult.status == PracticeResultStatus.PUBLISHED),
    }
    detail = func.concat(*(case((done, name), else_="") for name, done in steps.items()))
    columns = record(_P.id, _P.name, on=_P.starts_on, detail=detail, counts=and_(*steps.values()))
    return select(*columns).where(of_year(ctx, span.year, HELD))


def schemes(ctx: Context, span: Span) -> AnySelect:
    """Projects of the year that have begun; those count whose way of assessing 过程考核办法 is published. [A2.3b]"""
    one = TrainingScheme
    of = and_(one.region_id == _P.region_id, one.project_id == _P.id, one.published_at.is_not(None))
    columns = record(_P.id, _P.name, on=func.date(one.published_at), counts=one.id.is_not(None))
    return select(*columns).outerjoin(one, of).where(of_year(ctx, span.year, HELD))


def _figure(code: str, requirement: str, label: str, unit: str, **more: Any) -> Figure:
    told = {"measure": Measure.COUNT, "kind": "project", "path": "projects/{id}"} | more
    return Figure(code, requirement, label, unit, **told)


SOURCES = (
    Source(
        _figure("city.projects", CITY, "市培计划项目", "个", reading="政策支持由市级文件说明，请附材料。"),
        city_projects,
    ),
    Source(
        _figure("city.workshops", CITY, "市级工作坊（室）", "个", kind="workshop", path="workshops/{id}"),
        city_workshops,
    ),
    Source(
        _figure(
            "integration.offices",
            INTEGRATION,
            "已设立的办公室和项目办",
            "个",
            kind="leading_group",
            path="leading-groups/{id}",
            reading="教师发展中心的批文和整合方案，请附材料。",
        ),
        offices,
    ),
    Source(
        _figure(
            "integration.members",
            INTEGRATION,
            "培训、教研、电教机构在领导小组任职的",
            "人",
            kind="leading_group_holder",
            path="",
        ),
        joined,
    ),
    Source(
        _figure(
            "projects.planned",
            SCHEME,
            "列入五年规划下已批准计划的项目",
            "个",
            measure=Measure.SHARE,
            reading="实施方案的“六同步”由方案文本说明，请附材料。",
        ),
        planned,
    ),
    Source(
        _figure(
            "projects.whole_mode",
            MODE,
            "选、育、用、评四步齐全的项目",
            "个",
            measure=Measure.SHARE,
            reading="选：录取学员；育：有学员结业；用：有认定的成果转化案例；评：已公布返岗成绩。制度、方案请附材料。",
        ),
        went_through,
    ),
    Source(
        _figure(
            "rules.schemes",
            RULES,
            "已公布过程考核办法的项目",
            "个",
            measure=Measure.SHARE,
            reading="系统只登记各项目的过程考核办法；其余制度文本无系统数据，请附材料。",
        ),
        schemes,
    ),
)
