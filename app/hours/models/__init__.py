"""Tables of the hours ledger."""

from app.hours.models.ledger import HoursCompletionCounter, HoursEntry, HoursSummary

__all__ = [
    "HoursCompletionCounter",
    "HoursEntry",
    "HoursSummary",
]
