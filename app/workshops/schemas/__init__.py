"""Workshops as clients send and get them."""

from app.workshops.schemas.members import (
    WorkshopAdjustedMember,
    WorkshopAdjustment,
    WorkshopDecision,
    WorkshopMember,
    WorkshopMemberEnd,
    WorkshopMembersAdjust,
)
from app.workshops.schemas.workshops import (
    Workshop,
    WorkshopAct,
    WorkshopCheck,
    WorkshopComposition,
    WorkshopCreate,
    WorkshopMemberWrite,
    WorkshopMove,
    WorkshopPatch,
    WorkshopProposal,
    WorkshopReason,
    WorkshopTermConfirm,
)

__all__ = [
    "Workshop",
    "WorkshopAct",
    "WorkshopAdjustedMember",
    "WorkshopAdjustment",
    "WorkshopCheck",
    "WorkshopComposition",
    "WorkshopCreate",
    "WorkshopDecision",
    "WorkshopMember",
    "WorkshopMemberEnd",
    "WorkshopMemberWrite",
    "WorkshopMembersAdjust",
    "WorkshopMove",
    "WorkshopPatch",
    "WorkshopProposal",
    "WorkshopReason",
    "WorkshopTermConfirm",
]
