"""Rules of school titles and assistance pairs; pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.assistance.states import TitleKind
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

LABELS = {TitleKind.DEVELOPMENT_SCHOOL: "教师发展学校", TitleKind.DEMONSTRATION_SCHOOL: "校本研修示范校"}
RULE = "assistance.helps"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another, both counted; ends_on None: open."""

    starts_on: date
    ends_on: date | None

    def covers(self, other: "Span") -> bool:
        """Whether every day of the other is one of its own."""
        reaches = self.ends_on is None or (other.ends_on is not None and other.ends_on <= self.ends_on)
        return self.starts_on <= other.starts_on and reaches

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class HelpPolicy:
    """How many schools the holder of a title helps, and whether it shall be across areas [A4.5 M4.1]."""

    helps_min: int
    helps_max: int
    helps_across_areas: bool


@dataclass(frozen=True, slots=True)
class PairFacts:
    """A pair as it is to be set. areas: of the helper and the helped, schools under one 中心校 share theirs."""

    kind: TitleKind
    is_same_school: bool
    title: Span
    span: Span
    helper_area: object
    helped_area: object
    is_helped_weak: bool


def help_policy(regulation: Regulation, kind: TitleKind, *, on: date) -> HelpPolicy:
    """The figures of a title in force on a day; raises NoPolicyYet before the regulation."""
    across = kind is TitleKind.DEMONSTRATION_SCHOOL and regulation.flag(
        "organisations.demonstration_school.helps_across_areas", on=on
    )
    return HelpPolicy(
        regulation.whole(f"organisations.{kind}.helps.min", on=on),
        regulation.whole(f"organisations.{kind}.helps.max", on=on),
        across,
    )


def most_at_once(span: Span, others: Sequence[Span]) -> int:
    """How many of several spans hold on one day of a span, at most; counted on the days on which one begins."""
    days = [span.starts_on, *(other.starts_on for other in others if span.holds(other.starts_on))]
    return max(sum(other.holds(day) for other in others) for day in days)


def check_pair(pair: PairFacts, others: Sequence[Span], policy: HelpPolicy) -> list[Finding]:
    """Every rule an assistance pair breaks [A4.5 M4.1 M7.2b], in the order of the text.

    others: the spans of the title's other pairs in force.
    """
    label = LABELS[pair.kind]
    found = []
    if pair.is_same_school:
        found.append(Finding("assistance.same_school", Severity.MUST, "A4.5", "学校不能帮扶自己。"))
    if not pair.title.covers(pair.span):
        text = f"帮扶期限应在{label}称号的期限之内（{pair.title.starts_on} 至 {pair.title.ends_on or '长期'}）。"
        found.append(Finding("assistance.within_title", Severity.MUST, "A4.5", text, pair.span.starts_on))
    helps = most_at_once(pair.span, others) + 1
    if helps > policy.helps_max:
        text = f"{label}同时帮扶的学校最多 {policy.helps_max} 所，加上这一所为 {helps} 所。"
        found.append(Finding(RULE, Severity.MUST, "A4.5", text, actual=helps, required=policy.helps_max))
    if not pair.is_helped_weak:
        is_must = pair.kind is TitleKind.DEVELOPMENT_SCHOOL
        severity, clause = (Severity.MUST, "A4.5") if is_must else (Severity.ADVISE, "M4.1")
        found.append(Finding("assistance.weak_school", severity, clause, f"{label}帮扶的应是薄弱学校。"))
    if policy.helps_across_areas and pair.helper_area == pair.helped_area:
        text = f"{label}要跨区域帮扶；两校同属一个中心校。"
        found.append(Finding("assistance.across_areas", Severity.ADVISE, "M4.1", text, waivable=True))
    return found


def check_helps(kind: TitleKind, helps: int, policy: HelpPolicy) -> list[Finding]:
    """Whether the holder of a title helps as many schools as it should on a day [A4.5] 1-3 所."""
    if policy.helps_min <= helps <= policy.helps_max:
        return []
    text = f"{LABELS[kind]}应帮扶 {policy.helps_min}-{policy.helps_max} 所学校，现为 {helps} 所。"
    required = policy.helps_min if helps < policy.helps_min else policy.helps_max
    return [Finding(RULE, Severity.MUST, "A4.5", text, actual=helps, required=required)]
