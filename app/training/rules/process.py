"""Rules of the process 过程考核: attendance, scores by published weights, completion. [A2.3b] [A4.2] [M6.3.1]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.training.states import PARTS

_TENTH = Decimal("0.1")
ZERO, HALF, FULL = Decimal(0), Decimal("0.5"), Decimal(100)


@dataclass(frozen=True, slots=True)
class Presence:
    """The sessions a trainee was due at, those attended, and those excused by leave."""

    due: int
    present: int
    on_leave: int

    @property
    def absent(self) -> int:
        """Sessions missed without leave."""
        return self.due - self.present - self.on_leave

    @property
    def points(self) -> Decimal:
        """Attendance in points: sessions attended of those due; leave is no absence, but no attendance either."""
        return _tenths(FULL * self.present / self.due) if self.due else ZERO


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts of a process score, in points from 0 to 100."""

    attendance: Decimal
    learning: Decimal
    exchange: Decimal
    assignments: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What a completion is judged on. score: None where nothing is published; unmarked: assignments without a mark."""

    presence: Presence
    score: Decimal | None
    unmarked: int


@dataclass(frozen=True, slots=True)
class Least:
    """What a project asks of a completion, in percent and points; None asks for nothing."""

    attendance: int | None
    score: int | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What must be there before a project runs."""

    has_accepted_design: bool
    surveys: int


@dataclass(frozen=True, slots=True)
class Remains:
    """What is open before a project closes: sessions not held, attendance not recorded, completions not decided."""

    sessions: int
    attendances: int
    undecided: int


def assignment_points(marks: Sequence[Decimal], assignments: int) -> Decimal:
    """The mean mark over all assignments of a project; what was not handed in counts as nothing."""
    return _tenths(sum(marks, ZERO) / assignments) if assignments else ZERO


def total(parts: Parts, weights: Mapping[str, int]) -> Decimal:
    """The weighted sum of the four parts; weights sum to 100."""
    return _tenths(sum((getattr(parts, name) * weights[name] for name in PARTS), ZERO) / FULL)


def in_halves(points: Decimal) -> Decimal:
    """Points rounded to the nearest half, as marks of results are given."""
    return (points / HALF).to_integral_value(ROUND_HALF_UP) * HALF


def check_weights(weights: Mapping[str, int]) -> list[Finding]:
    """The weights sum to 100. [A2.3b]"""
    found = sum(weights.values())
    if found == FULL:
        return []
    return [_must("training.weights", "A2.3b", f"四项权重合计为 {found}，应为 100。", found, 100)]


def check_completion(facts: Facts, least: Least) -> list[Finding]:
    """What speaks against a completion 结业; whoever decides otherwise says why. [A4.2] [M6.3.1]"""
    presence = facts.presence
    found = []
    if presence.present == 0:
        message = f"没有参加培训（应到 {presence.due} 次）。"
        found.append(_advise("training.never_attended", "A4.2", message, 0, 1))
    if least.attendance is not None and presence.points < least.attendance:
        message = f"出勤率 {presence.points:f}%，低于项目要求的 {least.attendance}%。"
        found.append(_advise("training.attendance_min", "A2.3b", message, presence.points, least.attendance))
    if presence.absent:
        message = f"无故缺勤 {presence.absent} 次，应为 0 次。"
        found.append(_advise("training.absences", "M6.3.1", message, presence.absent, 0))
    if least.score is not None and (facts.score is None or facts.score < least.score):
        told = "尚未公布" if facts.score is None else f"{facts.score:f} 分"
        message = f"过程考核成绩{told}，项目要求 {least.score} 分。"
        found.append(_advise("training.score_min", "A2.3b", message, facts.score, least.score))
    if facts.unmarked:
        message = f"有 {facts.unmarked} 项作业没有成绩，应为 0 项。"
        found.append(_advise("training.assignments", "M6.3.1", message, facts.unmarked, 0))
    return found


def check_start(regulation: Regulation, facts: Readiness, *, on: date) -> list[Finding]:
    """No project runs without a reviewed course design and the questionnaire before it. [A2.3a]"""
    found = []
    if regulation.flag("projects.course_review_required", on=on) and not facts.has_accepted_design:
        message = "还没有通过专家评审的课程设计。请提交课程设计并组织评审。"
        found.append(_must("training.course_design", "A2.3a", message, 0, 1))
    if regulation.flag("projects.questionnaire_required", on=on) and not facts.surveys:
        message = "还没有发布需求问卷，应至少一份。"
        found.append(_must("training.questionnaire", "A2.3a", message, facts.surveys, 1))
    return found


def check_close(remains: Remains) -> list[Finding]:
    """No project closes with attendance missing or a completion undecided. [A2.3b] [A4.2]"""
    told: tuple[tuple[str, str, int, str], ...] = (
        ("training.sessions_open", "A2.3b", remains.sessions, "次课尚未登记考勤，请登记齐全或取消"),
        ("training.attendance_missing", "A2.3b", remains.attendances, "人次考勤缺失，请补登记"),
        ("training.completion_undecided", "A4.2", remains.undecided, "名学员尚未决定是否结业"),
    )
    return [_must(rule, clause, f"还有 {many} {what}。", many, 0) for rule, clause, many, what in told if many]


def spread(hours: Decimal, days: Sequence[date], most: Decimal) -> list[tuple[date, Decimal]]:
    """Hours laid evenly, in halves, on the days they were earned, at most so many a day; what has no room is left."""
    laid: list[tuple[date, Decimal]] = []
    rest, ordered = hours, sorted(set(days))
    for place, day in enumerate(ordered):
        even = (rest / (len(ordered) - place) / HALF).to_integral_value(ROUND_CEILING) * HALF
        if share := min(most, even):
            laid.append((day, share))
            rest -= share
    return laid


def with_room(hours: Decimal, days: Sequence[date], most: Decimal, span: tuple[date, date]) -> list[date]:
    """The days attended, and as many more of the span (first, last), its last days first, as the hours need."""
    room, (first, last) = list(set(days)), span
    other = (last - timedelta(past) for past in range((last - first).days + 1))
    while most * len(room) < hours and (more := next((day for day in other if day not in days), None)):
        room.append(more)
    return sorted(room)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, rounding=ROUND_HALF_UP)


def _must(rule: str, clause: str, message: str, actual: Any, required: Any) -> Finding:
    return Finding(rule, Severity.MUST, clause, message, actual, required)


def _advise(rule: str, clause: str, message: str, actual: Any, required: Any) -> Finding:
    return Finding(rule, Severity.ADVISE, clause, message, actual, required)
