"""Records of return practice: which trainees have an excellent case of transfer, and one of leading others. [A4.5]"""

from functools import partial

from sqlalchemy import select

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures import tallies
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.practice.models import PracticeCase
from app.practice.queries.summary import accepted_case
from app.practice.states import PracticeCaseKind
from app.projects.models import ProjectTrainee
from app.projects.queries.figures import enrolled

_C = PracticeCase
CASES = "effects.trainees.cases"
LABELS = {
    PracticeCaseKind.TRANSFER: ("有成果转化实践案例的学员", "performance.transfer_cases_share_min"),
    PracticeCaseKind.LEADING: ("有引领工作案例的学员", "performance.leading_cases_share_min"),
}


def with_case(ctx: Context, span: Span, *, kind: PracticeCaseKind) -> AnySelect:
    """Trainees of the year's projects; those count that have an accepted case of the kind."""
    found = enrolled(ctx, span.year).add_columns(
        select(_C.id)
        .where(_C.region_id == ctx.principal.region_id, accepted_case(_C, kind))
        .correlate(ProjectTrainee)
        .exists()
        .label("has")
    )
    one = found.subquery().c
    about = {"teacher": one.teacher_id, "organisation": one.school_id, "on": one.joined_on}
    return select(*record(one.id, one.name, **about, counts=one.has, path=one.path))


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
