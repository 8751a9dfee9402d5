"""The life of a correction 更正申请状态."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class CorrectionStatus(StrEnum):
    """Waiting, applied to the record, refused, or taken back 待办理、已更正、未同意、已撤回."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_ASKED = frozenset({CorrectionStatus.ASKED})
CORRECTION_LIFECYCLE = Lifecycle(
    name="teacher_correction",
    title="更正申请",
    moves={
        "approve": Move(_ASKED, CorrectionStatus.APPROVED, "teacher.change"),
        "refuse": Move(_ASKED, CorrectionStatus.REFUSED, "teacher.change"),
        "withdraw": Move(_ASKED, CorrectionStatus.WITHDRAWN, "teacher_correction.ask"),
    },
)
