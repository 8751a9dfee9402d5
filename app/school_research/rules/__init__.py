"""Rules of school-based research; pure functions."""

from app.school_research.rules.activities import Attendant, check_attendant, check_topic, sheets_of
from app.school_research.rules.archive import Kept, missing
from app.school_research.rules.development import check_budget, last_year_of
from app.school_research.rules.plans import Outline, check_codes, check_due, check_outline
from app.school_research.rules.reminders import last_ended
from app.school_research.rules.sampling import Candidate, Design, check_again, draw, population_hash, seed_hash, wins

__all__ = [
    "Attendant",
    "Candidate",
    "Design",
    "Kept",
    "Outline",
    "check_again",
    "check_attendant",
    "check_budget",
    "check_codes",
    "check_due",
    "check_outline",
    "check_topic",
    "draw",
    "last_ended",
    "last_year_of",
    "missing",
    "population_hash",
    "seed_hash",
    "sheets_of",
    "wins",
]
