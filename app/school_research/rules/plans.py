"""Rules of the yearly plan 年度校本研修方案. [A5.3] [A5.4] [A5.7.3] [A5.11]"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.policy.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a plan is counted: codes of the text, own names beside them, and which parts are filled in.

    parts: part of the form -> (its name for people, whether anything stands in it).
    """

    contents: Sequence[str]
    own_contents: Sequence[str]
    modes: Sequence[str]
    own_modes: Sequence[str]
    parts: dict[str, tuple[str, bool]]


def check_codes(outline: Outline, *, contents: Collection[str], modes: Collection[str]) -> list[Finding]:
    """Contents and modes are those of the text; what a school adds goes beside them under its own name. [A5.4 A5.11]"""
    found = []
    for rule, given, known, what in (
        ("school_plan.contents", outline.contents, contents, "研修内容"),
        ("school_plan.modes", outline.modes, modes, "研修方式"),
    ):
        unknown = sorted(set(given) - set(known))
        if unknown:
            message = f"{what}中没有 {'、'.join(unknown)}，共 {len(known)} 项可选；学校自定的请填写名称。"
            found.append(Finding(rule, Severity.MUST, "A5.4", message, "、".join(unknown), len(known)))
    return found


def check_outline(outline: Outline) -> list[Finding]:
    """What a plan must say before it is handed in: contents, modes, aims and every part of the form. [A5.3] [A5.4]"""
    found = []
    for rule, count, what in (
        ("school_plan.contents_missing", len(outline.contents) + len(outline.own_contents), "研修内容"),
        ("school_plan.modes_missing", len(outline.modes) + len(outline.own_modes), "研修方式"),
    ):
        if count == 0:
            found.append(Finding(rule, Severity.MUST, "A5.4", f"至少填写一项{what}，现为 0 项。", 0, 1))
    for part, (name, is_filled) in outline.parts.items():
        if not is_filled:
            clause = "A5.3" if part.startswith("aim_") else "A5.7.3"
            found.append(Finding(f"school_plan.{part}", Severity.MUST, clause, f"请填写{name}。", None, None))
    return found


def check_due(handed_in_on: date, *, due_on: date, reason: str | None) -> list[Finding]:
    """A plan is due by the end of a day; later it is taken with a reason and marked late. [A5.7.3]"""
    if handed_in_on <= due_on:
        return []
    message = f"应于 {due_on} 前（含当日）提交，今天是 {handed_in_on}，已逾期。"
    if reason:
        return [Finding("school_plan.late", Severity.ADVISE, "A5.7.3", message, handed_in_on, due_on)]
    text = f"{message}逾期提交请写明原因。"
    return [Finding("school_plan.late_reason", Severity.MUST, "A5.7.3", text, handed_in_on, due_on)]
