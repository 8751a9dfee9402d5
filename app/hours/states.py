"""Closed sets of the hours ledger 学时台账."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class HoursCategory(StrEnum):
    """Categories of hours 学时类别: the five levels of training and 岗位培训 [M3.2]."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    SCHOOL_RESEARCH = "school_research"
    WORKSHOP = "workshop"
    POST_TRAINING = "post_training"


class HoursSource(StrEnum):
    """Where an entry comes from 学时来源."""

    MANUAL = "manual"
    EXTERNAL = "external"
    IMPORT = "import"
    REVERSAL = "reversal"


class ClosingStatus(StrEnum):
    """Whether a school year takes postings 学年账: open, or closed 已封账."""

    OPEN = "open"
    CLOSED = "closed"


CLOSING_LIFECYCLE = Lifecycle(
    name="hours_closing",
    title="学年学时账",
    moves={
        "close": Move(frozenset({ClosingStatus.OPEN}), ClosingStatus.CLOSED, "hours.close_year"),
        "reopen": Move(frozenset({ClosingStatus.CLOSED}), ClosingStatus.OPEN, "hours.reopen_year"),
    },
)
