"""The one registry of figures: each with the records it is read from, so that a number cannot differ from its list.

A figure of another domain is one more entry here; the whole read-out stays one statement.
"""

from app.performance.queries.figures import (
    awards,
    bases,
    consultations,
    funds,
    hours,
    practice,
    projects,
    publicity,
    research,
    steering,
    subprojects,
    system,
    team,
    training,
)
from app.performance.queries.figures.reading import Counted, Source, counted, one, page

SOURCES: tuple[Source, ...] = (
    *steering.SOURCES,
    *projects.SOURCES,
    *subprojects.SOURCES,
    *training.SOURCES,
    *team.SOURCES,
    *bases.SOURCES,
    *funds.SOURCES,
    *publicity.SOURCES,
    *practice.SOURCES,
    *awards.SOURCES,
    *consultations.SOURCES,
    *hours.SOURCES,
    *research.SOURCES,
    *system.SOURCES,
)
FIGURES = tuple(one.figure for one in SOURCES)
BY_CODE = {one.figure.code: one for one in SOURCES}

__all__ = ["BY_CODE", "FIGURES", "SOURCES", "Counted", "Source", "counted", "one", "page"]
