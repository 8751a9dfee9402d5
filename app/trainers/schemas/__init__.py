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
from app.trainers.schemas.communities import (
    TrainerAttendance,
    TrainerAttendanceWrite,
    TrainerCommunity,
    TrainerCommunityCreate,
    TrainerMember,
    TrainerMembersWrite,
    TrainerSession,
    TrainerSessionCreate,
)
from app.trainers.schemas.inputs import TrainerInput, TrainerInputWrite, TrainerReport
from app.trainers.schemas.work import (
    TrainerAssessment,
    TrainerAssessmentWrite,
    TrainerAssignment,
    TrainerAssignmentCreate,
    TrainerFeePay,
    TrainerReply,
    TrainerTeam,
    TrainerWorkload,
)

__all__ = [
    "TrainerApplication",
    "TrainerApplicationWrite",
    "TrainerAppoint",
    "TrainerAppointment",
    "TrainerAssessment",
    "TrainerAssessmentWrite",
    "TrainerAssignment",
    "TrainerAssignmentCreate",
    "TrainerAttendance",
    "TrainerAttendanceWrite",
    "TrainerCommunity",
    "TrainerCommunityCreate",
    "TrainerFeePay",
    "TrainerInput",
    "TrainerInputWrite",
    "TrainerInvitation",
    "TrainerInvitationCreate",
    "TrainerMember",
    "TrainerMembersWrite",
    "TrainerMove",
    "TrainerOpinion",
    "TrainerReason",
    "TrainerReply",
    "TrainerReport",
    "TrainerRevocation",
    "TrainerRevocationAsk",
    "TrainerSession",
    "TrainerSessionCreate",
    "TrainerTeam",
    "TrainerWorkload",
]
