"""Records of sub-project teams: who of them was evaluated for the year, with the points. [A3.6]"""

from sqlalchemy import Text, and_, case, cast, func, or_, select

from app.access.context import Context
from app.core.db import AnySelect
from app.evaluations.models import TeamEvaluation
from app.evaluations.states import TeamEvaluationStatus
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.projects.models import Project, SubProject
from app.projects.queries.figures import HELD, of_year

_S, _P, _E = SubProject, Project, TeamEvaluation


def evaluated(ctx: Context, span: Span) -> AnySelect:
    """Sub-projects of the year's projects, and those evaluated for the year; those count that another confirmed.

    The detail is the points confirmed; the record is the sub-project, the path that of its evaluation if there is one.
    """
    of = and_(_P.region_id == _S.region_id, _P.id == _S.project_id)
    region = ctx.principal.region_id
    about = and_(_E.region_id == _S.region_id, _E.sub_project_id == _S.id, _E.year == span.year)
    is_confirmed = _E.status == TeamEvaluationStatus.CONFIRMED
    own = func.concat("/v1/projects/", _S.project_id, "/sub-projects")
    columns = record(
        _S.id,
        func.concat(_P.name, " ", _S.name),
        on=_P.starts_on,
        detail=case((is_confirmed, func.concat(func.trim_scale(_E.points), " 分"))),
        counts=func.coalesce(is_confirmed, False),
        path=func.coalesce("/v1/team-evaluations/" + cast(_E.id, Text), own),
    )
    return (
        select(*columns)
        .join(_P, of)
        .outerjoin(_E, about)
        .where(_S.region_id == region, or_(of_year(ctx, span.year, HELD), _E.id.is_not(None)))
    )


SOURCES = (
    Source(
        Figure(
            "teams.evaluated",
            "implementation.delivery.summary_and_archive",
            "已完成综合评价的子项目团队",
            "个",
            Measure.SHARE,
            kind="sub_project",
            reading="本年开始的项目所设子项目；评价须经另一人确认，得分列在明细中。",
        ),
        evaluated,
    ),
)
