"""Rules of activities and attendance 校本研修活动. [A5.2] [A5.4] [A5.11]"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.policy.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Attendant:
    """A teacher on the day of an activity: employed by the school, and at post there 在编在岗."""

    name: str
    is_own: bool
    is_on_post: bool


def check_topic(given: str, *, codes: Collection[str], labels: Collection[str], what: str) -> list[Finding]:
    """A content or mode is a code of the text or a name of the school's own: not a label of the text. [A5.4 A5.11]"""
    if given in codes or given not in labels:
        return []
    message = f"“{given}”是办法列出的{what}，请填其代码。"
    return [Finding("research_activity.topic", Severity.MUST, "A5.4", message, given, None)]


def check_attendant(one: Attendant) -> list[Finding]:
    """Who takes part is a teacher of the school; who is not at post may, but earns nothing. [A5.2]"""
    if not one.is_own:
        message = f"{one.name} 活动当日不在本校任职。"
        return [Finding("research_attendance.other_school", Severity.MUST, "A5.2", message, one.name, None)]
    if not one.is_on_post:
        message = f"{one.name} 活动当日不在岗，申报学时前请核对。"
        return [Finding("research_attendance.not_on_post", Severity.ADVISE, "A5.2", message, one.name, None)]
    return []


def sheets_of(counts: Sequence[tuple[UUID, int]], *, most: int) -> list[list[UUID]]:
    """Activities with the lines they bring, in order -> the activities of each sheet of at most so many lines."""
    sheets: list[list[UUID]] = []
    room = 0
    for activity, lines in counts:
        if not sheets or lines > room:
            sheets.append([])
            room = most
        sheets[-1].append(activity)
        room -= lines
    return sheets
