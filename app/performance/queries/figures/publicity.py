"""Records of what was made known: publications and typical cases of the year. [A4.4]"""

from sqlalchemy import select

from app.access.context import Context
from app.cases import queries as cases
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.publications import queries as publications

MODEL, PUBLICITY = "guarantees.dissemination.model", "guarantees.dissemination.publicity"


def published(ctx: Context, span: Span) -> AnySelect:
    """Items that came out in the year and still stand."""
    one = publications.published(ctx, (span.first, span.on)).subquery().c
    about = {"teacher": one.teacher_id, "organisation": one.organisation_id, "on": one.published_on}
    return select(*record(one.id, one.title, **about, detail=one.channel))


def accepted(ctx: Context, span: Span) -> AnySelect:
    """Cases taken in during the year, recommended upward or not."""
    one = cases.taken_in(ctx, (span.first, span.on)).subquery().c
    return select(*record(one.id, one.title, teacher=one.teacher_id, organisation=one.organisation_id, detail=one.term))


def recommended(ctx: Context, span: Span) -> AnySelect:
    """Cases recommended upward in the year."""
    one = cases.recommended(ctx, (span.first, span.on)).subquery().c
    about = {"teacher": one.teacher_id, "organisation": one.organisation_id, "on": one.recommended_on}
    return select(*record(one.id, one.title, **about, detail=one.recommended_to))


SOURCES = (
    Source(
        Figure("cases.accepted", MODEL, "入选的典型案例", "个", Measure.COUNT, kind="case", path="cases/{id}"), accepted
    ),
    Source(
        Figure("cases.recommended", MODEL, "上报的典型案例", "个", Measure.COUNT, kind="case", path="cases/{id}"),
        recommended,
    ),
    Source(
        Figure(
            "publications.published",
            PUBLICITY,
            "发布的信息",
            "条",
            Measure.COUNT,
            kind="publication",
            path="publications/{id}",
        ),
        published,
    ),
)
