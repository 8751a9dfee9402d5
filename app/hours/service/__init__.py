"""Use cases of the hours ledger: post, reverse, read. [A5.6] [A5.7.1] [A6.13c]"""

from app.hours.service.certificates import issue_certificate
from app.hours.service.closings import close_year, closing, closings, reopen_year
from app.hours.service.crediting import CreditLine, Repeats, credit
from app.hours.service.explaining import explanation, explanations
from app.hours.service.ledger import find, find_json, get, get_many, newest_of_teachers, reverse
from app.hours.service.posting import post, post_many
from app.hours.service.reading import (
    completion,
    follow_roster,
    teacher_completion,
    year_summaries,
    year_summary,
)
from app.hours.service.reports import bands_of, chart, cycle, cycle_teachers, roll_up, statistics, trend

__all__ = [
    "CreditLine",
    "Repeats",
    "bands_of",
    "chart",
    "close_year",
    "closing",
    "closings",
    "completion",
    "credit",
    "cycle",
    "cycle_teachers",
    "explanation",
    "explanations",
    "find",
    "find_json",
    "follow_roster",
    "get",
    "get_many",
    "issue_certificate",
    "newest_of_teachers",
    "post",
    "post_many",
    "reopen_year",
    "reverse",
    "roll_up",
    "statistics",
    "teacher_completion",
    "trend",
    "year_summaries",
    "year_summary",
]
