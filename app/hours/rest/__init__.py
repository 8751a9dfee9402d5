"""REST of the hours ledger."""

from app.hours.rest import certificates, closings, files, ledger, reports, seals

ROUTERS = (ledger.router, closings.router, reports.router, certificates.router, seals.router, files.router)
