"""Lives of programmes and visits 送教送培. [M4.3]"""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class DeliveryProgrammeStatus(StrEnum):
    """Where a yearly programme stands 系列状态: open, closed at its end, cancelled before any visit."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class DeliveryVisitStatus(StrEnum):
    """Where a visit stands 送教状态: planned, held, cancelled."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class LecturerKind(StrEnum):
    """Who gives a lesson 授课人: a teacher, a trainer by appointment, an expert."""

    TEACHER = "teacher"
    TRAINER = "trainer"
    EXPERT = "expert"


_P, _V = DeliveryProgrammeStatus, DeliveryVisitStatus
_PLANNED = frozenset({_V.PLANNED})
PROGRAMME_LIFECYCLE = Lifecycle(
    name="delivery_programme",
    title="送教送培系列",
    moves={
        "close": Move(frozenset({_P.OPEN}), _P.CLOSED, "delivery.plan", "M4.3"),
        "cancel": Move(frozenset({_P.OPEN}), _P.CANCELLED, "delivery.plan"),
    },
)
VISIT_LIFECYCLE = Lifecycle(
    name="delivery_visit",
    title="送教活动",
    moves={
        "reschedule": Move(_PLANNED, _V.PLANNED, "delivery.plan"),
        "hold": Move(_PLANNED, _V.HELD, "delivery.plan", "M4.3"),
        "cancel": Move(_PLANNED, _V.CANCELLED, "delivery.plan"),
    },
)
LIFECYCLES = (PROGRAMME_LIFECYCLE, VISIT_LIFECYCLE)
