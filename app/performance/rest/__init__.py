"""REST of the scorecard."""

from app.performance.rest import card, evidence, marks

ROUTERS = (card.router, marks.router, evidence.router)
