"""REST of workshops and studios."""

from app.workshops.rest import members, workshops

ROUTERS = (workshops.router, members.router)
