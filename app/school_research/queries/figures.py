"""The figures of school-based research 校本研修数据, one function each: help pairs, score sheets, scorecard. [A5.R]

A function answers the records themselves, whoever asks, of the region; narrowed to a school it counts the same.
"""

from datetime import date

from sqlalchemy import and_, select

from app.access.context import Context
from app.core.db import AnySelect
from app.school_research.models import ResearchActivity, ResearchAttendance, SchoolPlan
from app.school_research.states import STANDING, ResearchActivityStatus

_Act, _Att, _Plan = ResearchActivity, ResearchAttendance, SchoolPlan


def activities(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Activities of schools on days of a span that were not called off 校本研修活动."""
    return select(_Act.id, _Act.school_id, _Act.title, _Act.activity_date).where(
        _Act.region_id == ctx.principal.region_id,
        _Act.status == str(ResearchActivityStatus.OPEN),
        _Act.activity_date.between(*days),
    )


def attendance(ctx: Context, days: tuple[date, date]) -> AnySelect:
    """Who came to them 参加人次: the same columns with teacher_id."""
    of = and_(_Att.region_id == _Act.region_id, _Att.activity_id == _Act.id)
    return activities(ctx, days).join(_Att, of).add_columns(_Att.teacher_id)


def plans(ctx: Context, start_year: int) -> AnySelect:
    """Plans of a school year that were approved 已通过的校本研修方案: id, school_id."""
    return select(_Plan.id, _Plan.school_id).where(
        _Plan.region_id == ctx.principal.region_id,
        _Plan.start_year == start_year,
        _Plan.status.in_([str(one) for one in STANDING]),
    )
