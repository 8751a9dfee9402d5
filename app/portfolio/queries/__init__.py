"""SQL of the portfolio: the timeline over the packages below, and coverage."""

from app.portfolio.queries import coverage
from app.portfolio.queries.timeline import Wanted, head, kinds_hidden, timelines

__all__ = ["Wanted", "coverage", "head", "kinds_hidden", "timelines"]
