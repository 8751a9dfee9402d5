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
    SUBMISSION = "submission"
    WORKSHOP = "workshop"
    DELIVERY = "delivery"
    PROJECT = "project"


class ClosingStatus(StrEnum):
    """Whether a school year takes postings 学年账: open, or closed 已封账."""

    OPEN = "open"
    CLOSED = "closed"


class DisputeStatus(StrEnum):
    """The life of a dispute 申诉: open, then answered or withdrawn."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_OPEN = frozenset({DisputeStatus.OPEN})
DISPUTE_LIFECYCLE = Lifecycle(
    name="hours_dispute",
    title="学时申诉",
    moves={
        "uphold": Move(_OPEN, DisputeStatus.UPHELD, "hours.answer_dispute"),
        "reject": Move(_OPEN, DisputeStatus.REJECTED, "hours.answer_dispute"),
        "withdraw": Move(_OPEN, DisputeStatus.WITHDRAWN, "hours.ask_dispute"),
    },
)
CLOSING_LIFECYCLE = Lifecycle(
    name="hours_closing",
    title="学年学时账",
    moves={
        "close": Move(frozenset({ClosingStatus.OPEN}), ClosingStatus.CLOSED, "hours.close_year"),
        "reopen": Move(frozenset({ClosingStatus.CLOSED}), ClosingStatus.OPEN, "hours.reopen_year"),
    },
)
ENTRY_FIELDS = (
    "region_id",
    "id",
    "epoch",
    "xid",
    "seq",
    "teacher_id",
    "school_id",
    "school_year",
    "category",
    "claimed",
    "credited",
    "activity_title_sha256",
    "activity_date",
    "session_sha256",
    "source",
    "source_id",
    "external_key_sha256",
    "line_key_sha256",
    "revision",
    "reverses_id",
    "reason_sha256",
    "findings_sha256",
    "policy_version",
    "posted_by",
    "approved_by",
    "posted_at",
)
"""What of an entry is sealed, in the order it is hashed: every column; free text as its digest, so that a proof shown
to others carries no personal data."""

HEAD_FIELDS = ("region", "number", "prev", "root", "first", "last", "entries", "sealed_at", "key_id")
"""What the head of a seal is the hash of, in this order."""

SEAL_ENTRIES_MAX = 1000
"""Entries under one seal 每次封存的记录数."""
SEAL_AFTER_SECONDS = 60
"""An entry waits at most this long before the next look of the sealer seals it."""
SEAL_NUMBER_MAX = 2**31 - 1
"""Above any number of a seal."""


class SubmissionStatus(StrEnum):
    """Where a school's sheet stands 申报状态: 草稿、已提交、中心校已签意见、已核准、已退回、已撤回."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


_S = SubmissionStatus
OPEN_FOR_LINES = frozenset({_S.DRAFT, _S.RETURNED})
"""Lines change in these only."""
_WAITING = frozenset({_S.SUBMITTED, _S.RECOMMENDED})

SUBMISSION_LIFECYCLE = Lifecycle(
    name="hours_submission",
    title="学时申报",
    moves={
        "submit": Move(OPEN_FOR_LINES, _S.SUBMITTED, "hours_submission.file", "A5.7.1"),
        "recommend": Move(frozenset({_S.SUBMITTED}), _S.RECOMMENDED, "hours_submission.recommend", "A5.8.1"),
        "approve": Move(_WAITING, _S.APPROVED, "hours_submission.approve", "A5.6"),
        "return": Move(_WAITING, _S.RETURNED, "hours_submission.return", "A5.6"),
        "withdraw": Move(OPEN_FOR_LINES | _WAITING, _S.WITHDRAWN, "hours_submission.file"),
    },
)
