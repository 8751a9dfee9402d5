"""REST of training projects."""

from app.projects.rest import nominations, parts, plans, projects

ROUTERS = (plans.router, projects.router, parts.router, nominations.router)
