"""Conditions of membership 聘任条件: age and title; what is soft may be waived with a reason. [A7.2] [A7.5]"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.policy.finding import Finding, Severity
from app.policy.load import NoPolicyYet, Regulation
from app.policy.school_year import SchoolYear
from app.teachers.rules import completed_years


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the conditions are about."""

    birth_date: date
    title: str


def check_first(regulation: Regulation, person: Person, *, starts_on: date) -> list[Finding]:
    """Conditions of a first appointment, by the first day of its term. [A7.2] [A7.5] 一般35周岁以上，不超过60周岁"""
    silent = _silent(regulation, starts_on)
    if silent:
        return silent
    age = completed_years(person.birth_date, starts_on)
    findings = []
    least = regulation.whole("trainers.first_age_min_years", on=starts_on)
    if age < least:
        message = f"首次聘任一般不低于 {least} 周岁，聘期起始日为 {age} 周岁。"
        findings.append(_must("trainers.first_age_min", "A7.5", message, age, least, waivable=True))
    findings += _too_old(regulation, "trainers.first_age_max", age, starts_on, "首次聘任")
    return [*findings, *_title(regulation, person, starts_on)]


def check_renewal(regulation: Regulation, person: Person, *, starts_on: date) -> list[Finding]:
    """Conditions of a renewal, by the first day of its term. [A7.2] [A7.5] 续聘不超过65周岁"""
    silent = _silent(regulation, starts_on)
    if silent:
        return silent
    age = completed_years(person.birth_date, starts_on)
    return [
        *_too_old(regulation, "trainers.renewal_age_max", age, starts_on, "续聘"),
        *_title(regulation, person, starts_on),
    ]


def check_assessed(needed: Sequence[SchoolYear], passed: Collection[int], failed: Collection[int]) -> list[Finding]:
    """Whether every school year that ended in the term was assessed 合格. [A7.10]"""
    missing = [year.name for year in needed if year.start not in {*passed, *failed}]
    findings = []
    if missing:
        message = f"续聘以年度考核合格为前提，尚缺 {'、'.join(missing)} 学年的考核。"
        findings.append(_must("trainers.assessments_missing", "A7.10", message, len(missing), 0))
    if failed:
        names = "、".join(SchoolYear(one).name for one in sorted(failed))
        message = f"{names} 学年考核不合格，应予辞聘、解聘，不能续聘。"
        findings.append(_must("trainers.assessment_failed", "A7.10", message, len(failed), 0))
    return findings


def waived(findings: Sequence[Finding], reason: str | None) -> list[Finding]:
    """Findings after a waiver: with a reason the soft ones become advice, and stay on record."""
    if not reason:
        return list(findings)
    return [replace(one, severity=Severity.ADVISE) if one.waivable else one for one in findings]


def _silent(regulation: Regulation, starts_on: date) -> list[Finding]:
    try:
        regulation.rule("trainers.term_years", on=starts_on)
    except NoPolicyYet as silent:
        return [_must("trainers.no_policy", None, f"{silent}。", starts_on, None)]
    return []


def _too_old(regulation: Regulation, code: str, age: int, starts_on: date, what: str) -> list[Finding]:
    most = regulation.whole(f"{code}_years", on=starts_on)
    if age <= most:
        return []
    return [_must(code, "A7.5", f"{what}不得超过 {most} 周岁，聘期起始日为 {age} 周岁。", age, most)]


def _title(regulation: Regulation, person: Person, starts_on: date) -> list[Finding]:
    ranks = regulation.rule("trainers.title_ranks", on=starts_on).value
    titles = regulation.codes("titles")
    known = titles.get(person.title) if person.title in titles else None
    if isinstance(ranks, tuple) and known and known.facts.get("rank") in ranks:
        return []
    label = known.label if known else person.title
    message = f"原则上应具有副高级以上职称，现为{label}。"
    return [_must("trainers.title", "A7.2", message, label, "副高级以上", waivable=True)]


def _must(
    rule: str,
    clause: str | None,
    message: str,
    actual: str | int | date,
    required: str | int | None,
    *,
    waivable: bool = False,
) -> Finding:
    return Finding(rule, Severity.MUST, clause, message, actual, required, waivable)
