"""REST of school-based research."""

from app.school_research.rest import activities, assessments, files, inspections, plans

ROUTERS = (plans.router, activities.router, inspections.router, assessments.router, files.router)
