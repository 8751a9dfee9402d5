"""Tables of the hours ledger and of what leads to it."""

from app.hours.models.closings import HoursClosing, HoursClosingAct
from app.hours.models.disputes import HoursDispute
from app.hours.models.ledger import HoursCompletionCounter, HoursEntry, HoursLineAlias, HoursSummary
from app.hours.models.seals import HoursSeal, HoursSealRefusal
from app.hours.models.submissions import HoursSubmission, HoursSubmissionAct, HoursSubmissionLine

__all__ = [
    "HoursClosing",
    "HoursClosingAct",
    "HoursCompletionCounter",
    "HoursDispute",
    "HoursEntry",
    "HoursLineAlias",
    "HoursSeal",
    "HoursSealRefusal",
    "HoursSubmission",
    "HoursSubmissionAct",
    "HoursSubmissionLine",
    "HoursSummary",
]
