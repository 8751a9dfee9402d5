"""Titles of schools, and the life of a title and of an assistance pair 学校称号、结对帮扶."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class TitleKind(StrEnum):
    """Titles a school may hold: 教师发展学校, 校本研修示范校."""

    DEVELOPMENT_SCHOOL = "development_school"
    DEMONSTRATION_SCHOOL = "demonstration_school"


class AssistanceStatus(StrEnum):
    """Recommended, in force, refused, or ended before its time 待审定、已审定、未同意、已终止."""

    RECOMMENDED = "recommended"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


def _lifecycle(name: str, title: str, clause: str) -> Lifecycle[AssistanceStatus]:
    asked, confirmed = frozenset({AssistanceStatus.RECOMMENDED}), frozenset({AssistanceStatus.CONFIRMED})
    return Lifecycle(
        name=name,
        title=title,
        moves={
            "confirm": Move(asked, AssistanceStatus.CONFIRMED, "assistance.set", clause),
            "refuse": Move(asked, AssistanceStatus.REFUSED, "assistance.set"),
            "end": Move(confirmed, AssistanceStatus.ENDED, "assistance.set"),
        },
    )


TITLE_LIFECYCLE = _lifecycle("school_title", "学校称号", "A4.5")
PAIR_LIFECYCLE = _lifecycle("assistance_pair", "结对帮扶", "M7.2b")
