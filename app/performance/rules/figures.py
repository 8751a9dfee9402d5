"""What a figure says: its count, what it is held against, and how far it is off. [A4.2] [A4.3] [A4.5]"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from app.performance.states import Figure, Measure
from app.policy.load import Regulation


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records there are, and how many of them count."""

    all: int
    counts: int


@dataclass(frozen=True, slots=True)
class Read:
    """A figure as read: counted of base; share and required of it (None: the text asks for none); what it lacks.

    is_met None: nothing is asked, or there is nothing yet to hold against it. lacks: records too few, or too many of
    what costs points.
    """

    counted: int
    base: int | None = None
    share: Decimal | None = None
    required: Decimal | None = None
    is_met: bool | None = None
    lacks: int | None = None


def read(figure: Figure, tallies: Mapping[str, Tally], regulation: Regulation, *, on: date) -> Read:
    """Hold a figure against the parameter in force on the day."""
    required = _required(figure, regulation, on=on)
    if figure.measure is Measure.RATIO:
        top, bottom = (tallies[code].counts for code in figure.parts or ())
        return _share(top, bottom, required)
    tally = tallies[figure.code]
    if figure.measure is Measure.SHARE:
        return _share(tally.counts, tally.all, required)
    if figure.measure is Measure.EACH:
        return _each(tally)
    if figure.measure is Measure.DEDUCTION:
        return Read(tally.counts, required=Decimal(0), is_met=tally.counts == 0, lacks=tally.counts)
    if required is None:
        return Read(tally.counts)
    lacks = max(0, int(required) - tally.counts)
    return Read(tally.counts, required=required, is_met=lacks == 0, lacks=lacks)


def _required(figure: Figure, regulation: Regulation, *, on: date) -> Decimal | None:
    if figure.required is None:
        return None
    value = regulation.param(figure.required, on=on)
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _share(top: int, bottom: int, required: Decimal | None) -> Read:
    """A share of nothing is no share: neither met nor missed."""
    if bottom == 0:
        return Read(top, base=0, required=required)
    share = (Decimal(top) / bottom).quantize(Decimal("0.0001"))
    if required is None:
        return Read(top, base=bottom, share=share)
    needed = int((required * bottom).to_integral_value(ROUND_CEILING))
    return Read(top, bottom, share, required, top >= needed, max(0, needed - top))


def _each(tally: Tally) -> Read:
    """Every one must count; where there is none, nothing can be said."""
    if tally.all == 0:
        return Read(0, base=0, required=Decimal(1))
    share = (Decimal(tally.counts) / tally.all).quantize(Decimal("0.0001"))
    return Read(tally.counts, tally.all, share, Decimal(1), tally.counts == tally.all, tally.all - tally.counts)
