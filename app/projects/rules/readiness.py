"""What a project needs for each of its steps, all that is missing at once. [A3.3] [A4.2b] [A2.4] [A2.5a]"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.projects.states import PhaseKind, ProjectStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a project is prepared.

    led: sub-projects with somebody who leads; leading: managers of the rank the text asks for who lead and accompany
    from start to end; following: managers who do so at all.
    """

    phases: Collection[str] = ()
    sub_projects: int = 0
    led: int = 0
    departments: int = 0
    allotted: int = 0
    quota: int = 0
    trainees: int = 0
    undecided: int = 0
    leading: int = 0
    following: int = 0
    guides: int = 0
    trackers: int = 0
    ends_on: date = date.max


def check_step(regulation: Regulation, step: ProjectStatus, at: Standing, *, on: date) -> list[Finding]:
    """What is missing for a project to come to a status. [A2.2] [A3.3] [A4.2b] [A2.4] [A2.5a]"""
    found: list[Finding] = []
    for check in _CHECKS.get(step, ()):
        found += check(regulation, at, on)
    return found


def _must(rule: str, clause: str, message: str, actual: int | date, required: int | date) -> list[Finding]:
    return [Finding(rule, Severity.MUST, clause, message, actual, required)]


def _joint(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    if at.departments:
        return []
    message = "应联合立项、分工协作，尚未注明参与的科室。"
    return [Finding("projects.joint_departments", Severity.ADVISE, "M3.1", message, 0, 1)]


def _team(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    if at.sub_projects and at.led == at.sub_projects:
        return []
    message = f"每个子项目须有负责的子项目组：现有子项目 {at.sub_projects} 个，有负责人的 {at.led} 个，至少 1 个。"
    return _must("projects.sub_project_team", "A3.3", message, at.led, max(at.sub_projects, 1))


def _study(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    return [] if PhaseKind.STUDY in at.phases else _must("projects.phase", "M5.2", "尚未安排研修阶段。", 0, 1)


def _practice(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    return [] if PhaseKind.PRACTICE in at.phases else _must("projects.phase", "M5.3", "尚未安排返岗实践阶段。", 0, 1)


def _places(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    if at.allotted == at.quota:
        return []
    message = f"名额 {at.quota} 个，已分配到单位的 {at.allotted} 个；整建制组班时按工作坊分配。"
    return [Finding("projects.allotted", Severity.ADVISE, "A2.2", message, at.allotted, at.quota)]


def _trainees(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    found = [] if at.trainees else _must("projects.trainees", "A2.2", "还没有录取学员。", 0, 1)
    if at.undecided:
        message = f"还有 {at.undecided} 件报名没有办结。"
        found += _must("projects.undecided", "A2.2", message, at.undecided, 0)
    return found


def _accompanied(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    found = []
    if regulation.flag("projects.accompanying_manager_required", on=on) and not at.leading:
        message = "须有教师教育科领导或发展中心副校级领导带队并全过程跟班，现有 0 人。"
        found += _must("projects.leading_manager", "A4.2b", message, 0, 1)
    if not at.following:
        message = "须选派专职或兼职管理人员全过程参与培训管理，现有 0 人。"
        found += _must("projects.manager", "A2.3b", message, 0, 1)
    return found


def _guided(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    message = "须由培训者组成项目指导组负责返岗实践，现有 0 人。"
    return [] if at.guides else _must("projects.guide_group", "A2.4", message, 0, 1)


def _tracked(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation, on
    return [] if at.trackers else _must("projects.tracking_group", "A2.5a", "须设立跟踪评价小组，现有 0 人。", 0, 1)


def _over(regulation: Regulation, at: Standing, on: date) -> list[Finding]:
    del regulation
    if on >= at.ends_on:
        return []
    message = f"项目到 {at.ends_on} 结束，今天是 {on}。"
    return [Finding("projects.not_over", Severity.ADVISE, None, message, on, at.ends_on)]


_Check = Callable[[Regulation, Standing, date], list[Finding]]
_CHECKS: Final[Mapping[ProjectStatus, tuple[_Check, ...]]] = {
    ProjectStatus.SUBMITTED: (_joint,),
    ProjectStatus.SELECTING: (_team, _study, _places),
    ProjectStatus.RUNNING: (_team, _trainees, _accompanied),
    ProjectStatus.PRACTICE: (_practice, _guided),
    ProjectStatus.EVALUATING: (_tracked,),
    ProjectStatus.CLOSED: (_over,),
}
