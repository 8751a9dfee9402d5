"""REST of consultations."""

from app.consultations.rest import briefings, meetings, reports, summaries

ROUTERS = (reports.router, summaries.router, meetings.router, briefings.router)
