"""From sheets to places: mean per mark, the chair's mark, spread, share of 100, and the tie rule. [A5.R] [A6.R]"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.evaluations.rules.rubrics import share_of

CENT = Decimal("0.01")
Marks = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Item:
    """A mark of the rubric: its section and the points it may reach."""

    code: str
    section: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class MarkResult:
    """What came of one mark. mean: to the hundredth; counted: the mark of the chair where there is one."""

    code: str
    given: tuple[Decimal, ...]
    mean: Decimal | None
    spread: Decimal
    chair: Decimal | None

    @property
    def counted(self) -> Decimal | None:
        """The points that count."""
        return self.mean if self.chair is None else self.chair


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a candidate. points, share: None while a mark is missing; section: points of the largest section."""

    marks: tuple[MarkResult, ...]
    points: Decimal | None
    share: Decimal | None
    section: Decimal
    spread: Decimal


def result_of(items: Sequence[Item], sheets: Sequence[Marks], chair: Marks, *, full: Decimal) -> Result:
    """Mean of the evaluators per mark (decision 17), the chair's mark in its place where one is set."""
    marks = tuple(_mark(item.code, sheets, chair.get(item.code)) for item in items)
    counted = [one.counted for one in marks]
    known = [one for one in counted if one is not None]
    is_whole = bool(items) and len(known) == len(items)
    points = sum(known, Decimal(0)) if is_whole else None
    of = sum((item.points for item in items), Decimal(0))
    return Result(
        marks,
        points,
        None if points is None else share_of(points, of, full),
        _largest(items, marks),
        sum((one.spread for one in marks), Decimal(0)),
    )


def _mark(code: str, sheets: Sequence[Marks], chair: Decimal | None) -> MarkResult:
    given = tuple(sheet[code] for sheet in sheets if code in sheet)
    mean = (sum(given, Decimal(0)) / len(given)).quantize(CENT) if given else None
    spread = max(given) - min(given) if given else Decimal(0)
    return MarkResult(code, given, mean, spread, chair)


def _largest(items: Sequence[Item], marks: Sequence[MarkResult]) -> Decimal:
    """Points in the section that weighs most; the first of those that weigh the same."""
    weights: dict[str, Decimal] = {}
    for item in items:
        weights[item.section] = weights.get(item.section, Decimal(0)) + item.points
    if not weights:
        return Decimal(0)
    largest = max(weights, key=lambda section: weights[section])
    pairs = zip(items, marks, strict=True)
    return sum((one.counted or Decimal(0) for item, one in pairs if item.section == largest), Decimal(0))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in order; number: its place in the order of nominations."""

    candidate_id: UUID
    number: int
    result: Result


def in_order(candidates: Sequence[Ranked], rule: Sequence[str]) -> list[Ranked]:
    """Candidates by the tie rule of the pack: each part decides where those before it leave a tie."""
    parts: dict[str, Callable[[Ranked], Decimal | int]] = {
        "share": lambda one: -(one.result.share or Decimal(0)),
        "largest_section": lambda one: -one.result.section,
        "spread": lambda one: one.result.spread,
        "nominated_first": lambda one: one.number,
    }
    return sorted(candidates, key=lambda one: tuple(parts[part](one) for part in rule))
