"""REST of the trainer team."""

from app.trainers.rest import applications, appointments, communities, inputs, work

ROUTERS = (applications.router, appointments.router, work.router, communities.router, inputs.router)
