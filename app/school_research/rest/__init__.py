"""REST of school-based research."""

from app.school_research.rest import activities, assessments, development, files, inspections, plans

ROUTERS = (plans.router, activities.router, inspections.router, assessments.router, development.router, files.router)
