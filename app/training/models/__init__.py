"""Tables of training 育."""

from app.training.models.completion import TrainingCompletion, TrainingGrade, TrainingScheme, TrainingScore
from app.training.models.designs import CourseDesign, CourseReview, TrainingAnswer, TrainingSurvey
from app.training.models.sessions import TrainingAttendance, TrainingCorrection, TrainingLeave, TrainingSession
from app.training.models.work import TrainingAssignment, TrainingSubmission

__all__ = [
    "CourseDesign",
    "CourseReview",
    "TrainingAnswer",
    "TrainingAssignment",
    "TrainingAttendance",
    "TrainingCompletion",
    "TrainingCorrection",
    "TrainingGrade",
    "TrainingLeave",
    "TrainingScheme",
    "TrainingScore",
    "TrainingSession",
    "TrainingSubmission",
    "TrainingSurvey",
]
