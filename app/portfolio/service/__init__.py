"""Use cases of the portfolio and of coverage."""

from app.portfolio.service.coverage import basis_of, find_coverage, summarise_coverage
from app.portfolio.service.paper import print_portfolio
from app.portfolio.service.reading import PortfolioRequest, get_portfolio, portfolios, timelines

__all__ = [
    "PortfolioRequest",
    "basis_of",
    "find_coverage",
    "get_portfolio",
    "portfolios",
    "print_portfolio",
    "summarise_coverage",
    "timelines",
]
