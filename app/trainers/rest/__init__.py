"""REST of the trainer team."""

from app.trainers.rest import applications, appointments

ROUTERS = (applications.router, appointments.router)
