"""REST of the hours ledger and of school sheets."""

from app.hours.rest import certificates, closings, disputes, files, ledger, reports, seals, submissions

ROUTERS = (
    ledger.router,
    closings.router,
    reports.router,
    certificates.router,
    seals.router,
    submissions.router,
    submissions.pasting,
    disputes.router,
    files.router,
)
