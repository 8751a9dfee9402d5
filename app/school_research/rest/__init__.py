"""REST of school-based research."""

from app.school_research.rest import activities, archive, assessments, development, files, inspections, plans

ROUTERS = (
    plans.router,
    activities.router,
    inspections.router,
    assessments.router,
    development.router,
    archive.router,
    files.router,
)
