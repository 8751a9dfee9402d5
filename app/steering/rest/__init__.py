"""REST of the leading group, its offices and the experts."""

from app.steering.rest import experts, groups

ROUTERS = (groups.router, experts.router)
