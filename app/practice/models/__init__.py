"""Tables of the return practice 返岗实践 and its evaluation."""

from app.practice.models.cases import PracticeCase
from app.practice.models.results import PracticeResult, PracticeWeights, TrackingVisit
from app.practice.models.stations import BaseSchool, PairingVisit, PracticePairing
from app.practice.models.work import PracticeOpinion, PracticeOutput, PracticeTask

__all__ = [
    "BaseSchool",
    "PairingVisit",
    "PracticeCase",
    "PracticeOpinion",
    "PracticeOutput",
    "PracticePairing",
    "PracticeResult",
    "PracticeTask",
    "PracticeWeights",
    "TrackingVisit",
]
