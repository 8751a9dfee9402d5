"""Tables of the trainer team."""

from app.trainers.models.applications import TrainerApplication, TrainerInvitation
from app.trainers.models.appointments import TrainerAppointment, TrainerRevocation

__all__ = ["TrainerApplication", "TrainerAppointment", "TrainerInvitation", "TrainerRevocation"]
