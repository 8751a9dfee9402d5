"""Tables of the trainer team."""

from app.trainers.models.applications import TrainerApplication, TrainerInvitation
from app.trainers.models.appointments import TrainerAppointment, TrainerRevocation
from app.trainers.models.communities import TrainerAttendance, TrainerCommunity, TrainerMember, TrainerSession
from app.trainers.models.inputs import TrainerInput, TrainerReport
from app.trainers.models.work import TrainerAssessment, TrainerAssignment

__all__ = [
    "TrainerApplication",
    "TrainerAppointment",
    "TrainerAssessment",
    "TrainerAssignment",
    "TrainerAttendance",
    "TrainerCommunity",
    "TrainerInput",
    "TrainerInvitation",
    "TrainerMember",
    "TrainerReport",
    "TrainerRevocation",
    "TrainerSession",
]
