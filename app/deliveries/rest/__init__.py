"""REST of 送教送培."""

from app.deliveries.rest import programmes, visits

ROUTERS = (programmes.router, visits.router)
