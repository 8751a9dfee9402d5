"""Use cases of workshops and studios. [A6.1] [A6.13a] [M7.1a]"""

from app.workshops.service.members import (
    adjust_members,
    approve_adjustment,
    consent,
    end_member,
    find_adjustments,
    find_members,
    return_adjustment,
    tell_of_moves,
)
from app.workshops.service.moves import (
    close_workshop,
    confirm_term,
    recommend_workshop,
    register_workshop,
    renew_workshop,
    return_workshop,
    submit_workshop,
)
from app.workshops.service.workshops import (
    change_workshop,
    check_proposal,
    check_workshop,
    create_workshop,
    find_workshops,
    get_workshop,
    get_workshops,
    workshop_acts,
)

__all__ = [
    "adjust_members",
    "approve_adjustment",
    "change_workshop",
    "check_proposal",
    "check_workshop",
    "close_workshop",
    "confirm_term",
    "consent",
    "create_workshop",
    "end_member",
    "find_adjustments",
    "find_members",
    "find_workshops",
    "get_workshop",
    "get_workshops",
    "recommend_workshop",
    "register_workshop",
    "renew_workshop",
    "return_adjustment",
    "return_workshop",
    "submit_workshop",
    "tell_of_moves",
    "workshop_acts",
]
