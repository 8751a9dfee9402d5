"""The life of a typical case 典型案例."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class CaseStatus(StrEnum):
    """Waiting, taken in, not taken in, recommended upward, or taken back 待评审、已入选、未入选、已上报、已撤回."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECOMMENDED = "recommended"
    WITHDRAWN = "withdrawn"


_SUBMITTED = frozenset({CaseStatus.SUBMITTED})
CASE_LIFECYCLE = Lifecycle(
    name="typical_case",
    title="典型案例",
    moves={
        "change": Move(_SUBMITTED, CaseStatus.SUBMITTED, "case.submit"),
        "accept": Move(_SUBMITTED, CaseStatus.ACCEPTED, "case.review", "A2.5c"),
        "decline": Move(_SUBMITTED, CaseStatus.DECLINED, "case.review", "A2.5c"),
        "recommend": Move(frozenset({CaseStatus.ACCEPTED}), CaseStatus.RECOMMENDED, "case.recommend", "M6.2.3e"),
        "withdraw": Move(_SUBMITTED, CaseStatus.WITHDRAWN, "case.submit"),
    },
)
