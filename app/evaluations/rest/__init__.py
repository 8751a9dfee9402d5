"""REST of evaluations."""

from app.evaluations.rest import awards, campaigns, candidates, rubrics, sheets, teams

ROUTERS = (rubrics.router, campaigns.router, candidates.router, sheets.router, awards.router, teams.router)
