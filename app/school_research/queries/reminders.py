"""SQL of what schools owe on a day."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission
from app.access.visibility import rows
from app.core.db import AnyRow
from app.core.pages import Page, PageRequest, fetch_page
from app.hours.models import HoursSubmission
from app.organisations.models import Organisation
from app.school_research.models import ResearchActivity, ResearchAttendance, SchoolPlan, TermAssessment
from app.school_research.states import ResearchActivityStatus, SchoolPlanStatus
from app.teachers.models import Teacher

_Org, _Act, _Att, _Sheet = Organisation, ResearchActivity, ResearchAttendance, HoursSubmission
_Claimed = aliased(HoursSubmission)


async def due(ctx: Context, request: PageRequest, *, plan_year: int | None, term: str | None) -> Page[AnyRow]:
    """Open schools within the scope that owe something, in order of their ids.

    plan_year: of which a plan is due; term: the last one that is over. None: nothing of the kind is due.
    """
    flags: dict[str, ColumnElement[bool]] = {
        "is_plan_due": _no_plan(plan_year) if plan_year is not None else false(),
        "is_assessment_due": _unassessed(term) if term else false(),
        "is_sheet_due": or_(_unclaimed(term), _not_submitted(term)) if term else false(),
    }
    statement = select(
        _Org.id,
        _Org.name.label("school_name"),
        *(condition.label(name) for name, condition in flags.items()),
    ).where(
        _Org.region_id == ctx.principal.region_id,
        _Org.kind == "school",
        _Org.status == "open",
        rows(ctx.principal, Permission.RESEARCH_ARCHIVE_READ, organisation=_Org.id),
        or_(*flags.values()),
    )
    scope = f"research-reminders|{plan_year}|{term}"
    return await fetch_page(ctx.db, statement, request, order=(_Org.id,), scope=scope)


def _no_plan(start_year: int) -> ColumnElement[bool]:
    return ~exists().where(
        SchoolPlan.region_id == _Org.region_id,
        SchoolPlan.school_id == _Org.id,
        SchoolPlan.start_year == start_year,
        SchoolPlan.handed_in_on.is_not(None),
        SchoolPlan.status != str(SchoolPlanStatus.WITHDRAWN),
    )


def _of(table: Any, term: str) -> tuple[ColumnElement[bool], ...]:
    return (
        table.region_id == _Org.region_id,
        table.school_id == _Org.id,
        table.start_year == int(term[:4]),
        table.term == int(term[-1]),
    )


def _unassessed(term: str) -> ColumnElement[bool]:
    """Somebody at post has no assessment of the term. [A5.7.2]"""
    said = exists().where(*_of(TermAssessment, term), TermAssessment.teacher_id == Teacher.id)
    return exists().where(
        Teacher.region_id == _Org.region_id,
        Teacher.school_id == _Org.id,
        Teacher.is_on_post,
        Teacher.status == "active",
        ~said.correlate(Teacher, _Org),
    )


def _unclaimed(term: str) -> ColumnElement[bool]:
    """Somebody took part in an activity of the term that is on no sheet. [A5.7.1]"""
    sheet = and_(_Claimed.region_id == _Act.region_id, _Claimed.id == _Act.submission_id)
    found = (
        select(_Act.id)
        .join(_Att, and_(_Att.region_id == _Act.region_id, _Att.activity_id == _Act.id))
        .outerjoin(_Claimed, sheet)
        .where(
            *_of(_Act, term),
            _Act.status == str(ResearchActivityStatus.OPEN),
            or_(_Act.submission_id.is_(None), _Claimed.status == "withdrawn"),
        )
    )
    return exists(found.correlate(_Org))


def _not_submitted(term: str) -> ColumnElement[bool]:
    """A sheet of the term lies with the school. [A5.7.1]"""
    waiting = _Sheet.status.in_(("draft", "returned"))
    return exists().where(*_of(_Sheet, term), _Sheet.category == "school_research", waiting)
