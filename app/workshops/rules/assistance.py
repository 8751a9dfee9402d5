"""Rules of city studios that help town workshops; pure functions. [M7.2b]"""

from dataclasses import dataclass
from datetime import date

from app.policy.finding import Finding, Severity
from app.workshops.rules import cycle
from app.workshops.rules.cycle import Cycle
from app.workshops.states import WorkshopFamily, WorkshopKind, WorkshopLevel, WorkshopStatus

CLAUSE = "M7.2b"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two workshops of a pair as the text looks at it."""

    family: str
    kind: str | None
    level: str
    status: str
    cycle: Cycle


def check_workshop_pair(studio: Side, town: Side, *, starts_on: date) -> list[Finding]:
    """What a pair of a city studio with a town workshop breaks. [M7.2b] 市名师工作室+镇工作坊

    A 镇工作坊 is a teacher workshop of town level, whatever its kind.
    """
    found = []
    if (studio.kind, studio.level) != (WorkshopKind.MASTER_STUDIO, WorkshopLevel.CITY):
        message = "帮扶一方应是市级名师工作室。"
        found.append(_broken("workshop_pair.studio", message, _told(studio), "master_studio/city"))
    if (town.family, town.level) != (WorkshopFamily.TEACHER_WORKSHOP, WorkshopLevel.TOWN):
        message = "受帮扶一方应是镇级教师工作坊。"
        found.append(_broken("workshop_pair.town", message, _told(town), "teacher_workshop/town"))
    for name, side in (("帮扶一方", studio), ("受帮扶一方", town)):
        if side.status != WorkshopStatus.REGISTERED:
            message = f"{name}尚未注册或已结束。"
            found.append(_broken("workshop_pair.registered", message, side.status, "registered"))
            continue
        found += cycle.check_day(side.cycle, starts_on)
    return found


def _told(side: Side) -> str:
    return f"{side.kind or side.family}/{side.level}"


def _broken(rule: str, message: str, actual: str, required: str) -> Finding:
    return Finding(rule, Severity.MUST, CLAUSE, message, actual, required)
