"""REST of evaluations."""

from app.evaluations.rest import awards, campaigns, candidates, rubrics, sheets

ROUTERS = (rubrics.router, campaigns.router, candidates.router, sheets.router, awards.router)
