"""Whether somebody meets the conditions of selection, and who goes first 遴选条件与优先. [A2.2] [A6.7]"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.projects.states import Criterion
from app.teachers.rules import completed_years

CLAUSE: Final = "A2.2"
CODE_SETS: Final[Mapping[Criterion, str]] = {
    Criterion.STAGE: "stages",
    Criterion.SUBJECT: "subjects",
    Criterion.TITLE: "titles",
    Criterion.TITLE_RANK: "title_ranks",
    Criterion.WORKSHOP_LEVEL: "workshop_levels",
    Criterion.HONOUR: "honours",
    Criterion.POST: "posts",
}
"""Criterion → the code list of what it names."""
NUMBERED: Final = frozenset({Criterion.AGE_MIN, Criterion.AGE_MAX, Criterion.SERVICE_YEARS_MIN})
PRIORITY_LEVELS: Final = frozenset({"national", "provincial"})
"""Projects for which the members of city workshops are recommended first. [A6.7]"""
TITLES: Final = {
    Criterion.STAGE: "学段",
    Criterion.SUBJECT: "学科",
    Criterion.TITLE: "职称",
    Criterion.TITLE_RANK: "职称层级",
    Criterion.WORKSHOP_LEVEL: "工作坊级别",
    Criterion.HONOUR: "荣誉",
    Criterion.POST: "职务",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of selection: codes of what is listed, or a number of years."""

    criterion: Criterion
    codes: Collection[str] = ()
    number: int | None = None
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is to be nominated; others: names of the projects of the same kind and school year the person is in."""

    stage: str
    subject: str
    title: str
    birth_date: date
    joined_profession_on: date | None
    posts: Collection[str] = ()
    honours: Collection[str] = ()
    workshop_levels: Collection[str] = ()
    others: Sequence[str] = ()


def check_candidate(
    regulation: Regulation, conditions: Sequence[Condition], who: Candidate, *, on: date
) -> list[Finding]:
    """Every condition of a project that somebody does not meet; on: the day the project begins. [A2.2]"""
    findings = []
    for condition in conditions:
        check = _CHECKS.get(condition.criterion, _listed)
        found = check(regulation, condition, who, on)
        if found:
            message, actual, required = found
            severity = Severity.MUST if condition.is_required else Severity.ADVISE
            rule = f"projects.{condition.criterion}"
            findings.append(Finding(rule, severity, CLAUSE, message, actual, required))
    return findings


def check_priority(level: str, priority: int) -> list[Finding]:
    """Whether others are to be recommended before somebody. [A6.7] 市级教师工作坊成员优先推荐

    priority: 0 members of city workshops, 1 of town and school ones, 2 of none.
    """
    if level in PRIORITY_LEVELS and priority > 0:
        message = "国培、省培优先推荐市级教师工作坊成员，此人不是。"
    elif level == "city" and priority > 1:
        message = "市级骨干选拔优先考虑镇、校级教师工作坊成员，此人不是工作坊成员。"
    else:
        return []
    return [Finding("projects.priority", Severity.ADVISE, "A6.7", message, priority, 0)]


def check_in_time(nominated_on: date, until: date | None) -> list[Finding]:
    """Whether a nomination comes in time; a late one stands, but 选送率 does not count it. [A4.2]"""
    if until is None or nominated_on <= until:
        return []
    message = f"选送截止日为 {until}，{nominated_on} 选送计为未按时选送。"
    return [Finding("projects.nominated_late", Severity.ADVISE, "A4.2", message, nominated_on, until)]


_Broken = tuple[str, str | int | None, str | int | None]


def _listed(regulation: Regulation, condition: Condition, who: Candidate, on: date) -> _Broken | None:
    """What the person has is one of the codes; a subject under another one (English) counts for that one."""
    del on
    has = _has(regulation, condition.criterion, who)
    if set(has) & set(condition.codes):
        return None
    listed = regulation.codes(CODE_SETS[condition.criterion])
    wanted = "、".join(_label(listed, code) for code in condition.codes)
    actual = "、".join(_label(listed, code) for code in has) or "无"
    title = TITLES[condition.criterion]
    return f"{title}须为 {wanted}，现为 {actual}。", actual, wanted


def _has(regulation: Regulation, criterion: Criterion, who: Candidate) -> Collection[str]:
    if criterion is Criterion.SUBJECT:
        subjects = regulation.codes("subjects")
        parent = subjects.get(who.subject).parent if who.subject in subjects else None
        return [who.subject, *([parent] if parent else [])]
    if criterion is Criterion.TITLE_RANK:
        titles = regulation.codes("titles")
        rank = titles.get(who.title).facts.get("rank") if who.title in titles else None
        return [str(rank or "none")]
    values: dict[Criterion, Collection[str]] = {
        Criterion.STAGE: [who.stage],
        Criterion.TITLE: [who.title],
        Criterion.POST: who.posts,
        Criterion.HONOUR: who.honours,
        Criterion.WORKSHOP_LEVEL: who.workshop_levels,
    }
    return values[criterion]


def _label(listed: object, code: str) -> str:
    codes = {one.code: one.label for one in listed}  # type: ignore[attr-defined]  # a CodeList yields its codes
    return str(codes.get(code, code))


def _old_enough(regulation: Regulation, condition: Condition, who: Candidate, on: date) -> _Broken | None:
    del regulation
    age, least = completed_years(who.birth_date, on), condition.number or 0
    return (f"年龄须满 {least} 周岁，项目开始时为 {age} 周岁。", age, least) if age < least else None


def _young_enough(regulation: Regulation, condition: Condition, who: Candidate, on: date) -> _Broken | None:
    del regulation
    age, most = completed_years(who.birth_date, on), condition.number or 0
    return (f"年龄不超过 {most} 周岁，项目开始时为 {age} 周岁。", age, most) if age > most else None


def _served(regulation: Regulation, condition: Condition, who: Candidate, on: date) -> _Broken | None:
    del regulation
    least = condition.number or 0
    if who.joined_profession_on is None:
        return f"教龄须满 {least} 年，档案中没有从教日期。", None, least
    years = completed_years(who.joined_profession_on, on)
    return (f"教龄须满 {least} 年，项目开始时为 {years} 年。", years, least) if years < least else None


def _in_no_other(regulation: Regulation, condition: Condition, who: Candidate, on: date) -> _Broken | None:
    del regulation, condition
    if not who.others:
        return None
    names = "、".join(f"《{name}》" for name in who.others)
    return f"{SchoolYear.of(on)} 学年已参加同类项目{names}。", len(who.others), 0


_CHECKS: Final[Mapping[Criterion, Callable[[Regulation, Condition, Candidate, date], _Broken | None]]] = {
    Criterion.AGE_MIN: _old_enough,
    Criterion.AGE_MAX: _young_enough,
    Criterion.SERVICE_YEARS_MIN: _served,
    Criterion.NOT_IN_ANOTHER: _in_no_other,
}
