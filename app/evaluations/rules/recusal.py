"""Who may not score a candidate 回避: its unit, itself, the nominator, its workshop and former core. [SoD3]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.evaluations.states import RecusalGround
from app.policy.load import Regulation

GROUNDS: Mapping[RecusalGround, str] = {
    RecusalGround.OWN_UNIT: "是候选对象所在单位的人",
    RecusalGround.CANDIDATE: "是候选对象本人、主持人或作者",
    RecusalGround.NOMINATOR: "是推荐人",
    RecusalGround.OWN_WORKSHOP: "是该工作坊的成员",
    RecusalGround.FORMER_CORE: "近两年内是该工作坊的核心成员",
}


@dataclass(frozen=True, slots=True)
class Membership:
    """A spell in the workshop: until the day before `left_on`."""

    person_id: UUID
    is_core: bool
    left_on: date | None


def years_before(day: date, years: int) -> date:
    """The same day some years before; of 29 February in a common year the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def barred(regulation: Regulation, spells: Sequence[Membership], *, on: date) -> dict[UUID, RecusalGround]:
    """Persons a workshop's candidate bars: members on the day, and core members within the last two years."""
    since = years_before(on, regulation.whole("evaluations.recusal_years", on=on))
    grounds: dict[UUID, RecusalGround] = {}
    for one in spells:
        if one.left_on is None or one.left_on > on:
            grounds[one.person_id] = RecusalGround.OWN_WORKSHOP
        elif one.is_core and one.left_on > since:
            grounds.setdefault(one.person_id, RecusalGround.FORMER_CORE)
    return grounds
