"""The one registry of what a portfolio consists of; a kind of another domain is one more source here."""

from app.portfolio.queries.entries import standing, training, works, workshops
from app.portfolio.queries.entries.reading import Source, people

SOURCES: tuple[Source, ...] = (*training.SOURCES, *workshops.SOURCES, *works.SOURCES, *standing.SOURCES)

__all__ = ["SOURCES", "Source", "people"]
