"""What the scorecard's use cases ask before they act: the year, the row, whose it is, and who may decide."""

from collections.abc import Sequence
from datetime import date

from app.access.context import Context, Place
from app.access.permissions import TEACHER_EDUCATION, Permission, Role
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound, NotPermitted
from app.performance.queries.figures.reading import Span
from app.performance.rules import points
from app.performance.states import TRAINING_SCHOOL, Owing
from app.policy.load import Regulation
from app.policy.records import Indicator, Requirement

MAIN = TEACHER_EDUCATION
"""教师教育科 scores, and answers where the standard names no department in particular."""
ACTS = {Owing.ASSESS: "自评", Owing.ASSESS_AGAIN: "按退回意见重评", Owing.SCORE: "评分"}


def span_of(ctx: Context, year: int) -> Span:
    """The part of a calendar year that has passed; Invalid SCORECARD_YEAR_AHEAD for one that has not begun."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if first > ctx.clock.today:
        message = f"{year} 年尚未开始，请查询今年或以前的年度"
        refuse("SCORECARD_YEAR_AHEAD", [FieldFault("/year", "OUT_OF_ORDER", message)])
    return Span(year, first, min(last, ctx.clock.today))


def refuse(code: str, faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid(code, "；".join(one.message for one in faults) + "。", errors=faults)


def requirement_of(regulation: Regulation, code: str) -> tuple[Indicator, Requirement]:
    """A requirement of the standard with its indicator; NotFound for a code it does not have."""
    for group in regulation.scorecard().groups:
        for indicator in group.indicators:
            for one in indicator.requirements:
                if one.code == code:
                    return indicator, one
    raise NotFound


def indicator_of(regulation: Regulation, code: str) -> Indicator:
    """A second-level indicator of the standard; NotFound for a code it does not have."""
    for group in regulation.scorecard().groups:
        for indicator in group.indicators:
            if indicator.code == code:
                return indicator
    raise NotFound


def place_of(row: AnyRow) -> Place:
    """Whose a row is: the bureau's or the school's whose desk began it."""
    return Place(row.organisation_id)


def department_of(ctx: Context) -> str | None:
    """The department somebody speaks for: the desk of the bureau, or 进修学校 as a whole."""
    return TRAINING_SCHOOL if ctx.principal.role is Role.TRAINING_SCHOOL else ctx.principal.desk


def own_row(ctx: Context, requirement: Requirement, designated: Sequence[str], permission: Permission) -> str:
    """The department the caller answers for a row with; NotPermitted OTHER_BODY where it is another's. [A4.1]"""
    named = points.responsible(requirement, designated, MAIN)
    own = department_of(ctx)
    if own not in named:
        labels = {one.code: one.label for one in ctx.regulation.departments()}
        whose = "、".join(labels.get(one, one) for one in named)
        message = f"这一项由{whose}自评，请由其办理。"
        raise NotPermitted("OTHER_BODY", message, permission=str(permission), departments=list(named))
    return str(own)


def other_person(ctx: Context, row: AnyRow, permission: Permission) -> None:
    """Who assessed a row neither scores nor returns it; persons are compared, never roles."""
    if ctx.principal.account_id == row.assessed_by:
        message = "自评与评分须为不同的人，请由教师教育科的另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))
