"""Rules of school-based research; pure functions."""

from app.school_research.rules.activities import Attendant, check_attendant, check_topic, sheets_of
from app.school_research.rules.plans import Outline, check_codes, check_due, check_outline

__all__ = [
    "Attendant",
    "Outline",
    "check_attendant",
    "check_codes",
    "check_due",
    "check_outline",
    "check_topic",
    "sheets_of",
]
