"""Whom a task is for, how many base schools a town has. [M5.3]"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

PRINCIPALS, TEACHERS, TRAINERS = "principals", "teachers", "trainers"
PRINCIPAL_STUDIO: Final = "principal_studio"
LABELS: Final = {PRINCIPALS: "名校长工作室", TEACHERS: "教师工作坊"}


def audience(regulation: Regulation, kind: str, family: str | None) -> list[Finding]:
    """Advice where the text gives a task to the other sort of workshop. [M5.3]

    family: of the workshop, None for a task of the whole project. Tasks of trainers suit every workshop.
    """
    facts = regulation.codes("practice_tasks").get(kind).facts
    meant = {str(facts[name]) for name in ("audience", "also") if name in facts}
    if family is None or TRAINERS in meant:
        return []
    actual = PRINCIPALS if family == PRINCIPAL_STUDIO else TEACHERS
    if actual in meant:
        return []
    label = regulation.codes("practice_tasks").get(kind).label
    required = "、".join(LABELS[one] for one in (TEACHERS, PRINCIPALS) if one in meant)
    message = f"“{label}”在文件中由{required}承担，现布置给{LABELS[actual]}"
    return [Finding("practice.task_audience", Severity.ADVISE, "M5.3", message, LABELS[actual], required)]


def free_slot(taken: Iterable[int], most: int) -> int | None:
    """The lowest free place of a town, None where all are taken."""
    held = set(taken)
    return next((slot for slot in range(1, most + 1) if slot not in held), None)


def town_is_full(regulation: Regulation, have: int, *, on: date) -> Finding:
    """That a town has as many base schools as it may have. [M5.3] 每镇办 1-2所学校"""
    most = regulation.whole("projects.base_schools_per_town.max", on=on)
    message = f"每镇最多 {most} 所校本研修基地学校，该镇已有 {have} 所。请先终止其中一所"
    return Finding("practice.base_schools_per_town", Severity.MUST, "M5.3", message, have, most)


def is_met(regulation: Regulation, have: int, *, on: date) -> bool:
    """Whether a town has as many base schools as it should have. [M5.3]"""
    least = regulation.whole("projects.base_schools_per_town.min", on=on)
    return least <= have <= regulation.whole("projects.base_schools_per_town.max", on=on)
