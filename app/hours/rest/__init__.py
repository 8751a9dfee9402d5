"""REST of the hours ledger."""

from app.hours.rest import closings, ledger, reports

ROUTERS = (ledger.router, closings.router, reports.router)
