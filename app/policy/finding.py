"""What a rule of the regulation answers: one finding per broken clause, all of them at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

Scalar = str | int | float | bool | None
"""What may stand in JSON as a figure of a finding."""


class Severity(StrEnum):
    """How a finding binds: `must` refuses the act, `advise` only warns."""

    MUST = "must"
    ADVISE = "advise"


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause that the facts do not meet.

    rule: stable dotted code ("workshop.core_members"). clause: id in the pack ("A6.4").
    message: Chinese, with the actual and the required figure. actual, required: the two figures.
    waivable: true only where the text itself is soft (原则上, 一般): a recorded waiver lifts a `must`.
    """

    rule: str
    severity: Severity
    clause: str | None
    message: str
    actual: Scalar | Decimal | date = None
    required: Scalar | Decimal | date = None
    waivable: bool = False

    def as_json(self) -> dict[str, Scalar]:
        """The finding as it stands in answers and on records; decimals are numbers, days are ISO text."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "clause": self.clause,
            "message": self.message,
            "actual": _scalar(self.actual),
            "required": _scalar(self.required),
            "waivable": self.waivable,
        }


def _scalar(value: Scalar | Decimal | date) -> Scalar:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
