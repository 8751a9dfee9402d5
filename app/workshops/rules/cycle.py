"""Rules of registration 注册: who registers and reviews what, two school years, one adjustment a year. [A6.13a]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.workshops.states import WorkshopFamily, WorkshopLevel


@dataclass(frozen=True, slots=True)
class Body:
    """A body that decides 办理机构: a role of the permission table, and for the bureau the desk; as people call it."""

    role: str
    desk: str | None
    title: str


TRAINING_SCHOOL = Body("training_school", None, "进修学校")
BASIC_EDUCATION = Body("bureau", "basic_education", "基础教育科")
TEACHER_EDUCATION = Body("bureau", "teacher_education", "教师教育科")
OWN_UNIT = Body("unit", None, "所在中心校或市直学校")
_OF_SUPERVISOR = {"training_school": TRAINING_SCHOOL, "basic_education": BASIC_EDUCATION}


@dataclass(frozen=True, slots=True)
class Cycle:
    """The school years of a registration, both ends in it."""

    first: SchoolYear
    last: SchoolYear

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the cycle."""
        return self.first.first_day <= day <= self.last.last_day


def registrar(regulation: Regulation, family: WorkshopFamily, level: WorkshopLevel) -> Body:
    """Who registers, confirms terms, approves adjustments and accepts plans. [M4.2] [A6.10]"""
    if level in {WorkshopLevel.TOWN, WorkshopLevel.SCHOOL}:
        return OWN_UNIT
    if level is WorkshopLevel.PROVINCIAL:
        return TEACHER_EDUCATION
    return supervisor(regulation, family)


def supervisor(regulation: Regulation, family: WorkshopFamily) -> Body:
    """Who reviews the months: 进修学校, or 基础教育科 for studios of homeroom teachers. [M7.1a] [M6.2.3d]"""
    facts = regulation.codes("workshop_families").get(family).facts
    return _OF_SUPERVISOR[str(facts["supervisor"])]


def cycle_from(regulation: Regulation, first: SchoolYear) -> Cycle:
    """The cycle that begins with a school year. [A6.13a] 两年申报注册一次"""
    years = regulation.whole("workshops.registration_years", on=first.first_day)
    return Cycle(first, SchoolYear(first.start + years - 1))


def check_unit(kind: str, parent_kind: str | None) -> list[Finding]:
    """A workshop belongs to a 中心校 or a 市直学校. [A6.1]"""
    if kind == "central_school" or (kind == "school" and parent_kind == "bureau"):
        return []
    message = "工作坊（室）应设在中心校或市直学校；中心校下辖学校的由中心校申报。"
    return [Finding("workshop.unit", Severity.MUST, "A6.1", message, kind, "central_school")]


def check_renewal(last: Cycle, *, on: date) -> list[Finding]:
    """A renewal is asked for in the last school year of the cycle, or after it."""
    if on >= last.last.first_day:
        return []
    message = f"注册到 {last.last} 学年为止，到该学年才能续期。"
    return [Finding("workshop.renewal", Severity.MUST, "A6.13a", message, on, last.last.first_day)]


def check_adjustment(regulation: Regulation, cycle: Cycle, standing: int, *, effective_on: date) -> list[Finding]:
    """One adjustment a school year, on a day of the cycle; standing: those proposed or approved that year. [A6.13a]"""
    found = []
    most = regulation.whole("workshops.adjustments_yearly_max", on=effective_on)
    if standing >= most:
        year = SchoolYear.of(effective_on)
        message = f"{year} 学年已提出或完成 {standing} 次成员调整，每学年调整 {most} 次。去世、调动、退休另行登记。"
        found.append(Finding("workshop.adjustments", Severity.MUST, "A6.13a", message, standing + 1, most))
    return found + check_day(cycle, effective_on)


def check_day(cycle: Cycle, day: date) -> list[Finding]:
    """A day on which the workshop is registered. [A6.13a]"""
    if day in cycle:
        return []
    message = f"{day} 不在注册的学年内（{cycle.first} 至 {cycle.last}）。"
    return [Finding("workshop.outside_cycle", Severity.MUST, "A6.13a", message, day, cycle.last.last_day)]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a change set does: who leaves, and who takes which role."""

    removed: frozenset[UUID]
    roles: Mapping[UUID, str]


def check_changes(changes: Changes, present: Mapping[UUID, str]) -> list[tuple[UUID, str]]:
    """Faults of a change set against the present members: (teacher, Chinese text)."""
    faults = [(one, "不是现有成员，不能移出") for one in sorted(changes.removed - present.keys())]
    faults += [(one, "同时列在移出和加入中") for one in sorted(changes.removed & changes.roles.keys())]
    faults += [(one, "已是该角色的成员") for one, role in changes.roles.items() if present.get(one) == role]
    return faults


def counts_as_adjustment(regulation: Regulation, reason: str) -> bool:
    """Whether leaving for a reason is an adjustment; transfer, retirement and death are none. [A6.13a]"""
    codes = regulation.codes("departure_reasons")
    return reason not in codes or bool(codes.get(reason).facts.get("counts_as_adjustment", True))


def has_backbone_claim(regulation: Regulation, years: Sequence[int], *, is_excellent: bool, on: date) -> bool:
    """Whether a member of `years` (school years, complete) may be recommended as backbone teacher. [A6.13b]"""
    needed = regulation.whole("workshops.backbone_cycle_years", on=on)
    return is_excellent and len(set(years)) >= needed


def priority_of(levels: Sequence[str]) -> int:
    """The place of a member in nominations: 0 city (and provincial), 1 town and school, 2 no member. [A6.7]"""
    if any(level in {WorkshopLevel.CITY, WorkshopLevel.PROVINCIAL} for level in levels):
        return 0
    return 1 if levels else 2
