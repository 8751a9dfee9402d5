"""REST of school-based research."""

from app.school_research.rest import activities, plans

ROUTERS = (plans.router, activities.router)
