"""Tables of school-based research."""

from app.school_research.models.activities import ResearchActivity, ResearchAttendance
from app.school_research.models.archive import ResearchExchange, ResearchYear
from app.school_research.models.assessments import TermAssessment
from app.school_research.models.development import DevelopmentPlan, TrainingBudget
from app.school_research.models.inspections import Inspection, InspectionSample
from app.school_research.models.plans import SchoolPlan, SchoolPlanAct

__all__ = [
    "DevelopmentPlan",
    "Inspection",
    "InspectionSample",
    "ResearchActivity",
    "ResearchAttendance",
    "ResearchExchange",
    "ResearchYear",
    "SchoolPlan",
    "SchoolPlanAct",
    "TermAssessment",
    "TrainingBudget",
]
