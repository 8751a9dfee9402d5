"""What the points come to: implied, self-assessed, decided, still open; and who owes what. [A4.1] [A4.2]"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.performance.rules.figures import Tally
from app.performance.states import ANY_DEPARTMENT, Figure, Measure, Owing, RowStatus
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.records import Indicator, Requirement, Scorecard

ZERO = Decimal(0)
FLOOR, GROUNDS = "performance.deduction.floor", "deduction_grounds"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on record for a requirement: status, the department's points and those given."""

    status: RowStatus
    points: Decimal | None = None
    scored: Decimal | None = None
    designated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """Points of an indicator, a group or the whole: as printed, implied by facts (None: the text gives no way), told.

    decided: of rows scored. standing: decided where scored, else as assessed. open: printed less standing.
    """

    points: Decimal
    implied: Decimal | None
    self_assessed: Decimal
    decided: Decimal
    standing: Decimal

    @property
    def open(self) -> Decimal:
        """What is still to be had."""
        return self.points - self.standing


@dataclass(frozen=True, slots=True)
class Owed:
    """What a department still owes a row."""

    department: str
    requirement: str
    act: Owing


NOTHING = Mark(RowStatus.OPEN)


def implied(
    indicator: Indicator,
    figures: Sequence[Figure],
    tallies: Mapping[str, Tally],
    regulation: Regulation,
    *,
    on: date,
) -> Decimal | None:
    """The indicator's points less what its records cost, never below the floor.

    [A4.2] 少报、缺培、未结业每人次扣1分，学员不符合遴选条件每人次扣1分. None where the text names no cost, and where
    not every ground has a figure: points implied by a part of the grounds would be too many.
    """
    own = {one.code for one in indicator.requirements}
    costs = [one for one in figures if one.requirement in own and one.measure is Measure.DEDUCTION]
    points = {one.code: str(one.facts["points_param"]) for one in regulation.codes(GROUNDS)}
    if not costs or {one.ground for one in costs} != set(points):
        return None
    cost = sum((tallies[one.code].counts * _amount(regulation, points[str(one.ground)], on=on) for one in costs), ZERO)
    return max(_amount(regulation, FLOOR, on=on), indicator.points - cost)


def sums(indicator: Indicator, marks: Mapping[str, Mark], implied_points: Decimal | None) -> Sums:
    """The sums of an indicator over its requirements, which share its points."""
    own = [marks.get(one.code, NOTHING) for one in indicator.requirements]
    assessed = sum((one.points or ZERO for one in own), ZERO)
    decided = sum((one.scored or ZERO for one in own), ZERO)
    standing = sum((one.points or ZERO if one.scored is None else one.scored for one in own), ZERO)
    return Sums(indicator.points, implied_points, assessed, decided, standing)


def added(points: Decimal, parts: Sequence[Sums]) -> Sums:
    """The sums of a group or of the whole; implied is that of the parts that have one."""
    known = [one.implied for one in parts if one.implied is not None]
    told = (sum((getattr(one, name) for one in parts), ZERO) for name in ("self_assessed", "decided", "standing"))
    return Sums(points, sum(known, ZERO) if known else None, *told)


def check_points(
    rule: str, indicator: Indicator, others: Decimal, given: Decimal, limit: Decimal | None, *, is_final: bool
) -> list[Finding]:
    """Points given to one requirement, with those of its neighbours, stay within the indicator's. [A4.1] [A4.2]

    others: points of the other requirements. limit: what the facts imply; a department is told, a decision must hold.
    """
    total = others + given
    found = []
    if total > indicator.points:
        message = f"“{indicator.label}”各项合计 {_text(total)} 分，超过 {_text(indicator.points)} 分"
        found.append(Finding(f"{rule}.points", Severity.MUST, "A4.1", message, total, indicator.points))
    if limit is not None and total > limit:
        message = f"“{indicator.label}”按人次扣分后为 {_text(limit)} 分，各项合计 {_text(total)} 分"
        severity = Severity.MUST if is_final else Severity.ADVISE
        found.append(Finding(f"{rule}.implied", severity, "A4.2", message, total, limit))
    return found


def responsible(requirement: Requirement, designated: Sequence[str], main: str) -> tuple[str, ...]:
    """The departments that answer for a row; where the text names none in particular, those designated, else `main`."""
    named = tuple(one for one in requirement.departments if one != ANY_DEPARTMENT)
    if ANY_DEPARTMENT not in requirement.departments:
        return named
    return tuple(dict.fromkeys((*named, *designated))) or (main,)


def owed(card: Scorecard, marks: Mapping[str, Mark], main: str) -> Iterator[Owed]:
    """Who still owes what, in printed order: rows without a mark, rows returned, rows that wait for `main`."""
    for requirement in requirements(card):
        mark = marks.get(requirement.code, NOTHING)
        if mark.status is RowStatus.ASSESSED:
            yield Owed(main, requirement.code, Owing.SCORE)
        if mark.status in {RowStatus.OPEN, RowStatus.RETURNED}:
            act = Owing.ASSESS if mark.status is RowStatus.OPEN else Owing.ASSESS_AGAIN
            for department in responsible(requirement, mark.designated, main):
                yield Owed(department, requirement.code, act)


def requirements(card: Scorecard) -> Iterator[Requirement]:
    """Every requirement in printed order."""
    for group in card.groups:
        for indicator in group.indicators:
            yield from indicator.requirements


def assumed(tallies: Mapping[str, Tally], counts: Mapping[str, int]) -> dict[str, Tally]:
    """The tallies as if figures had other counts; a base smaller than its count grows with it."""
    return {
        code: Tally(max(tally.all, counts[code]), counts[code]) if code in counts else tally
        for code, tally in tallies.items()
    }


def assumed_marks(marks: Mapping[str, Mark], points: Mapping[str, Decimal]) -> dict[str, Mark]:
    """The marks as if requirements were given other points."""
    given = {
        code: replace(marks.get(code, NOTHING), status=RowStatus.SCORED, scored=value) for code, value in points.items()
    }
    return {**marks, **given}


def _amount(regulation: Regulation, code: str, *, on: date) -> Decimal:
    return Decimal(str(regulation.param(code, on=on)))


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
