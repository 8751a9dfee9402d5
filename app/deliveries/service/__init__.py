"""Use cases of 送教送培. [M4.3]"""

from app.deliveries.service.attendance import attend, confirm_hours, find_attendance, find_unconfirmed
from app.deliveries.service.programmes import (
    cancel_programme,
    close_programme,
    find_programmes,
    get_programme,
    get_programmes,
    open_programme,
    year,
)
from app.deliveries.service.visits import (
    cancel_visit,
    find_visits,
    get_visit,
    get_visits,
    hold_visit,
    plan_visit,
    reschedule_visit,
)

__all__ = [
    "attend",
    "cancel_programme",
    "cancel_visit",
    "close_programme",
    "confirm_hours",
    "find_attendance",
    "find_programmes",
    "find_unconfirmed",
    "find_visits",
    "get_programme",
    "get_programmes",
    "get_visit",
    "get_visits",
    "hold_visit",
    "open_programme",
    "plan_visit",
    "reschedule_visit",
    "year",
]
