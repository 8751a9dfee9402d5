"""REST of funds."""

from app.funds.rest import claims, lines, payments

ROUTERS = (lines.router, payments.router, claims.router)
