"""Records of school-based research: what schools held in the year. [A4.5] [A5.R]"""

from sqlalchemy import select

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.school_research.queries import figures


def held(ctx: Context, span: Span) -> AnySelect:
    """Activities of school-based research held in the year, by school."""
    one = figures.activities(ctx, (span.first, span.on)).subquery().c
    return select(*record(one.id, one.title, organisation=one.school_id, on=one.activity_date))


SOURCES = (
    Source(
        Figure(
            "research.activities",
            "effects.ecology.ecology",
            "各校举行的校本研修活动",
            "次",
            Measure.COUNT,
            "research_activity",
            "research-activities/{id}",
            reading="与评分表旁的系统数据同一口径。",
        ),
        held,
    ),
)
