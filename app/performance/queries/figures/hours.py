"""Records of hours: who at post reached the target of school-based research. [A4.5] [A5.7.1]"""

from datetime import timedelta

from sqlalchemy import and_, func, or_, select

from app.access.context import Context
from app.core.db import AnySelect
from app.hours.models import HoursSummary
from app.hours.states import HoursCategory
from app.performance.queries.figures import tallies
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, Teacher


def met(ctx: Context, span: Span) -> AnySelect:
    """Teachers at post when the school year that ends in the calendar year ended; those count that met the target."""
    year = SchoolYear.of(span.first)
    day = min(span.on, year.last_day)
    spell = and_(
        Employment.region_id == Teacher.region_id,
        Employment.teacher_id == Teacher.id,
        Employment.is_on_post,
        Employment.starts_on <= day,
        or_(Employment.ends_on.is_(None), Employment.ends_on >= day + timedelta(days=1)),
    )
    held = and_(
        HoursSummary.region_id == Teacher.region_id,
        HoursSummary.teacher_id == Teacher.id,
        HoursSummary.school_year == year.start,
        HoursSummary.category == HoursCategory.SCHOOL_RESEARCH,
    )
    columns = record(
        Teacher.id,
        Teacher.staff_no,
        teacher=Teacher.id,
        organisation=Employment.school_id,
        detail=func.coalesce(HoursSummary.credited, 0),
        counts=func.coalesce(HoursSummary.credited >= HoursSummary.target, False),
    )
    here = and_(Teacher.region_id == ctx.principal.region_id, Teacher.status != "merged")
    return select(*columns).join(Employment, spell).outerjoin(HoursSummary, held).where(here)


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
