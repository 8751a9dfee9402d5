"""Records of return practice: which trainees have an excellent case of transfer, and one of leading others. [A4.5]"""

from functools import partial

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures import tallies
from app.performance.queries.figures.projects import HELD, of_year
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.practice.models import PracticeCase
from app.practice.states import PracticeCaseKind, PracticeCaseStatus
from app.projects.models import Project, ProjectTrainee
from app.projects.states import TraineeStatus

_P, _T, _C = Project, ProjectTrainee, PracticeCase
CASES = "effects.trainees.cases"
LABELS = {
    PracticeCaseKind.TRANSFER: ("有成果转化实践案例的学员", "performance.transfer_cases_share_min"),
    PracticeCaseKind.LEADING: ("有引领工作案例的学员", "performance.leading_cases_share_min"),
}


def with_case(ctx: Context, span: Span, *, kind: PracticeCaseKind) -> AnySelect:
    """Trainees of the year's projects; those count that have an accepted case of the kind."""
    of = and_(_P.region_id == _T.region_id, _P.id == _T.project_id)
    has = (
        select(_C.id)
        .where(_C.region_id == _T.region_id, _C.trainee_id == _T.id, _C.kind == kind)
        .where(_C.status == PracticeCaseStatus.ACCEPTED)
        .exists()
    )
    path = func.concat("/v1/projects/", _T.project_id, "/trainees")
    about = {"teacher": _T.teacher_id, "organisation": _T.school_id, "on": _T.joined_on}
    columns = record(_T.id, _P.name, **about, counts=has, path=path)
    return (
        select(*columns)
        .join(_P, of)
        .where(_T.region_id == ctx.principal.region_id, _T.status == TraineeStatus.ENROLLED)
        .where(of_year(ctx, span, HELD))
    )


SOURCES = tuple(
    Source(
        Figure(
            f"cases.{kind}",
            CASES,
            label,
            "人",
            Measure.SHARE,
            kind="trainee",
            required=required,
            reading="按项目开始的公历年统计，每名学员各计一次。",
        ),
        partial(with_case, kind=kind),
        partial(tallies.with_case, kind=kind),
    )
    for kind, (label, required) in LABELS.items()
)
