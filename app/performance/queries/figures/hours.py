"""Records of hours: who at post reached the target of school-based research. [A4.5] [A5.7.1]"""

from sqlalchemy import and_, func, select

from app.access.context import Context
from app.core.db import AnySelect
from app.hours.models import HoursSummary
from app.hours.queries.completion import at_post, held_of
from app.performance.queries.figures import tallies
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, Teacher


def met(ctx: Context, span: Span) -> AnySelect:
    """Teachers at post when the school year that ends in the calendar year ended; those count that met the target."""
    year = SchoolYear.of(span.first)
    day = min(span.on, year.last_day)
    columns = record(
        Teacher.id,
        Teacher.staff_no,
        teacher=Teacher.id,
        organisation=Employment.school_id,
        detail=func.coalesce(HoursSummary.credited, 0),
        counts=func.coalesce(HoursSummary.credited >= HoursSummary.target, False),
    )
    here = and_(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged")
    return select(*columns).join(Employment, at_post(day)).outerjoin(HoursSummary, held_of(year)).where(here)


SOURCES = (
    Source(
        Figure(
            "hours.research_met",
            "effects.ecology.ecology",
            "校本研修学时达标的在岗教师",
            "人",
            Measure.SHARE,
            kind="teacher",
            path="teachers/{id}",
            reading="取在本年结束的学年；本年尚未到学年末的，取截至当日。",
        ),
        met,
        lambda ctx, span: tallies.met(ctx, span, met(ctx, span)),
    ),
)
