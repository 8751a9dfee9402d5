"""Records of awards: what was granted in the year and stands. [A4.5]"""

from sqlalchemy import select

from app.access.context import Context
from app.core.db import AnySelect
from app.evaluations.models import Award
from app.evaluations.states import VOID
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure

_A = Award


def granted(ctx: Context, span: Span) -> AnySelect:
    """Awards granted in the year that stand, by kind; the holder's name stands in the person's record."""
    columns = record(_A.id, _A.kind, teacher=_A.teacher_id, organisation=_A.unit_id, on=_A.awarded_on, detail=_A.number)
    return select(*columns).where(
        _A.region_id == ctx.principal.region_id,
        _A.status.not_in(VOID),
        _A.awarded_on.between(span.first, span.on),
    )


SOURCES = (
    Source(
        Figure("awards.granted", "effects.ecology.ecology", "授予的奖项", "项", Measure.COUNT, "award", "awards/{id}"),
        granted,
    ),
)
