"""Tables of the hours ledger."""

from app.hours.models.closings import HoursClosing, HoursClosingAct
from app.hours.models.disputes import HoursDispute
from app.hours.models.ledger import HoursCompletionCounter, HoursEntry, HoursSummary
from app.hours.models.seals import HoursSeal

__all__ = [
    "HoursClosing",
    "HoursClosingAct",
    "HoursCompletionCounter",
    "HoursDispute",
    "HoursEntry",
    "HoursSeal",
    "HoursSummary",
]
