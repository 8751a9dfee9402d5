"""Entries of training: spells at schools, projects with their published results, deliveries, term assessments."""

from sqlalchemy import CTE, and_, case, func, select

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.deliveries.models import DeliveryAttendance, DeliveryVisit
from app.deliveries.states import DeliveryVisitStatus
from app.organisations.models import Organisation
from app.portfolio.queries.entries.reading import Source, day_of, entry, seen
from app.portfolio.states import PortfolioKind
from app.practice.models import PracticeResult, PracticeWeights
from app.practice.queries.results import total
from app.practice.states import PracticeResultStatus
from app.projects.models import Project, ProjectTrainee
from app.projects.states import TraineeStatus
from app.school_research.models import TermAssessment
from app.teachers.models import Employment
from app.training.models import TrainingCompletion, TrainingScheme, TrainingScore
from app.training.states import TrainingCompletionStatus

_T, _P, _C, _S, _M = ProjectTrainee, Project, TrainingCompletion, TrainingScore, TrainingScheme
_R, _G, _A, _V, _E = PracticeResult, PracticeWeights, DeliveryAttendance, DeliveryVisit, Employment


def employments(ctx: Context, who: CTE) -> AnySelect:
    """Spells at organisations 任职经历."""
    columns = entry(
        who,
        PortfolioKind.EMPLOYMENT,
        _E.id,
        title=Organisation.name,
        starts=_E.starts_on,
        ends=_E.ends_on - 1,
        lasts=True,
        part=case((_E.is_on_post, "on_post"), else_="off_post"),
        organisation=_E.school_id,
        path=func.concat("/v1/teachers/", who.c.record_id, "/employments"),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _E.teacher_id)
        .join(Organisation, and_(Organisation.region_id == _E.region_id, Organisation.id == _E.school_id))
        .where(_E.region_id == ctx.principal.region_id, seen(ctx, who, Permission.TEACHER_READ))
    )


def projects(ctx: Context, who: CTE) -> AnySelect:
    """Places in training projects; results once they are decided and published, never an opinion. [A4.2] [A2.5a]"""
    decided = and_(
        _C.region_id == _T.region_id,
        _C.trainee_id == _T.id,
        _C.status != TrainingCompletionStatus.RECOMMENDED,
        seen(ctx, who, Permission.COMPLETION_READ, _C.school_id),
    )
    scored = and_(
        _S.region_id == _T.region_id,
        _S.trainee_id == _T.id,
        _S.publication == _M.publications,
        seen(ctx, who, Permission.TRAINING_SCORE_READ, _S.school_id),
    )
    published = and_(
        _R.region_id == _T.region_id,
        _R.trainee_id == _T.id,
        _R.status == PracticeResultStatus.PUBLISHED,
        seen(ctx, who, Permission.PRACTICE_READ, _R.school_id),
    )
    columns = entry(
        who,
        PortfolioKind.PROJECT,
        _T.id,
        title=_P.name,
        starts=_P.starts_on,
        ends=func.coalesce(_T.left_on, _P.ends_on),
        level=_P.level,
        result=case((_T.status != TraineeStatus.ENROLLED, _T.status), else_=func.coalesce(_C.status, _T.status)),
        score=_S.total,
        final_score=total(),
        hours=case((_C.status == TrainingCompletionStatus.COMPLETED, func.coalesce(_C.credited, _C.hours))),
        number=_C.number,
        organisation=_T.school_id,
        path=func.concat("/v1/projects/", _T.project_id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _T.teacher_id)
        .join(_P, and_(_P.region_id == _T.region_id, _P.id == _T.project_id))
        .outerjoin(_C, decided)
        .outerjoin(_M, and_(_M.region_id == _T.region_id, _M.project_id == _T.project_id))
        .outerjoin(_S, scored)
        .outerjoin(_R, published)
        .outerjoin(_G, and_(_G.region_id == _R.region_id, _G.project_id == _R.project_id))
        .where(_T.region_id == ctx.principal.region_id, seen(ctx, who, Permission.TRAINEE_READ, _T.school_id))
    )


def deliveries(ctx: Context, who: CTE) -> AnySelect:
    """Deliveries that were held and received 送教送培受训. [M4.3]"""
    columns = entry(
        who,
        PortfolioKind.DELIVERY,
        _A.id,
        title=_V.title,
        starts=_V.visit_on,
        hours=_V.hours,
        organisation=_V.host_school_id,
        path=func.concat("/v1/delivery-visits/", _V.id),
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == _A.teacher_id)
        .join(_V, and_(_V.region_id == _A.region_id, _V.id == _A.visit_id))
        .where(_A.region_id == ctx.principal.region_id, _V.status == DeliveryVisitStatus.HELD)
        .where(seen(ctx, who, Permission.DELIVERY_ATTENDANCE_READ, _A.school_id))
    )


def term_assessments(ctx: Context, who: CTE) -> AnySelect:
    """Assessments of a term of school-based research, without their reasons 学期考核. [A5.7.2]"""
    one = TermAssessment
    columns = entry(
        who,
        PortfolioKind.TERM_ASSESSMENT,
        one.id,
        title=func.concat(one.start_year, "-", one.start_year + 1, "学年第", one.term, "学期校本研修考核"),
        starts=day_of(one.created_at),
        result=one.result,
        organisation=one.school_id,
    )
    return (
        select(*columns)
        .join(who, who.c.record_id == one.teacher_id)
        .where(one.region_id == ctx.principal.region_id)
        .where(seen(ctx, who, Permission.TERM_ASSESSMENT_READ, one.school_id))
    )


SOURCES = (
    Source(PortfolioKind.EMPLOYMENT, Permission.TEACHER_READ, employments),
    Source(PortfolioKind.PROJECT, Permission.TRAINEE_READ, projects),
    Source(PortfolioKind.DELIVERY, Permission.DELIVERY_ATTENDANCE_READ, deliveries),
    Source(PortfolioKind.TERM_ASSESSMENT, Permission.TERM_ASSESSMENT_READ, term_assessments),
)
