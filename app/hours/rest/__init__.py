"""REST of the hours ledger."""

from app.hours.rest import certificates, closings, disputes, ledger, reports, seals

ROUTERS = (ledger.router, disputes.router, closings.router, reports.router, certificates.router, seals.router)
