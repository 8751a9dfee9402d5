"""Whether a rubric agrees with itself 评价标准自检, and how points become a share of 100. [A5.R] [A6.R]"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.records import RubricSection


def points_of(sections: Sequence[RubricSection]) -> Decimal:
    """What the marks add up to: the items rule, not the headings. [A5.R]"""
    return sum((section.points for section in sections), Decimal(0))


def declared_of(sections: Sequence[RubricSection]) -> Decimal:
    """What the headings add up to."""
    return sum((section.points_declared for section in sections), Decimal(0))


def share_of(points: Decimal, of: Decimal, full: Decimal) -> Decimal:
    """Raw points as a share of the full scale, to the hundredth: of the workshop rubric points / 90 x 100. [A6.R]"""
    return (points / of * full).quantize(Decimal("0.01"))


def check_rubric(regulation: Regulation, sections: Sequence[RubricSection], *, on: date) -> list[Finding]:
    """Headings against sums, the total, codes, numbers and points; contradictions of sums may be accepted. [A5.R]"""
    findings = []
    marks = [mark for section in sections for mark in section.marks]
    for section in sections:
        if section.points != section.points_declared:
            message = f"“{section.label}”标题 {section.points_declared} 分，各条合计 {section.points} 分。"
            figures = (section.points, section.points_declared)
            findings.append(_must("rubric.heading_sum", "A5.R", message, *figures, waivable=True))
    full = regulation.decimal("evaluations.full_scale", on=on)
    total = points_of(sections)
    if total != full:
        message = f"各条分值合计 {total} 分，应为 {full} 分。"
        findings.append(_must("rubric.total", "A6.R", message, total, full, waivable=True))
    codes = Counter([mark.code for mark in marks] + [section.code for section in sections])
    numbers = Counter(standard.number for mark in marks for standard in mark.standards)
    for rule, what, seen in (("rubric.codes", "代码", codes), ("rubric.numbers", "序号", numbers)):
        twice = [str(one) for one, count in seen.items() if count > 1]
        if twice:
            findings.append(_must(rule, None, f"{what}重复：{'、'.join(twice)}。", len(twice), 0))
    step = regulation.decimal("evaluations.mark_step", on=on)
    for mark in marks:
        if mark.points <= 0 or mark.points % step:
            message = f"“{mark.code}”的分值 {mark.points} 应大于 0，且为 {step} 的倍数。"
            findings.append(_must("rubric.points", None, message, mark.points, step))
    return findings


def accepted(findings: Sequence[Finding], reason: str | None) -> list[Finding]:
    """Findings after a contradiction was accepted: with a reason those of sums become advice, and stay on record."""
    if not reason:
        return list(findings)
    return [replace(one, severity=Severity.ADVISE) if one.waivable else one for one in findings]


def _must(
    rule: str,
    clause: str | None,
    message: str,
    actual: Decimal | int,
    required: Decimal | int,
    *,
    waivable: bool = False,
) -> Finding:
    return Finding(rule, Severity.MUST, clause, message, actual, required, waivable)
