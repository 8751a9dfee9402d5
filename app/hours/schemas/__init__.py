"""Hours as clients send and get them 学时."""

from app.hours.schemas.closings import HoursClosing, HoursClosingAct, HoursYearClose, HoursYearReopen
from app.hours.schemas.ledger import (
    ENTRIES_MAX,
    CategoryHours,
    Claimed,
    Completion,
    CompletionGroup,
    CompletionRow,
    CycleHours,
    FindingOut,
    HoursEntriesCreate,
    HoursEntriesPosted,
    HoursEntry,
    HoursEntryCreate,
    HoursReversal,
    Key,
    TeacherCompletion,
    TeacherHours,
)

__all__ = [
    "ENTRIES_MAX",
    "CategoryHours",
    "Claimed",
    "Completion",
    "CompletionGroup",
    "CompletionRow",
    "CycleHours",
    "FindingOut",
    "HoursClosing",
    "HoursClosingAct",
    "HoursEntriesCreate",
    "HoursEntriesPosted",
    "HoursEntry",
    "HoursEntryCreate",
    "HoursReversal",
    "HoursYearClose",
    "HoursYearReopen",
    "Key",
    "TeacherCompletion",
    "TeacherHours",
]
