"""Tables of workshops 工作坊与工作室."""

from app.workshops.models.activities import WorkshopActivity, WorkshopAttendance, WorkshopCase, WorkshopPlan
from app.workshops.models.assistance import WorkshopPair
from app.workshops.models.members import WorkshopAdjustment, WorkshopMember, WorkshopSuccession
from app.workshops.models.reviews import MentorPair, WorkshopReview, WorkshopSubsidy
from app.workshops.models.workshops import Workshop, WorkshopAct, WorkshopRegistration, WorkshopTerm

__all__ = [
    "MentorPair",
    "Workshop",
    "WorkshopAct",
    "WorkshopActivity",
    "WorkshopAdjustment",
    "WorkshopAttendance",
    "WorkshopCase",
    "WorkshopMember",
    "WorkshopPair",
    "WorkshopPlan",
    "WorkshopRegistration",
    "WorkshopReview",
    "WorkshopSubsidy",
    "WorkshopSuccession",
    "WorkshopTerm",
]
