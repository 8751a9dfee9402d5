"""REST of the hours ledger."""

from app.hours.rest import ledger

ROUTERS = (ledger.router,)
