"""Tables of consultations: reports, summaries, meetings with decisions, briefings with their numbers. [A3.4]"""

from app.consultations.models.briefings import Briefing, BriefingCounter, BriefingReport
from app.consultations.models.meetings import ConsultationDecision, ConsultationMeeting
from app.consultations.models.reports import ConsultationReport, ConsultationSummary

__all__ = [
    "Briefing",
    "BriefingCounter",
    "BriefingReport",
    "ConsultationDecision",
    "ConsultationMeeting",
    "ConsultationReport",
    "ConsultationSummary",
]
