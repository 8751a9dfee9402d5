"""REST of the hours ledger."""

from app.hours.rest import closings, ledger

ROUTERS = (ledger.router, closings.router)
