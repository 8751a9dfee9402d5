"""The trainer team as clients send and get it."""

from app.trainers.schemas.applications import (
    TrainerApplication,
    TrainerApplicationWrite,
    TrainerAppoint,
    TrainerInvitation,
    TrainerInvitationCreate,
    TrainerMove,
    TrainerOpinion,
    TrainerReason,
)
from app.trainers.schemas.appointments import TrainerAppointment, TrainerRevocation, TrainerRevocationAsk

__all__ = [
    "TrainerApplication",
    "TrainerApplicationWrite",
    "TrainerAppoint",
    "TrainerAppointment",
    "TrainerInvitation",
    "TrainerInvitationCreate",
    "TrainerMove",
    "TrainerOpinion",
    "TrainerReason",
    "TrainerRevocation",
    "TrainerRevocationAsk",
]
