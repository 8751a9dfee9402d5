"""Tables of the trainer team."""

from app.trainers.models.applications import TrainerApplication, TrainerInvitation
from app.trainers.models.appointments import TrainerAppointment, TrainerRevocation
from app.trainers.models.work import TrainerAssessment, TrainerAssignment

__all__ = [
    "TrainerApplication",
    "TrainerAppointment",
    "TrainerAssessment",
    "TrainerAssignment",
    "TrainerInvitation",
    "TrainerRevocation",
]
