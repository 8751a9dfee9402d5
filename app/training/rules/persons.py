"""Rules of person-times 人次: who did not come, who did not complete, who was not sent, who did not fit. [A4.2]"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from app.training.states import ProjectShortfall, TrainingCompletionStatus

_S = ProjectShortfall


class Places(Protocol):
    """The places of a unit and how many of them nobody was sent for in time."""

    @property
    def unit_id(self) -> UUID:
        """The unit."""
        ...

    @property
    def unit_name(self) -> str:
        """Its name."""
        ...

    @property
    def short(self) -> int:
        """Places nobody was sent for."""
        ...


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who was enrolled 录取学员: still, or left after the first day with nobody in the place.

    due, present: held sessions; completion: status or None; is_over: the project is closed.
    """

    teacher_id: UUID
    teacher_name: str
    unit_id: UUID
    unit_name: str
    has_left: bool
    due: int
    present: int
    completion: str | None
    is_over: bool
    note: str | None

    @property
    def has_begun(self) -> bool:
        """Whether 参训率 counts the person yet: there was a session to attend, or the person left."""
        return self.due > 0 or self.has_left

    @property
    def attended(self) -> bool:
        """到训: came to one session at least."""
        return self.present > 0

    @property
    def is_decided(self) -> bool:
        """Whether 结业率 counts the person yet: it is decided, the person left, or the project is over."""
        decided = self.completion not in {None, TrainingCompletionStatus.RECOMMENDED}
        return decided or self.has_left or self.is_over

    @property
    def has_completed(self) -> bool:
        """结业."""
        return self.completion == TrainingCompletionStatus.COMPLETED


@dataclass(frozen=True, slots=True)
class Missing:
    """A person-time, or several of a unit that sent nobody; the teacher is known where there is one."""

    ground: ProjectShortfall
    unit_id: UUID
    unit_name: str
    teacher_id: UUID | None
    teacher_name: str | None
    person_times: int
    note: str | None


def missing_of(units: Sequence[Places], enrolled: Sequence[Enrolled], refused: Iterable[Any]) -> list[Missing]:
    """Every person-time that costs points, in the order of the code list. [A4.2] 少报、缺培、未结业、不符合条件"""
    found = [
        Missing(_S.SHORT_NOMINATION, one.unit_id, one.unit_name, None, None, one.short, None)
        for one in units
        if one.short
    ]
    found += [_of(_S.MISSED_TRAINING, one, one.note) for one in enrolled if one.has_begun and not one.attended]
    found += [_of(_S.NOT_COMPLETED, one, one.note) for one in enrolled if one.is_decided and not one.has_completed]
    return [*found, *(_of(_S.NOT_ELIGIBLE, one, one.reason) for one in refused)]


def _of(ground: ProjectShortfall, one: Any, note: str | None) -> Missing:
    return Missing(ground, one.unit_id, one.unit_name, one.teacher_id, one.teacher_name, 1, note)
