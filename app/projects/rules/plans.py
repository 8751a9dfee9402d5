"""What a plan must hold before it is submitted 规划内容. [M3.1] [M3.2]"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.projects.states import TrainingPlanKind


@dataclass(frozen=True, slots=True)
class Outline:
    """What is asked of a plan; parent: the years of the five-year plan it belongs to."""

    kind: TrainingPlanKind
    first_year: int
    last_year: int
    levels: Collection[str]
    departments: Collection[str]
    parent: tuple[int, int] | None = None


def check_plan(regulation: Regulation, plan: Outline, *, on: date) -> list[Finding]:
    """Whether a plan covers its years and the five levels, and joins departments. [M3.1] [M3.2]"""
    return [
        *_years(regulation, plan, on),
        *_levels(regulation, plan, on),
        *_departments(plan),
    ]


def _years(regulation: Regulation, plan: Outline, on: date) -> list[Finding]:
    years = plan.last_year - plan.first_year + 1
    if plan.kind is TrainingPlanKind.FIVE_YEAR:
        wanted = regulation.whole("projects.plan.years", on=on)
        if years != wanted:
            message = f"五年规划应为 {wanted} 年，现为 {years} 年。"
            return [Finding("projects.plan_years", Severity.MUST, "M3.2", message, years, wanted)]
        return []
    if plan.parent is None:
        message = "年度计划应衔接五年规划，尚未注明所属的规划。"
        return [Finding("projects.plan_parent", Severity.ADVISE, "M3.2", message, None, "五年规划")]
    first, last = plan.parent
    if first <= plan.first_year <= last:
        return []
    message = f"{plan.first_year} 年不在所属规划的 {first}—{last} 年之内。"
    return [Finding("projects.plan_outside", Severity.MUST, "M3.2", message, plan.first_year, f"{first}-{last}")]


def _levels(regulation: Regulation, plan: Outline, on: date) -> list[Finding]:
    wanted = regulation.whole("projects.levels_count", on=on)
    missing = [one.label for one in regulation.codes("project_levels") if one.code not in plan.levels]
    if not missing:
        return []
    message = f"规划应系统推进 {wanted} 级培训，尚缺：{'、'.join(missing)}。"
    return [Finding("projects.plan_levels", Severity.MUST, "M3.2", message, wanted - len(missing), wanted)]


def _departments(plan: Outline) -> list[Finding]:
    if plan.departments:
        return []
    message = "应由各部门共同谋划、联合立项，尚未注明参与的科室。"
    return [Finding("projects.plan_departments", Severity.ADVISE, "M3.1", message, 0, None)]
