"""Tables of school-based research."""

from app.school_research.models.activities import ResearchActivity, ResearchAttendance
from app.school_research.models.plans import SchoolPlan, SchoolPlanAct

__all__ = ["ResearchActivity", "ResearchAttendance", "SchoolPlan", "SchoolPlanAct"]
