"""REST of the return practice."""

from app.practice.rest import outputs, results, stations, tasks

ROUTERS = (tasks.router, outputs.router, stations.router, results.router)
